"""What a question must not be answered for: policies of another place, and help with fraud."""

from __future__ import annotations

import re
from collections.abc import Collection

from chat.subsidy.region import provinces
from kb.query.asked import ASKER, GIVES, GOING, THERE

_HERE = ("省内", "本省", "我省", "省里")
# 美国对临床试验的补贴; 支持在美国注册 is about going there
_ABROAD = re.compile(
    r"(?<![在去到赴往向从与和])(?:美国|日本|韩国|欧盟|欧洲|英国|德国|法国|新加坡|印度)(?:政府|那边|当地)?[对的]"
    r"[^。？?，]{0,14}(?:政策|补贴|补助|奖励|资助)"
)


def asks_elsewhere(question: str, homes: Collection[str], named: str = "") -> bool:
    """Whether a question asks for the policy of a place that no document is of.

    A place the asker is at (我们在江苏) is a condition to be judged, a place one goes to (去香港访学) is part of the
    matter; neither is the policy asked for.

    Args:
        question: as typed.
        homes: regions of the documents.
        named: titles and issuers of the documents; a place named there is not elsewhere.

    >>> asks_elsewhere("江苏省对1类新药临床试验的补助标准是多少", {"山东省"})
    True
    >>> asks_elsewhere("我们是江苏企业，能拿山东的钱吗", {"山东省"}), asks_elsewhere("去香港访学能支持吗", {"山东省"})
    (False, False)
    """
    if ASKER.search(question):
        return False
    if _ABROAD.search(question):
        return True
    home_names: set[str] = set(_HERE)
    other_names: set[str] = set()
    for province, cities in provinces().items():
        names = {province, *cities}
        if any(home.startswith(province) for home in homes):
            home_names |= names
        else:
            other_names |= names
    if any(name in question for name in home_names):
        return False
    other_names = {name for name in other_names if name not in named}
    return any(_owns_policy(question, found) for name in other_names for found in re.finditer(name, question))


def _owns_policy(question: str, place: re.Match[str]) -> bool:
    if GOING.search(question[: place.start()]):
        return bool(THERE.search(question, place.end()))
    return bool(GIVES.match(question, place.end()))


_FRAUD = re.compile(r"骗补|套取|套补|造假|做假|假发票|虚开|虚报|编造|伪造|做大去|空壳")


def asks_for_fraud(question: str) -> bool:
    """Whether a question asks how to get money by deceit.

    >>> asks_for_fraud("教我怎么开假发票去骗补"), asks_for_fraud("研发投入怎么算")
    (True, False)
    """
    return bool(_FRAUD.search(question))


_SMALL_TALK = re.compile(
    r"(?:你|您|大家)?好[呀啊吗]?|hi|hello|嗨|哈喽|在吗|在不在|早上好|下午好|晚上好|谢谢(?:你|您)?|多谢|辛苦了|再见|拜拜|"
    r"(?:请问)?(?:你|您)(?:是|叫)(?:谁|什么(?:名字)?)|(?:你|您)(?:能|会|可以)(?:做|干|帮我做?)(?:点|些)?(?:什么|啥)|今天天气(?:怎么样|如何)?|讲个笑话",
    re.IGNORECASE,
)


def is_small_talk(question: str) -> bool:
    """Whether a message is a greeting or chat, and asks for nothing.

    >>> is_small_talk("你好！"), is_small_talk("您能做什么？"), is_small_talk("你好，首台套怎么补")
    (True, True, False)
    """
    parts = [part for part in re.split(r"[\s，,。.!！?？~～]+", question) if part]
    return bool(parts) and all(_SMALL_TALK.fullmatch(part) for part in parts)
