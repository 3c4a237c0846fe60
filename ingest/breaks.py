"""Printed lines of a source text: where it has line breaks, and where blanks are all that is left of one.

Texts copied from web pages come as one long line in which 　　 stands where a paragraph began. A single blank stands inside
headings (总 则), after numbers and between names; it is a break only in a text where most blanks follow a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_LINE = re.compile(r"[^\n\r\f\v\x85\u2028\u2029]+")
_RUN = re.compile(r"[^\S\n]{2,}")
_BLANKS = re.compile(r"[^\S\n]+")
_LONG = 150  # characters; a shorter line has its breaks where it is printed
_MIN_BLANKS, _MOST = (
    5,
    0.6,
)  # blanks of a text whose line breaks became blanks, and the share that follows a sentence
_SAMPLE = 200  # blanks that show what they are
_ENDS = re.compile(r"[。！？!?；;：:…）)〕》”]$")
_BEGINS = re.compile(
    r"""
      第[一二三四五六七八九十百零〇\d]{1,7}[编章节条] | [一二三四五六七八九十]{1,4}[、．.] | [（(][一二三四五六七八九十\d]{1,4}[）)]
    | \d{1,3}[、．.](?!\d) | [①-⑳]                    # a number
    | 各(?:省|市|区|县|州|镇|乡|街道|部门|单位|有关|相关)                                # the addressees
    | [\[【] | 附\s*件 | [（(]此件 | (?:19|20)\d\d\s*年 | 抄送 | 目\s*录               # [主题分类]   2024年1月2日
    """,
    re.VERBOSE,
)
_PHRASE = re.compile(r"[^\s，。；：]{6,}$")  # words long enough to be a line of their own
_NEXT_PHRASE = re.compile(r"[^\s，。；：]{6,}")
_NUMBER_END = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]{1,7}[编章节条]|[一二三四五六七八九十\d][、．.]?|[（(][一二三四五六七八九十\d]{1,4}[）)])$"
)
_HEADING = re.compile(
    r"(?:^|[\s。；）])(?:[一二三四五六七八九十]{1,4}[、．.]|[（(][一二三四五六七八九十\d]{1,4}[）)])[^\s]{2,}$"
)


def printed_lines(source: str) -> Iterator[tuple[int, int]]:
    """Offsets of the lines of a text, without their breaks.

    >>> text = "通知\\n" + "现就支持企业研发通知如下。　　一、目标　　新建平台。" + "加强领导，" * 30
    >>> [text[start:end][:8] for start, end in printed_lines(text)]
    ['通知', '现就支持企业研发', '一、目标', '新建平台。加强领']
    """
    for line in _LINE.finditer(source):
        start, end = line.span()
        if end - start >= _LONG:
            for run in _separators(source, start, end).finditer(source, start, end):
                if _is_break(source, start, run.start(), run.end(), end):
                    yield start, run.start()
                    start = run.end()
        yield start, end


def _separators(source: str, start: int, end: int) -> re.Pattern[str]:
    """What may be left of line breaks in a long line: any blank where most blanks stand at the end of a sentence."""
    at_end = others = 0
    for blank in islice(_BLANKS.finditer(source, start, end), _SAMPLE):
        before = source[max(start, blank.start() - 8) : blank.start()]
        is_latin = before[-1:].isascii() and source[blank.end() : blank.end() + 1].isascii()
        if not before or is_latin or _NUMBER_END.search(before):
            continue
        is_end = _ENDS.search(before) or _BEGINS.match(source, blank.end())
        at_end, others = (at_end + 1, others) if is_end else (at_end, others + 1)
    return _BLANKS if at_end >= max(_MIN_BLANKS, _MOST * (at_end + others)) else _RUN


def _is_break(source: str, line: int, start: int, end: int, line_end: int) -> bool:
    """Whether a run of blanks stands between two lines, and not inside one (总　　则, 第一条　　为了)."""
    if start == line or end == line_end:
        return False
    before = source[max(line, start - 40) : start]
    if _NUMBER_END.search(before) or before.endswith(("]", "】")):  # [发文机构] 甲市人民政府
        return False
    if _ENDS.search(before[-1:]) or _BEGINS.match(source, end) or _HEADING.search(before):
        return True
    return bool(_PHRASE.search(before) and _NEXT_PHRASE.match(source, end, line_end))
