"""Titles and document numbers read from the files, beside those a list of the files (index.csv) gives."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import PolicyDocument, PolicyKBError
from corpus.register import Register
from eval.errors import EvalFileError
from kb.lifecycle import plain_name

_ISSUES = re.compile(r"(?:印发|发布|公布|转发)(.+)的(?:通知|公告|通告)$")
_MIN_TITLE = 6  # characters; what is shorter is the name of a file or a year
_LIST = "policies/index.csv"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of the list.

    Attributes:
        file: name of the file.
        field: ``title`` or ``doc_number``.
        listed: the value of the list.
        read: what we read, "" where we read nothing.
        stands: whether the listed value stands in the text at all: what is not there cannot be read.
        right: whether what we read is the listed value, up to blanks, width, brackets and quotation marks.
    """

    file: str
    field: str
    listed: str
    read: str
    stands: bool
    right: bool


def read_index(data: Path) -> list[Reading]:
    """Every title and document number of the list; empty where there is no list.

    Raises:
        EvalFileError: the list has no columns file, title and doc_number.
    """
    path = data / _LIST
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and not {"file", "title", "doc_number"} <= rows[0].keys():
        raise EvalFileError(f"{path} 缺少 file、title 或 doc_number 列，请检查第一行。")
    return [reading for row in rows for reading in _readings(data / "policies" / row["file"], row)]


def _readings(path: Path, row: dict[str, str]) -> Iterator[Reading]:
    from ingest import parse_file

    try:
        document = parse_file(path, Register())
    except PolicyKBError:
        return
    whole = plain(document.source)
    for field in ("title", "doc_number"):
        listed = row[field].strip()
        if len(listed) >= (_MIN_TITLE if field == "title" else 1):
            yield _compare(document, field, listed, whole)


def _compare(document: PolicyDocument, field: str, listed: str, whole: str) -> Reading:
    """A title may be that of the notice, or of what it issues."""
    wanted, read = {plain(listed)}, [document.doc_number]
    if field == "title":
        read = [document.title, document.notice_title]
        if issued := _ISSUES.search(plain(listed)):
            wanted.add(issued[1])
    shown = next((value for value in read if plain(value) in wanted), "")
    stands = any(value in whole for value in wanted)
    return Reading(document.source_name, field, listed, shown or read[0], stands, bool(shown))


def plain(text: str) -> str:
    """A text without blanks and quotation marks, brackets and width made the same.

    >>> plain("甲政发 [2019] ５号") == plain("甲政发〔2019〕5号"), plain("《办法》") == plain("办法")
    (True, True)
    """
    return plain_name(text).replace("、", "")
