"""Policy texts made up by a small grammar, of any length, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from itertools import count
from random import Random

_DIGITS = "零一二三四五六七八九"
_WHO = ("市科技局", "各区人民政府", "县级以上财政部门", "申报单位", "行业主管部门", "园区管理机构")
_MUST = ("应当", "可以", "负责", "按规定", "原则上", "不得擅自")
_DO = (
    "受理申请材料",
    "公示评审结果",
    "安排专项资金",
    "核定补助金额",
    "组织绩效评价",
    "报送统计数据",
    "开展抽查",
)
_AS = (
    "，最高不超过{}万元",
    "，期限为{}个工作日",
    "，比例为{}%",
    "，依照本办法第{}条执行",
    "，具体按本条第（{}）项办理",
    "，参见附件{}",
    "",
)
_TOPICS = ("总体要求", "支持范围", "申报条件", "资金管理", "监督检查", "组织保障", "评审程序")


class Shape(StrEnum):
    """How paragraphs of the made text follow each other."""

    LINES = "分行"
    FLAT = "无换行"


def chinese(number: int) -> str:
    """A number from 1 to 999 in Chinese, 十 without 一 before it.

    >>> [chinese(number) for number in (1, 10, 12, 20, 105, 110, 999)]
    ['一', '十', '十二', '二十', '一百零五', '一百一十', '九百九十九']
    >>> chinese(1000)
    Traceback (most recent call last):
    ...
    ValueError: not from 1 to 999: 1000
    """
    if not 1 <= number <= 999:
        raise ValueError(f"not from 1 to 999: {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if hundreds and not tens and ones:
        words += "零"
    if tens:
        words += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    return words + (_DIGITS[ones] if ones else "")


def made_text(size: int, shape: Shape, seed: int = 0) -> str:
    """A made-up policy text of about ``size`` bytes in UTF-8, ended at the end of a paragraph.

    After its cover notice come attachments, in turn of 第X条 with （一） and of 一、 with （一） and 1.; numbers start anew in each.

    >>> text = made_text(2000, Shape.FLAT)
    >>> "\\n" in text, text == made_text(2000, Shape.FLAT), 2000 <= len(text.encode()) < 3000
    (False, True, True)
    """
    random = Random(seed)
    between = "\n" if shape is Shape.LINES else ""
    pieces: list[str] = []
    length = 0
    for paragraph in _paragraphs(random):
        pieces.append(paragraph)
        length += len((paragraph + between).encode())
        if length >= size:
            break
    return between.join(pieces)


def _paragraphs(random: Random) -> Iterator[str]:
    yield "示例市人民政府办公室关于印发示例市科技专项管理办法的通知"
    yield "示府办发〔2024〕12号"
    yield "各区人民政府，市有关部门："
    yield "现将示例市科技专项管理办法印发给你们，请认真贯彻执行。"
    for number in count(1):
        yield f"附件{number}"
        yield f"示例市科技专项{random.choice(_TOPICS)}办法"
        yield from _articles(random) if number % 2 else _headed(random)


def _articles(random: Random) -> Iterator[str]:
    """第一条 to at most 第九十九条, some with （一） items."""
    for number in range(1, random.randint(20, 99)):
        if random.random() < 0.4:
            yield f"第{chinese(number)}条　{_sentence(random)[:-1]}，包括下列情形："
            for item in range(1, random.randint(3, 7)):
                yield f"（{chinese(item)}）{_sentence(random)[:-1]}；"
        else:
            yield f"第{chinese(number)}条　" + "".join(_sentence(random) for _ in range(random.randint(1, 4)))


def _headed(random: Random) -> Iterator[str]:
    """一、 with （一）, some with 1. items."""
    for first in range(1, random.randint(4, 9)):
        yield f"{chinese(first)}、{random.choice(_TOPICS)}"
        for second in range(1, random.randint(3, 8)):
            yield f"（{chinese(second)}）{random.choice(_TOPICS)}。{_sentence(random)}{_sentence(random)}"
            if random.random() < 0.3:
                for third in range(1, random.randint(3, 6)):
                    yield f"{third}.{_sentence(random)}{_sentence(random)}"


def _sentence(random: Random) -> str:
    detail = random.choice(_AS)
    if "（{}）" in detail:
        detail = detail.format(chinese(random.randint(1, 9)))
    elif "第{}条" in detail:
        detail = detail.format(chinese(random.randint(1, 99)))
    else:
        detail = detail.format(random.randint(1, 90))
    return f"{random.choice(_WHO)}{random.choice(_MUST)}{random.choice(_DO)}{detail}。"
