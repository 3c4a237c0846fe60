"""Chinese names of question types and statuses, as the report shows them."""

from __future__ import annotations

_TYPES = {
    "lookup": "条款查询",
    "amount": "金额测算",
    "address": "条款定位",
    "unit": "责任单位",
    "eligibility": "资格判断",
    "ineligible": "不符合条件",
    "missing_input": "缺少信息",
    "invalid_input": "输入有误",
    "followup": "多轮追问",
    "both_documents": "跨文件对照",
    "document_fact": "文件信息",
    "out_of_scope": "范围以外",
    "refusal": "文件未规定",
    "other": "其他",
}
_STATUSES = {
    "answered": "已回答",
    "needs_input": "需补充",
    "not_eligible": "不符合",
    "not_found": "未找到",
    "invalid_input": "输入有误",
    "error": "运行出错",
}
_DIFFICULTIES = {"easy": "容易", "medium": "中等", "hard": "较难"}
STATUS_ORDER = tuple(_STATUSES)


def type_label(name: str) -> str:
    """The Chinese name of a question type; one we do not know is its own name.

    >>> type_label("amount"), type_label("my-type")
    ('金额测算', 'my-type')
    """
    return _TYPES.get(name, name)


def status_label(name: str) -> str:
    """The Chinese name of a status, ``error`` included."""
    return _STATUSES.get(name, name)


def difficulty_label(name: str) -> str:
    """The Chinese name of a difficulty."""
    return _DIFFICULTIES.get(name, name)
