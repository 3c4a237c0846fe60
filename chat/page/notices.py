"""The head of the page and its short messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from chat.page.style import asset

TABS = {
    "chat": "问答",
    "search": "条款检索",
    "calculator": "补贴测算",
    "match": "政策匹配",
    "library": "知识库",
    "evaluation": "评测",
}
"""The tabs by the names they have in addresses, as in ``/#search``."""


def top_html(title: str, state: str, busy: bool) -> str:
    """The head of the page with the state of the knowledge base."""
    mood = "pk-state pk-busy" if busy else "pk-state"
    return (
        f'<header class="pk-top"><h1>{escape(title)}</h1><span class="{mood}" role="status">{escape(state)}</span>'
        '<span class="pk-tools"><button type="button" class="pk-theme" data-theme>'
        '<span class="pk-when-light">深色</span><span class="pk-when-dark">浅色</span></button>'
        '<button type="button" class="pk-shelf-button" data-document="">文件目录</button></span></header>'
    )


def opening_html(title: str, state: str, script: str) -> str:
    """The frame of the page before the page: its head, the names of the tabs, and a box for the first question."""
    links = "".join(f'<a href="#{name}">{label}</a>' for name, label in TABS.items())
    parts = {"TITLE": escape(title), "STATE": escape(state), "TABS": links, "SCRIPT": script}
    return re.sub("|".join(parts), lambda found: parts[found[0]], asset("opening.html"))


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
