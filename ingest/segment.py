"""Paragraphs to the nodes of the clause tree.

Each body of the document (``ingest.parts``) gets its own tree. What stands around the clauses - header, titles, table of
contents, list of attachments, signature - becomes unnumbered nodes with the names people use.
"""

from __future__ import annotations

import re
from collections import Counter

from corpus import NodeKind
from ingest.kinds import attachment_name, is_contents, unnumbered_kind
from ingest.mapped import Mapped
from ingest.numbering import Style, match_marker
from ingest.parts import Part, split_parts
from ingest.tree import ClauseTree, Node

_NAMES = {NodeKind.HEADER: "版头", NodeKind.TITLE: "标题", NodeKind.SIGNATURE: "落款", NodeKind.BODY: "正文"}
_SHOWN_WARNINGS = 5
_MAX_ENTRY = 80  # characters of a line in a table of contents
_MAX_ENTRIES = 300
_PAGE_NUMBER = re.compile(r"[\s.…·\d]+$")


def segment(paragraphs: list[Mapped]) -> tuple[list[Node], list[str]]:
    """Nodes in document order, and warnings.

    >>> from ingest.clean import clean
    >>> nodes, _ = segment(clean("关于印发办法的通知\\n一、目标\\n增强。\\n二、任务\\n1.建设。\\n三、附则\\n2.施行。"))
    >>> [node.path for node in nodes]
    [('标题',), ('一',), ('二',), ('二', '1'), ('三',), ('三', '2')]
    """
    parts = split_parts(paragraphs)
    trees = [_grow(part) for part in parts]
    numbered = [
        part
        for part, tree in zip(parts, trees, strict=True)
        if any(n.kind is NodeKind.CLAUSE for n in tree.nodes)
    ]
    nodes: list[Node] = []
    for part, tree in zip(parts, trees, strict=True):
        is_policy = part is numbered[0] and part.name.startswith("《") if numbered else False
        if (
            len(numbered) > 1 and part.name and not is_policy
        ):  # what a notice issues is the main body, and stays bare
            _prefix(tree.nodes, part.name)
        nodes += _split_signature(tree.nodes)
    return _name_parts(nodes), _shorten([warning for tree in trees for warning in tree.warnings])


def _grow(part: Part) -> ClauseTree:
    tree = ClauseTree()
    paragraphs, at = part.paragraphs, 0
    while at < len(paragraphs):
        if length := _contents_length(paragraphs, at):
            tree.nodes.append(Node(NodeKind.BODY, ("目录",), paragraphs[at : at + length]))
        elif length := _attachments_length(paragraphs, at):
            name = part.name if part.name and at == 0 else "附件说明"
            tree.nodes.append(Node(NodeKind.BODY, (name,), paragraphs[at : at + length]))
        else:
            length = 1
            marker = match_marker(paragraphs[at].text)
            if marker is None or not tree.add_clause(marker, paragraphs[at]):
                tree.add_text(paragraphs[at])
        at += length
    return tree


def _contents_length(paragraphs: list[Mapped], at: int) -> int:
    """How many paragraphs a table of contents takes: it ends where its first entry comes again; 0 if there is none."""
    if not is_contents(paragraphs[at].text) or at + 1 == len(paragraphs):
        return 0
    first = _entry(paragraphs[at + 1].text)
    for n in range(at + 2, min(at + 2 + _MAX_ENTRIES, len(paragraphs))):
        if _entry(paragraphs[n].text) == first:
            return n - at
        if len(paragraphs[n].text) > _MAX_ENTRY:
            return 0
    return 0


def _entry(text: str) -> str:
    marker = match_marker(text)
    return marker.label if marker else _PAGE_NUMBER.sub("", text[: _MAX_ENTRY + 1])


def _attachments_length(paragraphs: list[Mapped], at: int) -> int:
    """How many paragraphs the label or the list of attachments takes, 0 if there is none."""
    if attachment_name(paragraphs[at].text) is None:
        return 0
    end = at + 1
    while end < len(paragraphs) and at > 0:
        marker = match_marker(paragraphs[end].text)
        if marker is None or marker.style is not Style.ARABIC or "。" in paragraphs[end].text:
            break
        end += 1
    return end - at


def _prefix(nodes: list[Node], name: str) -> None:
    for node in nodes:
        if node.kind is NodeKind.CLAUSE:
            node.path = (name, *node.path)


def _split_signature(nodes: list[Node]) -> list[Node]:
    """Take organ names, dates and print lines at the end of the last clause out of it: they are the signature."""
    if not nodes or nodes[-1].kind is not NodeKind.CLAUSE:
        return nodes
    last = nodes[-1].paragraphs
    at = len(last)
    while at > 1 and unnumbered_kind(last[at - 1].text) is NodeKind.SIGNATURE:
        at -= 1
    if at == len(last):
        return nodes
    signature = Node(NodeKind.SIGNATURE, (), last[at:])
    del last[at:]
    return [*nodes, signature]


def _name_parts(nodes: list[Node]) -> list[Node]:
    """Give unnumbered parts the names people use; the text right above the first clause is the 引言."""
    first = next((n for n, node in enumerate(nodes) if node.kind is NodeKind.CLAUSE), len(nodes))
    has_title = any(node.kind is NodeKind.TITLE for node in nodes[:first])
    times: Counter[str] = Counter()
    for at, node in enumerate(nodes):
        if node.kind is NodeKind.CLAUSE:
            continue
        name = node.path[0] if node.path else _NAMES[node.kind]
        if name == "正文" and at < first:
            name = "引言" if at == first - 1 else "通知正文" if has_title else "正文"
        times[name] += 1
        node.path = (name if times[name] == 1 else f"{name}{times[name]}",)
    return nodes


def _shorten(warnings: list[str]) -> list[str]:
    """The first warnings and a count of the others."""
    if len(warnings) <= _SHOWN_WARNINGS:
        return warnings
    return [
        *warnings[:_SHOWN_WARNINGS],
        f"另有 {len(warnings) - _SHOWN_WARNINGS} 处编号重复或不连续，未逐一列出。",
    ]
