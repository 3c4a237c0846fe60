"""Keyword search beside other BM25 libraries, on the same tokens of the same chunks."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from eval.scale.base import model_embedder, settings_of
from eval.scale.job import Job, Rivals
from eval.scale.measure import alternating, times

_BEST = 60  # chunks, what a search asks for
_SLOW = 30  # questions at most: rank_bm25 takes a second for each
_WARM = 2

Search = Callable[[list[str]], object]


def compare(job: Job) -> Rivals:
    """Index what the knowledge base holds with other libraries, and let all take turns."""
    from kb.catalog import Catalog
    from kb.ingestion import words_of
    from kb.ranking import ranking_model
    from kb.stores.homes import open_home
    from kb.tokens import tokenize

    settings = settings_of(job)
    catalog = Catalog(settings.home)
    lists = [[*words.titles, *words.text] for words in map(words_of, catalog.chunks())]
    home = open_home(settings, model_embedder(job.model, job.batch).name, catalog.namespace)
    words = home.read_words()
    catalog.close()
    if words is None:
        raise RuntimeError("the knowledge base has no words")
    titles = ranking_model().titles

    def ours(tokens: list[str]) -> object:
        return words.query(dict.fromkeys(tokens, 1.0), _BEST, titles=titles)

    start = time.perf_counter()
    searches: dict[str, Search] = {"ours": ours, "okapi": _okapi(lists)}
    built = time.perf_counter() - start
    if importlib.util.find_spec("bm25s") is not None:
        searches["bm25s"] = _bm25s(lists)
    questions = [tokenize(question.text) for question in job.questions[: _SLOW + _WARM]]
    alternating(searches, questions[:_WARM])
    taken = {
        name: times(each) for name, each in alternating(searches, questions[_WARM:] or questions).items()
    }
    words.close()
    return Rivals(sum(map(len, lists)), taken["ours"], taken["okapi"], taken.get("bm25s"), round(built, 2))


def _okapi(lists: Sequence[list[str]]) -> Search:
    """rank_bm25, whose scores are sorted no further than needed."""
    from rank_bm25 import BM25Okapi

    index = BM25Okapi(lists)
    return lambda tokens: best_rows(index.get_scores(tokens), _BEST)


def _bm25s(lists: Sequence[list[str]]) -> Search:
    library: Any = importlib.import_module("bm25s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # the library sets it to DEBUG
    index = library.BM25()
    index.index(list(lists), show_progress=False)
    return lambda tokens: best_rows(index.get_scores(tokens), _BEST)


def best_rows(scores: np.ndarray, k: int) -> list[int]:
    """Rows of the ``k`` highest scores, best first.

    >>> best_rows(np.array([0.5, 2.0, 1.0]), 2)
    [1, 2]
    """
    some = np.argpartition(-scores, min(k, len(scores)) - 1)[:k]
    return [int(row) for row in some[np.argsort(-scores[some], kind="stable")]]
