"""对照 and 版本对比 as they are asked for: names of documents to documents, then HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chat.comparing.versions import Versions, compare_versions
from corpus import NotFound, PolicyDocument, UsageError
from kb.names import matching_documents

if TYPE_CHECKING:
    from chat.backend import Backend
    from kb.knowledge_base import KnowledgeBase


def matter_html(backend: Backend, sent: Mapping[str, str]) -> str:
    """The clauses of two documents on one matter.

    Raises:
        PolicyKBError: a document or the matter is missing.
    """
    from chat.comparing.matter import compare_matter
    from chat.page.compare_matter import compared_html

    kb, _ = backend.get()
    one, other = two_documents(kb, sent.get("one", ""), sent.get("other", ""))
    words = sent.get("words", "")
    if not words:
        raise UsageError("请写明要对照的事项，如 保费补贴。")
    if len(words) > 500:
        raise UsageError("要对照的事项过长，请写在 500 字以内。")
    return compared_html(compare_matter(kb, words, one, other))


def versions_html(backend: Backend, sent: Mapping[str, str]) -> str:
    """What became of every clause of a document in another version.

    Raises:
        PolicyKBError: a document is missing.
    """
    from chat.page.compare_versions import compared_html

    return compared_html(versions_of(backend.get()[0], sent.get("old", ""), sent.get("new", "")))


def versions_of(kb: KnowledgeBase, old: str, new: str) -> Versions:
    """Two versions by their names, compared.

    Raises:
        UsageError: a name is missing, or both are the same.
        NotFound: no document, or several, are called so.
    """
    return compare_versions(*two_documents(kb, old, new))


def two_documents(kb: KnowledgeBase, one: str, other: str) -> tuple[PolicyDocument, PolicyDocument]:
    """Two documents by 文号, title or a part of it.

    Raises:
        UsageError: a name is missing, or both are the same.
        NotFound: no document, or several, are called so.
    """
    if not one or not other:
        raise UsageError("请选择两份文件。")
    documents = _named(kb, one), _named(kb, other)
    if documents[0].id == documents[1].id:
        raise UsageError("两边是同一份文件，请选择两份不同的文件。")
    return documents


def _named(kb: KnowledgeBase, name: str) -> PolicyDocument:
    try:
        found = sorted(matching_documents(kb.records_by_id().values(), name))
    except NotFound as error:
        raise NotFound(f"没有文号或标题含“{name}”的文件，请从列表中选择文件。") from error
    if len(found) > 1:
        some = "、".join(found[:3]) + (" 等" if len(found) > 3 else "")
        raise NotFound(f"与“{name}”相符的文件有 {len(found)} 份（{some}），请写出完整文号。")
    return kb.document(found[0])
