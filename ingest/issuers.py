"""发文机关 and 印发日期: who issued a document, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from corpus import NodeKind
from ingest.found import Found, day_in, front_lines, has_gap, join
from ingest.labels import Label
from ingest.mapped import Mapped
from ingest.organs import is_organ_line, read_date
from ingest.tree import Node

_NOT_ISSUERS = re.compile(r"印发|抄送|主办|承办|版权|网站|备案|来源")
_STANDS_FOR = re.compile(r"^（[^（）]{2,40}代章?）$")
_ISSUER_AHEAD = re.compile(
    r"^(?P<names>[^《》，。]{3,120}?)(?:等[\d一二三四五六七八九十]+(?:个)?(?:部门|单位))?(?=关于|印发|转发|批转)"
)
_GLUED_ISSUER = re.compile(
    r"(?:^|[。！）\s])(?P<name>[一-鿿]{2,30}?(?:人民政府|委员会|办公厅|办公室|[厅局委部署会]))(?:（[^（）]{2,30}代章?）)?\s*(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)(?!印发)"
)
_ORDER_OF = re.compile(r"^(?P<name>[一-鿿]{2,30}?)令(?:第|$|（)")
_PASSED = re.compile(
    r"^[（(][^）)]{0,200}?(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)[^）)]{0,80}?(?:公布|发布|通过)"
)
_LABELLED = re.compile(r"^[^：:]{2,8}[：:]")  # 实施日期：2025年6月1日
_PRINTED = re.compile(r"印发")
_SHORTEST = 3  # characters of the name of an organ: 财政部
_PART_OF_NAME = re.compile(r"^(?:办公厅|办公室|委员会|人民政府|研究院)$")
_CLOSING = 300  # characters of the last clause that may hold a signature
_ORDER_LINES = 6
_CENTRAL = frozenset(("中共中央", "中央军委"))  # organs whose names end like no other's


def read_issuers(
    nodes: Sequence[Node], front: Sequence[Mapped], titles: Sequence[Mapped], labels: Mapping[Label, Mapped]
) -> list[Mapped]:
    """Organs of the header, else of the first signature, else those the title begins with, else of a label."""
    blocks = _blocks(nodes)
    above, signed = _above(blocks), _signed(blocks)
    if {name.text for name in above} < {name.text for name in signed}:
        above = []  # the rest of the heading was not recognised
    for names in (above, signed, _ordering(front), _glued(nodes), _headed(blocks), *map(_leading, titles)):
        if names:
            return _once(names)
    label = labels.get(Label.ISSUER)
    return _once([name for name in _split(label) if is_organ_line(name.text)]) if label else []


def _once(names: Sequence[Mapped]) -> list[Mapped]:
    seen = {name.text: name for name in reversed(names)}
    return sorted(seen.values(), key=lambda name: name.origin[0])


def _blocks(nodes: Sequence[Node]) -> list[tuple[NodeKind, list[Mapped]]]:
    """The unnumbered parts, neighbours of one kind together."""
    blocks: list[tuple[NodeKind, list[Mapped]]] = []
    for node in nodes:
        if node.kind in (NodeKind.HEADER, NodeKind.SIGNATURE):
            blocks.append((node.kind, list(node.paragraphs)))
    return blocks


def _organs(lines: Sequence[Mapped]) -> list[Mapped]:
    return [name for line in lines for name in _split(line) if _is_organ(name.text)]


def _is_organ(text: str) -> bool:
    return text in _CENTRAL or is_organ_line(text)


def _split(line: Mapped) -> Iterator[Mapped]:
    """The names in a line: blanks of the source part them, where each part is an organ.

    >>> from ingest.clean import clean
    >>> [name.text for name in _split(clean("甲市民政局　甲市财政局")[0])]
    ['甲市民政局', '甲市财政局']
    >>> [name.text for name in _split(clean("财 政 部　教 育 部")[0])], [n.text for n in _split(clean("教育部 办公厅")[0])]
    (['财政部', '教育部'], ['教育部办公厅'])
    >>> [name.text for name in _split(clean("中共中央 国务院")[0])], [name.text for name in _split(clean("甲 乙")[0])]
    (['中共中央', '国务院'], ['甲乙'])
    """
    cuts = [at for at in range(1, len(line.text)) if has_gap(line, at) or line.text[at - 1] in "、,，"]
    names: list[Mapped] = []
    start = 0
    for end in (*cuts, len(line.text)):
        name = line.cut(start, start + len(line.text[start:end].rstrip("、,，")))
        if len(name.text) >= _SHORTEST and _is_organ(name.text) and not _PART_OF_NAME.match(name.text):
            names.append(name)
            start = end
    yield from names if start == len(line.text) else [line]


def _above(blocks: Sequence[tuple[NodeKind, list[Mapped]]]) -> list[Mapped]:
    """Organs printed above the text."""
    for kind, lines in blocks:
        if kind is NodeKind.HEADER and (names := _organs(lines)):
            return names
    return []


def _headed(blocks: Sequence[tuple[NodeKind, list[Mapped]]]) -> list[Mapped]:
    """The organ of the red heading: 甲市人民政府文件."""
    lines = [line for kind, lines in blocks if kind is NodeKind.HEADER for line in lines]
    return _organs([line.cut(0, len(line.text) - 2) for line in lines if line.text.endswith("文件")])


def _signed(blocks: Sequence[tuple[NodeKind, list[Mapped]]]) -> list[Mapped]:
    """Organs of the first signature with a date, else of the first; who printed a document is no issuer."""
    undated: list[Mapped] = []
    for kind, lines in blocks:
        if kind is not NodeKind.SIGNATURE:
            continue
        kept = [
            line for line in lines if not _NOT_ISSUERS.search(line.text) and not _STANDS_FOR.match(line.text)
        ]
        dated = next((n for n, line in enumerate(kept) if read_date(line.text)), len(kept))
        names = _organs(kept[: dated + 1]) or _organs(kept)
        if names and dated < len(kept):
            return names
        undated = undated or names
    return undated


def _glued(nodes: Sequence[Node]) -> list[Mapped]:
    """The signature in the middle of a text without line breaks: …贯彻执行。甲市人民政府2024年1月9日…"""
    for line in _ends(nodes):
        if (found := _GLUED_ISSUER.search(line.text)) and is_organ_line(found["name"]):
            return [line.cut(*found.span("name"))]
    return []


def _ends(nodes: Sequence[Node]) -> Iterator[Mapped]:
    """The text before the first clause, and what follows the last one with its end."""
    if front := front_lines(nodes):
        yield join(front)
    last = max((at for at, node in enumerate(nodes) if node.kind is NodeKind.CLAUSE), default=-1)
    if last >= 0:
        closing = nodes[last].paragraphs[-1]
        after = [line for node in nodes[last + 1 : last + 4] for line in node.paragraphs[:8]]
        yield join(
            [closing.cut(max(0, len(closing.text) - _CLOSING)), *(line.cut(0, _CLOSING) for line in after)]
        )


def _ordering(front: Sequence[Mapped]) -> list[Mapped]:
    """Who signs an order: 甲市人民政府 of 甲市人民政府令."""
    for line in front[:_ORDER_LINES]:
        found = _ORDER_OF.match(line.text)
        if found and is_organ_line(found["name"]):
            return [line.cut(*found.span("name"))]
    return []


def _leading(title: Mapped) -> list[Mapped]:
    """The organs a title begins with."""
    found = _ISSUER_AHEAD.match(title.text)
    if found is None:
        return []
    names = list(_split(title.cut(*found.span("names"))))
    return names if all(_is_organ(name.text) for name in names) else []


def read_issued_on(
    nodes: Sequence[Node], front: Sequence[Mapped], labels: Mapping[Label, Mapped]
) -> Found[date] | None:
    """The day of the line that says 印发, else of the first signature, a label, or the note below the title."""
    lines = [line for node in nodes if node.kind is NodeKind.SIGNATURE for line in node.paragraphs]
    lines += [line for node in nodes if node.kind is NodeKind.HEADER for line in node.paragraphs]
    dated = [(line, day) for line in lines if not _LABELLED.match(line.text) and (day := day_in(line))]
    printed = next((day for line, day in dated if _PRINTED.search(line.text)), None)
    return printed or (dated[0][1] if dated else None) or _glued_day(nodes) or _noted(front, labels)


def _glued_day(nodes: Sequence[Node]) -> Found[date] | None:
    for line in _ends(nodes):
        if found := _GLUED_ISSUER.search(line.text):
            return day_in(line.cut(*found.span("day")))
    return None


def _noted(front: Sequence[Mapped], labels: Mapping[Label, Mapped]) -> Found[date] | None:
    if Label.DATE in labels and (day := day_in(labels[Label.DATE])):
        return day
    for line in front:
        if found := _PASSED.match(line.text):
            return day_in(line.cut(*found.span("day")))
    return None
