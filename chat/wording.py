"""The words the page and the terminal share: what is said of an answer, a clause and a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chat.answer import Answer, Calculation, Status
from corpus import Clause, NodeKind, PolicyDocument
from ingest.numbering import join_labels
from kb.lifecycle import DocumentRecord, Standing
from kb.money import format_yuan

TITLE = "政策知识库问答"
EXAMPLES = (
    "Ⅱ期临床研发投入6000万，最多能拿多少支持？",
    "细胞与基因治疗一类新药有哪些资金支持？",
    "研究型床位计入医院总床位数吗？",
    "首台套医疗器械的保费补贴怎么给？",
    "687号文第8条是怎么规定的？",
)
STATUS_NAMES = {
    Status.ANSWERED: "依据政策原文回答",
    Status.NEEDS_INPUT: "还需补充信息",
    Status.NOT_ELIGIBLE: "不符合支持条件",
    Status.NOT_FOUND: "知识库中没有依据",
    Status.INVALID_INPUT: "输入的信息有误",
}
KIND_NAMES = {
    NodeKind.HEADER: "版头",
    NodeKind.TITLE: "标题",
    NodeKind.BODY: "正文",
    NodeKind.SIGNATURE: "落款",
}
_PHRASED = "语言模型表述，已逐句核对原文"
_PAUSE = re.compile(r"[，。；：！？、\n]")


def conclusion(answer: Answer) -> str:
    """The outcome in a few plain words, shown above the answer."""
    amount = answer.calculation.amount_yuan if answer.calculation else None
    if answer.status is Status.ANSWERED and answer.calculation and amount is not None:
        money = f"{'最高' if answer.calculation.is_ceiling else '可得'} {format_yuan(amount)}"
        return f"{money}（{_PHRASED}）" if _is_phrased(answer.engine) else money
    return status_name(answer.status, answer.engine)


def status_name(status: Status, engine: str) -> str:
    """A status in plain words, which say so where a language model phrased the answer.

    >>> status_name(Status.ANSWERED, "llm:qwen"), status_name(Status.NOT_FOUND, "llm:qwen")
    ('语言模型表述，已逐句核对原文', '知识库中没有依据')
    """
    return _PHRASED if status is Status.ANSWERED and _is_phrased(engine) else STATUS_NAMES[status]


def _is_phrased(engine: str) -> bool:
    return engine.startswith("llm:")


def without_repeats(calculation: Calculation, text: str) -> Calculation:
    """The calculation without the assumptions that the text above it states."""
    return replace(calculation, assumptions=tuple(a for a in calculation.assumptions if a not in text))


def shown_text(answer: Answer) -> str:
    """An answer's text for the page, whose table of steps makes the line with the computation superfluous."""
    if answer.calculation is None or not answer.calculation.steps:
        return answer.answer
    return "\n".join(line for line in answer.answer.split("\n") if not line.startswith("计算："))


def reveal_ends(text: str, least: int = 12) -> list[int]:
    """Where to stop when a text is shown step by step: after punctuation, never inside a ``[1]``.

    >>> reveal_ends("甲乙丙丁，戊己庚辛。壬癸[1]", least=4)
    [5, 10, 15]
    >>> reveal_ends("")
    []
    """
    ends, last = [], 0
    for match in _PAUSE.finditer(text):
        if match.end() - last >= least:
            ends.append(match.end())
            last = match.end()
    return [*ends, len(text)] if last < len(text) else ends


def short_label(clause: Clause, document_id: str) -> str:
    """A clause's label without the document: ``三、（一）``; the name of its part for unnumbered ones."""
    if is_part(clause):
        return KIND_NAMES[clause.kind]
    return clause.label.removeprefix(document_id).strip()


def is_part(clause: Clause) -> bool:
    """Whether a node is an unnumbered part of the document; text after a list (第六条后段) belongs to a clause."""
    return clause.kind is not NodeKind.CLAUSE and len(clause.path) == 1


def written(clause_id: str) -> str:
    """A clause id as a person writes it.

    >>> written("鲁科字〔2024〕137号 三/（一）")
    '鲁科字〔2024〕137号 三、（一）'
    """
    document, _, path = clause_id.rpartition(" ")
    return f"{document} {join_labels(tuple(path.split('/')))}"


def citation_text(document: PolicyDocument, clause: Clause, quote: str) -> str:
    """A citation to paste into a memo: document, clause, words."""
    place = "" if is_part(clause) else short_label(clause, document.id)
    return f"{document.name}{place}：“{quote}”"


def standing_text(record: DocumentRecord, day: date) -> str:
    """Where a document stands on a day, in words: ``现行``, ``已于2024年1月1日废止（由甲字〔2024〕1号废止）``."""
    standing = record.standing(day)
    if record.repeal:
        return f"已{record.repeal}" if standing is Standing.REPEALED else f"{standing}，将{record.repeal}"
    return standing.value


def document_facts(document: PolicyDocument, record: DocumentRecord | None = None) -> Iterator[str]:
    """Number, issuers and days of a document, those that it has, and whether it was repealed."""
    if document.doc_number:
        yield document.doc_number
    if document.issuers:
        more = f"等 {len(document.issuers)} 个机关" if len(document.issuers) > 1 else ""
        yield document.issuers[0] + more
    if document.issued_on:
        yield f"{document.issued_on} 印发"
    if document.effective_from or document.effective_to:
        yield f"有效期 {document.effective_from or '印发之日'} 至 {document.effective_to or '未写明'}"
    if record is not None and record.repeal:
        yield standing_text(record, date.today())
