"""The questions of a data folder, each with the passage it was written from, and the texts they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from corpus import PolicyDocument, Span
from corpus.register import Register
from eval.errors import EvalFileError
from eval.retrieval.evidence import find_evidence

QUESTIONS = "qa/clause_retrieval.jsonl"
POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what would answer it.

    Attributes:
        file: name of the file the answer stands in.
        text: the question.
        passage: what it was written from, offsets into the file's text.
        evidence: sentences of the passage that carry the answer, in order.
    """

    file: str
    text: str
    passage: Span
    evidence: tuple[Span, ...]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    question: str
    answer: str
    context: str
    context_start: NonNegativeInt


def policy_files(data: Path) -> list[Path]:
    """The files to index, by name: all that can be read in the folder of policies.

    Raises:
        EvalFileError: there are none.
    """
    from ingest.formats import SUFFIXES

    folder = data / POLICIES
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    if not files:
        raise EvalFileError(f"{folder} 里没有政策文件，请用 --data 指定资料文件夹。")
    return files


def read_documents(files: Sequence[Path]) -> dict[str, PolicyDocument]:
    """Each file as our parser reads it, by file name; an empty register, so that names we ship help nobody."""
    from ingest import parse_file

    return {path.name: parse_file(path, Register()) for path in files}


def read_questions(data: Path, documents: dict[str, PolicyDocument]) -> list[Question]:
    """All questions, in order.

    Offsets of the set are into the file as it is read; they hold for the source text of a document too where the
    passage stands there at the same place, and a passage that stands elsewhere is looked up.

    Raises:
        EvalFileError: the set is missing or malformed, or a passage is not in its file exactly once.
    """
    path = data / QUESTIONS
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise EvalFileError(f"{path} 读不出来（{error.strerror}），请检查 --data。") from error
    questions = []
    for number, line in enumerate(lines, 1):
        try:
            row = _Row.model_validate_json(line)
        except ValidationError as error:
            raise EvalFileError(f"{path} 第 {number} 行不合格式：{error.errors()[0]['msg']}。") from error
        if row.file not in documents:
            raise EvalFileError(f"{path} 第 {number} 行的文件 {row.file} 不在 {POLICIES} 中。")
        passage = locate(documents[row.file].source, row.context, row.context_start)
        if passage is None:
            raise EvalFileError(f"{path} 第 {number} 行的原文在 {row.file} 中找不到，或不止一处。")
        evidence = find_evidence(documents[row.file].source, passage, row.answer)
        questions.append(Question(row.file, row.question, passage, evidence))
    return questions


def locate(text: str, passage: str, start: int) -> Span | None:
    """Where a passage stands: where it should, else at the only other place; None if there is none or several.

    >>> locate("甲。乙。", "乙。", 2), locate("　甲。乙。", "乙。", 2), locate("甲甲", "甲", 5)
    (Span(start=2, end=4), Span(start=3, end=5), None)
    """
    if not text.startswith(passage, start):
        start = text.find(passage)
        if start < 0 or text.find(passage, start + 1) >= 0:
            return None
    return Span(start, start + len(passage))
