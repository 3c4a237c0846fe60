"""Which files to ingest, and how to tell whether one has changed without reading it as a policy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import corpus
import ingest
from corpus.register import REGISTER_NAME, RegisterEntry
from ingest.formats import SUFFIXES

# Others' parts of what reads a file: another version of one may read it differently.
_LIBRARIES = ("jieba", "lxml", "pypdfium2", "python-docx", "rapidocr", "trafilatura")
_PARSER_FILES = {".py", ".txt", ".yaml", ".json"}
_NO_PARSER = {"policies", "rules"}  # data of the corpus
_SYSTEM_FILES = {REGISTER_NAME, "thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a user's paths come to.

    Attributes:
        files: to be ingested, each once, in order; a folder without any file to read stands for itself.
        skipped: files in folders whose format is not read.
    """

    files: tuple[Path, ...]
    skipped: tuple[Path, ...]


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """The files that are named, whatever they are, and those of a known format in folders, sorted.

    Hidden files, the register, lock files of office programs and the like are passed over without a word.
    """
    files: dict[Path, Path] = {}
    skipped: dict[Path, Path] = {}
    for path in paths:
        inside = [path]
        if path.is_dir():
            every = [found for found in sorted(path.rglob("*")) if _is_content(found, path)]
            inside = [found for found in every if found.suffix.lower() in SUFFIXES] or [path]
            skipped |= {found.resolve(): found for found in every if found.suffix.lower() not in SUFFIXES}
        for file in inside:
            files.setdefault(file.resolve(), file)
    return FoundFiles(tuple(files.values()), tuple(v for k, v in skipped.items() if k not in files))


def _is_content(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    return not hidden and path.name.lower() not in _SYSTEM_FILES and path.is_file()


def file_hash(path: Path, max_bytes: int) -> str:
    """SHA-256 of a file's bytes; "" for one that cannot be read or is too large, which its reader will say."""
    try:
        if path.stat().st_size > max_bytes:
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def entry_digest(entry: RegisterEntry | None) -> str:
    """What a register entry says, in short; "" for none.

    >>> entry_digest(None), len(entry_digest(RegisterEntry(file="1.txt")))
    ('', 16)
    """
    return "" if entry is None else hashlib.sha256(repr(entry).encode()).hexdigest()[:16]


@cache
def parser_version() -> str:
    """What the parser is: a digest of the source of all that reads files, and the versions of libraries.

    Any change counts, so that nobody has to remember to raise a number; the price is that files are read once more.
    """
    digest = hashlib.sha256()
    for package in (corpus, ingest):
        folder = Path(package.__file__ or "").parent
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder)
            if path.suffix in _PARSER_FILES and not _NO_PARSER & set(inside.parts):
                digest.update(inside.as_posix().encode() + path.read_bytes())
    digest.update(" ".join(map(_installed, _LIBRARIES)).encode())
    return digest.hexdigest()[:16]


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
