"""The audit log as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kb.audit import Change


def changes_html(changes: Sequence[Change], words: str) -> str:
    """Changes, newest first."""
    if not changes:
        said = (
            "没有符合条件的变更，请换个词。"
            if words.strip()
            else "还没有变更。入库、改信息、确认规则、删除等都会记在这里。"
        )
        return f'<p class="pk-none">{said}</p>'
    rows = "".join(
        f"<tr><td>{change.at.astimezone():%Y-%m-%d %H:%M:%S}</td><td>{escape(change.who)}</td>"
        f"<td>{escape(change.action)}</td><td>{escape(change.target)}</td><td>{escape(change.detail)}</td></tr>"
        for change in changes
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("时间", "谁", "做了什么", "对象", "说明"))
    return (
        '<div class="pk-lib-scroll" tabindex="0" role="region" aria-label="变更记录"><table class="pk-lib-log">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
