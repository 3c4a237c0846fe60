"""Pairs to learn from: a question or something like one, and the passage that should be found by it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ingest.chunk import MAX_CHARS, split_sentences, split_text
from kb.train.asked import questions
from kb.train.texts import Unit

_MIN_HEADING = 4  # 总则, 附则 and the like say nothing about what stands below
_MIN_BODY = 12
_SENTENCE = range(10, 90)
_GENERAL = 8  # a heading so short (保障措施) is told from others by the titles above it only


class PairKind(StrEnum):
    """What a pair is made of."""

    HEADING = "heading"  # heading <-> body
    TITLE = "title"  # title, parents and the heading or first phrase <-> the rest of the clause
    SENTENCE = "sentence"  # sentence <-> its clause without it
    ASKED = "asked"  # question made from a sentence <-> the chunk it stands in
    QUESTION = "question"  # question of a file of questions <-> the chunk that answers it


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing to learn.

    Attributes:
        query: what is asked, without any prompt.
        passage: what should be found, as it would be indexed.
        kind: what it is made of.
        document: the document it is of.
        clause: the clause it is of; two pairs of a clause are no counter-examples of each other.
    """

    query: str
    passage: str
    kind: PairKind
    document: str
    clause: str


def make_pairs(units: Iterable[Unit], seed: int = 0, kinds: Iterable[PairKind] = PairKind) -> list[Pair]:
    """All pairs of these clauses, at most one of a kind a clause; the same for the same clause and seed."""
    makers = [_MAKERS[kind] for kind in kinds if kind in _MAKERS]
    return [pair for unit in units for maker in makers for pair in maker(unit, _dice(unit, seed, maker))]


def _dice(unit: Unit, seed: int, maker: Callable[..., object]) -> random.Random:
    return random.Random(f"{seed} {maker.__name__} {unit.clause}")


def _heading(unit: Unit, _: random.Random) -> Iterator[Pair]:
    if len(unit.heading) >= _MIN_HEADING and len(unit.body) >= _MIN_BODY:
        query = f"{unit.titles[0]} {unit.heading}" if len(unit.heading) < _GENERAL else unit.heading
        yield Pair(query, first_chunk(unit.body), PairKind.HEADING, unit.document, unit.clause)


def _title(unit: Unit, _: random.Random) -> Iterator[Pair]:
    start, rest = (unit.heading, unit.body) if unit.heading else first_phrase(unit.body)
    if start and len(rest) >= _MIN_BODY:
        query = " ".join((*unit.titles, start))
        yield Pair(query, first_chunk(rest), PairKind.TITLE, unit.document, unit.clause)


def _sentence(unit: Unit, dice: random.Random) -> Iterator[Pair]:
    sentences = split_sentences(unit.body)
    fit = [n for n, sentence in enumerate(sentences) if len(sentence.strip()) in _SENTENCE]
    if not fit or len(sentences) < 2:
        return
    at = dice.choice(fit)
    rest = "".join(sentences[:at]) + "".join(sentences[at + 1 :])
    passage = chunk_at(rest, len("".join(sentences[:at])))
    if len(passage) >= _MIN_BODY and sentences[at].strip() not in passage:
        yield Pair(sentences[at].strip(), passage, PairKind.SENTENCE, unit.document, unit.clause)


def _asked(unit: Unit, dice: random.Random) -> Iterator[Pair]:
    made = []
    at = unit.text.find(unit.body)
    for sentence in split_sentences(unit.body):
        made += [(asked, at) for asked in questions(sentence)]
        at += len(sentence)
    if made:
        query, place = dice.choice(made)
        yield Pair(query, chunk_at(unit.text, place), PairKind.ASKED, unit.document, unit.clause)


_MAKERS: dict[PairKind, Callable[[Unit, random.Random], Iterator[Pair]]] = {
    PairKind.HEADING: _heading,
    PairKind.TITLE: _title,
    PairKind.SENTENCE: _sentence,
    PairKind.ASKED: _asked,
}


def first_chunk(text: str) -> str:
    """The first piece of a text as the index would cut it."""
    return split_text(text)[0].strip()


def first_phrase(text: str) -> tuple[str, str]:
    """The first phrase of a text of several, and the rest.

    >>> first_phrase("从事生产的单位，应当建立制度。")
    ('从事生产的单位', '应当建立制度。')
    >>> first_phrase("应当建立制度。")
    ('', '应当建立制度。')
    """
    at = min((found for mark in "，。；：" if (found := text.find(mark)) >= 0), default=-1)
    if not _MIN_HEADING <= at < min(60, len(text) - 1):
        return "", text
    return text[:at], text[at + 1 :].strip()


def chunk_at(text: str, offset: int, max_chars: int = MAX_CHARS) -> str:
    """The piece of a text, as the index would cut it, that an offset falls in; the last one beyond the end.

    >>> chunk_at("支持研发。给予补贴。鼓励上市。", 5, max_chars=5)
    '给予补贴。'
    """
    end = 0
    piece = ""
    for piece in split_text(text, max_chars) if text else []:
        end += len(piece)
        if offset < end:
            break
    return piece.strip()
