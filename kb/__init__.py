"""The knowledge base: embedding model, stores, retrieval, subsidy rules."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.hits import FileOutcome, FileStatus, Hit, IngestReport, Mode
    from kb.knowledge_base import KnowledgeBase
    from kb.settings import Settings, load_settings

_HOMES = {
    "FileOutcome": "hits",
    "FileStatus": "hits",
    "Hit": "hits",
    "IngestReport": "hits",
    "KnowledgeBase": "knowledge_base",
    "Mode": "hits",
    "Settings": "settings",
    "load_settings": "settings",
}

__all__ = [
    "FileOutcome",
    "FileStatus",
    "Hit",
    "IngestReport",
    "KnowledgeBase",
    "Mode",
    "Settings",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import kb`` stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
