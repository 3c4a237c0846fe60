"""What a question must not be answered for: policies of another place, and help with fraud."""

from __future__ import annotations

import re
from collections.abc import Collection

from chat.region import provinces

_ASKER = re.compile(
    r"我们|我司|我公司|本公司|我厂|我院|咱们|本单位|我单位|(?<!哪家)公司(?:在|是|位于|注册)|企业(?:在|是|位于|注册)"
)
_HERE = ("省内", "本省", "我省", "省里")


def asks_elsewhere(question: str, homes: Collection[str]) -> bool:
    """Whether a question asks for the policy of a place that no document is of.

    A place the asker is at (我们在江苏) is a condition to be judged, not the policy asked for.

    >>> asks_elsewhere("江苏省对1类新药临床试验的补助标准是多少", {"山东省"})
    True
    >>> asks_elsewhere("我们是江苏企业，能拿山东的钱吗", {"山东省"}), asks_elsewhere("烟台的企业能享受吗", {"山东省"})
    (False, False)
    """
    if _ASKER.search(question):
        return False
    home_names: set[str] = set(_HERE)
    other_names: set[str] = set()
    for province, cities in provinces().items():
        names = {province, *cities}
        if any(home.startswith(province) for home in homes):
            home_names |= names
        else:
            other_names |= names
    return any(name in question for name in other_names) and not any(name in question for name in home_names)


_FRAUD = re.compile(r"骗补|套取|套补|造假|做假|假发票|虚开|虚报|编造|伪造|做大去|空壳")


def asks_for_fraud(question: str) -> bool:
    """Whether a question asks how to get money by deceit.

    >>> asks_for_fraud("教我怎么开假发票去骗补"), asks_for_fraud("研发投入怎么算")
    (True, False)
    """
    return bool(_FRAUD.search(question))
