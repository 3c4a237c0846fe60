"""The keyword index: BM25 (Robertson & Zaragoza 2009; Lucene's variant) over chunk tokens, by bm25s."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb import tokens

log = logging.getLogger(__name__)
_IDS = "chunk_ids.json"
_ABANDONED_SECONDS = 3600


class KeywordIndex:
    """An immutable BM25 index of one state of the catalog.

    >>> index = KeywordIndex.build(["a", "b"], [["研发", "补贴"], ["临床", "补贴"]])
    >>> [(chunk, score > 0) for chunk, score in index.query("研发", 5)]
    [('a', True)]
    >>> index.query("？！", 5), KeywordIndex.build([], []).query("研发", 5)
    ([], [])
    """

    def __init__(self, chunk_ids: Sequence[str], model: Any | None) -> None:
        """Use ``build`` or ``load``; ``model`` is a bm25s.BM25 whose rows are ``chunk_ids``, None if none is."""
        self.chunk_ids = tuple(chunk_ids)
        self._model = model

    @classmethod
    def build(cls, chunk_ids: Sequence[str], token_lists: Iterable[Sequence[str]]) -> KeywordIndex:
        """Index chunks by their tokens.

        Raises:
            ValueError: there are not as many token lists as chunks.
        """
        lists = [list(row) for row in token_lists]
        if len(lists) != len(chunk_ids):
            raise ValueError(f"{len(chunk_ids)} chunks, but {len(lists)} token lists")
        if not any(lists):
            return cls(chunk_ids, None)
        model = _bm25s().BM25()
        model.index(lists, show_progress=False)
        return cls(chunk_ids, model)

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 score of every chunk, in the order of ``chunk_ids``: shape (n,), 0 where no token is shared."""
        known = [] if self._model is None else self._model.get_tokens_ids(tokens.tokenize(query))
        if self._model is None or not known:
            return np.zeros(len(self.chunk_ids), dtype=np.float32)
        scores: NDArray[np.float32] = self._model.get_scores_from_ids(known)
        return scores

    def query(self, query: str, k: int, allowed: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The best chunks that share a token with the query.

        Args:
            query: a question or keywords.
            k: at most so many.
            allowed: ids of the chunks to choose from (a set); None for all.

        Returns:
            Chunk ids and BM25 scores (above 0, no upper bound), best first; ties in index order.
        """
        scores = self.scores(query)
        order = np.argsort(-scores, kind="stable")
        best: list[tuple[str, float]] = []
        for row in order:
            if scores[row] <= 0 or len(best) >= k:
                break
            if allowed is None or self.chunk_ids[row] in allowed:
                best.append((self.chunk_ids[row], float(scores[row])))
        return best

    def save(self, folder: Path) -> None:
        """Write the index; the folder appears complete or not at all.

        Raises:
            OSError: it cannot be written.
        """
        folder.parent.mkdir(exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
        try:
            if self._model is not None:
                self._model.save(temporary, show_progress=False)
            (temporary / _IDS).write_text(json.dumps(self.chunk_ids, ensure_ascii=False), "utf-8")
            os.replace(temporary, folder)  # noqa: PTH105 - the atomic step; fails where another process was faster
        except OSError:
            shutil.rmtree(temporary, ignore_errors=True)
            if not (folder / _IDS).is_file():
                raise

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Read a saved index.

        Raises:
            OSError, ValueError, KeyError: there is none, or it is damaged.
        """
        chunk_ids = json.loads((folder / _IDS).read_text("utf-8"))
        has_tokens = (folder / "params.index.json").is_file()
        model = _bm25s().BM25.load(folder, show_progress=False) if has_tokens else None
        if model is not None and model.scores["num_docs"] != len(chunk_ids):
            raise ValueError(f"index of {model.scores['num_docs']} rows for {len(chunk_ids)} chunks")
        return cls(chunk_ids, model)


def open_index(
    root: Path, revision: int, chunk_ids: Sequence[str], texts: Callable[[], Iterable[str]]
) -> KeywordIndex:
    """The index of one catalog revision: loaded if it was saved before, else built and saved; older ones go.

    A folder that cannot be written costs a rebuild next time, nothing else.

    Args:
        root: ``<home>/keywords``.
        revision: catalog revision.
        chunk_ids: ids of its chunks.
        texts: gives what to index of each chunk, in the same order.
    """
    folder = root / f"{revision}-{_digest(chunk_ids)}"
    try:
        return KeywordIndex.load(folder)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError) as error:
        log.warning("关键词索引 %s 已损坏（%s），正在重建。", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
    index = KeywordIndex.build(chunk_ids, (tokens.tokenize(text) for text in texts()))
    try:
        index.save(folder)
        _sweep(root, folder, revision)
    except OSError as error:
        log.warning("关键词索引无法写入 %s（%s），下次打开时需重建。", folder, error)
    return index


def _sweep(root: Path, current: Path, revision: int) -> None:
    """Remove indexes of this and older revisions but the current one, and what killed processes left."""
    for other in root.iterdir():
        number, _, _ = other.name.partition("-")
        old = number.isdigit() and int(number) <= revision
        abandoned = number == ".new" and time.time() - other.stat().st_mtime > _ABANDONED_SECONDS
        if other != current and (old or abandoned):
            shutil.rmtree(other, ignore_errors=True)


def _digest(chunk_ids: Sequence[str]) -> str:
    """Short name of a set of chunks (their ids carry the version of their text) under this tokenizer."""
    return hashlib.sha256("\n".join([str(tokens.VERSION), *chunk_ids]).encode()).hexdigest()[:12]


@cache
def _bm25s() -> Any:
    """The library, with its logger (set to DEBUG by itself) calmed."""
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s
