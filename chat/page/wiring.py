"""What the wires between widgets have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def told(take: Callable[..., Any]) -> Callable[..., Any]:
    """Gradio tells arguments annotated so what was clicked and who did; annotations of these modules are not evaluated."""
    import gradio as gr

    take.__annotations__ = {"event": gr.EventData, "request": gr.Request}
    return take


class Refresh:
    """What is drawn anew once the knowledge base is open, and again when its documents have changed."""

    def __init__(self) -> None:
        self._parts: list[tuple[Any, Callable[[], Any]]] = []
        self.events: list[Any] = []

    def add(self, component: Any, make: Callable[[], Any]) -> None:
        """Give a component what is made for it."""
        self._parts.append((component, make))

    def after(self, event: Any) -> None:
        """Draw anew after this event too."""
        self.events.append(event)

    @property
    def outputs(self) -> list[Any]:
        """The components, as an event's outputs."""
        return [component for component, _ in self._parts]

    def values(self) -> list[Any]:
        """What they are given, in this order."""
        return [make() for _, make in self._parts]
