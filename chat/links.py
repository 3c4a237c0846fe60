"""Paths of the pages that stay where they are: of a clause and of an answer."""

from __future__ import annotations

from urllib.parse import quote


def clause_path(clause_id: str) -> str:
    """The path of a clause's own page, below the address of the app.

    >>> clause_path("甲字〔2024〕1号 三/（一）")
    'clause/%E7%94%B2%E5%AD%97%E3%80%942024%E3%80%951%E5%8F%B7%20%E4%B8%89/%EF%BC%88%E4%B8%80%EF%BC%89'
    """
    return f"clause/{quote(clause_id)}"


def open_path(clause_id: str) -> str:
    """The path that opens the app with a clause beside the conversation.

    >>> open_path("A & B 1")
    '?clause=A%20%26%20B%201'
    """
    return f"?clause={quote(clause_id, safe='')}"
