"""Over a hundred questions put to a model far too small to answer them: nothing it makes up may pass.

The verification is that of ``tests.llm.verify``, which knows nothing of the check of the product. All questions, answers and
raw texts of the model are in ``out/llm`` afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytest

from chat.answer import Answer, Status
from chat.assistant import Assistant
from chat.llm.engine import open_engine
from chat.llm.material import SYSTEM
from chat.llm.types import Sentence
from eval.qa_set import DEFAULT_QA, QAItem, load_qa
from kb import KnowledgeBase, Settings
from tests.llm.conftest import MODEL, OUT
from tests.llm.recorder import Recorder
from tests.llm.verify import faults

QUESTIONS = int(
    os.environ.get("POLICYKB_TEST_LLM_QUESTIONS", "150")
)  # of which about three in four need the model
_LEAK = 12  # characters of the instructions in a row
_FAULT = "语言模型"  # begins the warning of an answer that the model had no part in


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question as it went.

    Attributes:
        kind: ``own`` as the model wrote it, ``pruned`` with sentences taken out, ``rejected`` for lack of any that stands,
            ``fault`` where it gave none, ``unasked`` where it was not needed.
        wrong: what must not be.
        lost: facts the question expects that are said without a model and not with it: told, not forbidden.
    """

    item: QAItem
    answer: Answer
    raw: tuple[str, ...]
    seconds: float
    kind: str
    wrong: tuple[str, ...]
    lost: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """A line of the record."""
        return {
            "id": self.item.id,
            "type": self.item.type,
            "kind": self.kind,
            "seconds": round(self.seconds, 2),
            "wrong": self.wrong,
            "lost": self.lost,
            "raw": self.raw,
            "answer": self.answer.to_dict(),
        }


def chosen(count: int) -> list[QAItem]:
    """Questions of all types in turn, the same ones each time."""
    by_type: dict[str, list[QAItem]] = {}
    for item in sorted(load_qa(DEFAULT_QA), key=lambda item: hashlib.sha256(item.id.encode()).digest()):
        by_type.setdefault(item.type, []).append(item)
    turns = zip_longest(*(by_type[name] for name in sorted(by_type)))
    return [item for turn in turns for item in turn if item is not None][:count]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The policies we ship, with the model we ship."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), _env_file=None)
    with KnowledgeBase(settings) as opened:
        yield opened


def test_nothing_made_up_passes(
    kb: KnowledgeBase, recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    limits: dict[str, Any] = {
        "llm_max_tokens": 96,
        "llm_temperature": 0.7,
        "llm_retries": 1,
        "llm_timeout": 60.0,
    }
    settings = Settings(
        home=kb.settings.home, llm=MODEL, llm_url=recorder.url, llm_budget=120.0, **limits, _env_file=None
    )
    sober, asked = Assistant(kb), Assistant(kb, llm=open_engine(settings))
    clauses = {clause.id: clause for document in kb.documents() for clause in document.clauses}
    names = [record.name for record in kb.records()]
    items = chosen(QUESTIONS)
    outcomes = []
    with (OUT / "answers.jsonl").open("w", encoding="utf-8") as record:
        for number, item in enumerate(items):
            recorder.marking = number % 2 == 1
            plain = sober.ask(item.question, item.history, item.as_of)
            recorder.take()
            start = time.monotonic()
            *sentences, answer = asked.stream(item.question, item.history, item.as_of)
            seconds = time.monotonic() - start
            assert isinstance(answer, Answer)
            shown = [each for each in sentences if isinstance(each, Sentence)]
            raw = tuple(recorder.take())
            turns = (*item.history, item.question)
            wrong = list(worse(answer, plain, item))
            if answer.engine.startswith("llm:"):
                wrong += faults(answer, turns, clauses.get, names)
            elif (answer.answer, answer.citations) != (plain.answer, plain.citations):
                wrong.append("not the model's, and not what is said without it")
            for each in shown:  # what a reader sees before the Answer is there
                said = Answer(
                    "", answer.as_of, Status.ANSWERED, each.text, each.citations, answer.calculation
                )
                wrong += faults(said, turns, clauses.get, names)
            lost = tuple(fact for fact in item.facts if states(plain, fact) and not states(answer, fact))
            outcomes.append(Outcome(item, answer, raw, seconds, kind_of(answer, raw), tuple(wrong), lost))
            print(json.dumps(outcomes[-1].to_dict(), ensure_ascii=False), file=record, flush=True)
    summary = summed(outcomes)
    (OUT / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), "utf-8")
    with capsys.disabled():
        print("\n" + json.dumps(summary, ensure_ascii=False, indent=2))
    assert len({item.type for item in items}) > 3
    assert [(each.item.id, each.wrong) for each in outcomes if each.wrong] == []
    written = sum(any(text.strip() for text in each.raw) for each in outcomes)
    assert written >= 0.8 * sum(each.kind != "unasked" for each in outcomes) > 0.5 * len(items)
    assert sum(each.kind == "fault" for each in outcomes) <= 0.2 * len(items), "the model had no part in most"


def worse(answer: Answer, plain: Answer, item: QAItem) -> Iterator[str]:
    """Where an answer differs from the one made without a model in what it must not differ in."""
    if answer.calculation != plain.calculation:
        yield f"calculation {answer.calculation} for {plain.calculation}"
    found_more = plain.status is Status.NOT_FOUND and answer.status is Status.ANSWERED
    if answer.status is not plain.status and not (found_more and item.status is not Status.NOT_FOUND):
        yield f"status {answer.status} for {plain.status}"
    lost = {c.id for c in plain.citations} - {c.id for c in answer.citations}
    if lost:
        yield f"no longer cites {sorted(lost)}"
    for at in range(len(SYSTEM) - _LEAK):
        run = SYSTEM[at : at + _LEAK]
        if run in answer.answer:
            yield f"repeats its instructions: {run}"
            return


def kind_of(answer: Answer, raw: tuple[str, ...]) -> str:
    """What became of the model's text."""
    if not answer.engine.startswith("llm:"):
        if any(warning.startswith(_FAULT) and "未通过核对" not in warning for warning in answer.warnings):
            return "fault"
        return "rejected" if raw else "unasked"
    written = bare(raw[-1]) if raw else ""
    return "own" if written and written in bare(answer.answer) else "pruned"


def states(answer: Answer, fact: str) -> bool:
    """Whether an answer has a fact, in its text or its quotes."""
    return bare(fact) in bare(answer.answer + "".join(each.quote for each in answer.citations))


def bare(text: str) -> str:
    """Without marks and blanks."""
    return re.sub(r"\[[\d、,，\s]*\]|\s", "", text)


def summed(outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures of a run."""
    seconds = sorted(each.seconds for each in outcomes)
    return {
        "questions": len(outcomes),
        "types": dict(Counter(each.item.type for each in outcomes)),
        "kinds": dict(Counter(each.kind for each in outcomes)),
        "wrong": sum(bool(each.wrong) for each in outcomes),
        "lost": sum(bool(each.lost) for each in outcomes),
        "warnings": dict(Counter(warning for each in outcomes for warning in each.answer.warnings)),
        "seconds": {
            "p50": round(statistics.median(seconds), 2),
            "p95": round(seconds[int(0.95 * (len(seconds) - 1))], 2),
            "all": round(sum(seconds), 1),
        },
    }
