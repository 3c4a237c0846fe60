"""The answers shown on the page, which can be rated, shared and exported, and storing what a reader thought of one."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from chat.answer import Answer
from corpus import InputError, NotFound
from kb.feedback import FeedbackLog, Rating

if TYPE_CHECKING:
    from chat.judged import Table

MAX_COMMENT = 1000  # characters
_MAX_SHOWN = 2000  # answers that can still be rated, over all readers
_THANKS = {
    Rating.UP: "已记下，谢谢。",
    Rating.DOWN: "已记下。愿意的话，请写明哪里不对：",
    Rating.NONE: "已取消评价。",
}


class Vote(BaseModel):
    """What the page sends when a thumb is pressed or a comment is handed in."""

    key: str
    rating: Rating
    comment: str = Field("", max_length=MAX_COMMENT)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it was shown, the questions before it, oldest first, and the conditions it rests on."""

    answer: Answer
    history: tuple[str, ...] = ()
    conditions: tuple[Table, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The answer with its conditions in JSON form."""
        return self.answer.to_dict() | {"conditions": [table.to_dict() for table in self.conditions]}


class Ratings:
    """The answers shown last, each with what came before it, and where votes on them go; a page cannot make one up."""

    def __init__(self, home: Path, limit: int = _MAX_SHOWN) -> None:
        self._log = FeedbackLog(home)
        self._limit = limit
        self._lock = threading.Lock()
        self._shown: OrderedDict[str, Shown] = OrderedDict()

    def keep(self, answer: Answer, history: Sequence[str], conditions: Sequence[Table] = ()) -> str:
        """Remember an answer that is shown after these questions; gives a key that cannot be guessed."""
        key = uuid.uuid4().hex
        with self._lock:
            self._shown[key] = Shown(answer, tuple(history), tuple(conditions))
            if len(self._shown) > self._limit:
                self._shown.popitem(last=False)
        return key

    def shown(self, key: str) -> Shown | None:
        """An answer that is still remembered."""
        with self._lock:
            return self._shown.get(key)

    def rate(self, sent: Any) -> str:
        """Store a vote, as the page sends it, with the receipt; gives what to say to the reader.

        Raises:
            InputError: it is no vote, or the comment is too long.
            NotFound: the answer is remembered no more.
            KnowledgeBaseError: the vote cannot be written.
        """
        try:
            vote = Vote.model_validate(sent)
        except ValidationError as error:
            raise InputError(f"评价没有存上，意见请不超过 {MAX_COMMENT} 字。") from error
        if (shown := self.shown(vote.key)) is None:
            raise NotFound("这次对话已经失效，评价没有存上，请刷新页面后重新提问。")
        comment = vote.comment.strip() if vote.rating is Rating.DOWN else ""
        self._log.add(vote.key, vote.rating, shown.answer.to_dict(), shown.history, comment)
        return "意见已记下，谢谢。" if comment else _THANKS[vote.rating]
