"""Files of questions with what answers them, JSON Lines in one of two forms.

- ``{"question", "clauses": [ids]}``, as the QA sets of ``policykb eval``; other fields are ignored;
- ``{"file", "question", "context"}``, a passage copied from a file, with ``context_start`` its place in the extracted
  text where that is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corpus import NodeKind, PolicyDocument, Span, UsageError
from ingest import chunk_document
from kb.train.evaluation import EvalSet
from kb.train.pairs import Pair, PairKind

_KINDS = frozenset({NodeKind.CLAUSE, NodeKind.BODY})


class Question(BaseModel):
    """One line of a file of questions."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str = Field(min_length=2)
    history: tuple[str, ...] = ()
    clauses: tuple[str, ...] | None = None
    file: str = ""
    context: str = ""
    context_start: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _says_what_answers(self) -> Question:
        if self.clauses is None and not (self.file and self.context):
            raise ValueError("clauses，或 file 和 context，必须给出")
        return self


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of a document as it is indexed, with its place in the source text."""

    document: str
    clause: str
    text: str
    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the pieces (by position) any of which is a right find."""

    question: str
    document: str
    right: frozenset[int]


def read_questions(path: Path) -> list[Question]:
    """All questions of a file that stand on their own; those with a history or without a clause are passed over.

    Raises:
        UsageError: there is no such file, or a line is malformed.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}：读不出题集（{error}），请检查 --questions。") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise UsageError(
                f"{path.name} 第 {number} 行不是可用的题目（{_reason(error)}），"
                '应为 {"question", "clauses"} 或 {"file", "question", "context"}。'
            ) from error
        if not question.history and question.clauses != ():
            found.append(question)
    return found


def _reason(error: ValueError) -> str:
    return error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)


def pieces(documents: Iterable[PolicyDocument]) -> list[Piece]:
    """The chunks of documents that are searched, with their places."""
    found = []
    for document in documents:
        nodes = {clause.id: clause for clause in document.clauses if clause.kind in _KINDS}
        at = 0
        for chunk in chunk_document(document):
            at = at if chunk.ordinal else 0
            if (clause := nodes.get(chunk.clause_id)) is not None:
                origin = clause.origin[at : at + len(chunk.text)]
                span = Span(origin[0], origin[-1] + 1)
                found.append(Piece(document.id, clause.id, chunk.text, document.source_name, span))
            at += len(chunk.text)
    return found


def locate(
    questions: Iterable[Question], found: Sequence[Piece], documents: Iterable[PolicyDocument]
) -> list[Asked]:
    """What answers each question, among the pieces; questions that none of them answers are left out.

    A piece answers a question if it is of one of its clauses, or if half of it stands in its passage.
    """
    sources = {document.source_name: document.source for document in documents}
    of_clause: dict[str, list[int]] = {}
    of_file: dict[str, list[int]] = {}
    for n, piece in enumerate(found):
        of_clause.setdefault(piece.clause, []).append(n)
        of_file.setdefault(piece.file, []).append(n)
    asked = []
    for question in questions:
        if question.clauses is not None:
            right = [n for clause in question.clauses for n in of_clause.get(clause, ())]
        else:
            passage = _passage(question, sources.get(question.file, ""))
            right = [
                n for n in of_file.get(question.file, ()) if passage and _half_in(found[n].span, passage)
            ]
        if right:
            asked.append(Asked(question.question, found[right[0]].document, frozenset(right)))
    return asked


def _passage(question: Question, source: str) -> Span | None:
    """Where the passage of a question stands in its file; the place given counts only if the passage is there."""
    start = question.context_start
    if start is None or not source.startswith(question.context, start):
        start = source.find(question.context)
    return Span(start, start + len(question.context)) if start >= 0 else None


def _half_in(piece: Span, passage: Span) -> bool:
    """Whether at least half of a piece stands in a passage.

    >>> _half_in(Span(0, 10), Span(5, 20)), _half_in(Span(0, 10), Span(6, 20))
    (True, False)
    """
    return 2 * (min(piece.end, passage.end) - max(piece.start, passage.start)) >= piece.length


def question_pairs(asked: Iterable[Asked], found: Sequence[Piece]) -> list[Pair]:
    """A pair for each question: of the pieces that answer it, the one with most of its pairs of characters."""
    made = []
    for item in asked:
        best = max(sorted(item.right), key=lambda n: len(_bigrams(item.question) & _bigrams(found[n].text)))
        piece = found[best]
        made.append(Pair(item.question, piece.text, PairKind.QUESTION, piece.document, piece.clause))
    return made


def _bigrams(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def question_set(asked: Sequence[Asked], found: Sequence[Piece], name: str, most: int) -> EvalSet:
    """Questions as a set to judge a model by.

    Args:
        asked: the questions.
        found: the pieces their answers are among.
        name: what to call the set.
        most: search in so many pieces (or in all that are right, if those are more): of the others, an even part.
    """
    right = {n for item in asked for n in item.right}
    others = [n for n in range(len(found)) if n not in right]
    step = max(1, -(-len(others) // max(1, most - len(right))))
    searched = sorted(right | set(others[::step]))
    place = {n: at for at, n in enumerate(searched)}
    return EvalSet(
        name,
        tuple(item.question for item in asked),
        tuple(found[n].text for n in searched),
        tuple(frozenset(place[n] for n in item.right) for item in asked),
    )
