"""Texts about a policy that are not the policy: 政策解读, 起草说明, 图解, 问答."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import NodeKind
from ingest.found import join
from ingest.mapped import Mapped
from ingest.tree import Node

_WORDS = (
    r"(?:有关问题|有关情况|的|政策|起草|编制|制定|修订|文件|图文|视频|文字|专家|一图){0,3}"
    r"(?:解读|图解|说明|问答|读懂|解答|答疑)(?:材料|稿)?(?:（[^（）]{1,14}）)?"
)
_SECOND_LINE = re.compile(rf"^{_WORDS}$")
_QUOTED_LINE = re.compile(r"^(?:关于)?《[^。；]{3,150}》$")
_WHOLE = re.compile(
    rf"""
      ^[^。；>|]{{0,40}}《[^。；]{{3,150}}》{_WORDS}$                                # 《甲市投资办法》政策解读
    | ^[^《》，。；：:>|]{{2,80}}(?:办法|意见|通知|方案|规定|细则|条例|措施|规划|计划|政策|若干\w条)
      (?:政策解读|的解读|解读|政策图解|图解|起草说明|编制说明)(?:材料|稿)?$             # 甲市投资办法政策解读
    """,
    re.VERBOSE,
)
_BACKGROUND = re.compile(
    r"""
      ^(?:出台|起草|制定|编制|修订|政策|文件)(?:的|《[^》]{2,80}》的?|[^，。]{0,8}的)?
      (?:主要|重要)?(?:背景|意义|必要性|重要性|过程)                        # 起草背景, 出台《方案》的重要意义
    | ^(?:《[^》]{2,80}》的?)(?:出台|起草|制定|编制|修订)的?(?:背景|意义|必要性|过程)  # 《方案》的起草背景
    """,
    re.VERBOSE,
)
_CONTENT = re.compile(r"(?:主要内容|重点内容|核心内容|创新点|政策亮点|主要特点|特色亮点|重点解读)")
_PROSE = 40  # characters of a paragraph that is text
_SHORT = 5  # characters of a line that is no title
_MARKS = re.compile(r"[\s《》〈〉“”（）()]")


def title_of_explanation(front: Sequence[Mapped]) -> Mapped | None:
    """The title of a text about a policy, with the words that say so; None where the text is a policy.

    A policy's page may link to its explanation: then the policy's title is also printed by itself.

    >>> from ingest.clean import clean
    >>> title_of_explanation(clean("《甲市投资办法》\\n政策解读\\n为了便于理解，现解读如下。")).text
    '《甲市投资办法》政策解读'
    >>> title_of_explanation(clean("《甲市投资办法》政策解读\\n甲市投资办法\\n第一条 制定本办法。")) is None
    True
    """
    for at, line in enumerate(front):
        if len(line.text) > _PROSE and line.text.endswith(("。", "；")):
            return None
        for size in (1, 2):
            title = join(front[at : at + size], "")
            second = front[at + size - 1].text if at + size <= len(front) else ""
            is_title = _WHOLE.match(title.text) if size == 1 else _is_in_two_lines(line.text, second)
            if is_title and len(front) >= at + size:
                others = [*front[:at], *front[at + size :]]
                return None if _prints_policy(others, title.text) else title
    return None


def _is_in_two_lines(first: str, second: str) -> bool:
    return bool(_QUOTED_LINE.match(first) and _SECOND_LINE.match(second))


def _prints_policy(lines: Sequence[Mapped], title: str) -> bool:
    """Whether a line is the title of the policy that another title explains."""
    policy = _bare(re.sub(rf"{_WORDS}$", "", title))
    return any(len(bare := _bare(line.text)) > _SHORT and policy.endswith(bare) for line in lines)


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def has_headings_of_explanation(nodes: Sequence[Node]) -> bool:
    """Whether the outermost headings are those of an explanation: why the policy came about, and what is in it.

    >>> def nodes(*headings): return [Node(NodeKind.CLAUSE, (n,), [Mapped(h, tuple(range(len(h))))]) for n, h in headings]
    >>> has_headings_of_explanation(nodes(("一", "一、出台《方案》的重要意义"), ("二", "二、《方案》的主要内容")))
    True
    >>> has_headings_of_explanation(nodes(("一", "一、总体要求"), ("二", "二、主要内容")))
    False
    """
    headings = [
        re.sub(r"^[一二三四五六七八九十]+[、.．]", "", node.paragraphs[0].text)[:60]
        for node in nodes
        if node.kind is NodeKind.CLAUSE and len(node.path) == 1 and node.paragraphs
    ]
    return any(map(_BACKGROUND.search, headings)) and any(map(_CONTENT.search, headings))
