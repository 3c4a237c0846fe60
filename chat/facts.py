"""Questions about a document itself: its number, issuers, dates, term. Answered from the metadata and the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from corpus import Clause, NodeKind, PolicyDocument

_ASKS = {
    "doc_number": re.compile(r"文号|发文字号|发文号|文件编号|编号是|几号文|什么号"),
    "issuers": re.compile(
        r"(?:谁|哪些|哪几个|哪个|哪几家|几个|几家|多少个?家?|什么(?!时候|时间|日期))(?:部门|单位|机关|机构|厅局|家单位|个部门)*.{0,6}"
        r"(?:发的|发布|印发|制定|出台|下发|联合|发文|颁布)|发文(?:机关|单位|部门)|(?:发布|印发|制定|出台|颁布)(?:机关|单位|部门)|联合(?:印发|发文|发布|出台|下发)|"
        r"(?:谁|哪家|哪个部门)(?:发|印|出)"
    ),
    "issued_on": re.compile(
        r"(?:什么时候|何时|哪天|哪年|哪一天|几月几号|几号|日期|时间|哪一年|啥时候|多会儿?).{0,8}(?:印发|发布|发文|出台|下发|颁布|公布|落款|发的|发出|成文)|"
        r"(?:印发|发布|发文|出台|下发|颁布|公布|落款|成文|发)(?:的)?(?:日期|时间|于)?(?:是|在)?(?:什么时候|何时|哪天|哪年|哪一天|几号|哪一年|啥时候|日期|时间)"
    ),
    "term": re.compile(
        r"有效期|有效时间|管到|失效|到期|执行到|实施期|执行期|计划期|期限是|截止到?(?:哪|什么)|到(?:哪年|哪一年|什么时候|哪天|啥时候)(?:为止|截止|结束|失效|有效|到期)?|"
        r"(?:覆盖|适用)(?:哪几年|哪些年|几年|时间|年份|期间)|哪几年|还有效|现行有效|过期"
    ),
    "start": re.compile(
        r"(?:什么时候|何时|哪天|哪一天|哪年|从哪天|啥时候)(?:开始|起|正式)?(?:施行|实施|生效|执行)|(?:施行|实施|生效|执行)(?:日期|时间)"
    ),
    "title": re.compile(r"(?:全称|全名|标题|完整名称|题目)"),
}

_LABEL = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百\d]+条|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[.．、])\s*"
)
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_OWN = re.compile(
    r"本(?:政策|措施|办法|规定|通知|方案|计划|细则|意见|条例|文件|规程|规则|制度|决定|公告)"
    r"|^\W*自[^，。；]{2,16}起(?:正式)?(?:施行|实施|执行|生效)(?:[，,。；;]|$)|^\W*有效期"
)
_LASTS = re.compile(r"有效期")
_BEGINS = re.compile(r"[自从].{2,24}起.{0,4}(?:施行|实施|执行|生效)")


@dataclass(frozen=True, slots=True)
class Fact:
    """One document fact: a Chinese sentence, and the verbatim words it rests on with the node they stand in."""

    sentence: str
    clause: Clause
    quote: str


def asked_facts(question: str) -> list[str]:
    """Which facts of a document a question asks for.

    >>> asked_facts("这个文件的文号是多少"), asked_facts("是几个部门联合印发的"), asked_facts("能补多少钱")
    (['doc_number'], ['issuers'], [])
    """
    return [name for name, pattern in _ASKS.items() if pattern.search(question)]


def state_fact(document: PolicyDocument, name: str) -> Fact | None:
    """The fact with its place in the text; None where the text does not say."""
    return _STATERS[name](document)


def _find(document: PolicyDocument, words: str) -> Clause | None:
    parts = [c for c in document.clauses if c.kind is not NodeKind.CLAUSE] + list(document.clauses)
    return next((c for c in parts if words in c.text), None)


def _doc_number(document: PolicyDocument) -> Fact | None:
    clause = _find(document, document.doc_number) if document.doc_number else None
    if clause is None:
        return None
    return Fact(f"《{document.title}》的文号是{document.doc_number}。", clause, document.doc_number)


def _issuers(document: PolicyDocument) -> Fact | None:
    if not document.issuers:
        return None
    names = "\n".join(document.issuers)
    clause = _find(document, names) or _find(document, document.issuers[0])
    if clause is None:
        return None
    many = len(document.issuers)
    listing = "、".join(document.issuers)
    said = (
        f"由{listing}印发"
        if many == 1
        else f"由{many}个部门（单位）联合印发，排在首位的是{document.issuers[0]}。发文机关：{listing}"
    )
    return Fact(
        f"《{document.title}》{said}。", clause, names if names in clause.text else document.issuers[0]
    )


def _issued_on(document: PolicyDocument) -> Fact | None:
    if document.issued_on is None:
        return None
    written = _written(document.issued_on)
    clause = _find(document, written)
    return Fact(f"《{document.title}》的印发日期是{written}。", clause, written) if clause else None


def _term(document: PolicyDocument) -> Fact | None:
    if document.effective_to is None:
        return _sentence(document, _LASTS)
    written = _written(document.effective_to)
    if clause := _find(document, written):
        return Fact(f"《{document.title}》有效期至{written}。", clause, written)
    if lasting := _sentence(document, _LASTS):  # 有效期2年
        return lasting
    first = document.effective_from.year if document.effective_from else None
    years = re.search(rf"{first}\s*[—\-－–至]+\s*{document.effective_to.year}年", document.title)
    clause = _find(document, years.group()) if years else None
    if years is None or clause is None:
        return None
    return Fact(
        f"《{document.title}》的计划期是{years.group()}，即到{document.effective_to.year}年年底。",
        clause,
        years.group(),
    )


def _start(document: PolicyDocument) -> Fact | None:
    return _sentence(document, _BEGINS) or _term(document)


def _sentence(document: PolicyDocument, says: re.Pattern[str]) -> Fact | None:
    """What a document says of its own term, verbatim: at its end, in a sentence that names no award."""
    for clause in reversed(document.clauses):
        for match in _SENTENCE.finditer(clause.text):
            words = _LABEL.sub("", match.group()).strip()
            if says.search(words) and _OWN.search(words):
                return Fact(f"《{document.title}》写明：“{words}”", clause, words)
    return None


def _title(document: PolicyDocument) -> Fact | None:
    words = document.notice_title or document.title
    clause = _find(document, words)
    return Fact(f"文件标题是“{words}”。", clause, words) if clause else None


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_STATERS: dict[str, Callable[[PolicyDocument], Fact | None]] = {
    "doc_number": _doc_number,
    "issuers": _issuers,
    "issued_on": _issued_on,
    "term": _term,
    "start": _start,
    "title": _title,
}
