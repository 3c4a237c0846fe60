"""Other words, and wrong ones: synonyms of the lexicon, homophones an input method offers, slips of the finger."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from kb.cutting import Cutter

_CONFUSIONS = Path(__file__).parent / "confusions.yaml"
_LEAST_COUNT = 100  # in jieba's dictionary: a word an input method offers first
_LONGEST = 4
# names, quotations, document and clause numbers
_KEPT = re.compile(
    r"《[^》]*》|“[^”]*”|[一-鿿]{0,8}[〔\[（(]\s*\d{4}\s*[〕\]）)]\s*(?:第?\d+\s*号)?|第[^，。\s]{1,4}条"
)
_NUMERAL = re.compile(r"[一二三四五六七八九十百千万亿两几零〇多少半首次]")
_DECIDES = re.compile(r"[不未非无没]|[元币金]$")  # 不是, 港币
_CHINESE = re.compile(r"[一-鿿]{2,}")


def paraphrased(text: str, random: Random) -> str:
    """Every word that has a synonym in the lexicon of the knowledge base, by one of them.

    >>> paraphrased("高企能拿多少", Random(1)) in ("高新技术企业能拿多少", "国高企能拿多少", "高新企业能拿多少")
    True
    """
    others = _synonyms()
    return "".join(
        random.choice(others[word]) if free and word in others else word for word, free in _words(text)
    )


def misheard(text: str, random: Random) -> str:
    """One word by another that sounds the same: from the table of common confusions, else the commonest homophone.

    >>> misheard("临床试验保险", Random(1)), misheard("？", Random(1))
    ('临床实验保险', '？')
    """
    words = _words(text)
    for wrong in (_confusions(), _homophones()):
        places = [
            at for at, (word, free) in enumerate(words) if free and word in wrong and _may_go_wrong(word)
        ]
        if places:
            at = random.choice(places)
            return _replaced(words, at, random.choice(wrong[words[at][0]]))
    return text


def mistyped(text: str, random: Random) -> str:
    """One word of which two characters are swapped or one is doubled.

    >>> sorted({mistyped("保险", Random(seed)) for seed in range(9)})
    ['保保险', '保险险', '险保']
    """
    words = _words(text)
    places = [at for at, (word, free) in enumerate(words) if free and _may_go_wrong(word)]
    if not places:
        return text
    at = random.choice(places)
    word = words[at][0]
    one = random.randrange(len(word))
    if random.random() < 0.5 or word[one] == word[one - 1]:
        wrong = word[: one + 1] + word[one:]
    else:
        first = min(one, len(word) - 2)
        wrong = word[:first] + word[first + 1] + word[first] + word[first + 2 :]
    return _replaced(words, at, wrong)


def _replaced(words: Sequence[tuple[str, bool]], at: int, other: str) -> str:
    return "".join(other if n == at else word for n, (word, _) in enumerate(words))


def _may_go_wrong(word: str) -> bool:
    """Whether a word may be written wrong and still be meant: no number, no place, nothing that turns a condition."""
    from kb.query.places import find_places
    from kb.tokens import DECISIVE_WORDS

    if not _CHINESE.fullmatch(word) or _NUMERAL.search(word) or _DECIDES.search(word):
        return False
    if word in DECISIVE_WORDS:
        return False
    return not find_places(word)


@cache
def _confusions() -> Mapping[str, list[str]]:
    """Right words to the wrong ones written for them."""
    found: dict[str, list[str]] = defaultdict(list)
    for wrong, right in yaml.safe_load(_CONFUSIONS.read_text("utf-8")).items():
        found[right].append(wrong)
    return dict(found)


@cache
def _synonyms() -> Mapping[str, list[str]]:
    """Words of the shipped lexicon and those of the same meaning; an everyday word of several meanings has none."""
    import kb
    from kb.lexicon_file import read_entries

    entries = read_entries(Path(kb.__file__).parent / "lexicon.yaml")
    groups = [[term, *words] for term, words in entries.synonyms.items()] + entries.interchangeable
    times = Counter(word for group in groups for word in group)
    found: dict[str, list[str]] = {}
    for group in groups:
        clear = [word for word in group if times[word] == 1]
        found |= {word: [other for other in clear if other != word] for word in clear if len(clear) > 1}
    return found


@cache
def _cutter() -> Cutter:
    from kb.cutting import Cutter

    return Cutter([*_synonyms(), *_confusions()])


def _words(text: str) -> list[tuple[str, bool]]:
    """Words of a text in order, and whether each may be changed: none within a name, a quotation or a number."""
    found: list[tuple[str, bool]] = []
    at = 0
    for kept in _KEPT.finditer(text):
        found += [(word, True) for word in _cutter().cut(text[at : kept.start()])]
        found.append((kept[0], False))
        at = kept.end()
    return found + [(word, True) for word in _cutter().cut(text[at:])]


@cache
def _homophones() -> Mapping[str, list[str]]:
    """Each common word of jieba's dictionary to the commonest other one of the same sounds, tones aside."""
    from ingest.words import dictionary
    from kb.query.sounds import sound
    from kb.tokens import DECISIVE_WORDS

    by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
    counts, _ = dictionary()
    for word, count in counts.items():
        if count >= _LEAST_COUNT and len(word) <= _LONGEST and _CHINESE.fullmatch(word):
            by_sound[sound(word)].append(word)
    found = {}
    for words in by_sound.values():
        ordered = sorted(words, key=lambda word: -counts[word])
        for word in words:
            other = next((o for o in ordered if o != word and o not in DECISIVE_WORDS), None)
            if other and not _NUMERAL.search(other):
                found[word] = [other]
    return found
