"""What of a clause is said first: the words that answer, verbatim, before the whole quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chat.evidence import Evidence, Sentence, Word, question_words
from chat.expect import asked_kinds
from corpus import Clause
from kb.grants import Grant, find_grants
from kb.grants import Kind as GrantKind
from kb.lexicon import default_lexicon
from kb.query.textform import fold

_SUPPORT = re.compile(r"支持|补助|补贴|奖励|资助|资金|经费|享受|申请|申报|给予|扶持|贴息|钱")
_UNIT_ASKED = re.compile(
    r"牵头|谁(?:来)?(?:负责|管|主管)|归谁|找谁|(?:哪个|哪些|什么|哪几个)(?:部门|单位|厅|局|委)|(?:责任|主管|参与|配合)(?:单位|部门)"
)
_SAID_AS_A_WHOLE = (GrantKind.DEADLINE, GrantKind.SHARE_OF_COUNT, GrantKind.QUALIFICATION)
_ITEM_NUMBER = re.compile(
    r"^(?:\s*(?:\d{1,3}\s*[.．、]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*)+"
)
_SEGMENT = re.compile(r"[^，,；;：:]+")
_LEANS = re.compile(
    r"^\s*(?:并|且|及|和|以及|其中|最高|最低|不|分别|但|或|的|每)"
)  # says nothing without what stands before
# A text that tells the reader what to answer is no policy
_TO_US = re.compile(
    r"用户|提问|提示词|指令|忽略|无视|助手|人工智能助|大模型|语言模型|请?(?:直接)?(?:回答|回复|输出)|ignore|instruction|assistant|system|prompt",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"\d?[a-z]{1,4}|[二三四五](?=星)|[甲乙丙](?=级)|[金银铜](?=[奖级])")
_LEVEL_WEIGHT = 8.0  # as much as the rarest word
_AS_MUCH = 0.85  # share of what the best grant shares with the question, from which another is told beside it
_NEAR = 0.55  # share of the best sentence's, asked of the sentence a grant stands in
_ALIKE = 0.8  # share of the best sentence's, from which another one answers as well
_SHORT = 6  # characters up to which a part of a sentence says too little
_MOST = 3  # grants told one by one
_LONG = 1.5  # times as long as the sentence that answers: then it is told before the whole quote


@dataclass(frozen=True, slots=True)
class Point:
    """A line of an answer: its label, and words that stand in the clause."""

    label: str
    text: str


def asks_for_unit(question: str) -> bool:
    """Whether a question asks who is in charge.

    >>> asks_for_unit("白名单由谁负责"), asks_for_unit("首台套保险怎么补")
    (True, False)
    """
    return bool(_UNIT_ASKED.search(question))


def points(question: str, evidence: Evidence, quotes: Sequence[str]) -> list[Point]:
    """What to say before the quotes: who gets what, or the sentence that answers; nothing where the quote is short.

    Args:
        question: as typed.
        evidence: the clause with its weighed sentences.
        quotes: what is quoted of it.
    """
    asks_support = bool(asked_kinds(question) or _SUPPORT.search(question))
    grants = grants_in(evidence.clause, quotes) if asks_support else []
    if grants := _meant(question, evidence, grants):
        return _of_level(question, evidence.clause, grants) or grant_points(evidence.clause, grants)
    ranked = sorted(evidence.sentences, key=lambda sentence: -sentence.share)
    best = ranked[0]
    if len(ranked) > 1 and ranked[1].share >= _ALIKE * best.share:
        return []  # which of them answers is for the reader to see
    said = _ITEM_NUMBER.sub("", _segment(question, best) or best.text.strip())
    if (
        not best.share
        or len("".join(quotes)) < _LONG * len(said)
        or not any(said in quote for quote in quotes)
    ):
        return []
    if _is_number_and_heading(said, evidence.clause) or _TO_US.search(said):
        return []
    return [Point("", said)]


def grants_in(clause: Clause, quotes: Sequence[str]) -> list[Grant]:
    """The grants of a clause that stand whole in what is quoted of it."""
    text = clause.text
    return [
        grant
        for grant in find_grants(text)
        if grant.kind not in _SAID_AS_A_WHOLE
        and not _is_reported(text, _start(grant))
        and any(text[_start(grant) : grant.span.end] in quote for quote in quotes)
    ]


def grant_points(clause: Clause, grants: Sequence[Grant]) -> list[Point]:
    """What each grant gives and to whom; nothing where they are too many to be told one by one."""
    return [point for grant in grants for point in _of_grant(clause, grant)] if len(grants) <= _MOST else []


def _is_reported(text: str, at: int) -> bool:
    """Whether words stand in quotation marks, or in a sentence that speaks to whoever answers: told only as a quote."""
    sentence = text[max(text.rfind(mark, 0, at) for mark in "。\n") + 1 :].split("。", 1)[0]
    return text.count("“", 0, at) > text.count("”", 0, at) or bool(_TO_US.search(sentence))


def _meant(question: str, evidence: Evidence, grants: Sequence[Grant]) -> list[Grant]:
    """The grants whose own words share most with the question: 4A and not 5A; none where the best sentence has none."""
    top = max(sentence.share for sentence in evidence.sentences)
    near = [s for s in evidence.sentences if top and s.share >= _NEAR * top]
    grants = [g for g in grants if any(s.start < g.span.end and _start(g) < s.end for s in near)]
    words = question_words(question, default_lexicon())
    shares = [_share(words, question, evidence.clause.text[_start(g) : g.span.end]) for g in grants]
    best = max(shares, default=0.0)
    return [grant for grant, share in zip(grants, shares, strict=True) if share >= _AS_MUCH * best]


def _of_level(question: str, clause: Clause, grants: Sequence[Grant]) -> list[Point]:
    """The one part of a grant for several levels (5A…；4A…；3A…) that is of the level asked for."""
    marks = _LEVEL.findall(fold(question))
    if not marks or len(grants) != 1:
        return []
    parts = clause.text[_start(grants[0]) : grants[0].span.end].split("；")
    own = [part for part in parts if all(mark in fold(part) for mark in marks)]
    return [Point("支持标准", own[0].strip())] if len(parts) > 1 and len(own) == 1 else []


def _share(words: Sequence[Word], question: str, text: str) -> float:
    """Weight of the question's words, and of its marks of level (4A, 省级 is a word), that stand in a text."""
    folded = fold(text)
    marks = _LEVEL.findall(fold(question))
    found = sum(word.weight for word in words if word.in_text(folded))
    return found + _LEVEL_WEIGHT * sum(mark in folded for mark in marks)


def _start(grant: Grant) -> int:
    return min(grant.span.start, grant.who.start) if grant.who else grant.span.start


def _of_grant(clause: Clause, grant: Grant) -> list[Point]:
    """``支持标准：经评审给予…``, ``适用对象和条件：…``, in the clause's words."""
    text = clause.text
    if grant.who is None:
        return [Point("支持标准", text[grant.span.start : grant.span.end])]
    between = text[grant.who.end : grant.span.end].lstrip("，, ")
    who = text[grant.who.start : grant.who.end].removeprefix("对").rstrip("，, ")
    return [Point("支持标准", between), Point("适用对象和条件", who)]


def _segment(question: str, sentence: Sentence) -> str:
    """The part of a sentence that has the number or time asked for, where one part alone shares most with the question."""
    kinds = [kind for kind in asked_kinds(question) if kind.name in ("duration", "count", "rate", "money")]
    words = question_words(question, default_lexicon())
    parts = [part.group().strip().rstrip("。") for part in _SEGMENT.finditer(sentence.text)]
    ranked = sorted(((_share(words, question, part), part) for part in parts), reverse=True)
    if not kinds or not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return ""
    said = ranked[0][1]
    asks_once = len(re.findall(r"多少|几(?!乎)", question)) == 1
    fits = asks_once and any(kind.in_text(said) for kind in kinds)
    return said if fits and not _LEANS.match(said) and len(said) > _SHORT else ""


def _is_number_and_heading(said: str, clause: Clause) -> bool:
    return bool(clause.heading) and len(said) <= len(clause.heading) + 8 and clause.heading in said
