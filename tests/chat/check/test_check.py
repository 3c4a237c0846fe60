"""The check of an answer: true answers pass, every kind of corruption of one is caught."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from chat import Assistant
from chat.answer import Answer, Citation, Status
from chat.check import problems
from corpus import Clause, NotFound
from kb import KnowledgeBase

DAY = date(2026, 6, 1)
LookUp = Callable[[str], Clause | None]
# question and the turns before it; all are answered whatever the embedding model, by address, fact, rule or unit
ASKED: tuple[tuple[str, ...], ...] = (
    ("687号文第8条",),
    ("687号文第18条",),
    ("137号文三（一）",),
    ("137号文三（三）",),
    ("137号第一部分",),
    ("137号第三部分讲什么",),
    ("137号文的文号和有效期",),
    ("687号文是哪些部门联合印发的",),
    ("687号文的印发日期",),
    ("细胞治疗一类新药完成II期临床试验，研发投入6000万，能拿多少",),
    ("细胞治疗一类新药完成II期临床试验，研发投入6000万，能拿多少", "要是今年已经拿了9000万呢？"),
    ("1类化学药做完III期，研发投入7500万，最多能拿多少",),
    ("我们的1类化学药完成了II期临床试验，能拿多少钱",),
    ("我们的2类新药完成了II期临床试验，研发投入6000万，能拿多少",),
    ("我们在江苏，1类新药完成II期，研发投入6000万能拿多少",),
    ("哪些条款由省人力资源社会保障厅牵头",),
)
REFUSED = ("687号文第19条", "688号文第8条讲什么", "江苏省对1类新药临床试验的补助标准是多少")


@pytest.fixture(scope="module")
def look_up(knowledge_base: KnowledgeBase) -> LookUp:
    def clause(clause_id: str) -> Clause | None:
        try:
            return knowledge_base.clause(clause_id)
        except NotFound:
            return None

    return clause


@pytest.fixture(scope="module")
def answers(knowledge_base: KnowledgeBase) -> dict[tuple[str, ...], Answer]:
    assistant = Assistant(knowledge_base)
    return {turns: assistant.ask(turns[-1], turns[:-1], DAY) for turns in ASKED}


@pytest.fixture(scope="module")
def refusals(knowledge_base: KnowledgeBase) -> list[Answer]:
    assistant = Assistant(knowledge_base)
    return [assistant.ask(question, (), DAY) for question in REFUSED]


def test_true_answers_pass(
    answers: dict[tuple[str, ...], Answer], refusals: list[Answer], look_up: LookUp
) -> None:
    for turns, answer in answers.items():
        assert answer.citations, turns
        assert problems(answer, look_up, turns[:-1]) == [], turns
    assert {answer.status for answer in answers.values()} == {
        Status.ANSWERED,
        Status.NEEDS_INPUT,
        Status.NOT_ELIGIBLE,
    }
    for refusal in refusals:
        assert refusal.status is Status.NOT_FOUND
        assert problems(refusal, look_up) == []


def swap(answer: Answer, place: int, **changes: object) -> Answer:
    citations = list(answer.citations)
    citations[place] = replace(citations[place], **changes)  # type: ignore[arg-type]
    return replace(answer, citations=tuple(citations))


def quote_changed(answer: Answer) -> Iterator[Answer]:
    """One character put in place of another, left out, or put in: at the start, the middle and the end."""
    for place, citation in enumerate(answer.citations):
        quote = citation.quote
        for at in sorted({0, len(quote) // 2, len(quote) - 1}):
            yield swap(answer, place, quote=f"{quote[:at]}囍{quote[at + 1 :]}")
            yield swap(answer, place, quote=f"{quote[:at]}囍{quote[at:]}")
        if len(quote) > 2:
            middle = len(quote) // 2
            shorter = quote[:middle] + quote[middle + 1 :]
            if quote[middle] != quote[middle - 1]:
                yield swap(answer, place, quote=shorter)
        yield swap(answer, place, quote="")
        yield swap(answer, place, quote=f"{quote} ")


def figure_of_a_quote_changed(answer: Answer) -> Iterator[Answer]:
    for place, citation in enumerate(answer.citations):
        for figure in re.finditer(r"\d+", citation.quote):
            said = (
                f"{citation.quote[: figure.start()]}{int(figure.group()) + 1}{citation.quote[figure.end() :]}"
            )
            yield swap(answer, place, quote=said)


def number_changed(answer: Answer) -> Iterator[Answer]:
    """Each number of the text outside marks made one that nobody said."""
    for figure in re.finditer(r"(?<!\[)(?<![\d.])\d+(?:\.\d+)?(?![\d\]])", answer.answer):
        yield replace(
            answer,
            answer=f"{answer.answer[: figure.start()]}{figure.group()}7319{answer.answer[figure.end() :]}",
        )


def number_added(answer: Answer) -> Iterator[Answer]:
    for claim in ("另有补贴8888万元。", "比例为77.5%。", "共４３２１家。", "截止到2033年。"):
        yield replace(answer, answer=f"{answer.answer}\n{claim}")


def mark_without_citation(answer: Answer) -> Iterator[Answer]:
    yield replace(answer, answer=f"{answer.answer}[99]")
    yield replace(answer, answer=f"{answer.answer}[{len(answer.citations) + 1}]")
    yield replace(answer, citations=answer.citations[:-1])
    yield replace(answer, citations=())


def citation_without_mark(answer: Answer) -> Iterator[Answer]:
    for citation in answer.citations:
        yield replace(answer, answer=answer.answer.replace(f"[{citation.n}]", ""))
    extra = replace(answer.citations[0], n=len(answer.citations) + 1)
    yield replace(answer, citations=(*answer.citations, extra))


def unknown_clause(answer: Answer) -> Iterator[Answer]:
    for place, citation in enumerate(answer.citations):
        for invented in (f"{citation.id}9", "鲁科字〔2023〕1号 三/（一）", "第8条", ""):
            yield swap(answer, place, id=invented)


def another_clause(answer: Answer) -> Iterator[Answer]:
    for place, citation in enumerate(answer.citations):
        other = "鲁发改高技〔2025〕687号 一/4"
        if citation.id != other:
            yield swap(answer, place, id=other)


def refusal_with_a_citation(answer: Answer) -> Iterator[Answer]:
    yield replace(answer, status=Status.NOT_FOUND)


CORRUPTIONS = (
    quote_changed,
    figure_of_a_quote_changed,
    number_changed,
    number_added,
    mark_without_citation,
    citation_without_mark,
    unknown_clause,
    another_clause,
    refusal_with_a_citation,
)


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corruption: corruption.__name__)
def test_a_corrupted_answer_is_caught(
    corrupt: Callable[[Answer], Iterator[Answer]], answers: dict[tuple[str, ...], Answer], look_up: LookUp
) -> None:
    passed = []
    many = 0
    for turns, answer in answers.items():
        for changed in corrupt(answer):
            many += 1
            assert changed != answer
            if not problems(changed, look_up, turns[:-1]):
                passed.append((turns, changed.answer, [c.quote for c in changed.citations]))
    assert passed == []
    assert many >= len(answers) // 2


def test_there_are_enough_corruptions(answers: dict[tuple[str, ...], Answer]) -> None:
    assert sum(1 for corrupt in CORRUPTIONS for answer in answers.values() for _ in corrupt(answer)) >= 300


@pytest.mark.parametrize("claim", ["最高2000万元。", "比例是40%。", "建3家。"])
def test_a_refusal_with_a_figure_is_caught(claim: str, refusals: list[Answer], look_up: LookUp) -> None:
    refusal = replace(refusals[-1], question="没有数字的问题")
    assert problems(replace(refusal, answer=refusal.answer + claim), look_up) != []


def test_a_refusal_with_a_calculation_is_caught(
    answers: dict[tuple[str, ...], Answer], refusals: list[Answer], look_up: LookUp
) -> None:
    made = next(answer.calculation for answer in answers.values() if answer.calculation)
    assert problems(replace(refusals[0], calculation=made), look_up) != []


def test_a_computed_figure_needs_its_calculation(
    answers: dict[tuple[str, ...], Answer], look_up: LookUp
) -> None:
    computed = [(turns, answer) for turns, answer in answers.items() if answer.calculation]
    assert len(computed) == 3
    for turns, answer in computed:
        assert problems(replace(answer, calculation=None), look_up, turns[:-1]) != [], turns


def test_numbers_of_earlier_turns_may_be_repeated_and_others_not(
    answers: dict[tuple[str, ...], Answer], look_up: LookUp
) -> None:
    answer = answers[("687号文第18条",)]
    told = replace(answer, answer=f"{answer.answer}您说的是4567万元。")
    assert problems(told, look_up, ["投入4,567万元"]) == []
    assert problems(told, look_up, ["投入４５６７万元"]) == []
    assert problems(told, look_up, ["投入45670万元"]) != []
    assert problems(told, look_up) != []


def test_a_citation_that_is_printed_nowhere_is_named(look_up: LookUp) -> None:
    quote = Citation(1, "鲁发改高技〔2025〕687号 二/8", "", "", "不超过研发投入50%", 0, 9)
    answer = Answer("问", DAY, Status.ANSWERED, "有支持[1]", (quote,))
    assert problems(answer, look_up) == ["[1] is not verbatim in 鲁发改高技〔2025〕687号 二/8"]
    assert problems(replace(answer, citations=(replace(quote, id="x 1"),)), look_up) == [
        "[1] cites x 1, which does not exist"
    ]
