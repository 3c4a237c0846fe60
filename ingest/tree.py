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

from corpus import NodeKind
from ingest.kinds import unnumbered_kind
from ingest.mapped import Mapped, concat
from ingest.numbering import PRINTED_ORDER, Marker, Style, match_marker

_HEADING_END = re.compile(r"[。；：!！?？;:]")
_COMMA = re.compile(r"[，,]")
_IN_BRACKETS = re.compile(r"^【([^【】]{1,40})】")
_MAX_HEADING = 60
_MAX_LEAD_PHRASE = 40  # a longer first sentence is the provision itself


@dataclass(slots=True)
class Node:
    """A node under construction: its kind, path, depth among numbered clauses, and the paragraphs it owns."""

    kind: NodeKind
    path: tuple[str, ...]
    paragraphs: list[Mapped] = field(default_factory=list)
    heading: str = ""
    level: int = 0

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

    def add_clause(self, marker: Marker, paragraph: Mapped) -> None:
        """Add a numbered clause; its number was found to fit (``ingest.sequence``)."""
        last = self._last.get(marker.style, 0)
        if marker.number > last + 1:
            self.warnings.append(f"编号不连续：“{marker.label}”之前缺第 {last + 1} 项，原文如此，未作改动。")
        self._last[marker.style] = marker.number
        outer = [series for series in self._open if self._depth[series.style] < self._depth[marker.style]]
        label = self._unique((*(series.label for series in outer), marker.label))
        self._open = [*outer, _Series(marker.style, marker.number, label)]
        path = tuple(series.label for series in self._open)
        heading = _heading(paragraph.text[marker.length :], is_article=marker.style is Style.ARTICLE)
        self.nodes.append(Node(NodeKind.CLAUSE, path, [paragraph], heading, len(path)))

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
