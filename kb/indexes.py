"""The stores of one knowledge base, kept in agreement with its catalog.

What a store must hold follows from the catalog. A store that is known to have held what some revision asks for is
marked so; after any commit since, or where its number of chunks differs, the next writer compares the ids, sweeps
what no row of the catalog names and adds what is missing. A reader asks only that nothing is missing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from kb.catalog import Catalog
from kb.stores.base import KeywordStore, Store, VectorStore

log = logging.getLogger(__name__)
_S = TypeVar("_S", bound=Store)


class Side(Generic[_S]):
    """One store of a knowledge base, opened when first used."""

    def __init__(
        self,
        name: str,
        catalog: Catalog,
        *,
        open_store: Callable[[bool], _S],
        look: Callable[[], _S | None],
        fill: Callable[[_S, Collection[str]], None],
        settle: Callable[[_S], None] | None = None,
    ) -> None:
        """Remember how to open and how to mend.

        Args:
            name: what the catalog marks it by; tells engine and model.
            catalog: what it must agree with.
            open_store: opens or creates; given whether to drop all that is there.
            look: opens for reading what is there and in order, None where it must be seen to first.
            fill: adds these chunks of the catalog.
            settle: called when a writer is done, before anyone else may write.
        """
        self._name = name
        self._catalog = catalog
        self._open = open_store
        self._look = look
        self._fill = fill
        self._settle = settle
        self._store: _S | None = None
        self._revision = -1  # of the catalog, that the open store is known to show
        self._lock = threading.RLock()

    def reading(self) -> _S | None:
        """The store as of the newest revision; None where a writer must mend it first."""
        with self._lock:
            revision = self._catalog.revision()
            if self._store is None:
                store = self._look()
                if store is None:
                    return None
                if not self._is_complete(store):
                    store.close()
                    return None
                self._store, self._revision = store, revision
            elif self._revision != revision:
                self._store.refresh()
                self._revision = revision
            return self._store

    @contextmanager
    def writing(self, replace: bool = False) -> Iterator[_S]:
        """The store in agreement with the catalog; whoever asks holds the right to write."""
        with self._lock:
            if self._store is None or replace:
                self.close()
                self._store = self._open(replace)
            else:
                self._store.refresh()
            store = self._store
        self._mend(store)
        yield store
        if self._settle is not None:
            self._settle(store)
        self._revision = self._catalog.revision()
        self._catalog.mark(self._name, self._revision)

    def close(self) -> None:
        """Release the store."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None

    def _agrees(self, store: _S) -> bool:
        """Whether nothing was committed since the store was marked, and nothing written that was not committed."""
        marked = self._catalog.marked(self._name) == self._catalog.revision()
        return marked and store.count() == self._catalog.chunk_count()

    def _is_complete(self, store: _S) -> bool:
        while not self._agrees(store):
            revision = self._catalog.revision()
            if self._catalog.chunk_ids() <= store.ids():
                break
            if self._catalog.revision() == revision:
                return False
            store.refresh()  # another process replaced a document between the two looks
        return True

    def _mend(self, store: _S) -> None:
        if self._agrees(store):
            return
        there, wanted = store.ids(), self._catalog.chunk_ids()
        if leftover := there - wanted:
            log.info("清理上次未完成入库留下的 %d 个条目。", len(leftover))
            store.delete(leftover)
        if missing := wanted - there:
            self._fill(store, missing)


@dataclass(frozen=True, slots=True)
class Indexes:
    """Both stores of a knowledge base."""

    vectors: Side[VectorStore]
    words: Side[KeywordStore]

    @contextmanager
    def writing(self, replace: bool = False) -> Iterator[tuple[VectorStore, KeywordStore]]:
        """Both stores in agreement with the catalog; whoever asks holds the right to write."""
        with ExitStack() as stack:
            vectors = stack.enter_context(self.vectors.writing(replace))
            words = stack.enter_context(self.words.writing(replace))
            yield vectors, words

    def close(self) -> None:
        """Release both."""
        self.vectors.close()
        self.words.close()
