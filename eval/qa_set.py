"""QA sets: JSON Lines files of questions with what a right answer must have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chat.answer import Status
from corpus import UsageError
from eval.errors import EvalFileError

DEFAULT_QA = Path(__file__).parent / "qa"


class Difficulty(StrEnum):
    """How hard a question is; `eval.difficulty` has the rule by which ours are rated."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


_Texts = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(lambda given: () if given is None else given),
]
_EXPECTATIONS = ("status", "clauses", "facts", "forbid", "amount_yuan")


class QAItem(BaseModel):
    """One question and what is expected of its answer; an absent field is no expectation.

    ``amount_yuan`` has three forms: absent (no expectation), null (the answer must state no computed amount) and a
    figure (the answer must compute exactly that). ``note`` is a remark for people, such as a reader's complaint.

    >>> [QAItem.model_validate({"id": "a", "question": "？", **more}).expects_no_amount
    ...     for more in ({}, {"amount_yuan": None}, {"amount_yuan": "1200"})]
    [False, True, False]
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    type: str = Field("other", min_length=1)
    difficulty: Difficulty | None = None
    question: str
    history: _Texts = ()
    as_of: date | None = None
    clauses: _Texts = ()
    facts: _Texts = ()
    forbid: _Texts = ()
    amount_yuan: Decimal | None = Field(None, ge=0, lt=10**16, allow_inf_nan=False)
    status: Status | None = None
    note: str = ""

    @property
    def expects_no_amount(self) -> bool:
        """Whether the line says ``"amount_yuan": null``."""
        return self.amount_yuan is None and "amount_yuan" in self.model_fields_set

    @property
    def is_scored(self) -> bool:
        """Whether the line expects anything, so that an answer can be right.

        >>> [QAItem.model_validate({"id": "a", "question": "？", **more}).is_scored
        ...     for more in ({}, {"clauses": [], "status": None}, {"amount_yuan": None}, {"facts": ["40%"]})]
        [False, False, True, True]
        """
        expected = (self.status, self.clauses, self.facts, self.forbid, self.amount_yuan)
        return any(each is not None and each != () for each in expected) or self.expects_no_amount

    def expectation(self) -> dict[str, Any]:
        """The expectations the line states, in JSON form.

        >>> QAItem(id="a", question="？", facts=("40%",)).expectation()
        {'facts': ['40%']}
        """
        return self.model_dump(mode="json", include=self.model_fields_set & set(_EXPECTATIONS))


def load_qa(path: Path) -> list[QAItem]:
    """Every question of one file, or of the ``.jsonl`` files of a folder in the order of their names.

    Raises:
        UsageError: there is no such file or folder, or the folder holds no ``.jsonl``.
        EvalFileError: a file is unreadable, a line malformed, an id used twice, or there is no question at all.
    """
    items: list[QAItem] = []
    seen: dict[str, str] = {}
    for file in _files(path):
        for number, item in _read(file):
            place = f"{file.name} 第 {number} 行"
            if item.id in seen:
                raise EvalFileError(
                    f"{place}：编号 {item.id!r} 已在 {seen[item.id]} 用过。请改成不重复的编号。"
                )
            seen[item.id] = place
            items.append(item)
    if not items:
        raise EvalFileError(f"{path}：没有题目。请每行写一道题的 JSON，至少含 id 和 question。")
    return items


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(f"找不到题集 {path}。请给出 .jsonl 文件或装有这类文件的文件夹。")
    found = sorted(path.glob("*.jsonl"))
    if not found:
        raise UsageError(f"文件夹 {path} 里没有 .jsonl 题集。请检查路径，或把题集文件放进去。")
    return found


def _read(file: Path) -> Iterator[tuple[int, QAItem]]:
    """Line number from 1 and question of every line that is not blank."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EvalFileError(f"{file}：不是 UTF-8 编码。请另存为 UTF-8 后重试。") from error
    except OSError as error:
        raise EvalFileError(f"{file}：读不了（{error.strerror}）。请检查文件权限。") from error
    # not splitlines(): U+2028 and its like may stand inside a JSON string
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _parse(line, f"{file.name} 第 {number} 行")


def _parse(line: str, place: str) -> QAItem:
    try:
        given = json.loads(line, parse_float=Decimal)
    except ValueError as error:
        raise EvalFileError(f"{place}：不是合法的 JSON（{error}）。请每行写一个完整的 JSON 对象。") from error
    except RecursionError as error:
        raise EvalFileError(f"{place}：JSON 嵌套过深。请每行写一个简单的 JSON 对象。") from error
    if not isinstance(given, dict):
        raise EvalFileError(f"{place}：应是 JSON 对象，收到 {type(given).__name__}。请写成 {{…}}。")
    try:
        return QAItem.model_validate(given)
    except ValidationError as error:
        raise EvalFileError(f"{place}：{_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    """The first complaint of pydantic, in Chinese, with what to do."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"缺少字段 {field}。请补上。"
    if first["type"] == "extra_forbidden":
        return f"不认识字段 {field}。可用字段：{'、'.join(QAItem.model_fields)}。"
    shown = json.dumps(first["input"], ensure_ascii=False, default=str)
    choices = {"status": Status, "difficulty": Difficulty}
    if chosen := choices.get(str(first["loc"][0])):
        return f"{field} 的值 {shown} 不可用。可用值：{'、'.join(chosen)}。"
    accepted = {
        "amount_yuan": '不小于零的十进制数（元），如 "20000000"，或 null',
        "as_of": '日期，如 "2025-01-31"，或 null',
        "id": "不为空的文字",
        "type": "不为空的文字",
        "question": "文字",
        "note": "文字",
    }.get(str(first["loc"][0]), '由不为空的文字组成的列表，如 ["2000万"]')
    return f"{field} 的值 {shown} 不可用。应为{accepted}。"
