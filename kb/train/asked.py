"""Questions made from statements: what someone would ask whom this sentence answers.

Rules, not a language model: each turns one turn of phrase of official Chinese into the question about it. They need
not cover every sentence; a sentence none of them fits is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FIGURE = re.compile(
    r"""
    (?P<before> [^，；。：]{4,40}? )
    (?<![第〔\[\d.]) (?P<number> \d[\d,.]* | [一二三四五六七八九十百]+ )
    (?P<unit>
        [%％]                            # 补助比例为40%
      | [百千万亿]* 元                   # 最高500万元   二十万元以下的罚款
      | 个?工作日 | 个月 | 日(?=内|前|以) # 在15个工作日内   三十日内
      | (?<!\d{4})年(?=以|内|的|有期)     # 五年以下有期徒刑   but not 2025年
      | 周岁 | 倍 | 平方米 | 公里 | 吨 | 名 | 家
    )
    (?P<after> [^，；。：\d]{0,16} )
    """,
    re.VERBOSE,
)
_DEFINITION = re.compile(
    r"""
    ^ (?: 本[^，]{1,6}? (?:所称|中) (?:的)? )?   # 本办法所称
    (?P<what> [^，。；：“”]{2,20} ) ，? (?: 是指 | ，?包括[^：]{6} )  # 建筑垃圾，是指…   建筑垃圾包括…
    """,
    re.VERBOSE,
)
_LIST = re.compile(
    r"""
    (?P<start> [^：；。]{4,60}? ) (?: 下列 | 以下 ) (?P<what> [^：；。，]{0,14} ) [：:]  # 应当提交下列材料：
    """,
    re.VERBOSE,
)
_DUTY = re.compile(
    r"""
    (?: ^ | [，；] ) (?P<who> [^，；。、]{2,24}? ) (?: 具体 )? 负责 (?P<what> [^，；。]{4,40} )   # 市住建局负责建筑垃圾的管理
    """,
    re.VERBOSE,
)
_MUST = re.compile(
    r"""
    ^ (?P<who> [^，；。]{2,24}? ) 应当 (?P<how> [^，；。]{6,40} )    # 生产经营单位应当建立制度
    """,
    re.VERBOSE,
)
_MUST_NOT = re.compile(
    r"""
    (?: ^ | ， ) (?P<who> [^，；。]{2,30}? ) (?: 不得 | 严禁 | 不予 ) (?P<what> [^，；。]{3,40} )   # 任何单位不得擅自占用道路
    """,
    re.VERBOSE,
)
_CASE = re.compile(
    r"""
    ^ (?: 违反本[^，]{2,12}， )? (?P<case> [^；。]{4,50}? ) 的 ， (?P<then> [^。]{4,} )  # 逾期不改正的，由…处以罚款
    """,
    re.VERBOSE,
)
_PUNISHED = re.compile("罚|责令|处分|追究|吊销|没收|警告")


def questions(sentence: str) -> list[str]:
    """Every question the rules make of a sentence.

    >>> questions("对通过认定的企业，给予最高50万元一次性奖励。")
    ['对通过认定的企业，给予最高多少万元一次性奖励？']
    >>> questions("市住房城乡建设局负责建筑垃圾的监督管理。")
    ['哪个部门负责建筑垃圾的监督管理？', '市住房城乡建设局负责什么？']
    >>> questions("逾期不拆除的，由主管部门处以罚款。")
    ['逾期不拆除会受到什么处罚？']
    >>> questions("各单位不得擅自占用道路。"), questions("加强领导。")
    (['各单位可以擅自占用道路吗？'], [])
    """
    return list(dict.fromkeys(_questions(sentence.strip())))


def _questions(sentence: str) -> Iterator[str]:
    for found in _FIGURE.finditer(sentence):
        unit = found["unit"]
        asked = "百分之多少" if unit in "%％" else f"多少{unit}"
        yield f"{_with_subject(sentence, found)}{asked}{found['after']}？"
    if hit := _DEFINITION.search(sentence):
        yield f"什么是{hit['what']}？"
    if hit := _LIST.search(sentence):
        yield f"{hit['start']}哪些{hit['what']}？"
    for found in _DUTY.finditer(sentence):
        yield f"哪个部门负责{found['what']}？"
        yield f"{found['who']}负责什么？"
    if (hit := _MUST.search(sentence)) and "下列" not in hit["how"]:
        yield f"谁应当{hit['how']}？"
    if hit := _MUST_NOT.search(sentence):
        yield f"{hit['who']}可以{hit['what']}吗？"
    if hit := _CASE.search(sentence):
        yield hit["case"] + ("会受到什么处罚？" if _PUNISHED.search(hit["then"]) else "怎么办？")


def _with_subject(sentence: str, found: re.Match[str]) -> str:
    """The words before a figure, with the phrase before them, which says of whom it is said."""
    before = sentence[: found.start("before")].rstrip("，")
    subject = re.split("[，；。：]", before)[-1]
    return f"{subject}，{found['before'].lstrip('，')}" if subject else found["before"].lstrip("，")
