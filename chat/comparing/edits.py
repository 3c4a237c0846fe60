"""What was put in and struck out between two wordings, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from kb.cutting import plain_cutter
from kb.tokens import fold

_TOKEN = re.compile(
    r"""
    \d+ (?: [.,，] \d+ )* \s? (?: [%％] | [十百千]? [万亿]? 元 | [万亿] )?    # 2,000万元, 40%
  | [A-Za-z]+ | (?P<chinese> [一-鿿]+ ) | \s+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
_SENTENCE = re.compile(r"[^。；\n]*(?:[。；\n]|$)")
_MUCH = 2_000_000  # pairs of words; above it sentences are compared first
_ISLAND = 2  # so many unchanged characters between longer changes only make them hard to read


class Edit(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what became of them."""

    edit: Edit
    text: str


def edits(old: str, new: str) -> tuple[Piece, ...]:
    """The new wording with what was struck out before what stands in its place; kept words as they are now.

    Width, case and blanks do not count as changes.

    >>> [(piece.edit.value, piece.text) for piece in edits("不超过40%", "不超过50％")]
    [('kept', '不超过'), ('removed', '40%'), ('added', '50％')]
    >>> edits("甲,乙", "甲，乙")
    (Piece(edit=<Edit.KEPT: 'kept'>, text='甲，乙'),)
    """
    return tuple(_joined(_without_islands(list(_edited(old, new)))))


def words_of(text: str) -> list[str]:
    """The words, figures with their units, and marks of a text; joined they give it again.

    >>> words_of("给予2,000万元资助。")
    ['给予', '2,000万元', '资助', '。']
    """
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        words += plain_cutter().cut(match[0]) if match["chinese"] else [match[0]]
    return words


def _edited(old: str, new: str) -> Iterator[Piece]:
    one, other = words_of(old), words_of(new)
    if len(one) * len(other) <= _MUCH:
        yield from _compared(one, other, _struck)
        return
    sentences = [[found for found in _SENTENCE.findall(text) if found] for text in (old, new)]
    yield from _compared(sentences[0], sentences[1], _by_words)


def _struck(old: str, new: str) -> Iterator[Piece]:
    yield Piece(Edit.REMOVED, old)
    yield Piece(Edit.ADDED, new)


def _by_words(old: str, new: str) -> Iterator[Piece]:
    one, other = words_of(old), words_of(new)
    if len(one) * len(other) > _MUCH:
        yield from _struck(old, new)
    else:
        yield from _compared(one, other, _struck)


def _compared(
    one: Sequence[str], other: Sequence[str], changed: Callable[[str, str], Iterator[Piece]]
) -> Iterator[Piece]:
    keys = [[fold(word).strip() for word in words] for words in (one, other)]
    for tag, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        old, new = "".join(one[a:b]), "".join(other[c:d])
        if tag == "equal" or fold(old).split() == fold(new).split() or not (old + new).strip():
            yield Piece(Edit.KEPT, new)
        else:
            yield from changed(old, new)


def _without_islands(pieces: list[Piece]) -> Iterator[Piece]:
    """A word or mark left alone between longer changes is struck out and put in with them."""
    for n, piece in enumerate(pieces):
        before, after = pieces[max(0, n - 2) : n], pieces[n + 1 : n + 3]
        alone = (
            piece.edit is Edit.KEPT
            and len(piece.text) <= _ISLAND
            and not re.search(r"[\d。；\n]", piece.text)
            and all(_is_replaced(around, len(piece.text)) for around in (before, after))
        )
        yield from _struck(piece.text, piece.text) if alone else (piece,)


def _is_replaced(pieces: Sequence[Piece], least: int) -> bool:
    """Whether words were struck out here and others put in, each longer than what is kept beside them."""
    told = {piece.edit for piece in pieces if len(piece.text) > least}
    return told == {Edit.REMOVED, Edit.ADDED}


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one sort as one; between kept words all that was struck out comes before what was put in."""
    kept, removed, added = "", "", ""
    for piece in pieces:
        if not piece.text:
            continue
        if piece.edit is Edit.KEPT:
            yield from (Piece(edit, text) for edit, text in _runs(removed, added) if text)
            removed = added = ""
            kept += piece.text
            continue
        if kept:
            yield Piece(Edit.KEPT, kept)
            kept = ""
        removed += piece.text if piece.edit is Edit.REMOVED else ""
        added += piece.text if piece.edit is Edit.ADDED else ""
    yield from (Piece(edit, text) for edit, text in _runs(removed, added) if text)
    if kept:
        yield Piece(Edit.KEPT, kept)


def _runs(removed: str, added: str) -> Iterator[tuple[Edit, str]]:
    yield Edit.REMOVED, removed
    yield Edit.ADDED, added
