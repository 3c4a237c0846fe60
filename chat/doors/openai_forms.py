"""What an OpenAI client sends, as far as it matters here; all the other options of a model are passed over."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import HTTPException
from pydantic import BaseModel, Field

_MOST_TURNS = 20  # earlier questions that are looked at
_MOST_LENGTH = 2000  # characters of each


class Part(BaseModel):
    """A piece of a message: text, or something else."""

    type: str = ""
    text: str = ""


class Message(BaseModel):
    """A turn of the conversation."""

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """Its text, pieces joined."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text")

    @property
    def is_text(self) -> bool:
        """Whether there is nothing but text in it."""
        return not isinstance(self.content, list) or all(part.type == "text" for part in self.content)


class StreamOptions(BaseModel):
    """How a stream ends."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A request for a reply."""

    model: str
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None


def question_of(messages: Sequence[Message]) -> tuple[str, list[str]]:
    """The last message of the user, and those before it, oldest first.

    Raises:
        HTTPException: there is none, or it holds something else than text.

    >>> question_of([Message(role="user", content="甲"), Message(role="assistant", content="乙"),
    ...              Message(role="user", content=[{"type": "text", "text": "丙"}])])
    ('丙', ['甲'])
    """
    asked = [message for message in messages if message.role == "user"]
    if not asked:
        raise HTTPException(400, "没有用户的提问，请在 messages 里放一条 role 为 user 的消息。")
    if not asked[-1].is_text:
        raise HTTPException(400, "只能回答文字提问，不能看图片、音频或文件，请去掉后重试。")
    earlier = [message.text.strip()[:_MOST_LENGTH] for message in asked[:-1]]
    return asked[-1].text, [text for text in earlier if text][-_MOST_TURNS:]
