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
from corpus.types import Clause, NodeKind, PolicyDocument, Span

__all__ = [
    "Clause",
    "DocumentError",
    "InputError",
    "KnowledgeBaseError",
    "NodeKind",
    "NotAPolicy",
    "NotFound",
    "PolicyDocument",
    "PolicyKBError",
    "RegisterError",
    "Span",
    "UnreadableFile",
    "UsageError",
]
