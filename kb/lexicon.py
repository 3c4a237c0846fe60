"""The policy lexicon: the words policies use for what people say.

It adds to a question, never replaces. A word counts only where the text reads so: 钱 is none of 钱塘江, and within a
longer word of the lexicon or a policy term (设备更新, 医疗器械) the shorter one says nothing of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from kb.cutting import Cutter
from kb.lexicon_file import Entries, read_entries
from kb.tokens import fold

SAME = 1.0  # the same thing in other words
RELATED = 0.5  # often meant by the word, not always
_FILE = Path(__file__).parent / "lexicon.yaml"
_NAME_CHAR = re.compile(r"[a-z0-9]")


class Lexicon:
    """Policy terms and the everyday words for them.

    >>> lexicon = Lexicon({"高新技术企业": ["高企"]}, related={"资金支持": ["钱"]})
    >>> lexicon.expansions("高企补多少钱"), lexicon.expansions("钱塘江边")
    ({'高新技术企业': 1.0, '资金支持': 0.5}, {})
    """

    def __init__(
        self,
        synonyms: Mapping[str, Sequence[str]],
        related: Mapping[str, Sequence[str]] | None = None,
        interchangeable: Iterable[Sequence[str]] = (),
        untouched: Collection[str] = (),
    ) -> None:
        """Take the entries; jieba is loaded by the first text.

        Args:
            synonyms: policy term to everyday words of the same meaning.
            related: policy term to words that often mean it.
            interchangeable: sets of words each of which may stand for the others.
            untouched: words in which a shorter word of the lexicon says nothing of its own.
        """
        self._terms: dict[str, dict[str, float]] = {}
        for entries, weight in ((synonyms, SAME), (related or {}, RELATED)):
            for term, words in entries.items():
                for word in words:
                    self._terms.setdefault(fold(word), {}).setdefault(term, weight)
        for words in interchangeable:
            for word in words:
                others = {other: SAME for other in words if fold(other) != fold(word)}
                self._terms[fold(word)] = others | self._terms.get(fold(word), {})
        self._whole = {fold(word) for word in (*synonyms, *(related or {}), *untouched)} | set(self._terms)

    @classmethod
    def of(cls, entries: Entries) -> Lexicon:
        """The lexicon of what a file says."""
        return cls(entries.synonyms, entries.related, entries.interchangeable, entries.untouched)

    def expansions(self, text: str) -> dict[str, float]:
        """Policy terms for the everyday words in a text, without those it has already, in order, with their weight.

        The weight is `SAME` or `RELATED`, relative to one another.
        """
        folded = fold(text)
        found: dict[str, float] = {}
        for word in self._found(folded):
            for term, weight in self._terms[word].items():
                if fold(term) not in folded:
                    found[term] = max(weight, found.get(term, 0.0))
        return found

    def terms_for(self, text: str) -> list[str]:
        """The same without weights."""
        return list(self.expansions(text))

    def words_in(self, text: str) -> list[str]:
        """Everyday words of the lexicon that stand in a text, folded, in order."""
        return list(dict.fromkeys(self._found(fold(text))))

    def meanings(self, word: str) -> list[str]:
        """Policy terms that one everyday word may stand for."""
        return list(self._terms.get(fold(word), {}))

    @property
    def vocabulary(self) -> Collection[str]:
        """Every word of the lexicon, folded: policy terms, everyday words, and those that say nothing of their own."""
        return self._whole

    @cached_property
    def _cutter(self) -> Cutter:
        return Cutter(self._whole)

    def _found(self, folded: str) -> list[str]:
        """Words of the lexicon among the words of a text, where jieba reads it so.

        Latin names and numbers have no neighbours of their kind: ct is none of ctrl, 2期 none of 12期.
        """
        if not self._terms or not folded:
            return []
        found, start = [], 0
        for word in self._cutter.cut(folded):
            end = start + len(word)
            if word in self._terms and not _goes_on(folded, start) and not _goes_on(folded, end):
                found.append(word)
            start = end
        return found


def _goes_on(text: str, at: int) -> bool:
    """Whether a Latin name or a number goes on across an offset.

    >>> _goes_on("ctrl", 2), _goes_on("做ct", 1), _goes_on("12期", 1)
    (True, False, True)
    """
    return 0 < at < len(text) and all(_NAME_CHAR.match(char) for char in text[at - 1 : at + 1])


def load_lexicon(path: Path | None = None) -> Lexicon:
    """The lexicon that ships with the project, with a file of one's own over it.

    A term of one's own file replaces the shipped line of that term; an empty list takes it away.

    Raises:
        RegisterError: the file is not as the head of lexicon.yaml describes; names file, line and what to do.
    """
    shipped = read_entries(_FILE)
    return Lexicon.of(shipped if path is None else shipped.updated(read_entries(path)))


@cache
def default_lexicon() -> Lexicon:
    """The lexicon that ships with the project."""
    return load_lexicon()
