"""The whole comparison on a few made-up policies, with the hash embedder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console

from corpus import Span
from eval.qa_set import QAItem
from eval.retrieval.__main__ import main
from eval.retrieval.candidates import Candidate, Example, examples_of, ranked
from eval.retrieval.data import Question
from eval.retrieval.fit import fit, fit_held_out, write_ranking
from eval.retrieval.ours import knowledge_base
from eval.retrieval.outcome import Outcome
from eval.retrieval.ranked import Unit
from eval.retrieval.render import show
from eval.retrieval.run import HELD_OUT, run
from eval.retrieval.self_find import CLAUSE_ID, DOC_NUMBER, HEADING
from eval.retrieval.used import FIND, SEARCH, ask_all
from kb import KnowledgeBase
from kb.ranking import Signals, load_ranking, ranking_model
from tests.conftest import HashEmbedder

SUBJECTS = {"甲": "集成电路", "乙": "航空物流", "丙": "海洋渔业", "丁": "数字创意"}
HEADINGS = ("支持{}研发", "引进{}人才", "建设{}园区")
TEXTS = (
    "对{}企业的研发投入，按照实际支出的百分之十给予补助，每家每年最高80万元。",
    "{}企业新引进的博士，连续三年发放每月3000元的安居津贴。",
    "新建{}园区的，按照固定资产投资的百分之五给予奖励，最高1000万元。",
)
ASKED = ("{}企业研发投入按多少补助", "{}企业引进博士有什么津贴", "新建{}园区奖励多少")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four policies of three clauses, and a question about each clause."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "policies").mkdir()
    (folder / "qa").mkdir()
    rows = []
    for n, (place, subject) in enumerate(SUBJECTS.items(), 1):
        name = f"{place}市.txt"
        title = f"{place}市{subject}产业扶持办法\n{place}政发〔2024〕{n}号\n\n"
        bodies = [text.format(subject) for text in TEXTS]
        parts = [
            f"{number}、{heading.format(subject)}\n{body}\n"
            for number, heading, body in zip("一二三", HEADINGS, bodies, strict=True)
        ]
        text = title + "".join(parts)
        (folder / "policies" / name).write_text(text, "utf-8")
        rows += [
            {
                "file": name,
                "question": asked.format(subject),
                "answer": body[4:],
                "context": body,
                "context_start": text.index(body),
            }
            for asked, body in zip(ASKED, bodies, strict=True)
        ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "qa" / "clause_retrieval.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def outcome(data: Path, told: list[str]) -> Outcome:
    own = [
        QAItem(id="a", type="amount", question="集成电路企业研发补助比例", clauses=("甲政发〔2024〕1号 一",)),
        QAItem(id="b", question="航空物流园区奖励", clauses=("乙政发[2024]2号 三",)),
        QAItem(id="c", question="两条都要", clauses=("甲政发〔2024〕1号 一", "甲政发〔2024〕1号 二")),
    ]
    return run(data, HashEmbedder(), told.append, own=(data / "policies", own))


@pytest.fixture(scope="module")
def knowledge(data: Path) -> Iterator[KnowledgeBase]:
    with knowledge_base([data / "policies"], HashEmbedder()) as opened:
        yield opened


def test_every_system_is_judged_on_every_question(outcome: Outcome, told: list[str]) -> None:
    assert (outcome.files, outcome.questions) == (4, 12)
    assert [one.system for one in outcome.figures][-3:] == [HELD_OUT, SEARCH, FIND]
    assert len(outcome.figures) == 1 + 3 + 3
    assert all(len(one.ranks) == 12 for one in outcome.figures)
    assert all(one.recalls[10].mean > 0.5 for one in outcome.figures)
    assert outcome.theirs in {one.system for one in outcome.figures[:4]}
    assert any("Ensemble" in line for line in told)


def test_other_orders_of_the_same_candidates(outcome: Outcome) -> None:
    assert outcome.reachable == 1.0
    assert {one.system.split()[0] for one in outcome.alternatives} == {"只按", "名次融合", "拟合，不用"}


def test_the_fitting_ranks_as_the_knowledge_base_does(outcome: Outcome) -> None:
    assert (outcome.agreement, outcome.missing) == (1.0, ())


def test_a_refused_file_is_named(knowledge: KnowledgeBase) -> None:
    used = ask_all(
        knowledge, ["甲市.txt", "另文.txt"], [], own=None, embedder=HashEmbedder(), tell=lambda _: None
    )
    assert used.missing == ("另文.txt",)


def test_without_its_document_nothing_is_right(outcome: Outcome) -> None:
    assert outcome.absence.auc > 0.8
    assert sum(group.count for group in outcome.absence.groups) == 24


def test_own_questions_have_one_clause(outcome: Outcome) -> None:
    assert [where for where, _ in outcome.lookups] == [
        "只有这两份，search",
        "只有这两份，find",
        "与全部资料一起，search",
        "与全部资料一起，find",
    ]
    for _, rows in outcome.lookups:
        assert [(one.type, one.count) for one in rows] == [("", 2), ("amount", 1), ("other", 1)]
        assert rows[0].hit_at_1 == 1.0


def test_every_name_was_tried_and_finds_itself(outcome: Outcome) -> None:
    kinds = [one.name.kind for one in outcome.tried]
    assert [kinds.count(kind) for kind in (DOC_NUMBER, CLAUSE_ID, HEADING)] == [4, 12, 12]
    assert [one.name.text for one in outcome.tried if not one.found] == []


def test_what_is_printed(outcome: Outcome) -> None:
    console = Console(record=True, file=open("/dev/null", "w"), width=200)  # noqa: PTH123, SIM115
    show(console, outcome)
    text = console.export_text()
    for expected in ("MRR@10", HELD_OUT, SEARCH, "p（按文件）", "AUC", "期望校准误差", "文号", "hit@1"):
        assert expected in text


def test_candidates_are_what_a_search_ranks(data: Path, knowledge: KnowledgeBase) -> None:
    asked = "新建海洋渔业园区奖励多少"
    (example,) = examples_of(knowledge, [Question("丙市.txt", asked, Span(0, 1), (Span(0, 1),))])
    hits = knowledge.search(asked, 10)
    found = ranked(example.present, ranking_model(), 10)
    assert [unit.span for unit in found] == [hit.clause.span for hit in hits]
    assert [unit.score for unit in found] == pytest.approx([hit.score for hit in hits])
    assert {each.unit.file for each in example.absent} == {"甲市.txt", "乙市.txt", "丁市.txt"}


def test_from_the_command_line(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "made" / "out.json"
    options = ["--data", str(data), "--cache", str(tmp_path), "--out", str(out), "--quick"]
    assert main(options, HashEmbedder()) == 0
    told = capsys.readouterr()
    assert "逐题配对" in told.out
    assert "读取 4 份文件" in told.err
    written = json.loads(out.read_text("utf-8"))
    assert (written["questions"], written["tried"], written["agreement"]) == (12, [], 1.0)
    assert (tmp_path / "hash-64.npz").is_file()


def test_a_folder_without_policies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--quick"], HashEmbedder()) == 1
    assert "没有政策文件，请用 --data 指定" in capsys.readouterr().err


def _example(file: str, random: np.random.Generator) -> Example:
    """A question whose right candidate tends to be near and to have the words of the question."""
    question = Question(file, "？", Span(0, 10), (Span(0, 10),))

    def candidates(right: int) -> list[Candidate]:
        made = []
        for n in range(8):
            good = n == right
            found = 0.4 * good + 0.5 * random.random()
            signals = Signals(0.8 + 0.05 * good + 0.03 * random.normal(), 4.0, 10.0, found)
            made.append(Candidate(Unit(file, Span(0, 10) if good else Span(20, 30)), signals))
        return made

    return Example(question, candidates(int(random.integers(8))), candidates(-1))


def test_fitted_weights_find_the_right_candidate() -> None:
    random = np.random.default_rng(5)
    weights = fit([_example(f"{n}.txt", random) for n in range(60)])
    model = ranking_model().model_copy(update={"weights": weights})
    assert weights.cosine > 0 < weights.found
    others = [_example("x.txt", random) for _ in range(100)]
    best = [ranked(one.present, model, 1)[0] for one in others]
    right = [unit.span == Span(0, 10) for unit in best]
    assert np.mean(right) > 0.75
    assert np.mean([unit.score or 0 for unit in best]) > np.mean(
        [ranked(one.absent, model, 1)[0].score or 0 for one in others]
    )


def test_weights_are_fitted_on_other_files() -> None:
    random = np.random.default_rng(6)
    examples = [_example(f"{n % 6}.txt", random) for n in range(24)]
    changed = [e if e.question.file != "0.txt" else Example(e.question, e.absent, e.absent) for e in examples]
    before, after = fit_held_out(examples, ranking_model()), fit_held_out(changed, ranking_model())
    same = {e.question.file: a == b for e, a, b in zip(examples, before, after, strict=True)}
    assert same["0.txt"]
    assert sorted(same.values()) == [False] * 3 + [True] * 3  # its own half, and the one fitted on it


def test_no_question_with_a_right_candidate() -> None:
    example = _example("a.txt", np.random.default_rng(7))
    with pytest.raises(ValueError, match="no question has a right candidate"):
        fit([Example(example.question, example.absent, [])])


def test_written_weights_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "ranking.yaml"
    write_ranking(ranking_model(), path)
    assert load_ranking(path) == ranking_model()
    assert "eval.retrieval --fit" in path.read_text("utf-8").splitlines()[0]
    assert set(yaml.safe_load(path.read_text("utf-8"))) == set(ranking_model().model_dump())
