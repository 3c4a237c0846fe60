"""The head of the page and its short messages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def top_html(title: str, state: str, busy: bool) -> str:
    """The head of the page with the state of the knowledge base."""
    mood = "pk-state pk-busy" if busy else "pk-state"
    return (
        f'<header class="pk-top"><h1>{escape(title)}</h1><span class="{mood}" role="status">{escape(state)}</span>'
        '<button type="button" class="pk-shelf-button" data-document="">文件目录</button></header>'
    )


def pending_html(state: str) -> str:
    """A turn that is being worked on."""
    return (
        f'<article class="pk-turn pk-bot"><p class="pk-pending" role="status">{escape(state)}</p></article>'
    )


def failure_html(message: str) -> str:
    """One line that says what went wrong."""
    return f'<p class="pk-failure" role="alert">{escape(message)}</p>'


def notice_html(text: str) -> str:
    """A quiet line where there is nothing to show yet."""
    return f'<p class="pk-meta">{escape(text)}</p>'


def welcome_html(examples: Sequence[str]) -> str:
    """The empty conversation: what can be asked, with questions to click."""
    chips = "".join(
        f'<li><button type="button" class="pk-chip" data-ask="{escape(e)}">{escape(e)}</button></li>'
        for e in examples
    )
    return (
        '<div class="pk-welcome"><h2>想了解哪项政策？</h2><p>每句回答都附条款原文，点开 <span class="pk-mark">[1]</span> '
        f"即可核对出处；金额逐步列出算式。</p><ul>{chips}</ul></div>"
    )
