"""Documents by 文号 and by title, full or shortened, looked up and not searched through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.words import segment
from kb.query.textform import fold

if TYPE_CHECKING:
    from kb.query.known import NamedDocument

ORDER = re.compile(r"(?P<organ>.*)(?P<order>令|公告|通告)(?:(?P<of>\d{4})年)?第(?P<nth>\d+)号")
_NUMBER = re.compile(r"(?P<agency>.*)〔(?P<year>\d{4})〕(?P<serial>\d+)号")
_BRACKET_AT_END = re.compile(r"\([^()]*\)$")
_KIND = re.compile(
    r"(?:若干措施|若干政策|若干意见|若干规定|行动计划|行动方案|实施方案|实施意见|实施细则|管理办法|暂行办法)$"
)
# what a policy calls itself, with the two characters before it: 行动计划, 奖励办法, 消防条例
_ENDING = re.compile(r"[一-鿿]{2}(?:办法|方案|计划|规划|细则|规定|意见|措施|政策|条例|规则|纲要|章程|决定)$")
_KEY = 4  # characters by which names in a text are looked up; shorter names are no names
_LONGEST_STEM = 30
_LEAST_STEM, _LEAST_QUOTED = 4, 2
_LEAST_SHARE = 0.25  # of the title that a shortened one must keep; with less it may be any words that fit


@dataclass(frozen=True, slots=True)
class Number:
    """A document's 文号 in its parts; ``year`` and ``agency`` are "" where it has none."""

    document: str
    agency: str
    year: str


@dataclass(frozen=True, slots=True)
class Order:
    """The number of an order or announcement in its parts: 国务院令第707号."""

    document: str
    organ: str
    year: str


@dataclass(frozen=True, slots=True)
class Nickname:
    """A name that points at one document.

    Attributes:
        text: the name, folded.
        document: id.
        whole: it is the whole title, with or without the bracket at its end.
    """

    text: str
    document: str
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class Titles:
    """Dictionaries of a knowledge base's documents by what they are called.

    Attributes:
        position: place of each document in the order of the knowledge base.
        numbers: 文号 by serial.
        orders: orders and announcements by kind and number.
        exact: documents by folded title, with and without the bracket at its end.
        folded: folded titles of each document: its own and that of its notice.
        grams: documents by pairs of characters in their titles.
        heads: names that point at one document by their first characters, longest first.
        endings: what titles end in: 行动计划.
    """

    position: Mapping[str, int]
    numbers: Mapping[str, Sequence[Number]]
    orders: Mapping[tuple[str, int], Sequence[Order]]
    exact: Mapping[str, Sequence[str]]
    folded: Mapping[str, tuple[str, str]]
    grams: Mapping[str, frozenset[str]]
    heads: Mapping[str, Sequence[Nickname]]
    endings: frozenset[str]

    @classmethod
    def of(cls, documents: Iterable[NamedDocument]) -> Titles:
        """Read the names of documents."""
        every = list(documents)
        numbers: dict[str, list[Number]] = {}
        orders: dict[tuple[str, int], list[Order]] = {}
        exact: dict[str, list[str]] = {}
        grams: dict[str, set[str]] = {}
        folded = {d.id: (fold(d.title), fold(d.notice_title)) for d in every}
        for document in every:
            number = fold(document.doc_number)
            if order := ORDER.fullmatch(number):
                key = (order["order"], int(order["nth"]))
                orders.setdefault(key, []).append(Order(document.id, order["organ"], order["of"] or ""))
            elif parts := _NUMBER.fullmatch(number):
                of = Number(document.id, parts["agency"], parts["year"])
                numbers.setdefault(parts["serial"], []).append(of)
            title, notice = folded[document.id]
            for name in {title, _plain(title), notice} - {""}:
                exact.setdefault(name, []).append(document.id)
            for pair in {*pairwise(title), *pairwise(notice)}:
                grams.setdefault("".join(pair), set()).add(document.id)
        return cls(
            {document.id: at for at, document in enumerate(every)},
            numbers,
            orders,
            exact,
            folded,
            {pair: frozenset(ids) for pair, ids in grams.items()},
            _by_head(folded),
            frozenset(found.group() for t, _ in folded.values() if (found := _ENDING.search(_plain(t)))),
        )

    def by_title(self, name: str) -> tuple[str, ...]:
        """Documents a quoted title means: of that title, else whose title holds it or is held by it, else shortened.

        Args:
            name: folded, without 书名号.
        """
        same = self.exact.get(name, ())
        if same:
            return tuple(same)
        holding = self.naming(name)
        held = [nick.document for _, _, nick in self.names_in(name) if nick.whole]
        if holding or held:
            return tuple(dict.fromkeys((*holding, *held)))
        found = self.shortened(name, _LEAST_QUOTED)
        return (found,) if found else ()

    def naming(self, words: str) -> frozenset[str]:
        """Documents whose title, or whose notice's, holds some words."""
        folded = fold(words)
        return frozenset(
            each for each in self._with_pairs(folded) if any(folded in title for title in self.folded[each])
        )

    def names_in(self, text: str) -> Iterator[tuple[int, int, Nickname]]:
        """Names that stand in a folded text, with where, not overlapping, the longest first."""
        found = [
            (len(nick.text), at, nick)
            for at in range(len(text) - _KEY + 1)
            for nick in self.heads.get(text[at : at + _KEY], ())
            if text.startswith(nick.text, at)
        ]
        taken: list[tuple[int, int]] = []
        for length, at, nick in sorted(found, key=lambda each: (-each[0], each[1])):
            if all(at + length <= start or end <= at for start, end in taken):
                taken.append((at, at + length))
                yield at, at + length, nick

    def short_titles_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Shortened titles that stand in a folded text: 生物医药行动计划, with where and the document meant."""
        for end in range(2 * _KEY, len(text) + 1):
            if text[end - _KEY : end] not in self.endings:
                continue
            stem = text[max(0, end - _KEY - _LONGEST_STEM) : end - _KEY]
            words = segment(stem)
            while words and len("".join(words)) >= _LEAST_STEM:
                start = end - _KEY - len("".join(words))
                if words[0] in "\"'”’》、，的和与及":
                    words.pop(0)
                    continue
                if document := self.shortened(text[start:end], _LEAST_STEM):
                    yield start, end, document
                    break
                words.pop(0)

    def shortened(self, name: str, least: int) -> str | None:
        """The one document whose title has the words of a folded name in order and ends as it does; None if unsure.

        Args:
            name: such as 生物医药行动计划.
            least: characters that must stand before the ending.
        """
        ending, stem = name[-_KEY:], name[:-_KEY]
        if len(stem) < least or ending not in self.endings:
            return None
        words = [word for word in segment(stem) if word not in "的和与及"]
        if not words or len(words[0]) < 2:
            return None
        found = [
            each
            for each in self._with_pairs(*words, ending)
            if _plain(self.folded[each][0]).endswith(ending)
            and _in_order(words, self.folded[each][0][:-_KEY])
        ]
        if len(found) != 1 or len(stem) < _LEAST_SHARE * len(_plain(self.folded[found[0]][0])[:-_KEY]):
            return None
        return found[0]

    def _with_pairs(self, *words: str) -> frozenset[str]:
        """Documents whose titles have all pairs of neighbouring characters of some words."""
        pairs = {"".join(pair) for word in words for pair in pairwise(word)}
        postings = sorted((self.grams.get(pair, frozenset()) for pair in pairs), key=len)
        return frozenset.intersection(*postings) if postings else frozenset()


def _plain(title: str) -> str:
    """A folded title without the bracket at its end: (试行), (2025—2027年)."""
    return _BRACKET_AT_END.sub("", title)


def _in_order(words: Sequence[str], title: str) -> bool:
    at = 0
    for word in words:
        at = title.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True


def _by_head(folded: Mapping[str, tuple[str, str]]) -> dict[str, list[Nickname]]:
    """Names that point at exactly one document: its title, its kind of text where no other has it, its last words."""
    owners: dict[str, set[str]] = {}
    whole: set[str] = set()
    for document, (title, _) in folded.items():
        plain = _plain(title)
        whole |= {title, plain}
        for name in {title, plain, *_KIND.findall(plain), "".join(segment(plain)[-2:])}:
            if len(name) >= _KEY:
                owners.setdefault(name, set()).add(document)
    heads: dict[str, list[Nickname]] = {}
    for name in sorted(owners, key=len, reverse=True):
        if len(owners[name]) == 1:
            (document,) = owners[name]
            heads.setdefault(name[:_KEY], []).append(Nickname(name, document, name in whole))
    return heads
