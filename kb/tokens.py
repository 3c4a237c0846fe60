"""Text to index tokens: the same for clauses and for questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

VERSION = 1  # raise it when the tokens of any text change: saved keyword indexes are then rebuilt

# Empty words only. Comparators and modal words (以上 以下 不超过 最高 不得) decide policy questions and stay.
STOP_WORDS = frozenset(["的", "了", "吗", "呢", "吧", "啊", "呀", "嘛", "么", "哦", "请", "请问"])

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_RUN = re.compile(
    r"""
    (?P<number> \d+ (?: \.\d+ )? %? )                # 2000  40%  0.5
    | (?P<latin> [a-z] (?: [-.]? [a-z0-9] )* )       # car-t  ii  pd-l1
    | (?P<chinese> [㐀-䶿一-鿿々〇]+ )
    """,
    re.VERBOSE,
)


def fold(text: str) -> str:
    """One form for full and half width, Roman numerals, case and thousands separators.

    >>> fold("Ⅱ期临床，３,０００万元（ＣＡＲ－Ｔ）")
    'ii期临床,3000万元(car-t)'
    """
    return _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).lower())


def tokenize(text: str) -> list[str]:
    """Tokens of a text for BM25: jieba words and the character bigrams of Chinese runs, whole numbers and names.

    >>> tokenize("CAR-T研发投入不超过2,000万元的40％")
    ['cart', '研发', '投入', '不', '超过', '研发', '发投', '投入', '入不', '不超', '超过', '2000', '万元', '万元', '40%']
    >>> tokenize("Ⅲ期") == tokenize("III期")
    True
    >>> tokenize("的。……")
    []
    """
    return [token for line in text.split("\n") for token in _tokens_of_line(line)]


@lru_cache(2048)  # the titles above a clause are lines of each of its pieces
def _tokens_of_line(line: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for run in _RUN.finditer(fold(line)):
        if run.lastgroup == "chinese":
            tokens += _chinese(run.group())
        elif run.lastgroup == "latin":
            tokens.append(re.sub(r"[-.]", "", run.group()))
        else:
            tokens.append(run.group())
    return tuple(tokens)


def _chinese(run: str) -> list[str]:
    from ingest.words import segment

    words = segment(run)
    kept = [word for word in words if word not in STOP_WORDS]
    return kept + [pair for stretch in _stretches(words) for pair in _bigrams(stretch)]


def _stretches(words: list[str]) -> Iterator[str]:
    """Runs of text between stop words, so that no bigram is made of half an empty word."""
    stretch = ""
    for word in words:
        if word in STOP_WORDS:
            yield stretch
            stretch = ""
        else:
            stretch += word
    yield stretch


def _bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters.

    >>> _bigrams("临床试验"), _bigrams("省")
    (['临床', '床试', '试验'], [])
    """
    return [text[at : at + 2] for at in range(len(text) - 1)]
