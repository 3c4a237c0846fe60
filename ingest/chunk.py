"""Clauses to chunks for the index: cut at sentence ends, never inside a word, a number or a bracket."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus import Clause, NodeKind, PolicyDocument, Span, TableRow
from ingest.words import segment

MAX_CHARS = 100  # short pieces are found better, docs/decisions/005-retrieval.md

_PAIRS = dict(zip("）》”〕】」』)", "（《“〔【「『(", strict=True))
_MAX_BRACKET = 120  # characters; a longer bracket is a text of its own and may be cut
_MAX_WORD = 60
_SENTENCE_END = "。；！？\n"
_PHRASE_END = "，、：,"
_CLOSING = frozenset([*_PAIRS, *_SENTENCE_END, *_PHRASE_END])  # never start a piece
_WHOLE = re.compile(
    r"""
      \d{1,4}年(?:\d{1,2}月(?:\d{1,2}日)?)?                # 2025年9月19日
    | \d(?:[\d.,:：—-]{0,40}\d)?[%％‰]?[十百千万亿]{0,3}元?  # 40%   1,000万元   1—2
    | [A-Za-z0-9][A-Za-z0-9\-+./]{0,60}                     # CDMO   3D/4D
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one clause.

    Attributes:
        clause_id: the clause it is of.
        ordinal: place among the pieces of that clause, from 0.
        text: verbatim piece of the clause text; the pieces joined give the clause text again.
        context: titles above it (document, headings or lead-ins of its parents, own heading), then what its table rows are read with
            (header cells, merged cells); for the index only.
    """

    clause_id: str
    ordinal: int
    text: str
    context: str


def chunk_document(document: PolicyDocument, max_chars: int = MAX_CHARS) -> list[Chunk]:
    """All chunks of a document, in order."""
    titles = {c.path: c.heading or _lead_in(c) for c in document.clauses if c.kind is NodeKind.CLAUSE}
    chunks = []
    for clause in document.clauses:
        above = [titles.get(clause.path[:n], "") for n in range(1, len(clause.path))]
        context = " ".join(filter(None, [document.title, *above, clause.heading]))
        chunks += chunk_clause(clause, context, max_chars, document.rows)
    return chunks


def chunk_clause(
    clause: Clause, context: str = "", max_chars: int = MAX_CHARS, rows: Sequence[TableRow] = ()
) -> list[Chunk]:
    """The chunks of one clause; ``rows`` are all table rows of its document, in order."""
    chunks = []
    start = 0
    for n, text in enumerate(split_text(clause.text, max_chars)):
        origin = clause.origin[start : start + len(text)]
        beside = dict.fromkeys(row.context for row in _rows_in(rows, Span(origin[0], origin[-1] + 1)))
        chunks.append(Chunk(clause.id, n, text, " ".join(filter(None, [context, *beside]))))
        start += len(text)
    return chunks


def _rows_in(rows: Sequence[TableRow], span: Span) -> Sequence[TableRow]:
    """The rows that a span of the source text touches.

    >>> rows = [TableRow(Span(0, 5), "对象"), TableRow(Span(6, 9), "标准")]
    >>> [row.context for row in _rows_in(rows, Span(5, 8))], list(_rows_in(rows, Span(9, 12)))
    (['标准'], [])
    """
    first = bisect_right(rows, span.start, key=lambda row: row.span.end)
    return rows[first : bisect_left(rows, span.end, lo=first, key=lambda row: row.span.start)]


def _lead_in(clause: Clause) -> str:
    """What the items below a clause without a heading are read with: 申请人应当符合下列条件：; "" of other clauses."""
    text = clause.text.strip()
    return text if text.endswith(("：", ":")) and len(text) <= MAX_CHARS else ""


def split_text(text: str, max_chars: int = MAX_CHARS) -> list[str]:
    """Pieces of about ``max_chars`` characters: more only for an unbreakable bracket or a last crumb.

    >>> split_text("支持研发。给予补贴（最高500万元。含税）。鼓励上市。", 12)
    ['支持研发。给予补贴', '（最高500万元。含税）。', '鼓励上市。']

    Raises:
        ValueError: ``max_chars`` is not positive.
    """
    if max_chars <= 0:
        raise ValueError(f"max_chars must be positive: {max_chars}")
    whole = _whole_parts(text)
    pieces = _pack(text, (0, len(text)), (_sentence_ends, _phrase_ends, _word_ends), whole, max_chars)
    if len(pieces) > 1 and pieces[-1][1] - pieces[-1][0] < max_chars // 5:  # a crumb finds nothing on its own
        pieces[-2:] = [(pieces[-2][0], pieces[-1][1])]
    return [text[start:end] for start, end in pieces]


def split_sentences(text: str) -> list[str]:
    """Sentences and clauses of sentences, cut after 。；！？ outside brackets; joined they give the text again.

    >>> split_sentences("括号（里面。不断；开）接着。下一句")
    ['括号（里面。不断；开）接着。', '下一句']
    """
    whole = _whole_parts(text)
    ends = [at for at in _sentence_ends(text, 0, len(text)) if not whole[at]]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if end > start]


_Cuts = Callable[[str, int, int], Iterable[int]]


def _pack(
    text: str, span: tuple[int, int], levels: Sequence[_Cuts], whole: bytearray, max_chars: int
) -> list[tuple[int, int]]:
    """Spans of at most ``max_chars`` where the cuts allow it: coarse cuts first, finer ones only for what is too long."""
    pieces: list[tuple[int, int]] = []
    start = span[0]
    for end in [*(at for at in levels[0](text, *span) if not whole[at]), span[1]]:
        if end <= start:
            continue
        too_long = end - start > max_chars and len(levels) > 1
        for part in _pack(text, (start, end), levels[1:], whole, max_chars) if too_long else [(start, end)]:
            if pieces and part[1] - pieces[-1][0] <= max_chars:
                pieces[-1] = (pieces[-1][0], part[1])
            else:
                pieces.append(part)
        start = end
    return pieces


def _sentence_ends(text: str, start: int, end: int) -> Iterable[int]:
    return (at + 1 for at in range(start, end - 1) if text[at] in _SENTENCE_END)


def _phrase_ends(text: str, start: int, end: int) -> Iterable[int]:
    return (at + 1 for at in range(start, end - 1) if text[at] in _PHRASE_END)


def _word_ends(text: str, start: int, end: int) -> Iterable[int]:
    for word in segment(text[start:end]):
        step = 1 if len(word) > _MAX_WORD else len(word)  # nothing is a word of that length
        yield from range(start + step, start + len(word) + 1, step)
        start += len(word)


def _whole_parts(text: str) -> bytearray:
    """1 at each offset where a cut would fall inside a bracket, number or Latin word, or before closing punctuation.

    >>> list(_whole_parts("（约3万）。"))
    [0, 1, 1, 1, 1, 1, 0]
    """
    whole = bytearray(len(text) + 1)
    spans = [found.span() for found in _WHOLE.finditer(text)] + _brackets(text)
    for start, end in spans:
        whole[start + 1 : end] = b"\x01" * (end - start - 1)
    for at, char in enumerate(text):
        if char in _CLOSING:
            whole[at] = 1
    return whole


def _brackets(text: str) -> list[tuple[int, int]]:
    """Spans of brackets that are closed by their own kind and not too long."""
    spans, opened = [], list[tuple[str, int]]()
    for at, char in enumerate(text):
        if char in _PAIRS.values():
            opened.append((char, at))
        elif char in _PAIRS and any(kind == _PAIRS[char] for kind, _ in opened[-5:]):
            while True:
                kind, start = opened.pop()
                if kind == _PAIRS[char]:
                    break
            if at + 1 - start <= _MAX_BRACKET:
                spans.append((start, at + 1))
    return spans
