"""Feedback as a QA set: what readers found right is expected again, what they did not is a question to be worked on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat.answer import Status
from corpus import UsageError
from eval.qa_set import QAItem, load_qa
from kb.feedback import Feedback, Rating

RIGHT, DISPUTED = "feedback-up", "feedback-down"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Attributes:
        path: the QA set.
        added: questions that were not in it.
        kept: questions that were in it, and that stay as they are where a person has changed them.
    """

    path: Path
    added: int
    kept: int


def qa_items(feedback: Sequence[Feedback]) -> list[QAItem]:
    """One question for each answer that was given, however often it was rated, in the order first rated.

    An answer that all readers found right becomes its expectations: the clauses it cites, its status, its amount. One that
    somebody did not becomes the bare question, with what was said in ``note``. The id follows from what was asked and
    answered, so that it is the same in each export.
    """
    same: dict[str, list[Feedback]] = {}
    for each in feedback:
        same.setdefault(_id(each.history, each.receipt), []).append(each)
    return [_item(key, group) for key, group in same.items()]


def export(feedback: Sequence[Feedback], path: Path) -> Exported:
    """Write a QA set, or bring one up to date: what a person has put into it stays.

    Raises:
        EvalFileError: the file there is not a QA set.
        UsageError: the file cannot be written.
    """
    items = {item.id: item for item in (load_qa(path) if path.exists() and path.stat().st_size else ())}
    there, made = set(items), qa_items(feedback)
    for item in made:
        before = items.get(item.id)
        items[item.id] = item if before is None or _is_made(before) else before
    lines = (item.model_dump_json(exclude_unset=True) for item in items.values())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"{path}：无法写入（{error.strerror}），请检查路径、权限和磁盘空间。") from error
    added = sum(item.id not in there for item in made)
    return Exported(path, added, len(items) - added)


def _item(key: str, group: Sequence[Feedback]) -> QAItem:
    receipt = group[0].receipt
    asked: dict[str, Any] = {"id": key, "type": RIGHT, "question": receipt["question"]}
    asked |= {"history": list(group[0].history), "as_of": receipt["as_of"]}
    unhappy = [each for each in group if each.rating is Rating.DOWN]
    if not unhappy:
        return QAItem(**asked, **_expected(receipt))
    happy = len(group) - len(unhappy)
    said = list(dict.fromkeys(each.comment for each in unhappy if each.comment))
    said += [f"也有 {happy} 位读者认为有帮助"] if happy else []
    return QAItem(**asked | {"type": DISPUTED} | ({"note": "；".join(said)} if said else {}))


def _expected(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the answer was; that no amount is computed is expected only where none can be."""
    calculation = receipt["calculation"] or {}
    expected = {
        "status": receipt["status"],
        "clauses": list(dict.fromkeys(citation["id"] for citation in receipt["citations"])),
    }
    amount = calculation.get("amount_yuan")
    if amount is not None or receipt["status"] != Status.ANSWERED:
        expected["amount_yuan"] = amount
    return expected


def _is_made(item: QAItem) -> bool:
    """Whether an item of a file is as an export makes it, not as a person has completed it."""
    if item.type == DISPUTED:
        return not item.expectation()
    asked = {"question": item.question, "as_of": item.as_of and item.as_of.isoformat()}
    return item.id == _digest(item.history, asked | item.expectation())


def _id(history: Sequence[str], receipt: Mapping[str, Any]) -> str:
    asked = {key: receipt[key] for key in ("question", "as_of")}
    return _digest(history, asked | _expected(receipt))


def _digest(history: Sequence[str], asked: Mapping[str, Any]) -> str:
    written = json.dumps([list(history), asked], ensure_ascii=False, sort_keys=True)
    return f"feedback-{hashlib.sha256(written.encode()).hexdigest()[:12]}"
