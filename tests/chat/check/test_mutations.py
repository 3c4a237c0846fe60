"""True answers pass however they are written, and an answer made false in any one place is caught."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from chat import Assistant
from chat.answer import Answer, Status
from chat.check import problems, prune
from corpus import Clause, NotFound
from kb import KnowledgeBase
from tests.chat.check import cases, mutations

LookUp = Callable[[str], Clause | None]
LEAST_MUTATIONS, LEAST_TRUE = 500, 300
# answered whatever the embedding model, by address, unit, fact or rule
ASKED = (
    *(f"687号文第{n}条" for n in range(1, 19)),
    *(f"137号文二（{n}）" for n in "一二三四五"),
    *(f"137号文三（{n}）" for n in "一二三四五六"),
    *(f"137号文四（{n}）" for n in "一二三"),
    "137号文的文号和有效期",
    "687号文是哪些部门联合印发的",
    "687号文的印发日期",
    "细胞治疗一类新药完成II期临床试验，研发投入6000万，能拿多少",
    "1类化学药做完III期，研发投入7500万，最多能拿多少",
    "1类生物制品完成I期临床试验，研发投入2000万，能补多少",
    "我们的1类化学药完成了II期临床试验，能拿多少钱",
    "我们的2类新药完成了II期临床试验，研发投入6000万，能拿多少",
    "哪些条款由省人力资源社会保障厅牵头",
    "哪些条款由省财政厅参与",
)
TRUE = [answer for answer, _ in cases.read("true_answers.yaml")]
FALSE = cases.read("false_answers.yaml")


@pytest.fixture(scope="module")
def extractive(knowledge_base: KnowledgeBase) -> list[Answer]:
    assistant = Assistant(knowledge_base)
    return [assistant.ask(question, (), date(2026, 6, 1)) for question in ASKED]


@pytest.fixture(scope="module")
def look_up(knowledge_base: KnowledgeBase) -> LookUp:
    def clause(clause_id: str) -> Clause | None:
        try:
            return knowledge_base.clause(clause_id)
        except NotFound:
            return cases.look_up(clause_id)

    return clause


def written_otherwise() -> Iterator[Answer]:
    for answer in TRUE:
        yield from mutations.rewritten(answer)


def test_true_answers_pass(extractive: list[Answer], look_up: LookUp) -> None:
    answered = [answer for answer in extractive if answer.citations]
    assert len(answered) >= 40
    every = [*TRUE, *written_otherwise(), *answered]
    assert len(every) >= LEAST_TRUE
    blocked = [(answer.answer, wrong) for answer in every if (wrong := problems(answer, look_up))]
    assert len(blocked) <= len(every) // 100, blocked


def test_what_a_person_wrote_and_is_true_passes() -> None:
    assert len(TRUE) >= 120
    assert [(a.answer, wrong) for a in TRUE if (wrong := problems(a, cases.look_up))] == []


def test_what_a_person_wrote_and_is_false_is_caught() -> None:
    assert len(FALSE) >= 80
    assert [(why, answer.answer) for answer, why in FALSE if not problems(answer, cases.look_up)] == []


def test_mutations_are_caught(extractive: list[Answer], look_up: LookUp) -> None:
    missed: list[tuple[str, str]] = []
    many: dict[str, int] = {}
    for mutate in mutations.MUTATIONS:
        for answer in (*TRUE, *(each for each in extractive if each.citations)):
            for changed in mutate(answer):
                assert changed != answer
                many[mutate.__name__] = many.get(mutate.__name__, 0) + 1
                if not problems(changed, look_up):
                    missed.append((mutate.__name__, changed.answer))
    assert sum(many.values()) >= LEAST_MUTATIONS
    assert set(many) == {mutate.__name__ for mutate in mutations.MUTATIONS}  # none is idle
    assert len(missed) <= sum(many.values()) // 100, missed
    for name, count in many.items():  # nor does an easy kind make up for a hard one
        assert sum(1 for kind, _ in missed if kind == name) <= max(1, count // 20), (name, missed)


def test_a_false_sentence_is_taken_out_and_the_rest_stands() -> None:
    true = replace(
        TRUE[0],
        citations=(cases.cite(1, "rd"), cases.cite(2, "lead1")),
        answer="II期最高支持9000万元。[1]\n由省科技厅牵头。[2]",
    )
    kept = prune(true, cases.look_up)
    assert kept is not None
    assert kept.answer == "由省科技厅牵头。[1]"
    assert [(c.n, c.quote) for c in kept.citations] == [(1, true.citations[1].quote)]
    assert problems(kept, cases.look_up) == []


def test_every_false_answer_is_taken_out_or_made_true() -> None:
    for answer, why in FALSE:
        kept = prune(answer, cases.look_up)
        assert kept is None or not problems(kept, cases.look_up), why
        assert kept != answer, why


def test_a_true_answer_is_left_as_it_is() -> None:
    assert all(prune(answer, cases.look_up) is answer for answer in TRUE)


def test_nothing_is_left_of_an_answer_whose_only_claim_fails() -> None:
    assert prune(FALSE[0][0], cases.look_up) is None
    refusal = Answer("问", cases.DAY, Status.NOT_FOUND, "没有找到，最高可获500万元。")
    assert prune(refusal, cases.look_up) is None
    assert prune(replace(refusal, answer="没有找到。"), cases.look_up) is not None


def test_a_problem_names_the_sentence_in_one_line() -> None:
    (wrong, *_) = problems(FALSE[0][0], cases.look_up)
    assert "\n" not in wrong
    assert "3000万元" in wrong


def test_a_check_is_quick(extractive: list[Answer], look_up: LookUp) -> None:
    every = [*TRUE, *extractive]
    for answer in every:
        problems(answer, look_up)
    start = time.process_time()
    for answer in every:
        problems(answer, look_up)
    assert (time.process_time() - start) / len(every) < 0.02  # measured: a few milliseconds
