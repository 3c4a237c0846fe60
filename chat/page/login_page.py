"""The page that asks a reader for name and password; it needs no script."""

from __future__ import annotations

import re
from html import escape

from chat.page.style import asset


def login_html(title: str, next_path: str, message: str = "", name: str = "") -> str:
    """The page.

    Args:
        title: of the site.
        next_path: where to go then.
        message: what was wrong, "" at first.
        name: what was given as name.
    """
    parts = {"TITLE": title, "NEXT": next_path, "MESSAGE": message, "NAME": name}
    return re.sub(r"\{\{([A-Z]+)\}\}", lambda found: escape(parts[found[1]]), asset("login.html"))
