"""Text to index tokens: the same for clauses and for questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from operator import add

VERSION = 1  # raise it when the tokens of any text change: saved keyword indexes are then rebuilt

# Empty words only. Comparators and modal words (以上 以下 不超过 最高 不得) decide policy questions and stay.
STOP_WORDS = frozenset(["的", "了", "吗", "呢", "吧", "啊", "呀", "嘛", "么", "哦", "请", "请问"])
# They turn the meaning of a condition: never a stop word, never a synonym, never a part of a mined term.
DECISIVE_WORDS = frozenset(
    (
        "以上 以下 以内 以外 之内 之外 超过 超出 不超过 不得超过 高于 低于 不低于 不高于 少于 不少于 多于 不多于 大于 小于 "
        "不足 未满 不满 未 不 非 无 没有 达到 最高 最低 最多 最少 最大 最小 最长 最短 最迟 至少 至多 起码 封顶 上限 下限 "
        "不得 不能 不予 不再 禁止 严禁 必须 应当 可以 除外 除 仅 只 限 不限 均 或 或者 且 及 和 "
        "大于等于 小于等于 等于 不等于 满 起 止 前 后 内 外"
    ).split()
)

_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_RUN = re.compile(
    r"""
    (?P<number> \d+ (?: \.\d+ )? %? )                # 2000  40%  0.5
    | (?P<latin> [a-z] (?: [-.]? [a-z0-9] )* )       # car-t  ii  pd-l1
    | (?P<chinese> [㐀-䶿一-鿿々〇]+ )
    """,
    re.VERBOSE,
)
# What most lines are made of; the characters of the second line are all that NFKC changes in it.
_COMMON = re.compile(
    "[\\x00-\\x7f一-鿿〇、。“”‘’《》〔〕【】—·"
    "％　…，；：？！（）]*"
)  # fmt: skip
_FULL_WIDTH = (
    ("，", ","), ("；", ";"), ("：", ":"), ("？", "?"), ("！", "!"), ("（", "("), ("）", ")"), ("％", "%"),
    ("　", " "), ("…", "..."),
)  # fmt: skip


def fold(text: str) -> str:
    """One form for full and half width, Roman numerals, case and thousands separators (Unicode NFKC, lower case).

    >>> fold("Ⅱ期临床，３,０００万元（ＣＡＲ－Ｔ）")
    'ii期临床,3000万元(car-t)'
    """
    if is_common(text):  # a fifth of the time
        for wide, narrow in _FULL_WIDTH:
            text = text.replace(wide, narrow)
    else:
        text = unicodedata.normalize("NFKC", text)
    return _THOUSANDS.sub("", text.lower())


def is_common(text: str) -> bool:
    """Whether full-width marks (，；：？！（）％…) and capitals are all that `fold` would change in a text.

    >>> is_common("给予补贴（ABC），"), is_common("Ⅱ期")
    (True, False)
    """
    return _COMMON.fullmatch(text) is not None


def tokenize(text: str) -> list[str]:
    """Tokens of a text for BM25: words and the character bigrams of Chinese runs, whole numbers and names.

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
    from kb.cutting import plain_cutter

    words = plain_cutter().cut(run)
    if STOP_WORDS.isdisjoint(words):
        return words + bigrams(run)
    kept = [word for word in words if word not in STOP_WORDS]
    return kept + [pair for stretch in _stretches(words) for pair in bigrams(stretch)]


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


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters.

    >>> bigrams("临床试验"), bigrams("省")
    (['临床', '床试', '试验'], [])
    """
    return list(map(add, text, text[1:]))
