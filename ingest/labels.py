"""Labelled lines above a text: the box of a web page (文 号：…), or the head of a captured file (- title: …)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from ingest.found import has_gap
from ingest.mapped import Mapped


class Label(StrEnum):
    """What a label announces, in all its wordings."""

    TITLE = "标题|名称|文件名称|文件标题|政策名称|title"
    NUMBER = "文号|发文字号|发文文号|文件编号|文件号|公文字号|发文编号|文件字号"
    ISSUER = "发文机关|发文单位|发文机构|制定机关|制定单位|发布机关|发布机构|发布单位|颁布机关|publisher"
    DATE = "成文日期|成文时间|印发日期|印发时间|发文日期|发文时间|签发日期|颁布日期"
    START = "实施日期|施行日期|生效日期|实施时间|施行时间|生效时间"
    END = (
        "失效日期|失效时间|废止日期|废止时间|终止日期|有效期至|有效期限至|有效期截至|有效期截止|有效截止日期"
    )
    OTHER = (
        "索引号|信息索引号|主题分类|分类|主题词|有效性|效力状态|时效性|状态|发布日期|发布时间|公开日期|公开时间|生成日期"
        "|来源|信息来源|文章来源|公开方式|公开属性|公开类别|公开形式|关键词|体裁|组配分类|浏览次数|浏览量|点击量|统一编号"
        "|规范性文件编号|统一登记号|内容概述|概述|服务对象|字体大小|字体|字号|责任编辑|编辑|作者|备注|附件下载"
        "|corpus_id|source_url|source_domain|publish_date|capture_date|capture_method|http_status|hash|sha256"
    )


_WORDINGS = {word: label for label in Label for word in label.value.split("|")}
_ALL = "|".join(sorted(map(re.escape, _WORDINGS), key=len, reverse=True))
_LABEL = re.compile(
    rf"""
      [\[【](?P<boxed>{_ALL})[\]】][：:]?   # [发文字号] 甲政发〔2020〕5号
    | (?P<plain>{_ALL})[：:]               # 发文字号：甲政发〔2020〕5号
    """,
    re.VERBOSE,
)
_NONE = re.compile(r"^[\s\-—_/无空]*$")


def read_labels(head: Mapped) -> Mapping[Label, Mapped]:
    """The first value of each label; a value ends at its line or at the next label.

    >>> from ingest.clean import clean
    >>> from ingest.found import join
    >>> found = read_labels(join(clean("索 引 号： 12/3   文 号： 甲政发〔2025〕6号\\n[废止日期] ----")))
    >>> {label.name: value.text for label, value in found.items()}
    {'OTHER': '12/3', 'NUMBER': '甲政发〔2025〕6号'}
    >>> read_labels(join(clean("第三条中的机构名称：甲")))
    {}
    """
    marks = [mark for mark in _LABEL.finditer(head.text) if _stands_free(head, mark)]
    values: dict[Label, Mapped] = {}
    for at, mark in enumerate(marks):
        stop = marks[at + 1].start() if at + 1 < len(marks) else len(head.text)
        label = _WORDINGS[mark["boxed"] or mark["plain"]]
        start, end = _value(head.text, mark.end(), stop)
        if label not in values and start < end and not _NONE.match(head.text[start:end]):
            values[label] = head.cut(start, end)
    return values


def _stands_free(head: Mapped, mark: re.Match[str]) -> bool:
    """Whether a label begins a line, a cell or follows a blank, and is no part of a longer word."""
    at = mark.start()
    before = head.text[at - 1] if at else "\n"
    return has_gap(head, at) or not re.match(r"[一-鿿\w]", before)


def _value(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the value between two labels stands: in the rest of the line, else in the next line."""
    while start < end and text[start] in " \n：:":
        start += 1
    line_end = text.find("\n", start, end)
    end = line_end if line_end >= 0 else end
    while end > start and text[end - 1] in " \n-[【|":
        end -= 1
    return start, end
