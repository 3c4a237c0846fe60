"""Labels and other people's marks, read into one shape: which clauses a text holds, and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import EvalFileError
from eval.segmentation.aligned import ink, stretches
from eval.segmentation.numbers import label_at, marker_kind
from eval.segmentation.scores import Truth, Wanted

LABELS = Path(__file__).parent / "labels"
DEV, EXAM = "标注 dev", "标注 exam"
ARTICLES, HEADINGS, PARAGRAPHS = "条文", "网页标题", "段落"
_BEYOND = 100
KINDS = (DEV, EXAM, ARTICLES, HEADINGS, PARAGRAPHS)

_OTHER_THAN_ARTICLES = re.compile(
    r"""第\s*[一二三四五六七八九十百零\d]+\s*[编章节]   # 第三章
      | [（(]\s*[一二三四五六七八九十\d]+\s*[）)]       # （一）、(1)
      | [一二三四五六七八九十]+\s*、                    # 一、
      | \d{1,3}\s*[.．、]                               # 1.
      | [①-⑳]
    """,
    re.VERBOSE,
)


class _Outside(BaseModel):
    model_config = ConfigDict(frozen=True)


class LabelLine(_Outside):
    """A line of labels/: offsets are into the text of a file whose content has this sha256.

    A path of null is not judged; ``doubtful`` starts are not counted either way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    clauses: tuple[tuple[int, str | None], ...]
    doubtful: tuple[tuple[int, str | None], ...] = ()


class ArticleLine(_Outside):
    """A line of truth/articles.jsonl, as far as it is used."""

    file: str
    starts: tuple[int, ...]


class HeadingMark(_Outside):
    """A heading of a page: the number of its paragraph and its level, 1 or 2."""

    p: int
    level: int
    marker: str


class HeadingLine(_Outside):
    """A line of truth/headings.jsonl, as far as it is used."""

    file: str
    paragraphs: tuple[str, ...]
    headings: tuple[HeadingMark, ...]


class ParagraphLine(_Outside):
    """A line of truth/paragraphs.jsonl, as far as it is used."""

    flat: str
    starts_in_whitespace_stripped_flat: tuple[int, ...]


_Line = TypeVar("_Line", bound=_Outside)
TruthMaker = Callable[[str, bytes], Truth]
"""From the text a truth is about, and the content of its file."""


def load_truth(data: Path, labels: Path = LABELS) -> dict[str, list[TruthMaker]]:
    """What is known of each file, by its path below ``data``; nothing where a truth file is missing.

    Raises:
        EvalFileError: a line is malformed.
    """
    made: dict[str, list[TruthMaker]] = {}

    def know(file: str, maker: TruthMaker) -> None:
        made.setdefault(file, []).append(maker)

    for name, kind in (("dev.jsonl", DEV), ("exam.jsonl", EXAM)):
        for label in _lines(labels / name, LabelLine):
            know(label.file, partial(from_labels, label, kind))
    folder = data / "truth"
    for article in _lines(folder / "articles.jsonl", ArticleLine):
        know(f"policies/{article.file}", partial(from_articles, article))
    for heading in _lines(folder / "headings.jsonl", HeadingLine):
        know(f"policies/{heading.file}", partial(from_headings, heading))
    for paragraph in _lines(folder / "paragraphs.jsonl", ParagraphLine):
        know(f"policies/{paragraph.flat}", partial(from_paragraphs, paragraph))
    return made


def from_labels(line: LabelLine, kind: str, text: str, content: bytes) -> Truth:
    """Labels made by hand.

    Raises:
        EvalFileError: the file is not the one that was labelled, or an offset lies outside it.
    """
    if sha256(content).hexdigest() != line.sha256:
        raise EvalFileError(f"{line.file}：内容与标注时不同，标注的位置不再可靠。请换回原文件或重新标注。")
    wanted = tuple(Wanted(at, tuple(path.split("/")) if path else None) for at, path in line.clauses)
    if any(one.at >= len(text) for one in wanted):
        raise EvalFileError(f"{line.file}：标注的位置超出正文，请重新标注。")
    return Truth(kind, line.file, wanted, neutral=tuple(at for at, _ in line.doubtful))


def from_articles(line: ArticleLine, text: str, content: bytes = b"") -> Truth:
    """Where 第X条 start; silent about every other kind of clause.

    >>> from_articles(ArticleLine(file="甲.txt", starts=(2,)), "总则第 一 条 甲").wanted
    (Wanted(at=2, path=None, label='第一条', level=0),)
    """
    wanted = tuple(Wanted(at, label=label_at(text, at)) for at in line.starts)
    return Truth(ARTICLES, f"policies/{line.file}", wanted, silent=_OTHER_THAN_ARTICLES)


def from_headings(line: HeadingLine, text: str, content: bytes = b"") -> Truth:
    """Headings of a page by the publisher's own fonts; silent about the starts of other paragraphs.

    A heading that is not in the text stands past its end, where no start can be: it counts as missed.

    >>> line = HeadingLine(file="甲.html", paragraphs=("一、甲", "乙", "二、丙"), headings=(
    ...     HeadingMark(p=0, level=1, marker="一、"), HeadingMark(p=2, level=1, marker="二、")))
    >>> truth = from_headings(line, "一、 甲\\n乙")
    >>> [(one.at, one.label) for one in truth.wanted], truth.neutral
    ([(0, '一'), (106, '二')], (5,))
    """
    places = stretches(line.paragraphs, text)
    wanted = []
    for mark in line.headings:
        at = places[mark.p]
        beyond = len(text) + _BEYOND if at is None else at
        wanted.append(Wanted(beyond, label=label_at(mark.marker, 0), level=mark.level))
    known = {one.at for one in wanted}
    others = tuple(at for at in places if at is not None and at not in known)
    return Truth(HEADINGS, f"policies/{line.file}", tuple(wanted), neutral=others)


def from_paragraphs(line: ParagraphLine, text: str, content: bytes = b"") -> Truth:
    """Paragraphs of a flattened text; those that begin with a clause number are the clauses, and there are no others.

    >>> line = ParagraphLine(flat="甲.txt", starts_in_whitespace_stripped_flat=(0, 2))
    >>> [one.at for one in from_paragraphs(line, "标 题 一、甲").wanted]
    [4]
    """
    there = ink(text)
    places = (there[rank] for rank in line.starts_in_whitespace_stripped_flat)
    wanted = tuple(Wanted(at, label=label_at(text, at)) for at in places if marker_kind(text, at))
    return Truth(PARAGRAPHS, f"policies/{line.flat}", wanted)


def _lines(path: Path, shape: type[_Line]) -> Iterator[_Line]:
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield shape.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise EvalFileError(
                f"{path.name} 第 {number} 行：{where} 有误（{first['msg']}），请改正。"
            ) from error
