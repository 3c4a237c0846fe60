"""What the page looks like, and the scripts of its parts; read from their files when the page is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_ASSETS = Path(__file__).parent / "assets"
_FONTS = (
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "sans-serif",
)
_COLOURS = {
    "body_background_fill": "#f4f6f9",
    "body_background_fill_dark": "#10171f",
    "body_text_color": "#1c2733",
    "body_text_color_dark": "#e4e9ef",
    "button_primary_background_fill": "#1b4f91",
    "button_primary_background_fill_hover": "#163f75",
    "button_primary_background_fill_dark": "#2c5f9e",
    "button_primary_background_fill_hover_dark": "#3a70b3",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "#ffffff",
}


def asset(name: str) -> str:
    """One of the files in ``assets``: the script of a part, or the page that is there first.

    Scripts run where Gradio gives them ``element``, ``trigger`` and ``watch``. ``conversation.js`` asks a clicked example
    and keeps the last question in view, ``panel.js`` opens what is clicked in the source panel, ``search.js`` searches as
    one types, with ``conditions.js`` for the chips, ``compare.js`` lays documents
    side by side, ``rating.js`` sends what a reader thinks of an answer,
    ``calculator.js`` and ``match.js`` keep what was typed and ask the server for every result,
    ``head.js`` knows the tabs by their addresses and light from dark. Plain scripts come before Gradio:
    ``first.js`` (language, light or dark), ``opening.js`` (what is written before the page is there), ``waiting.js`` (comes back).
    """
    return (_ASSETS / name).read_text("utf-8")


def stylesheet() -> str:
    """``base.css``, then the other style sheets, each named for the tab it is for."""
    sheets = sorted(_ASSETS.glob("*.css"), key=lambda path: (path.name != "base.css", path.name))
    return "\n".join(path.read_text("utf-8") for path in sheets)


def theme() -> Any:
    """Gradio's plain theme with our colours, and fonts that every system has."""
    import gradio as gr

    base = gr.themes.Base(
        primary_hue="blue", neutral_hue="slate", font=_FONTS, font_mono=("Consolas", "monospace")
    )
    return base.set(**_COLOURS)
