"""Where the time of a hybrid search goes: methods of its parts are given a clock for a while."""

from __future__ import annotations

import functools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eval.scale.laws import Question
from eval.scale.measure import Times, milliseconds, times

if TYPE_CHECKING:
    from kb import KnowledgeBase
    from kb.embedding import Embedder

_WARM = 5
_OF_WORDS = {"query": "keyword ranking", "scores": "keyword scores", "frequencies": "terms", "count": "terms"}
_OF_VECTORS = {"query": "vector ranking", "vectors": "cosines"}


class Clock:
    """Milliseconds by part, of all threads and of the one that asks; within a thread, a part called by another counts for that one."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = defaultdict(float)
        self.own = 0.0  # of the thread that made the clock: a search looks words up in another
        self._thread = threading.get_ident()
        self._busy = threading.local()
        self._lock = threading.Lock()

    def around(self, part: str, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, timed."""

        @functools.wraps(method)
        def timed(*positional: Any, **named: Any) -> Any:
            if getattr(self._busy, "yes", False):
                return method(*positional, **named)
            self._busy.yes, start = True, time.perf_counter()
            try:
                return method(*positional, **named)
            finally:
                self._busy.yes = False
                self._add(part, 1000 * (time.perf_counter() - start))

        return timed

    def _add(self, part: str, taken: float) -> None:
        with self._lock:
            self.taken[part] += taken
            if threading.get_ident() == self._thread:
                self.own += taken


@contextmanager
def clocked(clock: Clock, parts: Mapping[type, Mapping[str, str]]) -> Iterator[None]:
    """Time methods of classes: method to part, for each class.

    >>> class Store:
    ...     def query(self): return "found"
    >>> clock = Clock()
    >>> with clocked(clock, {Store: {"query": "ranking"}}):
    ...     Store().query()
    'found'
    >>> list(clock.taken), Store.query.__name__
    (['ranking'], 'query')
    """
    plain = {(cls, name): getattr(cls, name) for cls, methods in parts.items() for name in methods}
    own = {key for key in plain if key[1] in vars(key[0])}
    for (cls, name), method in plain.items():
        setattr(cls, name, clock.around(parts[cls][name], method))
    try:
        yield
    finally:
        for (cls, name), method in plain.items():
            if (cls, name) in own:
                setattr(cls, name, method)
            else:
                delattr(cls, name)


def time_parts(base: KnowledgeBase, embedder: Embedder, questions: Sequence[Question]) -> dict[str, Times]:
    """Milliseconds of each part of a hybrid search, and of the ``whole``.

    ``rest`` is what no part in the thread that asks explains. Parts run in two threads: they sum up to more than the whole.
    """
    parts = {**_stored_parts(base.settings.store), type(embedder): {"embed_query": "embed"}}
    taken: dict[str, list[float]] = defaultdict(list)
    for n, question in enumerate(questions):
        clock = Clock()
        with clocked(clock, parts):
            whole = milliseconds(functools.partial(base.search, question.text))
        if n >= _WARM or len(questions) <= _WARM:
            spent = {**clock.taken, "rest": whole - clock.own, "whole": whole}
            for part, each in spent.items():
                taken[part].append(each)
    return {part: times(each) for part, each in taken.items()}


def _stored_parts(store: str) -> dict[type, Mapping[str, str]]:
    """The classes that hold what a knowledge base stores."""
    from kb.catalog import Catalog

    of_catalog = [
        name
        for name, member in vars(Catalog).items()
        if not name.startswith("_") and callable(member) and name != "close"
    ]
    vectors, words = _store_classes(store)
    return {vectors: _OF_VECTORS, words: _OF_WORDS, Catalog: dict.fromkeys(of_catalog, "catalog")}


def _store_classes(store: str) -> tuple[type, type]:
    if store.startswith("milvus"):
        from kb.stores.milvus import MilvusVectors, MilvusWords

        return MilvusVectors, MilvusWords
    from kb.stores.chroma import ChromaVectors
    from kb.stores.tantivy_words import TantivyWords

    return ChromaVectors, TantivyWords
