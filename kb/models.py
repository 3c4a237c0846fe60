"""Models of sentence-transformers, by hub name or local folder: what they are called, and loading them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from corpus import KnowledgeBaseError

log = logging.getLogger(__name__)
_SAMPLE_BYTES = 65536


def model_name(source: str, kind: str = "向量模型", setting: str = "POLICYKB_EMBEDDING_MODEL") -> str:
    """What a setting names: a hub name as it is, a folder by its name and a fingerprint of its files.

    The fingerprint, not the place, tells models apart: a knowledge base may be moved with its model.

    >>> model_name("BAAI/bge-small-zh-v1.5")
    'BAAI/bge-small-zh-v1.5'
    >>> model_name("/nowhere/model")
    Traceback (most recent call last):
    ...
    corpus.errors.KnowledgeBaseError: 找不到向量模型文件夹 /nowhere/model，请检查 POLICYKB_EMBEDDING_MODEL。

    Raises:
        KnowledgeBaseError: the setting looks like a folder, and there is none.
    """
    folder = Path(source)
    if folder.is_dir():
        return f"{folder.name}@{_fingerprint(folder)}"
    if folder.is_absolute() or source.startswith((".", "~")) or source.count("/") > 1:
        raise KnowledgeBaseError(f"找不到{kind}文件夹 {source}，请检查 {setting}。")
    return source


def _fingerprint(folder: Path) -> str:
    """Digest of the names, sizes and first and last bytes of the files a model is made of (a few ms)."""
    digest = hashlib.sha256()
    for path in sorted(
        p for p in folder.rglob("*") if p.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"}
    ):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}:".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE_BYTES))
            file.seek(max(0, size - _SAMPLE_BYTES))
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:12]


def compute_on(spared: int = 0) -> None:
    """Let PyTorch compute on all its cores but so many, on one at least, until this is called again.

    PyTorch remembers it partly for the thread and partly for the process, so whoever computes says it each time (it takes
    a microsecond).
    """
    import torch

    torch.set_num_threads(max(1, _cores() - spared))


@cache
def _cores() -> int:
    """Threads that PyTorch takes of itself; ``load_model`` asks before anybody can have set it."""
    import torch

    return int(torch.get_num_threads())


def load_model(source: str, kind: str, setting: str, make: Callable[[str, bool], Any]) -> Any:
    """Load a model, from disk only where ``source`` is a folder.

    Args:
        source: a local folder, or a model name of the Hugging Face hub.
        kind: what it is, for messages.
        setting: the variable that names it.
        make: loads it; given the source and whether that is a folder.

    Raises:
        KnowledgeBaseError: it cannot be loaded.
    """
    model_name(source, kind, setting)  # says so if the folder is missing, instead of asking the hub for it
    local = Path(source).is_dir()
    try:
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        _cores()
        return make(source, local)
    except Exception as error:  # whatever a broken model folder or the network raises
        log.debug("loading %s failed", source, exc_info=True)
        todo = (
            f"请确认文件夹完整，或将 {setting} 改为其他模型。"
            if local
            else f"请检查网络，或将 {setting} 改为本地模型文件夹。"
        )
        reason = str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
        raise KnowledgeBaseError(f"无法加载{kind} {source}（{reason}）。{todo}") from error
