"""Paragraphs to the nodes of the clause tree.

Each body of the document (``ingest.parts``) gets its own tree. What stands around the clauses - header, titles, table of
contents, list of attachments, signature - becomes unnumbered nodes with the names people use.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus import NodeKind
from ingest.chrome import Furniture, Page, split_page
from ingest.kinds import attachment_name, is_contents, unnumbered_kind
from ingest.landmarks import cut_landmarks
from ingest.mapped import Mapped
from ingest.nesting import nesting
from ingest.numbering import Style, match_marker
from ingest.parts import Part, split_parts
from ingest.points import find_points
from ingest.sequence import choose
from ingest.starts import Candidate, find_candidates
from ingest.tree import ClauseTree, Node

_NAMES = {NodeKind.HEADER: "版头", NodeKind.TITLE: "标题", NodeKind.SIGNATURE: "落款", NodeKind.BODY: "正文"}
_PAGE = "网页信息"  # navigation and footers of a web page
_SHOWN_WARNINGS = 5
_MANY_WARNINGS, _DOUBTFUL = (
    10,
    0.2,
)  # warnings, and their share of the clauses, above which the tree is doubtful
_MAX_ENTRY = 80  # characters of a line in a table of contents
_MAX_ENTRIES = 300
_MAX_LIST = 400  # characters; a longer paragraph that begins with 附件： holds the attachment itself
_PAGE_NUMBER = re.compile(r"[\s.…·\d]+$")


def segment(paragraphs: list[Mapped]) -> tuple[list[Node], list[str]]:
    """Nodes in document order, and warnings.

    >>> from ingest.clean import clean
    >>> nodes, _ = segment(clean("关于印发办法的通知\\n一、目标\\n增强。\\n二、任务\\n1.建设。\\n三、附则\\n2.施行。"))
    >>> [node.path for node in nodes]
    [('标题',), ('一',), ('二',), ('二', '1'), ('三',), ('三', '2')]
    """
    page = split_page(paragraphs)
    parts = split_parts(cut_landmarks(page.body))
    trees = [_grow(part) for part in parts]
    numbered = [
        part
        for part, tree in zip(parts, trees, strict=True)
        if any(n.kind is NodeKind.CLAUSE for n in tree.nodes)
    ]
    nodes = _above(page)
    for part, tree in zip(parts, trees, strict=True):
        is_policy = part is numbered[0] and part.name.startswith("《") if numbered else False
        if (
            len(numbered) > 1 and part.name and not is_policy
        ):  # what a notice issues is the main body, and stays bare
            _prefix(tree.nodes, part.name)
        nodes += _split_signature(tree.nodes)
    if page.below:
        nodes.append(Node(NodeKind.SIGNATURE, (_PAGE,), page.below))
    clauses = sum(node.kind is NodeKind.CLAUSE for node in nodes)
    return _name_parts(nodes), _shorten([warning for tree in trees for warning in tree.warnings], clauses)


def _above(page: Page) -> list[Node]:
    """What is printed above the document: boxes of metadata are its header; a title among them stays one."""
    nodes: list[Node] = []
    for paragraph, furniture in page.above:
        kind = unnumbered_kind(paragraph.text)
        is_title = furniture is None and kind is NodeKind.TITLE
        is_page = furniture is Furniture.PAGE or (furniture is None and kind is NodeKind.BODY)
        path = (_PAGE,) if is_page else ()
        if nodes and not is_title and nodes[-1].kind is NodeKind.HEADER and nodes[-1].path == path:
            nodes[-1].paragraphs.append(paragraph)
        else:
            nodes.append(Node(NodeKind.TITLE if is_title else NodeKind.HEADER, path, [paragraph]))
    return nodes


def _grow(part: Part) -> ClauseTree:
    apart = _set_apart(part)
    inside = [False] * len(part.paragraphs)
    for at, node in apart.items():
        inside[at : at + len(node.paragraphs)] = [True] * len(node.paragraphs)
    free = [at for at in range(len(part.paragraphs)) if not inside[at]]
    texts = [part.paragraphs[at] for at in free]
    candidates = sorted(
        find_candidates(texts) + find_points(texts), key=lambda found: (found.paragraph, found.at)
    )
    order = nesting(candidates)
    tree = ClauseTree(order)
    starts: dict[int, list[Candidate]] = defaultdict(list)
    for clause in choose(candidates, order):
        starts[free[clause.paragraph]].append(clause)
    for at, paragraph in enumerate(part.paragraphs):
        if at in apart:
            tree.finish()
            tree.nodes.append(apart[at])
        elif not inside[at]:
            _add(tree, paragraph, starts.get(at, []))
    tree.finish()
    return tree


def _add(tree: ClauseTree, paragraph: Mapped, starts: Sequence[Candidate]) -> None:
    """Add a paragraph to the tree, cut where clauses start in it."""
    first = starts[0].at if starts else len(paragraph.text)
    before = paragraph.cut(0, first).trimmed()
    if before.text:
        tree.add_text(before)
    for n, start in enumerate(starts):
        end = starts[n + 1].at if n + 1 < len(starts) else None
        tree.add_clause(start.marker, paragraph.cut(start.at, end).trimmed(), is_inside=start.at > 0)


def _set_apart(part: Part) -> dict[int, Node]:
    """Tables of contents and lists of attachments, whose numbers are no clauses, by where they begin."""
    apart: dict[int, Node] = {}
    at = 0
    while at < len(part.paragraphs):
        if length := _contents_length(part.paragraphs, at):
            apart[at] = Node(NodeKind.BODY, ("目录",), part.paragraphs[at : at + length])
        elif length := _attachments_length(part.paragraphs, at):
            name = part.name if part.name and at == 0 else "附件说明"
            apart[at] = Node(NodeKind.BODY, (name,), part.paragraphs[at : at + length])
        at += length or 1
    return apart


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
    text = paragraphs[at].text
    if attachment_name(text) is None or (len(text) > _MAX_LIST and "。" in text):
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
        if node.is_in_tree:
            node.path = (name, *node.path)


def _split_signature(nodes: list[Node]) -> list[Node]:
    """Take organ names, dates and print lines at the end of the last clause out of it: they are the signature."""
    if not nodes or not nodes[-1].is_in_tree:
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
        if node.is_in_tree:
            continue
        name = node.path[0] if node.path else _NAMES[node.kind]
        if name == "正文" and at < first:
            name = "引言" if at == first - 1 else "通知正文" if has_title else "正文"
        times[name] += 1
        node.path = (name if times[name] == 1 else f"{name}{times[name]}",)
    return nodes


def _shorten(warnings: list[str], clauses: int) -> list[str]:
    """The first warnings and a count of the others; where they are so many that the tree is doubtful, that comes first.

    >>> _shorten(["缺第 2 项"], 1), len(_shorten(["缺第 2 项"] * 12, 100)), _shorten(["缺第 2 项"] * 12, 40)[0]
    (['缺第 2 项'], 6, '编号大量重复或不连续（12 处），条款结构可能不可靠，请对照原文核对。')
    """
    is_doubtful = len(warnings) > max(_MANY_WARNINGS, _DOUBTFUL * clauses)
    total = f"编号大量重复或不连续（{len(warnings)} 处），条款结构可能不可靠，请对照原文核对。"
    shown = [total] if is_doubtful else []
    if len(warnings) <= _SHOWN_WARNINGS:
        return [*shown, *warnings]
    return [
        *shown,
        *warnings[:_SHOWN_WARNINGS],
        f"另有 {len(warnings) - _SHOWN_WARNINGS} 处编号重复或不连续，未逐一列出。",
    ]
