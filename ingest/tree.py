"""Numbered paragraphs to a tree of clauses.

Numbers are read by their sequence: a marker that opens a series at one, or continues a series, is a clause; one that
fits no series is text. A series that runs on through the document (1 to 18 under 一 to 四, articles through chapters) is
continued where it stopped. A gap or a repeat in the numbers is kept and reported, never repaired.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from corpus import NodeKind
from ingest.kinds import unnumbered_kind
from ingest.lists import end_of_item, is_list, stands_apart
from ingest.mapped import Mapped, concat
from ingest.numbering import PRINTED_ORDER, Marker, Style, match_marker

_HEADING_END = re.compile(r"[。；：!！?？;:]")
_COMMA = re.compile(r"[，,]")
_IN_BRACKETS = re.compile(r"^【([^【】]{1,40})】")
_MAX_HEADING = 60
AFTER_LIST = "后段"  # text after a list, below what leads it in
_FIRST = frozenset(("一", "（一）", "1", "（1）", "1）", "①"))
_LONGEST_LIST = 300  # nodes; a longer run is no list that one text leads in
_MAX_LEAD_PHRASE = 40  # a longer first sentence is the provision itself


@dataclass(slots=True)
class Node:
    """A node under construction: its kind, path, depth among numbered clauses, and the paragraphs it owns."""

    kind: NodeKind
    path: tuple[str, ...]
    paragraphs: list[Mapped] = field(default_factory=list)
    heading: str = ""
    level: int = 0

    @property
    def is_in_tree(self) -> bool:
        """Whether it is a clause, or text below one."""
        return self.kind is NodeKind.CLAUSE or len(self.path) > 1

    def text(self) -> Mapped:
        """The paragraphs as one text, joined by newlines; those that the source prints without a blank stay together."""
        pieces = [self.paragraphs[0]]
        for paragraph in self.paragraphs[1:]:
            if paragraph.origin[0] > pieces[-1].origin[-1] + 1:
                pieces.append(pieces[-1].blank("\n"))
            pieces.append(paragraph)
        return concat(pieces)


@dataclass(frozen=True, slots=True)
class _Series:
    """An open series of numbers, or (number 0) the text after a list, below which that style can begin again."""

    style: Style
    number: int
    label: str


class ClauseTree:
    """Grows the list of nodes; knows which series of numbers are open, outermost first.

    Args:
        order: styles from the outermost to the innermost.
    """

    def __init__(self, order: Sequence[Style] = PRINTED_ORDER) -> None:
        self._depth = {style: depth for depth, style in enumerate(order)}
        self.nodes: list[Node] = []
        self.warnings: list[str] = []
        self._open: list[_Series] = []
        self._last: dict[Style, int] = {}
        self._times: Counter[tuple[str, ...]] = Counter()
        self._is_inside = False  # whether the last clause begins inside a paragraph

    def add_clause(self, marker: Marker, paragraph: Mapped, *, is_inside: bool = False) -> None:
        """Add a numbered clause; its number was found to fit (``ingest.sequence``).

        Args:
            marker: its number.
            paragraph: its text, up to the next clause in the same paragraph.
            is_inside: whether it begins inside a paragraph of the source.
        """
        if self._ends_list(marker):
            self.end_list()
        self._is_inside = is_inside
        last = self._last.get(marker.style, 0)
        if marker.number > last + 1:
            self.warnings.append(f"编号不连续：“{marker.label}”之前缺第 {last + 1} 项，原文如此，未作改动。")
        self._last[marker.style] = marker.number
        outer = [series for series in self._open if self._holds(series, marker)]
        label = self._unique((*(series.label for series in outer), marker.label))
        if 1 < marker.number <= last and label == marker.label and "之" not in label:
            self.warnings.append(f"编号不连续：“{label}”排在第 {last} 项之后，原文如此，未作改动。")
        self._open = [*outer, _Series(marker.style, marker.number, label)]
        path = tuple(series.label for series in self._open)
        heading = _heading(paragraph.text[marker.length :], is_article=marker.style is Style.ARTICLE)
        self.nodes.append(Node(NodeKind.CLAUSE, path, [paragraph], heading, len(path)))

    def _holds(self, series: _Series, marker: Marker) -> bool:
        """Whether a number stands below an open series."""
        outer, inner = self._depth[series.style], self._depth[marker.style]
        return outer < inner or (not series.number and outer == inner)

    def _ends_list(self, marker: Marker) -> bool:
        """Whether the innermost list ends before a number: it is an outer one, or opens another list of that style."""
        if not self._open:
            return False
        own, depth = self._depth[self._open[-1].style], self._depth[marker.style]
        return depth < own or (depth == own and marker.number == 1)

    def end_list(self) -> None:
        """Give the text after the list that ends here to a node of its own, below what leads the list in."""
        lead, items = self._list()
        if lead is None:
            return
        of_article = not self._is_inside and any(
            series.style is Style.ARTICLE for series in self._open[-2:-1]
        )
        if not is_list(lead.paragraphs[-1].text, items, of_article=of_article):
            return
        after = self._take_text_after(items)
        if not after:
            return
        style = self._open.pop().style
        above = lead.path if lead.kind is NodeKind.CLAUSE else lead.path[:-1]
        if lead.kind is not NodeKind.CLAUSE:  # the list itself stands below such a text
            self._open.pop()
        self._times[*above, AFTER_LIST] += 1
        times = self._times[*above, AFTER_LIST]
        label = AFTER_LIST if times == 1 else f"{AFTER_LIST}{times}"
        self._open.append(_Series(style, 0, label))
        self.nodes.append(Node(NodeKind.BODY, (*above, label), after))

    def finish(self) -> None:
        """End the innermost list; what comes next, if anything, goes on with no text after it."""
        self.end_list()
        if self._open and not self._open[-1].number:
            self._open.pop()

    def _list(self) -> tuple[Node | None, list[str]]:
        """What leads in the list that the last node ends, and how each item ends; None if an item has text of its own below."""
        ends: list[str] = []
        depth = len(self.nodes[-1].path) if self.nodes else 0
        parent = self.nodes[-1].path[:-1] if self.nodes else ()
        is_first = False  # whether the list begins with the node below
        below = ""  # the last text below an item that holds a list of its own
        for node in islice(reversed(self.nodes), _LONGEST_LIST):
            if ends and node.path == parent:
                return node, ends[::-1]
            is_inside = node.kind is NodeKind.CLAUSE and depth > 1 and node.path[: depth - 1] == parent
            if not is_inside or is_first or (ends and len(node.paragraphs) > 1):
                break
            if len(node.path) == depth:
                ends.append(below or node.paragraphs[0].text)
                below = ""
                is_first = node.path[-1].partition("·")[0] in _FIRST
            else:
                below = below or node.paragraphs[0].text
        return None, []

    def _take_text_after(self, items: Sequence[str]) -> list[Mapped]:
        """Cut the text after a list from its last item: paragraphs below it, or sentences that lost their line break."""
        last = self.nodes[-1]
        first, *after = last.paragraphs
        if self._is_inside and not any("。" in item for item in items[:-1]):
            end = end_of_item(first.text)
            if end:
                first, after = first.cut(0, end), [first.cut(end), *after]
        if not after or not first.text.endswith("。") or not stands_apart(after[0].text):
            return []
        last.paragraphs = [first]
        marker = match_marker(first.text)
        last.heading = _heading(first.text[marker.length if marker else 0 :])
        return after

    def _unique(self, path: tuple[str, ...]) -> str:
        """The last label of a path, with its count where the path is taken."""
        self._times[path] += 1
        if self._times[path] == 1:
            return path[-1]
        label = f"{path[-1]}·{self._times[path]}"
        written = "/".join(path)
        self.warnings.append(f"编号重复：“{written}”第 {self._times[path]} 次出现，记作“{label}”。")
        return label

    def add_text(self, paragraph: Mapped) -> None:
        """Add an unnumbered paragraph to the clause it belongs to, or to the part of the document it is."""
        if self.nodes and self.nodes[-1].kind is NodeKind.CLAUSE:
            self._continue_clause(self.nodes[-1], paragraph)
            return
        kind = unnumbered_kind(paragraph.text)
        if kind is NodeKind.SIGNATURE and all(node.kind in _ABOVE_BODY for node in self.nodes):
            kind = NodeKind.HEADER  # issuers printed above the document number
        if (
            self.nodes
            and self.nodes[-1].kind is kind
            and kind is not NodeKind.TITLE
            and not self.nodes[-1].path
        ):
            self.nodes[-1].paragraphs.append(paragraph)
        else:
            self.nodes.append(Node(kind, (), [paragraph]))

    def _continue_clause(self, clause: Node, paragraph: Mapped) -> None:
        """Append to a clause; a short sentence alone in the first paragraph then proves to be its heading."""
        in_statute = any(series.style is Style.ARTICLE for series in self._open)
        if len(clause.paragraphs) == 1 and not clause.heading and not in_statute:
            first = clause.paragraphs[0].text
            marker = match_marker(first)
            clause.heading = _heading(first[marker.length if marker else 0 :] + paragraph.text)
        clause.paragraphs.append(paragraph)


_ABOVE_BODY = (NodeKind.HEADER, NodeKind.TITLE)


def _heading(rest: str, *, is_article: bool = False) -> str:
    """The heading of a clause: the whole paragraph where it has no sentence end, else a short first phrase.

    An article of a statute has one only in 【】 or alone on its line: its first sentence is a provision.

    >>> _heading("主要目标"), _heading("实施提质行动。面向肿瘤，攻克技术。"), _heading("将技术列入方向，加快突破。（牵头单位：省科技厅）")
    ('主要目标', '实施提质行动', '')
    >>> _heading("【目的】为了规范。", is_article=True), _heading("部门应当公开。不得拖延。", is_article=True)
    ('目的', '')
    """
    if bracketed := _IN_BRACKETS.match(rest):
        return bracketed[1]
    end = _HEADING_END.search(rest)
    if end is None:
        return rest if len(rest) <= _MAX_HEADING and not _COMMA.search(rest) else ""
    first, tail = rest[: end.start()], rest[end.end() :]
    glued = end.group() == "。" and bool(tail) and not tail.startswith("（")
    return (
        first
        if glued and not is_article and len(first) <= _MAX_LEAD_PHRASE and not _COMMA.search(first)
        else ""
    )
