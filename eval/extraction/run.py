"""The labelled clauses of a data folder through `find_grants`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from corpus import Clause, PolicyDocument, PolicyKBError, Span, UsageError
from eval.errors import EvalFileError
from eval.extraction.labels import ClauseLabel, GrantLabel
from eval.extraction.scores import Scores, score_clause
from ingest import parse_file
from kb.grants import Grant, find_grants

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled clause, what was found in it, and the comparison."""

    label: ClauseLabel
    clause: Clause
    found: tuple[GrantLabel, ...]
    scores: Scores


def policies_of(data: Path) -> Path:
    """The folder with the documents: ``policies`` below a data folder, or the folder itself.

    Raises:
        UsageError: there is no such folder.
    """
    below = data / "policies"
    folder = below if below.is_dir() else data
    if not folder.is_dir():
        raise UsageError(f"{data} 不是文件夹。请用 --data 指出资料文件夹或其中的 policies/。")
    return folder


def judge(labels: Sequence[ClauseLabel], folder: Path, tell: Tell | None = None) -> Iterator[Judged]:
    """Each labelled clause in turn; ``tell`` hears how many of how many are done.

    Raises:
        UsageError: a labelled file is not in the folder.
        EvalFileError: a file differs from the labelled one, or its clauses are cut otherwise.
    """
    documents: dict[str, PolicyDocument] = {}
    for number, label in enumerate(labels, 1):
        if label.file not in documents:
            documents = {label.file: _read(folder / label.file, label.sha256)}
        clause = _clause(documents[label.file], label)
        found = tuple(to_label(grant, clause) for grant in find_grants(clause.text))
        yield Judged(label, clause, found, score_clause(found, label.grants))
        if tell:
            tell(number, len(labels))


def _read(path: Path, digest: str) -> PolicyDocument:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} 读不出来（{error.strerror}）。标注所在的文件要齐全，请检查 --data。"
        ) from error
    if sha256(content).hexdigest() != digest:
        raise EvalFileError(f"{path} 与标注时的文件不同，标注的位置对不上。请换回原来的文件。")
    try:
        return parse_file(path)
    except PolicyKBError as error:
        raise EvalFileError(f"{path} 解析不了：{error}") from error


def _clause(document: PolicyDocument, label: ClauseLabel) -> Clause:
    for clause in document.clauses:
        if (clause.span.start, clause.span.end) == (label.start, label.end):
            return clause
    raise EvalFileError(
        f"{label.file} 里没有从 {label.start} 到 {label.end} 的条款：条款切分变了，请重做该条的标注。"
    )


def to_label(grant: Grant, clause: Clause) -> GrantLabel:
    """A found grant in the shape of a label, with offsets into the source text."""

    def source(span: Span) -> tuple[int, int]:
        return clause.origin[span.start], clause.origin[span.end - 1] + 1

    start, end = source(grant.span)
    return GrantLabel(
        start=start,
        end=end,
        who=source(grant.who) if grant.who else None,
        kind=grant.kind,
        amounts=tuple(figure.value for figure in grant.amounts),
        caps=tuple(figure.value for figure in grant.caps),
        rates=tuple(figure.value for figure in grant.rates),
        basis=source(grant.basis) if grant.basis else None,
        stages=tuple(source(stage.span) for stage in grant.stages),
        bound=grant.bound,
        period=grant.period or None,
    )
