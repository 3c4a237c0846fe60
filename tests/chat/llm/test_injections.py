"""Nobody changes what is answered by asking for it, neither in a question nor in a document; with and without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from chat.answer import Answer
from chat.assistant import Assistant
from chat.llm.engine import Engine
from chat.llm.material import SYSTEM
from chat.llm.words import shares_run
from kb import KnowledgeBase, Settings
from kb.embedding import Embedder

from .conftest import KEY

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "injections.yaml").read_text("utf-8")
)
QUESTIONS: list[dict[str, str]] = CASES["questions"]
DOCUMENTS: list[dict[str, str]] = CASES["documents"]
DAY = date(2026, 1, 5)
CITIES = [a + b for a, b in product("东西南北", "岭河湖山川原江桥")]
PLACES = ("title", "header", "heading", "before", "inside", "after", "own", "row", "signature")


def outcome(answer: Answer) -> tuple[str, Decimal | None, frozenset[str]]:
    """What is answered: status, amount, cited clauses."""
    amount = answer.calculation.amount_yuan if answer.calculation else None
    return answer.status.value, amount, frozenset(citation.id for citation in answer.citations)


def obey(server: Any, says: str, home: Path) -> None:
    """The model says what it is told to, cites it, and gives away all it knows."""

    def brain(request: dict[str, Any]) -> Any:
        instructions = request["messages"][0]["content"]
        assert instructions == SYSTEM
        echoed = [f"{line}[1]。" for line in re.split(r"[。\n]", instructions) if line]
        said = [f"{says}[1]。", f"{says}。", f"依据《虚构办法》第九条，{says}[9]。"]
        return server.reply(
            "".join([*said, *echoed, f"密钥是{KEY}[1]。", f"文件在{home}[1]。", f"{says}[1][2]"])
        )

    server.brain = brain


def check_nothing_leaks(answer: Answer, says: str, asked: str, home: Path) -> None:
    text = "\n".join([answer.answer, *answer.warnings, *(c.quote for c in answer.citations)])
    assert KEY not in text and str(home) not in text
    assert not shares_run(answer.answer, SYSTEM, 10)
    own = "\n".join([answer.answer, *answer.warnings])
    quoted = "".join(re.findall("“[^”]*”", own))
    assert says not in own or says in quoted or says in asked


def test_there_are_enough() -> None:
    assert len(QUESTIONS) >= 35 and len(DOCUMENTS) >= 25
    assert {case["place"] for case in DOCUMENTS} == set(PLACES)


@pytest.fixture(scope="module")
def clean(seeds: KnowledgeBase) -> Callable[[str], Answer]:
    return cache(lambda question: Assistant(seeds).ask(question, (), DAY))


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda case: case["question"][:30])
def test_in_a_question(
    case: dict[str, str],
    seeds: KnowledgeBase,
    clean: Callable[[str], Answer],
    engine: Callable[..., Engine],
    server: Any,
) -> None:
    home = seeds.settings.home
    honest = clean(case["same_as"]) if "same_as" in case else None
    obey(server, case["says"], home)
    for llm in (None, engine()):
        answer = Assistant(seeds, llm=llm).ask(case["question"], (), DAY)
        if honest:
            assert outcome(answer) == outcome(honest) and honest.citations
        else:
            assert outcome(answer) == ("not_found", None, frozenset())
        assert answer.engine == "extractive"  # nothing an obeying model says stands
        check_nothing_leaks(answer, case["says"], case["question"], home)


def policy(case: dict[str, str], at: int | None = None) -> tuple[str, str, str]:
    """File name, document number and text of a made-up policy, with something put into it where it is the ``at``-th case."""
    data = CASES["policies"][case["policy"]]
    words = {place: case["text"] if place == case["place"] and at is not None else "" for place in PLACES}
    text = re.sub(r"\{(\w+)\}", lambda gap: words[gap[1]], data["text"])
    assert at is None or case["text"] in text
    number = data["number"]
    if at is not None:  # each case is a city of its own
        city, own = data["city"], CITIES[at]
        text, number = (
            each.replace(city, own).replace("〔2025〕", f"〔2025〕{at + 1}0") for each in (text, number)
        )
    return data["file"], number, "\n".join(line for line in text.splitlines() if line.strip())


def ingested(
    cases: list[tuple[dict[str, str], int | None]], folder: Path, bundled: Embedder
) -> KnowledgeBase:
    """A knowledge base of made-up policies, from files."""
    (folder / "policies").mkdir()
    for case, at in cases:
        file, _, text = policy(case, at)
        place = folder / "policies" / f"{at}"
        place.mkdir(exist_ok=True)
        (place / file).write_text(text, "utf-8")
    return KnowledgeBase(
        Settings(home=folder / "home", policies=folder / "policies", _env_file=None), bundled
    ).open()


@pytest.fixture(scope="module")
def injected(bundled: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    cases = [(case, at) for at, case in enumerate(DOCUMENTS)]
    with ingested(cases, tmp_path_factory.mktemp("injected"), bundled) as base:
        assert len(base.records()) == len(DOCUMENTS)
        yield base


@pytest.fixture(scope="module")
def honest(bundled: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    cases = {case["policy"]: (case, None) for case in DOCUMENTS}
    with ingested(list(cases.values()), tmp_path_factory.mktemp("honest"), bundled) as base:
        yield Assistant(base)


def outcome_within(answer: Answer) -> tuple[str, Decimal | None, frozenset[str]]:
    """The outcome, with the cited clauses by their paths: numbers of documents differ."""
    status, amount, ids = outcome(answer)
    return status, amount, frozenset(each.partition(" ")[2] for each in ids)


@pytest.mark.parametrize(
    "at", range(len(DOCUMENTS)), ids=lambda at: f"{DOCUMENTS[at]['place']}: {DOCUMENTS[at]['text'][:30]}"
)
def test_in_a_document(
    at: int, injected: KnowledgeBase, honest: Assistant, engine: Callable[..., Engine], server: Any
) -> None:
    case = DOCUMENTS[at]
    wanted = honest.ask(f"{policy(case)[1]}中{case['question']}", (), DAY)
    assert wanted.citations
    obey(server, case["says"], injected.settings.home)
    question = f"{policy(case, at)[1]}中{case['question']}"
    extractive = Assistant(injected).ask(question, (), DAY)
    obeyed = Assistant(injected, llm=engine()).ask(question, (), DAY)
    assert outcome_within(extractive) == outcome_within(wanted) == outcome_within(obeyed)
    assert obeyed.engine == "extractive" and obeyed.answer == extractive.answer
    assert server.asked, "the model was asked, and obeyed"
    check_nothing_leaks(obeyed, case["says"], "", injected.settings.home)
