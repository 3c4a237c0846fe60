"""Clauses to chunks for the index: cut at sentence ends, never inside a word, a number or a bracket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus import Clause, PolicyDocument
from ingest.words import segment

MAX_CHARS = 320  # about 200 tokens of the bundled model, whose limit is 512

_OPEN, _CLOSE = "（《“〔【「『(", "）》”〕】」』)"
_SENTENCE_END = "。；！？\n"
_PHRASE_END = "，、：,"
_CLOSING = _CLOSE + _SENTENCE_END + _PHRASE_END


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one clause.

    Attributes:
        clause_id: the clause it is of.
        ordinal: place among the pieces of that clause, from 0.
        text: verbatim piece of the clause text; the pieces joined give the clause text again.
        context: titles above it (document, parent headings, own heading), for the index only.
    """

    clause_id: str
    ordinal: int
    text: str
    context: str


def chunk_document(document: PolicyDocument, max_chars: int = MAX_CHARS) -> list[Chunk]:
    """All chunks of a document, in order."""
    chunks = []
    for clause in document.clauses:
        above = [ancestor.heading for ancestor in document.ancestors(clause)]
        context = " ".join(filter(None, [document.title, *above, clause.heading]))
        chunks += chunk_clause(clause, context, max_chars)
    return chunks


def chunk_clause(clause: Clause, context: str = "", max_chars: int = MAX_CHARS) -> list[Chunk]:
    """The chunks of one clause."""
    return [Chunk(clause.id, n, text, context) for n, text in enumerate(split_text(clause.text, max_chars))]


def split_text(text: str, max_chars: int = MAX_CHARS) -> list[str]:
    """Pieces of about ``max_chars`` characters: more only for an unbreakable bracket or a last crumb.

    >>> split_text("支持研发。给予补贴（最高500万元。含税）。鼓励上市。", 12)
    ['支持研发。给予补贴', '（最高500万元。含税）。', '鼓励上市。']

    Raises:
        ValueError: ``max_chars`` is not positive.
    """
    if max_chars <= 0:
        raise ValueError(f"max_chars must be positive: {max_chars}")
    pieces: list[str] = []
    for sentence in _cut_after(text, _SENTENCE_END):
        for part in _shorten(sentence, max_chars):
            if pieces and len(pieces[-1]) + len(part) <= max_chars:
                pieces[-1] += part
            else:
                pieces.append(part)
    if len(pieces) > 1 and len(pieces[-1]) < max_chars // 5:  # a crumb finds nothing on its own
        pieces[-2:] = ["".join(pieces[-2:])]
    return pieces


def _cut_after(text: str, ends: str) -> list[str]:
    """Cut after each of ``ends`` that stands outside brackets; a bracket never closed does not count."""
    parts, start, depth = [], 0, 0
    balanced = sum(map(text.count, _OPEN)) == sum(map(text.count, _CLOSE))
    for at, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char in ends and (depth == 0 or not balanced):
            parts.append(text[start : at + 1])
            start = at + 1
    if start < len(text):
        parts.append(text[start:])
    return parts


def _shorten(sentence: str, max_chars: int) -> list[str]:
    if len(sentence) <= max_chars:
        return [sentence]
    parts: list[str] = []
    for phrase in _cut_after(sentence, _PHRASE_END):
        for part in [phrase] if len(phrase) <= max_chars else _pack_words(phrase, max_chars):
            if parts and len(parts[-1]) + len(part) <= max_chars:
                parts[-1] += part
            else:
                parts.append(part)
    return parts


def _pack_words(phrase: str, max_chars: int) -> list[str]:
    """Pack whole words and whole brackets; numbers with their units stay whole because jieba sees them apart."""
    parts = [""]
    for unit in _unbreakable(phrase):
        if parts[-1] and len(parts[-1]) + len(unit) > max_chars:
            parts.append("")
        parts[-1] += unit
    return parts


_ATOM = re.compile(
    r"（[^（）]{0,120}）|[\d.,％%]+[一-鿿]?|[A-Za-z0-9][A-Za-z0-9\-+./]*|[一-鿿]+|.", re.DOTALL
)


def _unbreakable(phrase: str) -> list[str]:
    units: list[str] = []
    for atom in _ATOM.findall(phrase):
        if units and atom in _CLOSING:
            units[-1] += atom  # punctuation stays with the word before it
        else:
            units += segment(atom) if "一" <= atom[0] <= "鿿" else [atom]
    return units
