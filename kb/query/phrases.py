"""Words in quotation marks that the clause must contain: “研究型床位”; not the name in 市级“贡嘎培优”企业."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import Span
from kb.query.conditions import Condition, Kind, Phrase

_QUOTED = re.compile(
    r"“([^“”]{1,60})”|「([^「」]{1,60})」|『([^『』]{1,60})』|\"([^\"]{1,60})\"|＂([^＂]{1,60})＂"
)
_CONTAINS = re.compile(r"(?:包含|含有|含|提到|提及|写有|写到|写明|出现|带有?|有)\s?$")
_EDGE = " \t\r\n\u3000\0，,。；;、：:？?！!（）()"
_CLAUSES = re.compile(
    r"^(?:字样|字眼|一词|这个词|这几个字|的?(?:条款|条文|措施|规定|文件|政策)(?=$|[\s，,。；;？?！!\0]|有哪些))"
)
_DENIED = re.compile(r"(?:不|没有?|未|无|非|除了?)(?:包含|含有?|提到|提及|有|写[有到明]|带有?|出现)?\s?$")
_AND = re.compile(r"[和与及且]\s?[“「『\"＂]")
_AND_BEFORE = re.compile(r"[”」』\"＂]\s?[和与及且]$")
_IN_PROSE = re.compile(r"[A-Za-z]\s$|\s[A-Za-z]")


def read_phrases(text: str) -> Iterator[Condition]:
    """Quoted words that stand by themselves, or that a text says must be contained.

    >>> [c.key for c in read_phrases("“研究型床位” 省科技厅")], list(read_phrases("什么是“代建租用”共享电梯模式"))
    (['phrase:研究型床位'], [])
    >>> [c.label for c in read_phrases("提到“双随机”的条款")]
    ['含“双随机”']
    """
    found = list(_QUOTED.finditer(text))
    edges = {match.start() for match in found} | {match.end() for match in found}
    for match in found:
        words = next(filter(None, match.groups())).strip()
        said = _CONTAINS.search(text, 0, match.start())
        starts = (
            not text[: match.start()]
            or text[match.start() - 1] in _EDGE
            or match.start() in edges - {match.start()}
        )
        starts = starts or any(other.end() == match.start() for other in found)
        ends = match.end() == len(text) or text[match.end()] in _EDGE
        ends = ends or any(other.start() == match.end() for other in found)
        after = _CLAUSES.match(text[match.end() :])
        if _IN_PROSE.search(text, max(0, match.start() - 2), match.start()) or _IN_PROSE.match(
            text, match.end()
        ):
            continue  # the "integrated" team
        if _DENIED.search(text[: match.start()]):
            continue  # 不含“床位”的条款
        starts = starts or bool(_AND_BEFORE.search(text[: match.start()]))
        ends = ends or bool(_AND.match(text, match.end()))
        if words and ((said and (ends or after)) or (starts and (ends or after))):
            start = said.start() if said else match.start()
            end = match.end() + (after.end() if after else 0)
            yield Condition(Kind.PHRASE, f"phrase:{words}", f"含“{words}”", Span(start, end), Phrase(words))
