"""Text after a list belongs to what leads the list in, not to its last item.

In 下列信息：（一）甲；（二）乙。 the last item ends with 。; a paragraph without a number below it speaks of the whole list. So it does
below an article (第六条) whose items (项) are a sentence each. Other lists of measures, whose items end with 。 each, show no such
thing: there a paragraph goes on with the item above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from corpus import NodeKind
from ingest.kinds import attachment_name, unnumbered_kind

_ITEM_END = re.compile(r"[；;](?:和|或|或者|以及|及|并|且|并且)?$")
_SENTENCE = re.compile(r"[^。]*。")
_LEAD_END = ("：", ":")
_SENTENCE_END = re.compile(r"。(?![”’）」』》])")
_BRACKETS = (("（", "）"), ("“", "”"), ("《", "》"), ("〔", "〕"))
_GOES_ON = ("（", "〔", "【", "注", "备注", "附")  # （责任单位：…） is about the item it follows
_IN_BRACKETS = 5  # sentences that an item may have in brackets or quotes
_MIN_ITEMS = 2


def is_list(lead: str, items: Sequence[str], *, of_article: bool = False) -> bool:
    """Whether a text leads in a list whose items but for the last end with ；; in an article also with items of one sentence.

    >>> is_list("包括下列信息：", ["（一）办事服务；", "（二）其他。"]), is_list("主要任务", ["（一）攻关；", "（二）转化。"])
    (True, False)
    >>> is_list("包括：", ["（一）实施攻关。", "（二）支持转化。"]), is_list("包括：", [])
    (False, False)
    >>> articles = (["（一）工资。", "（二）稿酬。"], ["（一）街道。设一个站。", "（二）社区。设两个点。"])
    >>> [is_list("下列项目：", items, of_article=True) for items in articles]
    [True, False]
    """
    is_led_in = len(items) >= _MIN_ITEMS and lead.endswith(_LEAD_END)
    return is_led_in and (
        all(_ITEM_END.search(item) for item in items[:-1])
        or (of_article and all(_ITEM_END.search(item) or _SENTENCE.fullmatch(item) for item in items))
    )


def end_of_item(item: str) -> int:
    """Where the last item of a list ends in a text that lost its line breaks: after its first sentence; 0 if nothing follows.

    >>> item = "（三）其他（含甲。）所得。难以界定的，由主管部门确定。"
    >>> item[end_of_item(item):], end_of_item("（三）其他所得。"), end_of_item("（三）补助。（责任单位：市科技局）")
    ('难以界定的，由主管部门确定。', 0, 0)
    """
    for found in islice(_SENTENCE_END.finditer(item), _IN_BRACKETS + 1):
        first = item[: found.end()]
        if all(first.count(opening) <= first.count(closing) for opening, closing in _BRACKETS):
            rest = item[found.end() :]
            return found.end() if rest and stands_apart(rest) else 0
    return 0


def stands_apart(text: str) -> bool:
    """Whether an unnumbered text can be one of its own below a list: no table row, note, signature or title.

    >>> stands_apart("难以界定的，由主管部门确定。"), stands_apart("注：按月计算。"), stands_apart("甲市财政局")
    (True, False, False)
    """
    if "\t" in text or text.startswith(_GOES_ON) or attachment_name(text) is not None:
        return False
    return unnumbered_kind(text) is NodeKind.BODY
