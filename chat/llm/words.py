"""Whether the words and figures of a sentence stand in the text it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chat.evidence import question_words
from corpus import InputError
from kb.lexicon import default_lexicon
from kb.money import read_amounts
from kb.query.textform import fold

LEAST_SHARE = 0.8  # share of the weight of its words, asked of a sentence
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LATIN = re.compile(r"[a-z][a-z0-9_\-./:@]*")
_CHINESE = re.compile(r"[一-鿿]+")
_MOST = re.compile(r"最高|不超过|不高于|不多于|至多|最多|上限|以内|以下|封顶|不大于|低于(?<!不低于)")
_LEAST = re.compile(r"不低于|不少于|至少|最低|以上|下限|不小于|起步")
BOUNDS = (_MOST, _LEAST)
_PHRASE = re.compile(r"[^，。；;！？\n]+")
_BODY = re.compile(r"(?:部|厅|局|委|办|院|署|处|会|中心|海关|公司|大学|银行|政府|集团|协会)$")
_DOER = re.compile(
    r"(?:由|归|找|向)([^，。；:由归]{1,40}?)(?:共同|具体|统一|按职责)?(?:牵头|负责|审批|主管|办理|受理|组织|承担|审核|评审|实施|发放|配合|申请|申报)"
)
_AND = re.compile(r"[、和及与,]")
_OTHERS = re.compile(r"等?(?:多个)?(?:有关|相关)?(?:部门|单位)?$")
_PLAIN_CHARACTERS = re.compile(
    r"[\w\s，。；：、？！,.;:?!%％‰“”‘’\"'（）()《》〔〕【】\[\]—…·×÷=＝+＋~～/°℃㎡\-－–]*"
)
# Words that join, point and hedge, and words for text itself; what they say needs no clause.
JOINING = frozenset(
    (
        "其中 以及 同时 此外 另外 并且 而且 因此 所以 由于 如果 即可 即为 属于 对于 根据 按照 依据 依照 具体 包括 包含 分别 相应 相关 "
        "上述 以下 下列 如下 以上 本条 该条 该项 这项 该文件 文件 条款 政策 规定 明确 提出 指出 要求 内容 方面 情况 方式 简单 总之 综上 "
        "也就是说 也就是 就是 还有 或者 如需 需要 应当 可以 能够 可能 必须 不能 不得 不会 没有 并非 最高 最多 最低 至少 不超过 上限 金额 "
        "计算 得出 结果 数额 额度 合计 共计 总计 取较小值 您的 贵公司 贵单位 目前 现在 之后 以后 之前 期间 一是 二是 三是 首先 其次 最后 "
        "每个 每家 单个 一项 这些 那些 相当于 也可 均可 方可 才能 只有 只要 除此之外 与此同时 换言之 "
        "获得 享受 给予 提供 进行 办理 负责办理 确定"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says, as far as it can be looked up: content words with their weights, numbers, sums in yuan."""

    words: tuple[tuple[str, float], ...]
    numbers: frozenset[str]
    sums: frozenset[Decimal]


def said(text: str) -> Said:
    """What a sentence says."""
    words = question_words(text, default_lexicon())
    kept = tuple((word.text, word.weight) for word in words if word.text not in JOINING)
    return Said(kept, numbers(text), sums(text))


def numbers(text: str) -> frozenset[str]:
    """Numbers in digits.

    >>> sorted(numbers("１,５００万元的40％"))
    ['1500', '40']
    """
    return frozenset(_NUMBER.findall(fold(text)))


def sums(text: str) -> frozenset[Decimal]:
    """Amounts of money in yuan; none of a text whose amounts cannot be read."""
    try:
        return frozenset(amount.value for amount in read_amounts(text))
    except InputError:
        return frozenset()


class Ground:
    """A text that sentences may rest on.

    >>> ground = Ground(["对首台（套）产品，给予单个企业最高500万元保费补贴。"])
    >>> ground.carries("单个企业的保费补贴最高500万元"), ground.carries("保费补贴由张三审批"), ground.carries("补贴5000万元")
    (True, False, False)
    >>> Ground(["白名单制度由省商务厅牵头"]).carries("白名单制度由张三牵头")
    False
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)
        folded = fold("\n".join(self._texts))
        self._folded = folded + re.sub(r"[()\"]", "", folded)  # 首台（套）is 首台套 too
        self._numbers = numbers("\n".join(self._texts))
        self._sums = frozenset().union(*map(sums, self._texts)) if self._texts else frozenset[Decimal]()

    def has_word(self, word: str) -> bool:
        """Whether a word stands in the text, or both halves of a long one, or what it means."""
        if word in self._folded:
            return True
        half = len(word) // 2
        if len(word) >= 4 and word[:half] in self._folded and word[half:] in self._folded:
            return True
        return any(known.in_text(self._folded) for known in question_words(word, default_lexicon()))

    def carries(self, text: str) -> bool:
        """Whether a sentence says nothing that the text does not."""
        if not _PLAIN_CHARACTERS.fullmatch(text):
            return False
        told = said(text)
        whole = sum(weight for _, weight in told.words)
        share = sum(weight for word, weight in told.words if self.has_word(word)) / whole if whole else 0.0
        if share < LEAST_SHARE and not (told.sums and not whole):
            return False
        return (
            self._has_actors(text, told)
            and self._has_figures(text, told)
            and self._has_latin(text)
            and self._keeps_bounds(text, told)
        )

    def _has_actors(self, text: str, told: Said) -> bool:
        """Bodies, and whoever does something, are named in the text, however common their names."""
        bodies = [word for word, _ in told.words if _BODY.search(word)]
        doers = [each for found in _DOER.findall(fold(text)) for each in _AND.split(found)]
        return all(word in self._folded for word in (*bodies, *(_OTHERS.sub("", each) for each in doers)))

    def _has_figures(self, text: str, told: Said) -> bool:
        if not told.sums <= self._sums:
            return False
        bare = numbers(without_sums(text))
        return bare <= self._numbers

    def _has_latin(self, text: str) -> bool:
        return all(word in self._folded for word in _LATIN.findall(fold(text)))

    def _keeps_bounds(self, text: str, told: Said) -> bool:
        """A sum that the text gives as an upper or lower bound only is not given as the sum itself."""
        for bound in BOUNDS:
            held = [
                bool(bound.search(phrase))
                for whole in self._texts
                for phrase in _PHRASE.findall(whole)
                if sums(phrase) & told.sums
            ]
            if held and all(held) and not bound.search(text):
                return False
        return True


def without_sums(text: str) -> str:
    """A text with its amounts of money taken out; as it is where they cannot be read."""
    try:
        found = read_amounts(text)
    except InputError:
        return text
    left, start = [], 0
    for amount in found:
        left.append(text[start : amount.start])
        start = amount.end
    return "，".join([*left, text[start:]])


def shares_run(text: str, other: str, length: int) -> str:
    """A run of so many characters that stands in both texts, punctuation aside; "" where there is none.

    >>> shares_run("他说：数字、单位照原样写。", "数字、单位照原样写", 6), shares_run("单位", "单位", 6)
    ('数字单位照原', '')
    """
    left, right = ("".join(_CHINESE.findall(each)) for each in (text, other))
    return next((run for at in range(len(left) - length + 1) if (run := left[at : at + length]) in right), "")
