"""Paragraphs to the nodes of the clause tree.

Numbers are read by their sequence: a marker that opens a series at one, or continues a series that is open, is a
clause; one that breaks every series is text. A series that runs on through the document (1 to 18 under 一 to 四) is
continued where it stopped. A gap in the numbers is kept and reported, never repaired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus import NodeKind
from ingest.clean import Mapped
from ingest.numbering import Marker, Style, match_marker
from ingest.organs import is_organ_line, read_date

_TITLE = re.compile(
    r"^[^，。；！？：]{2,90}(?:通知|意见|办法|措施|方案|计划|规划|规定|细则|条例|公告|通告|决定|纲要|政策|指南|规则|批复)(?:（[^（）]*）)?$"
)
_NUMBER_LINE = re.compile(r"^[一-鿿]{1,14}〔(?:19|20)\d\d〕(?:第)?\d+号$")
_HEADER_WORD = re.compile(r"^(?:文\s*件|[一-鿿]{2,40}文件)$")
_PRINTED = re.compile(r"^(?:抄送[：:].*|.*印发|（?此件.*公开.*）?|主办[：:].*|（?信息公开.*）?)$")
_HEADING_END = re.compile(r"[。；：!！?？;]")
_MAX_HEADING = 60
_MAX_GAP = 3


@dataclass(slots=True)
class Node:
    """A node under construction: its kind, number, and the paragraphs it owns."""

    kind: NodeKind
    path: tuple[str, ...]
    paragraphs: list[Mapped] = field(default_factory=list)
    heading: str = ""

    def text(self) -> Mapped:
        """The paragraphs as one text, joined by newlines that map to the end of the paragraph before."""
        joined = self.paragraphs[0]
        for paragraph in self.paragraphs[1:]:
            joined = joined + Mapped("\n", (joined.origin[-1],)) + paragraph
        return joined


@dataclass(frozen=True, slots=True)
class _Open:
    style: Style
    number: int
    label: str


def segment(paragraphs: list[Mapped]) -> tuple[list[Node], list[str]]:
    """Nodes in document order, and warnings.

    >>> from ingest.clean import clean
    >>> nodes, _ = segment(clean("关于印发办法的通知\\n一、目标\\n增强。\\n二、任务\\n1.建设。\\n三、附则\\n2.施行。"))
    >>> [node.path for node in nodes]
    [('标题',), ('一',), ('二',), ('二', '1'), ('三',), ('三', '2')]
    """
    tree = _Tree()
    for paragraph in paragraphs:
        marker = match_marker(paragraph.text)
        if marker is None or not tree.add_clause(marker, paragraph):
            tree.add_text(paragraph)
    return _name_parts(_split_signature(tree.nodes)), tree.warnings


class _Tree:
    """Grows the list of nodes; knows which series of numbers are open, outermost first."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.warnings: list[str] = []
        self._open: list[_Open] = []
        self._last: dict[Style, int] = {}
        self._paths: set[tuple[str, ...]] = set()

    def add_clause(self, marker: Marker, paragraph: Mapped) -> bool:
        """Add a numbered clause; False where the number fits no series, so that it is text."""
        if not self._fits(marker):
            return False
        self._open = [level for level in self._open if level.style < marker.style]
        self._open.append(_Open(marker.style, marker.number, marker.label))
        self._last[marker.style] = marker.number
        if marker.style <= Style.CHINESE_PAREN:
            self._forget_inner(marker.style)
        path = self._unique(tuple(level.label for level in self._open))
        self.nodes.append(Node(NodeKind.CLAUSE, path, [paragraph], _heading(paragraph.text[marker.length :])))
        return True

    def _fits(self, marker: Marker) -> bool:
        series = next((level for level in self._open if level.style == marker.style), None)
        expected = (series.number if series else self._last.get(marker.style, 0)) + 1
        if marker.number in (1, expected):
            return True
        if expected < marker.number <= expected + _MAX_GAP and (series or marker.style in self._last):
            self.warnings.append(f"编号不连续：“{marker.label}”之前缺第 {expected} 项，原文如此，未作改动。")
            return True
        return False

    def _forget_inner(self, style: Style) -> None:
        """Inner series start again below a new outer clause, but Arabic items may run on (1 to 18 under 一 to 四)."""
        for inner in list(self._last):
            if inner > style and inner != Style.ARABIC:
                del self._last[inner]

    def _unique(self, path: tuple[str, ...]) -> tuple[str, ...]:
        unique, times = path, 1
        while unique in self._paths:
            times += 1
            unique = (*path[:-1], f"{path[-1]}·{times}")
        if times > 1:
            self.warnings.append(f"编号重复：“{'/'.join(path)}”第 {times} 次出现，记作“{'/'.join(unique)}”。")
            self._open[-1] = _Open(self._open[-1].style, self._open[-1].number, unique[-1])
        self._paths.add(unique)
        return unique

    def add_text(self, paragraph: Mapped) -> None:
        """Add an unnumbered paragraph to the clause it belongs to, or to the part of the document it is."""
        if self.nodes and self.nodes[-1].kind is NodeKind.CLAUSE:
            self.nodes[-1].paragraphs.append(paragraph)
            return
        kind = _front_kind(paragraph.text)
        if self.nodes and self.nodes[-1].kind is kind and kind is not NodeKind.TITLE:
            self.nodes[-1].paragraphs.append(paragraph)
            return
        if kind is NodeKind.SIGNATURE and not any(node.kind is NodeKind.BODY for node in self.nodes):
            kind = NodeKind.HEADER  # issuers printed above the document number
            if self.nodes and self.nodes[-1].kind is kind:
                self.nodes[-1].paragraphs.append(paragraph)
                return
        self.nodes.append(Node(kind, (), [paragraph]))


def _front_kind(text: str) -> NodeKind:
    if _NUMBER_LINE.match(text) or _HEADER_WORD.match(text):
        return NodeKind.HEADER
    if is_organ_line(text) or (read_date(text) and len(text) <= 16) or _PRINTED.match(text):
        return NodeKind.SIGNATURE
    if _TITLE.match(text):
        return NodeKind.TITLE
    return NodeKind.BODY


def _heading(rest: str) -> str:
    """The heading of a clause: the whole paragraph where it has no sentence end, else a short first phrase.

    >>> _heading("主要目标"), _heading("实施提质行动。面向肿瘤，攻克技术。"), _heading("将技术列入方向，加快突破。（牵头单位：省科技厅）")
    ('主要目标', '实施提质行动', '')
    """
    end = _HEADING_END.search(rest)
    if end is None:
        return rest if len(rest) <= _MAX_HEADING and "，" not in rest else ""
    first, tail = rest[: end.start()], rest[end.end() :]
    glued = end.group() == "。" and bool(tail) and not tail.startswith("（")
    return first if glued and len(first) <= 40 and "，" not in first else ""


def _split_signature(nodes: list[Node]) -> list[Node]:
    """Take organ names, dates and print lines at the end of the last clause out of it: they are the signature."""
    if not nodes or nodes[-1].kind is not NodeKind.CLAUSE:
        return nodes
    last = nodes[-1].paragraphs
    at = len(last)
    while at > 1 and _front_kind(last[at - 1].text) is NodeKind.SIGNATURE:
        at -= 1
    if at < len(last):
        nodes = [*nodes, Node(NodeKind.SIGNATURE, (), last[at:])]
        del last[at:]
    return nodes


def _name_parts(nodes: list[Node]) -> list[Node]:
    """Give unnumbered parts the names people use; the text right above the first clause is the 引言."""
    first = next((n for n, node in enumerate(nodes) if node.kind is NodeKind.CLAUSE), len(nodes))
    titles = sum(node.kind is NodeKind.TITLE for node in nodes[:first])
    seen: dict[str, int] = {}
    for at, node in enumerate(nodes):
        if node.kind is NodeKind.CLAUSE:
            continue
        name = {NodeKind.HEADER: "版头", NodeKind.TITLE: "标题", NodeKind.SIGNATURE: "落款"}.get(
            node.kind, "正文"
        )
        if node.kind is NodeKind.BODY and at < first:
            name = "引言" if at == first - 1 else "通知正文" if titles else "正文"
        seen[name] = seen.get(name, 0) + 1
        node.path = (name if seen[name] == 1 else f"{name}{seen[name]}",)
    return nodes
