"""Two common ways to cut a text, to compare with: each gives the offsets at which its chunks start."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module

_CN = "零一二三四五六七八九十百"
_ORDINAL = rf"第[{_CN}\d]+"

# One family a tuple, outermost level first; a line belongs to a level if it begins with its pattern.
FAMILIES: tuple[tuple[re.Pattern[str], ...], ...] = tuple(
    tuple(re.compile(level) for level in family)
    for family in (
        (
            rf"{_ORDINAL}(?:分?编|部分)",  # 第二编, 第一部分
            rf"{_ORDINAL}章",  # 第三章
            rf"{_ORDINAL}节",  # 第1节
            rf"{_ORDINAL}条",  # 第十二条
            rf"[(（][{_CN}]+[)）]",  # （一）
        ),
        (
            r"第\d+章",  # 第3章
            r"第\d+节",  # 第3节
            r"\d{0,2}[.、 ]",  # 1. and 12、
            r"\d{0,2}\.\d{0,2}[^a-zA-Z/%~-]",  # 1.2 总则, but not 1.2%
            r"\d{0,2}(?:\.\d{0,2}){2}",  # 1.2.3
            r"\d{0,2}(?:\.\d{0,2}){3}",  # 1.2.3.4
        ),
        (
            rf"{_ORDINAL}章",  # 第三章
            rf"{_ORDINAL}节",  # 第一节
            rf"[{_CN}]+[、 ]",  # 一、
            rf"[(（][{_CN}]+[)）]",  # （一）
            r"[(（]\d{0,2}[)）]",  # （1）
        ),
        (
            r"PART (?:ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN)",
            r"Chapter [IVX]+",
            r"Section \d+",
            r"Article \d+",
        ),
        tuple(rf"#{{{level}}}(?!#)" for level in range(1, 7)),  # ## 标题
    )
)
_NO_BULLET = re.compile(
    r"""0                        # 0.5
      | \d+[ ]+[\d~个只-]        # 12 34
      | \d+\.{2,}                # 3......
      | \d+(?:\.\d+){2,}[的中]   # 1.2.3的
    """,
    re.VERBOSE,
)
_CHUNK_SIZE, _OVERLAP = 400, 50


def one_family_starts(text: str) -> list[int]:
    """RAGFlow's rule: the family of clause numbers that most lines begin with is the only one in the document.

    Made anew from a reading of infiniflow/ragflow at commit b1b8cd62 (22 August 2026), ``rag/nlp/__init__.py``
    (``bullets_category``, ``tree_merge``) and ``rag/app/laws.py``: sections of a plain text are its lines, a line counts
    once for each family whose patterns it begins with, the first of the families with most hits is chosen, and lines of its levels become
    the nodes of a tree. RAGFlow cuts at the two outermost levels present; here every level of the family starts a chunk, which
    can only find more clauses. Text before the first such line is no chunk start.

    >>> one_family_starts("通知\\n一、甲\\n（一）乙\\n1.丙\\n二、丁")
    [3, 7, 16]
    >>> one_family_starts("一、甲（一）乙二、丁")
    [0]
    >>> one_family_starts("没有编号")
    []
    """
    lines = _lines(text)
    hits = [sum(_level(line, family) is not None for _, line in lines) for family in FAMILIES]
    most = max(hits, default=0)
    if not most:
        return []
    family = FAMILIES[hits.index(most)]
    return [at for at, line in lines if _level(line, family) is not None]


def fixed_size_starts(text: str) -> list[int] | None:
    """LangChain's ``RecursiveCharacterTextSplitter`` with chunks of 400 characters that overlap by 50.

    The first chunk is left out, since every text has one; None where langchain-text-splitters is not installed.
    """
    try:
        splitters = import_module("langchain_text_splitters")
    except ImportError:
        return None
    splitter = splitters.RecursiveCharacterTextSplitter(
        chunk_size=_CHUNK_SIZE, chunk_overlap=_OVERLAP, add_start_index=True
    )
    chunks = splitter.create_documents([text])
    return [
        int(chunk.metadata["start_index"]) + len(chunk.page_content) - len(chunk.page_content.lstrip())
        for chunk in chunks[1:]
    ]


def _lines(text: str) -> list[tuple[int, str]]:
    """Each line that is not blank, without the blanks around it, and where it starts."""
    lines = []
    at = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            lines.append((at + line.index(words[0]), words))
        at += len(line) + 1
    return lines


def _level(line: str, family: Sequence[re.Pattern[str]]) -> int | None:
    if _NO_BULLET.match(line):
        return None
    return next((n for n, level in enumerate(family) if level.match(line)), None)
