"""The same document in two files - DOCX and PDF, HTML and flattened text - must give the same clauses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from corpus import NodeKind, PolicyDocument
from corpus.register import Register

_BLANK = re.compile(r"\s+")
_FLAT = re.compile(r"_flat$")


@dataclass(frozen=True, slots=True)
class Twins:
    """Two files of one document.

    Attributes:
        names: the names of the two files.
        clauses: numbered clauses of the first and of the second.
        same_paths: clauses of the first whose path the second has.
        same_texts: those of them whose text is the same up to blanks.
        same_id: whether both are taken for the same document.
    """

    names: tuple[str, str]
    clauses: tuple[int, int]
    same_paths: int
    same_texts: int
    same_id: bool


def find_twins(files: Iterable[Path]) -> list[tuple[Path, Path]]:
    """Pairs of files in one folder whose names are the same but for the suffix and ``_flat``.

    >>> [(a.name, b.name) for a, b in find_twins([Path("甲.docx"), Path("甲.pdf"), Path("乙.html"), Path("乙_flat.txt")])]
    [('甲.docx', '甲.pdf'), ('乙.html', '乙_flat.txt')]
    """
    named: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        named[path.with_name(_FLAT.sub("", path.stem))].append(path)
    return [pair for paths in named.values() for pair in combinations(paths, 2)]


def compare_files(first: Path, second: Path) -> Twins:
    """Parse both, knowing nothing of them but their content.

    Raises:
        DocumentError: one of them cannot be read.
    """
    from ingest import parse_file

    return compare(parse_file(first, Register()), parse_file(second, Register()))


def compare(first: PolicyDocument, second: PolicyDocument) -> Twins:
    """How far the clauses of two documents are the same."""
    ours, theirs = _texts(first), _texts(second)
    return Twins(
        names=(first.source_name, second.source_name),
        clauses=(len(ours), len(theirs)),
        same_paths=len(ours.keys() & theirs.keys()),
        same_texts=sum(theirs.get(path) == text for path, text in ours.items()),
        same_id=first.id == second.id,
    )


def _texts(document: PolicyDocument) -> dict[tuple[str, ...], str]:
    return {c.path: _BLANK.sub("", c.text) for c in document.clauses if c.kind is NodeKind.CLAUSE}
