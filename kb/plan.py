"""What to do about a file: add, replace, leave, or refuse. Decided before anything is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import DocumentError, NodeKind, PolicyDocument, PolicyKBError
from corpus.register import Register, load_register
from ingest import chunk_document, parse_file
from ingest.formats import SUFFIXES
from ingest.restate import restate
from kb.catalog import Catalog
from kb.corrections import Corrections, over
from kb.files import entry_digest, file_hash, parser_version
from kb.hits import FileOutcome, FileStatus
from kb.rows import FileMark, StoredChunk, store_chunks

log = logging.getLogger(__name__)

Reader = Callable[[Path, Register, int], PolicyDocument]
"""Reads a file with its folder's register, unless it has more bytes than given."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one file comes to.

    Attributes:
        outcome: what to tell of it once this is done.
        mark: what to remember of the file, None if nothing.
        document: to put into the catalog, None if it is there or cannot be.
        chunks: its chunks.
        content_hash: its version.
        instead_of: id of another document that goes.
    """

    outcome: FileOutcome
    mark: FileMark | None = None
    document: PolicyDocument | None = None
    chunks: tuple[StoredChunk, ...] = ()
    content_hash: str = ""
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A document as it is, or will be once the steps before are done.

    Attributes:
        content_hash: its version.
        file_name: name of the file it was made from.
        path: that file; "" if that is not remembered.
        parser: version of the parser that read it, "" likewise.
        title: its title.
        clauses: number of its numbered clauses.
        document: itself, where it was read in this batch.
    """

    content_hash: str
    file_name: str
    path: str
    parser: str
    title: str
    clauses: int
    document: PolicyDocument | None = None


class Planner:
    """Decides file by file what to do, knowing what is stored and what was decided before in the same batch."""

    def __init__(self, catalog: Catalog, max_bytes: int, read: Reader | None = None) -> None:
        """Look at what is there; nobody else may write until all that is decided has been done."""
        self._catalog = catalog
        self._max_bytes = max_bytes
        self._read = read
        self._marks = {mark.path: mark for mark in catalog.files()}
        self._by_bytes = {mark.file_hash: mark for mark in self._marks.values()}
        sources = {mark.document_id: mark for mark in self._marks.values() if mark.is_source}
        self._known: dict[str, _Known] = {}
        for record in catalog.records():
            made = sources.get(record.id)
            path, parser = (made.path, made.parser) if made else ("", "")
            self._known[record.id] = _Known(
                record.content_hash, record.source_name, path, parser, record.title, record.clause_count
            )
        self._claims: dict[str, Path] = {}  # which file of this batch a document belongs to
        self._registers: dict[Path, Register | PolicyKBError] = {}
        self._corrections = Corrections(catalog.home).read()

    def plan(self, path: Path) -> Step:
        """What to do about a file; one that cannot be read fails here."""
        try:
            return self._plan(path)
        except PolicyKBError as error:
            return Step(FileOutcome(path, FileStatus.FAILED, message=str(error)))
        except Exception as error:  # a bug met by one file must not cost the others
            log.exception("parsing %s failed", path)
            message = f"{path.name}：程序无法解析此文件（{error!r}），请报告此问题。"
            return Step(FileOutcome(path, FileStatus.FAILED, message=message))

    def stored(self, step: Step) -> None:
        """Hear that a document is in the catalog, so that it need not be kept here."""
        if (known := self._known.get(step.outcome.document_id)) is not None:
            self._known[step.outcome.document_id] = replace(known, document=None)

    def failed(self, step: Step) -> None:
        """Hear that a document could not be stored after all."""
        self._forget(step.outcome.document_id)

    def is_there(self, step: Step) -> bool:
        """Whether the document that a file was found to hold was stored."""
        return step.outcome.document_id in self._known

    def _plan(self, path: Path) -> Step:
        if path.is_dir():
            raise DocumentError(f"{path}：文件夹里没有政策文件（{'、'.join(SUFFIXES)}），请检查路径。")
        register = self._register(path.parent)
        where, content = str(path.resolve()), file_hash(path, self._max_bytes)
        correction = self._corrections.get(content)
        entry = entry_digest(over(correction, register.entry(path.name)))
        if content and (same := self._same_bytes(where, content, entry)):
            mark = FileMark(where, same.document_id, content, same.parser, entry, same.path == where)
            return self._as_known(path, mark)
        document = (self._read or parse_file)(path, register, self._max_bytes)
        document = restate(document, correction) if correction else document
        content_hash, chunks = store_chunks(document, chunk_document(document))
        mark = FileMark(where, document.id, content, parser_version(), entry)
        return self._place(
            path, mark, Step(_added(path, document), mark, document, tuple(chunks), content_hash)
        )

    def _register(self, folder: Path) -> Register:
        if folder not in self._registers:
            try:
                self._registers[folder] = load_register(folder)
            except PolicyKBError as error:
                self._registers[folder] = error
        register = self._registers[folder]
        if isinstance(register, PolicyKBError):
            raise register
        return register

    def _same_bytes(self, where: str, content: str, entry: str) -> FileMark | None:
        """The mark of this file, or of another with the same bytes, if reading it again would tell nothing new.

        A copy without a register entry of its own is the document that the registered file is.
        """
        own, other = self._marks.get(where), self._by_bytes.get(content)
        for mark in (own, other):
            if mark is None or mark.file_hash != content or mark.parser != parser_version():
                continue
            if mark.document_id in self._known and (
                entry == mark.entry or (not entry and mark.path != where)
            ):
                return mark
        return None

    def _as_known(self, path: Path, mark: FileMark) -> Step:
        """Nothing to store: the document is there, from this file or another."""
        known = self._known[mark.document_id]
        before = self._marks.get(mark.path)
        same_name = path.name == known.file_name
        own = known.path == mark.path or (not known.path and same_name)
        mark = replace(mark, is_source=own or bool(known.path and not Path(known.path).exists()))
        status, message = FileStatus.UNCHANGED, ""
        if not own and not (same_name and mark.document_id not in self._claims):
            status = FileStatus.DUPLICATE
            message = f"{path.name}：内容与已入库的 {mark.document_id}（{known.file_name}）相同，未重复入库。"
        if (earlier := self._earlier(mark)) is not None:
            message += _still_there(path, earlier)
        self._claims.setdefault(mark.document_id, path)
        if own:
            self._known[mark.document_id] = replace(known, path=mark.path, parser=mark.parser)
        outcome = FileOutcome(path, status, mark.document_id, message, known.title, known.clauses)
        return Step(outcome, None if before == mark else self._noted(mark))

    def _noted(self, mark: FileMark) -> FileMark:
        self._marks[mark.path] = self._by_bytes[mark.file_hash] = mark
        return mark

    def _forget(self, document_id: str) -> None:
        """A document is gone, and with it what its files were known for."""
        self._known.pop(document_id, None)
        for mark in [mark for mark in self._marks.values() if mark.document_id == document_id]:
            del self._marks[mark.path]
            self._by_bytes.pop(mark.file_hash, None)

    def _place(self, path: Path, mark: FileMark, step: Step) -> Step:
        """A document that was read, beside the one of the same id and the one this file held before."""
        document = step.document
        assert document is not None
        known, claimed = self._known.get(document.id), self._claims.get(document.id)
        if known is not None:
            if known.content_hash == step.content_hash or self._is_same(known, document, mark):
                return self._as_known(path, mark)
            if claimed is not None:
                raise DocumentError(
                    f"{path.name}：与同批的 {claimed.name} 文号（或标题）相同而内容不同，已保留后者，请核对。"
                )
        message, gone = _replaced(path, mark, known, step.outcome.clauses), None
        if message and not mostly_same(self._catalog.document(document.id), document):
            raise DocumentError(
                f"{path.name}：文号（或标题）与已入库的“{document.id}”相同，内容却大不相同，未入库；"
                "确要替换请先删除后者。"
            )
        if (earlier := self._earlier(mark)) is not None:
            message = message or f"{path.name}：{_still_there(path, earlier)}"
            if earlier not in self._claims and mostly_same(self._catalog.document(earlier), document):
                message = f"{path.name}：文件现为“{document.id}”，以前由它入库的“{earlier}”已由新版替换。"
                gone = earlier
                self._forget(gone)
        self._forget(document.id)
        status = FileStatus.REPLACED if known or gone else FileStatus.ADDED
        outcome = replace(step.outcome, status=status, message=message)
        self._known[document.id] = _Known(
            step.content_hash, path.name, mark.path, mark.parser, document.title, outcome.clauses, document
        )
        self._claims[document.id] = path
        self._noted(mark)
        return replace(step, outcome=outcome, instead_of=gone)

    def _earlier(self, mark: FileMark) -> str | None:
        """The document of another id that was made from this file and is still there."""
        before = self._marks.get(mark.path)
        if before is None or before.document_id == mark.document_id or not before.is_source:
            return None
        return before.document_id if before.document_id in self._known else None

    def _is_same(self, known: _Known, document: PolicyDocument, mark: FileMark) -> bool:
        """Whether a document is the known one in another format (PDF and DOCX of one text).

        Not so where reading has got better, or a register says more, since the known one was read.
        """
        if known.path in ("", mark.path) or known.parser != mark.parser or mark.entry:
            return False
        return same_text(known.document or self._catalog.document(document.id), document)


def same_text(one: PolicyDocument, other: PolicyDocument) -> bool:
    """Whether two documents of one id have the same clauses up to blanks, and no dates that differ."""
    days = [(d.issued_on, d.effective_from, d.effective_to) for d in (one, other)]
    agree = all(a is None or b is None or a == b for a, b in zip(*days, strict=True))
    return agree and _texts(one) == _texts(other)


def mostly_same(old: PolicyDocument, new: PolicyDocument) -> bool:
    """Whether a text is another version of a document, and not another one that only mentions its number or title.

    Half of the clauses of the longer one must stand in the other, up to blanks.
    """
    ours, theirs = ({text for _, text in _texts(document)} for document in (old, new))
    return 2 * len(ours & theirs) >= max(len(ours), len(theirs), 1)


def _replaced(path: Path, mark: FileMark, known: _Known | None, clauses: int) -> str:
    """What to say where a document now comes from another file: someone may not have meant to replace it."""
    if known is None or mark.path == known.path or (not known.path and path.name == known.file_name):
        return ""
    return (
        f"{path.name}：已替换原由 {known.file_name} 入库的“{mark.document_id}”"
        f"（条款数 {known.clauses} 变为 {clauses}）。"
    )


def _still_there(path: Path, document_id: str) -> str:
    return f"以前由 {path.name} 入库的“{document_id}”仍在库中，不需要时请删除。"


def _texts(document: PolicyDocument) -> list[tuple[tuple[str, ...], str]]:
    numbered = [clause for clause in document.clauses if clause.kind is NodeKind.CLAUSE]
    return [(clause.path, "".join(clause.text.split())) for clause in numbered or document.clauses]


def _added(path: Path, document: PolicyDocument) -> FileOutcome:
    numbered = sum(clause.kind is NodeKind.CLAUSE for clause in document.clauses)
    return FileOutcome(
        path,
        FileStatus.ADDED,
        document.id,
        title=document.title,
        clauses=numbered,
        warnings=document.warnings,
    )
