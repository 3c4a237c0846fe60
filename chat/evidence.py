"""Which clause answers a question, which of its sentences do, and how sure we are that any does."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from corpus import Clause
from ingest.chunk import split_sentences
from ingest.words import frequency, segment
from kb.hits import Hit
from kb.lexicon import Lexicon, default_lexicon
from kb.query.textform import fold

_CLOSING_BRACKET = re.compile(r"^（[^（）]*(?:牵头|负责|单位：|配合)[^（）]*）$")
_QUOTED = re.compile(r"[\"《]([^\"《》]{2,12})[\"》]")  # “新药贷”: the asker quotes the text
_LATIN = re.compile(r"[a-z][a-z0-9\-]*")
_CHINESE_WORD = re.compile(r"[一-鿿]{2,}")
_FAVOUR = 0.25
_SENTENCE_WEIGHT, _DENSE_WEIGHT, _RELEVANCE_WEIGHT = 0.5, 0.5, 0.75  # beside 1 for keywords
# Words of asking and of talk; they say nothing about the matter.
_TALK = frozenset(
    (
        "多少 哪些 什么 怎么 如何 是否 可以 能不能 能否 有没有 我们 你们 他们 公司 企业 单位 省里 山东 山东省 政策 文件 规定 "
        "支持 情况 要求 请问 一下 现在 哪个 部门 负责 今年 目前 这个 那个 那边 这边 里面 关于 方面 具体 内容 知道 需要 "
        "应该 是不是 还是 到底 几家 怎样 自己 已经 没有 不能 听说 时候 这种 那种 一个 这些 那些 东西 我司 老板 领导 麻烦 "
        "帮忙 想要 打算 是啥 如果 要是 的话 有啥 咱们 这块 别的 一共 总共 大概 最多 最高 最少 到时候 想问 问问 看看 说说 "
        "讲讲 介绍 告诉 查查 意思 条款 原文 明确 提到 写明 怎么办 多少钱 给钱 补多少 给多少 多少天 多久 几天 谁牵头 谁负责 归谁管 谁管 "
        "哪个部门 找哪个 分别 安排 怎么写"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a clause: offsets into the clause text, and how much of the question it shares (0 to 1)."""

    text: str
    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A candidate clause.

    Attributes:
        hit: the search hit.
        score: fused score, comparable within one question only.
        sentences: its sentences in text order; the closing bracket that names units is not among them.
    """

    hit: Hit
    score: float
    sentences: tuple[Sentence, ...] = field(repr=False)

    @property
    def clause(self) -> Clause:
        """The clause."""
        return self.hit.clause

    @property
    def best(self) -> Sentence:
        """The sentence that shares most with the question."""
        return max(self.sentences, key=lambda sentence: sentence.share)


def weigh(
    question: str, hits: Sequence[Hit], favoured: frozenset[str] = frozenset(), lexicon: Lexicon | None = None
) -> list[Evidence]:
    """Candidates by fused score, best first: keyword score, cosine and relevance, each scaled to the question's own range.

    Ranks alone throw away how far ahead the first is; where scores are at hand they order better (docs/decisions).

    Args:
        question: what is asked.
        hits: what a search found.
        favoured: ids of clauses that a rule says the question is about.
        lexicon: everyday words; the one that ships where not given.
    """
    hits = [hit for hit in hits if not _is_bare_heading(hit.clause)]
    if not hits:
        return []
    words = question_words(question, lexicon or default_lexicon())
    top_keyword = max(hit.keyword_score or 0.0 for hit in hits) or 1.0
    top_score = max(hit.score for hit in hits) or 1.0
    cosines = [hit.dense_score or 0.0 for hit in hits]
    low, high = min(cosines), max(cosines)
    spread = (high - low) or 1.0
    found = [
        Evidence(
            hit,
            (hit.keyword_score or 0.0) / top_keyword
            + _DENSE_WEIGHT * ((hit.dense_score or 0.0) - low) / spread
            + _RELEVANCE_WEIGHT * hit.score / top_score
            + (_FAVOUR if hit.clause.id in favoured else 0.0)
            + _SENTENCE_WEIGHT * max(sentence.share for sentence in sentences),
            sentences,
        )
        for hit in hits
        for sentences in [sentences_of(hit.clause, words)]
    ]
    return sorted(found, key=lambda evidence: -evidence.score)


def _is_bare_heading(clause: Clause) -> bool:
    """Whether a clause is a number and a heading only, which says nothing by itself; a sentence does."""
    return len(clause.text) <= len(clause.heading) + 8 and not clause.text.endswith(("。", "；", "：", ":"))


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of a question, with the policy terms it may stand for and its weight (rarity, in nats)."""

    text: str
    meanings: tuple[str, ...]
    weight: float

    def in_text(self, folded: str) -> bool:
        """Whether the word, or all words of one of its meanings, stand in a folded text."""
        if self.text in folded:
            return True
        return any(all(part in folded for part in segment(fold(term))) for term in self.meanings)


def question_words(question: str, lexicon: Lexicon) -> tuple[Word, ...]:
    """Content words of a question, each once.

    >>> [word.text for word in question_words("请问高企有多少家？", Lexicon({"高新技术企业": ["高企"]}))]
    ['高企']
    """
    text = fold(question)
    words = [w for w in segment(text) if _CHINESE_WORD.fullmatch(w) and w not in _TALK] + _LATIN.findall(text)
    words += [word for word in lexicon.words_in(text) if len(word) > 1 and word not in _TALK]
    words += _QUOTED.findall(text)
    return tuple(Word(w, tuple(lexicon.meanings(w)), _rarity(w)) for w in dict.fromkeys(words))


def _rarity(word: str) -> float:
    """Negative log frequency in general Chinese, 1 for the commonest words to 8 for rare ones."""
    return min(max(-math.log(frequency(word)) - 6.0, 1.0), 8.0)


def sentences_of(clause: Clause, words: Sequence[Word]) -> tuple[Sentence, ...]:
    """The sentences of a clause with the share of the question's words that each has."""
    whole = sum(word.weight for word in words) or 1.0
    found = []
    start = 0
    for text in split_sentences(clause.text):
        end = start + len(text)
        if text.strip() and not _CLOSING_BRACKET.match(text.strip()):
            folded = fold(text)
            share = sum(word.weight for word in words if word.in_text(folded)) / whole
            found.append(Sentence(text, start, end, share))
        start = end
    return tuple(found) or (Sentence(clause.text, 0, len(clause.text), 0.0),)


# -- is the best candidate an answer at all? ----------------------------------------------------------------------

FEATURES = ("cosine", "contrast", "keyword", "coverage", "sentence", "gap", "foreign", "absent")


def features(
    question: str, evidence: Sequence[Evidence], context: str, lexicon: Lexicon | None = None
) -> list[float]:
    """What tells an answered question from one whose answer is not there; in the order of ``FEATURES``.

    Args:
        question: the question.
        evidence: candidates, best first, at least one.
        context: titles above the best candidate, which count as its words.
        lexicon: everyday words; the one that ships where not given.
    """
    best = evidence[0]
    words = question_words(question, lexicon or default_lexicon())
    folded = fold(context + best.clause.text)
    present = [word for word in words if word.in_text(folded)]
    whole = sum(word.weight for word in words) or 1.0
    covered = sum(word.weight for word in present) / whole
    cosines = [e.hit.dense_score or 0.0 for e in evidence]
    mean = sum(cosines) / len(cosines)
    cosine = best.hit.dense_score or 0.0
    return [
        cosine,
        cosine - mean,
        math.log1p(best.hit.keyword_score or 0.0),
        covered,
        best.best.share,
        evidence[0].score - evidence[1].score if len(evidence) > 1 else 1.0,
        float(sum(1 for word in words if word not in present and _LATIN.fullmatch(word.text))),
        math.log1p(sum(word.weight for word in words if word not in present)),
    ]


@dataclass(frozen=True, slots=True)
class RelevanceModel:
    """Logistic regression over ``FEATURES``; made by ``python -m eval.calibrate``, kept in relevance.yaml."""

    weights: tuple[float, ...]
    bias: float
    threshold: float

    def confidence(self, values: Sequence[float]) -> float:
        """Probability that the best candidate answers the question."""
        z = self.bias + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, z))))


@cache
def relevance_model() -> RelevanceModel:
    """The calibrated model that ships with the project."""
    data = yaml.safe_load((Path(__file__).parent / "relevance.yaml").read_text("utf-8"))
    weights = tuple(float(data["weights"][name]) for name in FEATURES)
    return RelevanceModel(weights, float(data["bias"]), float(data["threshold"]))
