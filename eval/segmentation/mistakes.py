"""What goes wrong, by the sort of clause it happens to; only for texts that may be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.segmentation.numbers import marker_kind
from eval.segmentation.run import OURS, FileResult
from eval.segmentation.scores import Path, in_place
from eval.segmentation.truth import EXAM

MISSED, FALSE, MISPLACED = "漏认", "误认", "位置错"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong start of ours.

    Attributes:
        what: 漏认, 误认 or 位置错 (the right start with the wrong path).
        marker: a specimen of the clause number there, "" where none stands.
        file: the file.
        at: offset in its text.
        wanted: the path that is right, None where none is known.
        given: the path we gave, None for a missed one.
        excerpt: the text around it.
    """

    what: str
    marker: str
    file: str
    at: int
    wanted: Path | None
    given: Path | None
    excerpt: str


def mistakes(results: Iterable[FileResult], kinds: Sequence[str]) -> Iterator[Mistake]:
    """Every mistake of ours against the given kinds of truth; a file of the exam set never shows any."""
    for result in results:
        if any(one.truth.kind == EXAM for one in result.compared):
            continue
        for one in result.compared:
            if one.truth.kind not in kinds or not one.text:
                continue
            told = one.judged[OURS]
            rows: list[tuple[str, int, Path | None, Path | None]] = [
                *((MISSED, wanted.at, wanted.path, None) for wanted in told.missed),
                *((FALSE, start.at, None, start.path) for start in told.false),
                *(
                    (MISPLACED, wanted.at, wanted.path, start.path)
                    for wanted, start in told.pairs
                    if wanted.placeable and not in_place(wanted, start)
                ),
            ]
            for what, at, right, given in sorted(rows, key=lambda row: row[1]):
                yield Mistake(
                    what, marker_kind(one.text, at), result.file, at, right, given, excerpt(one.text, at)
                )


def by_kind(found: Iterable[Mistake]) -> list[tuple[str, str, int]]:
    """How often each mistake happens to each sort of clause, most frequent first.

    >>> one = Mistake(MISSED, "一、", "甲.txt", 0, None, None, "")
    >>> by_kind([one, one])
    [('漏认', '一、', 2)]
    """
    counted = Counter((mistake.what, mistake.marker or "无编号") for mistake in found)
    return [(what, marker, count) for (what, marker), count in counted.most_common()]


def excerpt(text: str, at: int, reach: int = 14) -> str:
    """The text around an offset on one line, the place marked with ▸.

    >>> excerpt("通知\\n一、甲", 3, reach=2)
    '知⏎▸一、'
    """
    before = text[max(0, at - reach) : at]
    return (before + "▸" + text[at : at + reach]).replace("\n", "⏎").replace("\r", "")
