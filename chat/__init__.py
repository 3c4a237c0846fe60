"""Question to Answer: understanding, evidence, the calculator, composing, checking."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chat.answer import Answer
    from chat.assistant import Assistant

__all__ = ["Answer", "Assistant"]


def __getattr__(name: str) -> Any:
    """Load the assistant when it is first asked for: importing a package does no work."""
    if name == "Assistant":
        from chat.assistant import Assistant

        return Assistant
    if name == "Answer":
        from chat.answer import Answer

        return Answer
    raise AttributeError(name)
