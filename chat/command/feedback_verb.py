"""What ``policykb feedback`` does: what readers thought of answers, as a table or as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chat.answer import Status
from chat.command.tables import table
from chat.command.usage import read_day
from chat.command.verbs import show
from chat.wording import status_name
from corpus import NotFound
from kb.feedback import Feedback, FeedbackLog, Rating
from kb.settings import load_settings

_RATINGS = {Rating.UP: "有帮助", Rating.DOWN: "没帮助"}
_NONE = "还没有评价。读者可在网页上每个回答的下方评价。"
_NONE_SUCH = "没有符合条件的评价。"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def read_feedback(home: Path | None, up: bool, down: bool, since: str | None) -> list[Feedback]:
    """The feedback of a home folder, first the oldest; both ratings where neither is asked for, days of this place."""
    wanted = {rating for rating, asked in ((Rating.UP, up), (Rating.DOWN, down)) if asked or not (up or down)}
    day = read_day(since)
    return [
        each
        for each in FeedbackLog(load_settings(home=home).home).latest()
        if each.rating in wanted and (day is None or each.at.astimezone().date() >= day)
    ]


def some(feedback: Sequence[Feedback], narrowed: bool) -> Sequence[Feedback]:
    """The same, if there is any; ``narrowed`` says whether only some ratings or days were asked for.

    Raises:
        NotFound: there is none.
    """
    if not feedback:
        raise NotFound(_none(narrowed))
    return feedback


def list_feedback(feedback: Sequence[Feedback], narrowed: bool, as_json: bool) -> None:
    """``policykb feedback``."""
    show(feedback, as_json, feedback_dict, lambda found: feedback_text(found, narrowed))


def feedback_dict(feedback: Sequence[Feedback]) -> dict[str, Any]:
    """Feedback as ``--json`` prints it, each with the whole receipt."""
    return {
        "feedback": [
            {
                "id": each.key,
                "at": each.at.isoformat(),
                "rating": each.rating.value,
                "comment": each.comment,
                "history": list(each.history),
                "receipt": dict(each.receipt),
            }
            for each in feedback
        ]
    }


def feedback_text(feedback: Sequence[Feedback], narrowed: bool = False) -> str:
    """A table, what was written below it in full, and totals."""
    if not feedback:
        return _none(narrowed)
    rows = [
        (
            str(n),
            f"{each.at.astimezone():%Y-%m-%d %H:%M}",
            _RATINGS[each.rating],
            status_name(Status(each.receipt["status"]), str(each.receipt.get("engine", ""))),
            _plain(each.receipt["question"]),
        )
        for n, each in enumerate(feedback, 1)
    ]
    said = [f"  {n}. {_plain(each.comment)}" for n, each in enumerate(feedback, 1) if each.comment]
    lines = [table(("#序号", "时间", "评价", "回答", "*问题"), rows)]
    return "\n".join([*lines, *(["", "意见", *said] if said else []), "", _totals(feedback)])


def _none(narrowed: bool) -> str:
    return _NONE_SUCH if narrowed else _NONE


def _totals(feedback: Sequence[Feedback]) -> str:
    counts = (f"{name} {sum(e.rating is rating for e in feedback)}" for rating, name in _RATINGS.items())
    return f"共 {len(feedback)} 条：{'，'.join(counts)}。"


def _plain(text: str) -> str:
    """One line without what a terminal would act on.

    >>> _plain("甲\\n乙\\x1b[31m丙")
    '甲 乙 [31m丙'
    """
    return _CONTROLS.sub(" ", text).strip()
