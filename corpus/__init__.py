"""The policy texts we ship, their register, and the types that describe a policy."""

from corpus.errors import (
    DocumentError,
    InputError,
    KnowledgeBaseError,
    NotAPolicy,
    NotFound,
    PolicyKBError,
    RegisterError,
    UnreadableFile,
    UsageError,
)
from corpus.types import Clause, Evidence, NodeKind, Place, PolicyDocument, Span, TableRow

__all__ = [
    "Clause",
    "DocumentError",
    "Evidence",
    "InputError",
    "KnowledgeBaseError",
    "NodeKind",
    "NotAPolicy",
    "NotFound",
    "Place",
    "PolicyDocument",
    "PolicyKBError",
    "RegisterError",
    "Span",
    "TableRow",
    "UnreadableFile",
    "UsageError",
]
