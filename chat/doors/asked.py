"""What callers of the REST door send, strictly read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    WithJsonSchema,
)

from chat.assistant import MAX_QUESTION

_MOST_VALUES = 50
_LONGEST_VALUE = 500
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: object) -> object:
    """Only ``2025-06-30``: pydantic would take numbers and times for days too."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("应是日期，例如 2025-06-30")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("不是一个真实的日期") from None


def _readable(text: str) -> str:
    """JSON can write halves of characters, which no file, index or answer can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("含有不完整的字符") from None
    return text


_Readable = AfterValidator(_readable)
Text = Annotated[str, _Readable]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Turn = Annotated[str, Field(max_length=MAX_QUESTION), _Readable]
Name = Annotated[str, Field(pattern="^[^=]+$", max_length=200), _Readable]


def _value(value: object) -> object:
    """Text, a whole number, or a list of them; of a union pydantic would tell what each of its parts found wrong."""
    if isinstance(value, list):
        if len(value) > _MOST_VALUES:
            raise ValueError(f"太多，最多 {_MOST_VALUES} 项")
        return [_one(each) for each in value]
    return _one(value)


def _one(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("应是文字、整数，或它们的列表")
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        raise ValueError(f"太长，最多 {_LONGEST_VALUE} 个字符")
    return _readable(str(value))


_ONE = {"anyOf": [{"type": "string", "maxLength": _LONGEST_VALUE}, {"type": "integer"}]}
_SEVERAL = {"type": "array", "items": _ONE, "maxItems": _MOST_VALUES}
Values = Annotated[
    dict[
        Name,
        Annotated[
            str | list[str], BeforeValidator(_value), WithJsonSchema({"anyOf": [*_ONE["anyOf"], _SEVERAL]})
        ],
    ],
    Field(max_length=50),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskRequest(_Asked):
    """一个问题。"""

    question: Text = Field(
        description="问题，两千字以内", examples=["Ⅱ期临床研发投入6000万，最多能拿多少支持？"]
    )
    history: list[Turn] = Field([], max_length=50, description="同一用户先前的问题，最早的在前")
    as_of: Day | None = Field(None, description="按哪一天的政策回答，默认今天")
    stream: StrictBool = Field(False, description="true 则以 Server-Sent Events 逐句返回")


class CalcRequest(_Asked):
    """按一条规则测算。"""

    rule: Name = Field(description="规则代号或名称，见 GET /api/v1/rules", examples=["clinical_trial"])
    inputs: Values = Field({}, examples=[{"phase": "II", "rd_spending": "6000万"}])
    as_of: Day | None = Field(None, description="按哪一天的政策测算，默认今天")


class MatchRequest(_Asked):
    """企业（医院、高校、平台）的情况。"""

    facts: Values = Field(
        {},
        description="region 所在地、sector 行业、stage 研发阶段、rd_spending 研发投入、note 自己的话等；名称不对时会列出全部可用名称",
        examples=[{"region": "烟台", "sector": "细胞治疗", "stage": "III", "rd_spending": "1亿"}],
    )
    as_of: Day | None = Field(None, description="按哪一天的政策匹配，默认今天")


def pairs(values: Mapping[str, str | list[str]]) -> Iterator[str]:
    """The values as the ``name=value`` of the command; a list gives its name once for each.

    >>> list(pairs({"phase": ["II", "III"], "beds": "800"}))
    ['phase=II', 'phase=III', 'beds=800']
    """
    for name, value in values.items():
        for each in value if isinstance(value, list) else [value]:
            yield f"{name}={each}"
