"""Why an answer is wrong, in one word a question: where between question and answer it went astray."""

from __future__ import annotations

from enum import StrEnum

from chat.answer import Answer, Status
from eval.metrics import ClauseText
from eval.metrics.clause_ids import clause_key
from eval.metrics.figures import contains
from eval.qa_set import QAItem

_DEPTH = 5  # clauses retrieved that can still be quoted


class Reason(StrEnum):
    """The first step that failed; the value is its key in metrics.json."""

    ERROR = "error"
    ANSWERED_ANYWAY = "answered_anyway"
    REFUSED_UNSEARCHED = "refused_unsearched"
    MISSED = "clause_not_retrieved"
    RANKED_LOW = "clause_ranked_low"
    REFUSED = "refused_though_found"
    STATUS = "other_status"
    AMOUNT = "other_amount"
    QUOTE = "quote_not_verbatim"
    OTHER_CLAUSE = "other_clause_cited"
    NOT_ALL = "clauses_not_all_cited"
    EXTRA = "clause_too_many"
    FACT = "fact_not_quoted"
    FACT_ELSEWHERE = "fact_not_in_clause"
    FORBIDDEN = "forbidden_words"

    @property
    def label(self) -> str:
        """What it is called in the report."""
        return _LABELS[self]


_LABELS = {
    Reason.ERROR: "运行出错",
    Reason.ANSWERED_ANYWAY: "应拒答，却作了答",
    Reason.REFUSED_UNSEARCHED: "没有检索就拒答",
    Reason.MISSED: "检索没有找到应引条款",
    Reason.RANKED_LOW: "应引条款排名靠后",
    Reason.REFUSED: "检索首条就对，却拒答",
    Reason.STATUS: "状态判断不同",
    Reason.AMOUNT: "金额不同",
    Reason.QUOTE: "引文、标号不合格",
    Reason.OTHER_CLAUSE: "引了别的条款",
    Reason.NOT_ALL: "应引条款没有引全",
    Reason.EXTRA: "多引了条款",
    Reason.FACT: "条款对，要点没有说到",
    Reason.FACT_ELSEWHERE: "要点不在应引条款原文里",
    Reason.FORBIDDEN: "出现了不应出现的内容",
}


def why_wrong(
    item: QAItem, answer: Answer | None, wrong: frozenset[str], clause_text: ClauseText
) -> Reason | None:
    """The first step that failed, None where nothing did.

    Args:
        item: question and expectation.
        answer: None if the question raised an exception.
        wrong: names of the metrics that found a fault.
        clause_text: the clauses of the knowledge base.

    >>> from eval.metrics.samples import sample_answer
    >>> item = QAItem(id="a", question="？", clauses=("甲 一",), status="answered")
    >>> refused = sample_answer(status=Status.NOT_FOUND, retrieved=("甲 一", "甲 二"))
    >>> why_wrong(item, refused, frozenset({"status_accuracy"}), {}.get).label
    '检索首条就对，却拒答'
    """
    if answer is None:
        return Reason.ERROR
    if "status_accuracy" in wrong:
        return _other_status(item, answer)
    if wrong & {"exact_amount", "no_amount"}:
        return Reason.AMOUNT
    if "quote_verbatim" in wrong:
        return Reason.QUOTE
    if "citation_recall" in wrong:
        return _uncited(item, answer)
    if "citation_precision" in wrong:
        return Reason.EXTRA
    if "fact_recall" in wrong:
        texts = [clause_text(clause) or "" for clause in item.clauses]
        absent = [fact for fact in item.facts if not contains(answer.answer, fact)]
        there = not texts or all(any(contains(text, fact) for text in texts) for fact in absent)
        return Reason.FACT if there else Reason.FACT_ELSEWHERE
    return Reason.FORBIDDEN if "forbid_clean" in wrong else None


def _other_status(item: QAItem, answer: Answer) -> Reason:
    if item.status is Status.NOT_FOUND:
        return Reason.ANSWERED_ANYWAY
    if answer.status is not Status.NOT_FOUND:
        return Reason.STATUS
    if not answer.retrieved:
        return Reason.REFUSED_UNSEARCHED
    return _retrieval(item, answer) or Reason.REFUSED


def _uncited(item: QAItem, answer: Answer) -> Reason:
    expected = {clause_key(clause) for clause in item.clauses}
    if expected & {clause_key(citation.id) for citation in answer.citations}:
        return Reason.NOT_ALL
    return _retrieval(item, answer) or Reason.OTHER_CLAUSE


def _retrieval(item: QAItem, answer: Answer) -> Reason | None:
    """What retrieval has to do with it: all expected clauses should be near the top, one of them first."""
    found = list(dict.fromkeys(clause_key(clause) for clause in answer.retrieved))
    expected = {clause_key(clause) for clause in item.clauses}
    if expected and not expected & set(found[:_DEPTH]):
        return Reason.MISSED
    return Reason.RANKED_LOW if expected and found[0] not in expected else None
