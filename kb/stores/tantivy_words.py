"""Words of chunks in Tantivy (Rust, after Lucene): in a folder, added to bit by bit, opened in a millisecond."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from corpus import KnowledgeBaseError
from kb.stores.base import ChunkFilter, ChunkWords
from kb.stores.ranking import SPARE, WIDEST, floor, is_sure

log = logging.getLogger(__name__)

_SCHEMA = 1  # raise it when the fields change
_HEAP = 64_000_000  # bytes a writer collects before it writes a segment; Tantivy asks for 15 MB at least
_FEW = 500  # values looked up one by one
_DIGITS = 4  # of a score: sums of the same terms in another order differ below


class TantivyWords:
    """The words of one knowledge base, in one folder; several processes may read, one writes at a time."""

    def __init__(self, folder: Path, version: int = 1) -> None:
        """Open or create; what an older version or a damaged index left is thrown away.

        Args:
            folder: holds one folder for each version.
            version: of the tokens.

        Raises:
            KnowledgeBaseError: the folder cannot be used.
        """
        self._root = folder
        self._folder = folder / f"{_SCHEMA}-{version}"
        self._lock = threading.RLock()
        self._index: Any = self._open()

    def upsert(self, chunks: Sequence[ChunkWords]) -> None:
        """Add or replace."""
        import tantivy

        def add(writer: Any) -> None:
            for chunk in chunks:
                writer.delete_documents_by_term("id", chunk.entry.chunk_id)
                writer.add_document(
                    tantivy.Document(
                        id=chunk.entry.chunk_id,
                        document=chunk.entry.document_id,
                        unit=list(chunk.entry.units),
                        text=" ".join(chunk.text),
                        titles=" ".join(chunk.titles),
                    )
                )

        if chunks:
            self._write(add)

    def delete(self, chunk_ids: Iterable[str]) -> None:
        """Remove; unknown ids are ignored."""
        doomed = sorted(chunk_ids)

        def remove(writer: Any) -> None:
            for chunk_id in doomed:
                writer.delete_documents_by_term("id", chunk_id)

        if doomed:
            self._write(remove)

    def query(
        self, terms: Mapping[str, float], k: int, where: ChunkFilter | None = None, titles: float = 0.0
    ) -> list[tuple[str, float]]:
        """The best chunks that share a term; see ``KeywordStore.query``."""
        if k <= 0 or not terms or (where is not None and where.is_empty):
            return []
        query, wanted = self._query(terms, titles, where), k + SPARE
        while True:
            found = self._best(query, wanted)
            if is_sure(found, k, floor(found, wanted)) or wanted >= WIDEST:
                return found[:k]
            wanted *= 4

    def scores(
        self, terms: Mapping[str, float], chunk_ids: Sequence[str], titles: float = 0.0
    ) -> dict[str, float]:
        """BM25 of each of these chunks; those that share no term are left out."""
        if not terms or not chunk_ids:
            return {}
        where = ChunkFilter(chunks=frozenset(chunk_ids))
        return dict(self._best(self._query(terms, titles, where), len(chunk_ids)))

    def frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """How many chunks have each term in their text."""
        with self._reading():
            searcher = self._index.searcher()
            return {term: searcher.doc_freq("text", term) for term in terms}

    def ids(self, document_id: str | None = None) -> set[str]:
        """Ids of all chunks, or of those of one document."""
        import tantivy

        with self._reading():
            if document_id is None:
                query = tantivy.Query.all_query()
            else:
                query = tantivy.Query.term_query(_schema(), "document", document_id, "basic")
            return {chunk for chunk, _ in self._best(query, max(1, self.count()))}

    def count(self) -> int:
        """Number of chunks."""
        with self._reading():
            return int(self._index.searcher().num_docs)

    def refresh(self) -> None:
        """See what other processes wrote."""
        with self._lock, self._reading():
            self._index.reload()

    def close(self) -> None:
        """Nothing is held open; the index is read by mapping its files."""

    def _open(self) -> Any:
        import tantivy

        try:
            if tantivy.Index.exists(str(self._folder)) if self._folder.is_dir() else False:
                return self._checked()
        except (ValueError, OSError) as error:
            log.warning("关键词索引 %s 已损坏（%s），正在重建。", self._folder, error)
        try:
            shutil.rmtree(self._root, ignore_errors=True)
            self._folder.mkdir(parents=True)
            return _manual(tantivy.Index(_schema(), path=str(self._folder)))
        except (ValueError, OSError) as error:
            raise KnowledgeBaseError(
                f"关键词索引 {self._folder} 无法创建（{error}），请检查磁盘空间和权限。"
            ) from error

    def _checked(self) -> Any:
        """The index that is there, if its files can be read."""
        import tantivy

        index = _manual(tantivy.Index.open(str(self._folder)))
        index.searcher().search(tantivy.Query.all_query(), 1)
        return index

    def _query(self, terms: Mapping[str, float], titles: float, where: ChunkFilter | None) -> Any:
        import tantivy

        make, should, must = tantivy.Query, tantivy.Occur.Should, tantivy.Occur.Must
        fields = [("text", 1.0), ("titles", titles)] if titles else [("text", 1.0)]
        words = [
            (should, _boosted(make.term_query(_schema(), field, term, "freq"), weight * share))
            for field, share in fields
            for term, weight in terms.items()
        ]
        ranked = make.boolean_query(words)
        conditions = [] if where is None else list(_conditions(where))
        return (
            make.boolean_query([(must, ranked), *((must, c) for c in conditions)]) if conditions else ranked
        )

    def _best(self, query: Any, k: int) -> list[tuple[str, float]]:
        with self._reading():
            searcher = self._index.searcher()
            hits = searcher.search(query, k, count=False).hits
            found = [(searcher.doc(at)["id"][0], round(score, _DIGITS)) for score, at in hits]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def _write(self, work: Callable[[Any], None]) -> None:
        with self._lock:
            try:
                writer = self._index.writer(heap_size=_HEAP, num_threads=1)
                work(writer)
                writer.commit()
                writer.wait_merging_threads()
                self._index.reload()
            except (ValueError, OSError) as error:
                raise KnowledgeBaseError(
                    f"关键词索引 {self._folder} 写入失败（{error}），请检查磁盘空间和权限。"
                ) from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise KnowledgeBaseError(
                f"关键词索引 {self._folder} 读取失败（{error}），请删除该文件夹后重试，索引会自动重建。"
            ) from error


@cache
def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("unit", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("titles", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _manual(index: Any) -> Any:
    """An index that shows what was there when it was last reloaded, and no half of a change."""
    index.config_reader(reload_policy="Manual")
    index.reload()
    return index


def _boosted(query: Any, weight: float) -> Any:
    import tantivy

    return query if weight == 1.0 else tantivy.Query.boost_query(query, weight)


def _conditions(where: ChunkFilter) -> Iterator[Any]:
    """Queries that a chunk must match and that count nothing."""
    import tantivy

    for field, values in (("document", where.documents), ("unit", where.units), ("id", where.chunks)):
        if values is not None:
            yield tantivy.Query.const_score_query(_any_of(field, sorted(values)), 0.0)


def _any_of(field: str, values: Sequence[str]) -> Any:
    """A query for one of some values: looked up one by one if they are few, else by a walk through all there are."""
    import tantivy

    if len(values) > _FEW:
        return tantivy.Query.term_set_query(_schema(), field, values)
    each = (tantivy.Query.term_query(_schema(), field, value, "basic") for value in values)
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in each])
