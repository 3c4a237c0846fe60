"""What a knowledge base ranks for a question, with the signals its scores are made of, so that other weights can be tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from eval.retrieval.data import Question
from eval.retrieval.evidence import is_right
from eval.retrieval.ours import unit_of
from eval.retrieval.ranked import Unit
from kb.hits import Hit
from kb.knowledge_base import KnowledgeBase
from kb.ranking import Ranking, Signals

WIDTH = 60  # clauses a question; several times what is judged


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that was found for a question, by its best chunk."""

    unit: Unit
    signals: Signals


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its candidates.

    Attributes:
        question: the question.
        present: candidates where its document is indexed.
        absent: candidates where it is left out: none of them is right.
    """

    question: Question
    present: Sequence[Candidate]
    absent: Sequence[Candidate]

    def right(self) -> list[bool]:
        """Which of the present candidates are right."""
        return [
            each.unit.file == self.question.file and is_right(each.unit.span, self.question.evidence)
            for each in self.present
        ]


def examples_of(knowledge: KnowledgeBase, questions: Sequence[Question]) -> list[Example]:
    """Each question asked of all documents, and as if its own had never been ingested.

    Only how rare words are still counts the document that is left out.
    """
    files = {record.id: record.source_name for record in knowledge.records()}
    made = []
    for question in questions:
        others = [document for document, file in files.items() if file != question.file]
        present = knowledge.search(question.text, WIDTH)
        absent = knowledge.search(question.text, WIDTH, among=others)
        made.append(Example(question, _candidates(present, files), _candidates(absent, files)))
    return made


def ranked(candidates: Sequence[Candidate], model: Ranking, top: int) -> list[Unit]:
    """The best of some candidates by a scoring function."""
    return ranked_by(candidates, [model.relevance(each.signals) for each in candidates], top)


def ranked_by(candidates: Sequence[Candidate], scores: Sequence[float], top: int) -> list[Unit]:
    """The best of some candidates by given scores; of equal ones the first."""
    order = sorted(range(len(candidates)), key=lambda n: -scores[n])
    units = (Unit(candidates[n].unit.file, candidates[n].unit.span, float(scores[n])) for n in order)
    return list(islice(units, top))


def _candidates(hits: Sequence[Hit], files: dict[str, str]) -> list[Candidate]:
    return [Candidate(unit_of(hit, files), hit.signals) for hit in hits if hit.signals is not None]
