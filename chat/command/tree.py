"""A document in the terminal: what is known of it, then its clauses as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from chat.wording import standing_text
from corpus import Clause, NodeKind, PolicyDocument
from kb.lifecycle import DocumentRecord

_LEAST_WIDTH = 24  # columns a line of text is given, however deep in the tree


def document_text(document: PolicyDocument, full: bool = False, record: DocumentRecord | None = None) -> str:
    """A document as a tree of its clauses, each a line; warnings at the end.

    Args:
        document: the document.
        full: whether to print clauses whole.
        record: the same in the knowledge base, which knows whether it is in force.
    """
    lines = [f"《{document.title}》", *_facts(document, record), "", *_tree(document, full)]
    if document.warnings:
        lines += ["", "提示", *(f"  · {warning}" for warning in document.warnings)]
    return "\n".join(lines)


def _facts(document: PolicyDocument, record: DocumentRecord | None) -> Iterator[str]:
    """A line each for what is known; names are padded to the same width."""
    pages = max((place.page for place in document.places), default=0)
    clauses = sum(clause.kind is NodeKind.CLAUSE for clause in document.clauses)
    level = f"（{document.level}级）" if document.level and document.region else document.level
    facts = (
        ("文号", document.doc_number),
        ("发文机关", "、".join(document.issuers)),
        ("印发日期", str(document.issued_on or "")),
        ("施行日期", str(document.effective_from or "")),
        ("失效日期", str(document.effective_to or "")),
        ("状态", standing_text(record, date.today()) if record else ""),
        ("地区层级", document.region + level),
        ("废止文件", "、".join(document.supersedes)),
        ("联系单位", "、".join(document.contacts)),
        ("页数", str(pages or "")),
        ("条款数", str(clauses)),
    )
    for name, value in facts:
        if value:
            yield f"  {name}{'　' * (4 - len(name))}  {value}"


def _tree(document: PolicyDocument, full: bool) -> Iterator[str]:
    """The nodes with the lines that join them."""
    width = terminal_width()
    depths = _depths(document.clauses)
    open_branches: list[bool] = []  # by depth, whether more nodes of that depth follow
    for n, (node, depth) in enumerate(zip(document.clauses, depths, strict=True)):
        more = _has_sibling(depths, n)
        open_branches[depth:] = [more]
        stem = "".join("│  " if branch else "   " for branch in open_branches[:depth])
        first, rest = f"{stem}{'├─ ' if more else '└─ '}", f"{stem}{'│  ' if more else '   '}"
        place = document.place(node.span.start)
        page = f"  第{place.page}页" if place and place.page else ""
        head, *others = _lines(node, full, width - len(first) - 2 * len(page))
        yield f"{first}{head}{page}"
        for line in (*others, *_units(node)):
            yield f"{rest}  {line}"


def _depths(nodes: Sequence[Clause]) -> list[int]:
    """Depth of each node in the printed tree, from 0: never more than one below the node before."""
    depths: list[int] = []
    by_path: dict[tuple[str, ...], int] = {}
    for node in nodes:
        depth = min(max(node.level - 1, 0), depths[-1] + 1 if depths else 0)
        if node.kind is not NodeKind.CLAUSE and len(node.path) > 1:  # text after a list, which has no level
            depth = by_path.get(node.path[:-1], -1) + 1
        depths.append(depth)
        by_path[node.path] = depth
    return depths


def _has_sibling(depths: Sequence[int], n: int) -> bool:
    """Whether another node of the same parent follows.

    >>> [_has_sibling([0, 1, 1, 0], n) for n in range(4)]
    [True, True, False, False]
    """
    for depth in depths[n + 1 :]:
        if depth <= depths[n]:
            return depth == depths[n]
    return False


def _lines(node: Clause, full: bool, width: int) -> list[str]:
    """Number and heading, or the first words, cut to a width in columns; all paragraphs in full."""
    name = "" if node.kind is NodeKind.CLAUSE else f"〔{node.path[-1]}〕"
    paragraphs = node.text.replace("\t", "  ").split("\n")
    if full:
        return [name + paragraphs[0], *paragraphs[1:]]
    text = paragraphs[0]
    if node.heading and (at := node.text.find(node.heading)) >= 0:
        text = node.text[: at + len(node.heading)].replace("\n", "")
    cut = len(text) < len(node.text.replace("\n", ""))
    number = node.path[-1]
    if number.startswith("第") and text.startswith(number):
        text = f"{number}　{text[len(number) :]}"  # as statutes print it; the blank is not part of the words
    return [shortened(name + text, max(width, _LEAST_WIDTH), cut and not node.heading)]


def shortened(text: str, width: int, always: bool = False) -> str:
    """A text of at most so many columns, with … where words are left out.

    >>> shortened("支持研发投入", 7), shortened("支持", 7), shortened("支持", 7, always=True)
    ('支持研…', '支持', '支持…')
    """
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) + always <= width:
        return text + "…" * always
    return set_cell_size(text, width - 1).rstrip() + "…"


def _units(node: Clause) -> Iterator[str]:
    if node.lead:
        yield f"牵头：{'、'.join(node.lead)}"
    if node.participants:
        yield f"{'参与' if node.lead else '责任'}：{'、'.join(node.participants)}"


def terminal_width() -> int:
    """Columns of the terminal, 80 where there is none."""
    from rich.console import Console

    return Console().width
