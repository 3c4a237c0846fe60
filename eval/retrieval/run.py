"""The whole comparison: rankings judged question by question, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.qa_set import QAItem
from eval.retrieval.alternatives import judge_alternatives
from eval.retrieval.baselines import baselines
from eval.retrieval.candidates import Example, examples_of, ranked
from eval.retrieval.data import Question, policy_files, read_documents, read_questions
from eval.retrieval.fit import fit, fit_held_out, write_ranking
from eval.retrieval.ours import knowledge_base
from eval.retrieval.outcome import Comparison, Figures, Outcome, absence_of, compare_all, figures_of
from eval.retrieval.ranked import Unit
from eval.retrieval.scores import DEEP, Judged, Numbers, judge_all, rank_all
from eval.retrieval.used import Used, ask_all
from kb.embedding import Embedder
from kb.ranking import Ranking, ranking_model

HELD_OUT = "本项目（权重在另一半文件上拟合）"
Tell = Callable[[str], None]


def run(
    data: Path,
    embedder: Embedder,
    tell: Tell,
    *,
    own: tuple[Path, Sequence[QAItem]] | None = None,
    save_to: Path | None = None,
) -> Outcome:
    """Everything, on one data folder.

    Args:
        data: the folder.
        embedder: the model of all systems.
        tell: told what is being done.
        own: policies with questions about them; None to leave out all but the ranking and its certainty.
        save_to: file for the scoring function fitted on all questions.

    Raises:
        EvalFileError: the data or a package of the baselines is missing.
    """
    files = policy_files(data)
    tell(f"读取 {len(files)} 份文件……")
    documents = read_documents(files)
    questions = read_questions(data, documents)
    theirs: dict[str, list[Judged]] = {}
    for name, system in baselines(documents, embedder).items():
        tell(f"{name}……")
        theirs[name] = judge_all(questions, rank_all(questions, system))
    tell("建知识库……")
    with knowledge_base(files, embedder) as knowledge:
        tell(f"取 {len(questions)} 题的候选，文件在库和不在库……")
        examples = examples_of(knowledge, questions)
        tell("拟合权重……")
        held_out = fit_held_out(examples, ranking_model())
        fitted = _fitted(held_out, examples)
        if save_to is not None:
            write_ranking(fitted[-1], save_to)
            ranking_model.cache_clear()
        used = ask_all(knowledge, list(documents), examples, own=own, embedder=embedder, tell=tell)
    return _outcome(len(files), theirs, examples, (held_out, fitted), used)


def _outcome(
    files: int,
    theirs: Mapping[str, list[Judged]],
    examples: Sequence[Example],
    models: tuple[Sequence[Ranking], tuple[Ranking, ...]],
    used: Used,
) -> Outcome:
    """Ours, held out by file and as used, beside theirs."""
    held_out, fitted = models
    questions = [example.question for example in examples]
    present = [ranked(one.present, model, DEEP) for one, model in zip(examples, held_out, strict=True)]
    absent = [ranked(one.absent, model, 1) for one, model in zip(examples, held_out, strict=True)]
    ours = judge_all(questions, present)
    baseline = _all_figures(theirs)
    better = max(baseline, key=lambda one: one.mrr.mean).system
    model = ranking_model()
    return Outcome(
        questions=len(questions),
        files=files,
        missing=used.missing,
        figures=(*baseline, figures_of(HELD_OUT, ours), *_all_figures(used.judged)),
        ours=HELD_OUT,
        theirs=better,
        comparisons=_compared({HELD_OUT: ours, **used.judged}, theirs[better], questions),
        alternatives=_all_figures(dict(judge_alternatives(examples))),
        reachable=float(np.mean([any(one.right()) for one in examples])),
        absence=absence_of(_best(present), _best(absent), ours, (model.nothing, model.weak)),
        model=model,
        fitted=fitted,
        agreement=used.agreement,
        lookups=used.lookups,
        tried=used.tried,
    )


def _all_figures(judged: Mapping[str, Sequence[Judged]]) -> tuple[Figures, ...]:
    return tuple(figures_of(name, one) for name, one in judged.items())


def _compared(
    ours: Mapping[str, Sequence[Judged]], theirs: Sequence[Judged], questions: Sequence[Question]
) -> tuple[Comparison, ...]:
    files = [question.file for question in questions]
    return tuple(one for name, judged in ours.items() for one in compare_all(name, judged, theirs, files))


def _fitted(held_out: Sequence[Ranking], examples: Sequence[Example]) -> tuple[Ranking, ...]:
    everything = ranking_model().model_copy(update={"weights": fit(examples)})
    halves = {repr(model): model for model in held_out}
    return (*halves.values(), everything)


def _best(rankings: Sequence[Sequence[Unit]]) -> Numbers:
    return np.array([found[0].score if found else 0.0 for found in rankings], dtype=np.float64)
