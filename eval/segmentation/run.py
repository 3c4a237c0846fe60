"""Every file of a data folder through our parser and the two baselines, judged where there is truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from corpus import UsageError
from eval.segmentation.aligned import carry
from eval.segmentation.baselines import fixed_size_starts, one_family_starts
from eval.segmentation.ours import Parsed, parse
from eval.segmentation.scores import Judgement, Start, Tally, Truth, judge
from eval.segmentation.truth import TruthMaker, load_truth
from ingest.formats import SUFFIXES

OURS, ONE_FAMILY, FIXED_SIZE = "本项目", "A 单一编号族", "B 定长切块"
SPLITTERS: dict[str, Callable[[str], list[int] | None]] = {
    ONE_FAMILY: one_family_starts,
    FIXED_SIZE: fixed_size_starts,
}
FOLDERS = ("policies", "files")
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """One text against one truth: a judgement for each splitter that could be run."""

    truth: Truth
    text: str = field(repr=False)
    judged: dict[str, Judgement]


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file: what our parser made of it, and how the starts compare with each truth about it.

    ``note`` says why there is no comparison where one was to be expected, "" otherwise.
    """

    file: str
    parsed: Parsed
    compared: tuple[Compared, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    note: str = ""


def data_files(data: Path) -> list[Path]:
    """The documents of a data folder, in the order of their names.

    Raises:
        UsageError: there are none.
    """
    found = [
        path
        for folder in FOLDERS
        for path in sorted((data / folder).glob("*"))
        if path.is_file() and path.suffix.lower() in SUFFIXES
    ]
    if not found:
        raise UsageError(f"{data} 下的 policies/ 和 files/ 里没有可读的文件，请检查 --data。")
    return found


def evaluate(data: Path, tell: Tell | None = None) -> Iterator[FileResult]:
    """Each file in turn; ``tell`` hears how many of how many are done.

    Raises:
        UsageError: there is nothing to read.
        EvalFileError: a truth is malformed, or about another version of the file.
    """
    truths = load_truth(data)
    files = data_files(data)
    for number, path in enumerate(files, 1):
        name = path.relative_to(data).as_posix()
        yield evaluate_file(path, name, truths.get(name, ()))
        if tell:
            tell(number, len(files))


def evaluate_file(path: Path, name: str, makers: Sequence[TruthMaker]) -> FileResult:
    """One file against what is known of it; where a text is on disk as it is, that text is the measure."""
    parsed = parse(path)
    content = path.read_bytes()
    on_disk = path.suffix.lower() in (".txt", ".md")
    text = content.decode("utf-8-sig", errors="replace") if on_disk else parsed.source
    given, seconds = _given(text, makers)
    ours = _ours(parsed, text)
    note = ""
    if ours is None:
        note = "抽出的文字与原文不同，未对照"
        ours = []
    compared = []
    for maker in makers:
        truth = maker(text, content)
        judged = {OURS: judge(truth, ours, text)}
        judged |= {splitter: judge(truth, starts, text) for splitter, starts in given.items()}
        compared.append(Compared(truth, text, judged))
    return FileResult(name, parsed, tuple(compared), {OURS: parsed.seconds, **seconds}, note)


def totals(results: Sequence[FileResult]) -> dict[str, dict[str, Tally]]:
    """Counts by kind of truth and splitter, over all files."""
    sums: dict[str, dict[str, Tally]] = {}
    for result in results:
        for one in result.compared:
            row = sums.setdefault(one.truth.kind, {})
            for splitter, judgement in one.judged.items():
                row[splitter] = row.get(splitter, Tally()) + judgement.tally()
    return sums


def _given(text: str, makers: Sequence[TruthMaker]) -> tuple[dict[str, list[Start]], dict[str, float]]:
    """Starts and seconds of each baseline, where there is something to compare with."""
    given: dict[str, list[Start]] = {}
    seconds: dict[str, float] = {}
    if not makers or not text:
        return given, seconds
    for splitter, cut in SPLITTERS.items():
        begin = perf_counter()
        starts = cut(text)
        if starts is not None:
            given[splitter] = [Start(at) for at in starts]
            seconds[splitter] = perf_counter() - begin
    return given, seconds


def _ours(parsed: Parsed, text: str) -> list[Start] | None:
    """Our starts as offsets into ``text``, None where it is not the text our reader extracted."""
    if not parsed.source:
        return []
    offsets = carry([start.at for start in parsed.starts], parsed.source, text)
    if offsets is None:
        return None
    return [Start(at, start.path) for at, start in zip(offsets, parsed.starts, strict=True)]
