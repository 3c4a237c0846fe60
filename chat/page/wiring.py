"""What the wires between widgets have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def clicked(take: Callable[..., Any]) -> Callable[..., Any]:
    """Gradio passes an event to the argument annotated so; annotations of these modules are not evaluated."""
    import gradio as gr

    take.__annotations__ = {"event": gr.EventData}
    return take
