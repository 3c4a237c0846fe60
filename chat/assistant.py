"""The assistant: one question and the turns before it in, one checked Answer out; a language model may say it, none is needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from chat.answer import Answer, Status
from chat.check import problems, prune
from chat.compose import Draft
from chat.directives import what_is_asked
from chat.inquiry import Inquiry
from chat.llm.matter import matter_of
from chat.llm.types import Sentence
from chat.matching.match import match
from chat.matching.profile import Profile
from chat.matching.types import Matched
from chat.subsidy.inputs import has_amount_intent
from chat.turns import Says
from corpus import Clause, InputError, PolicyDocument
from kb.knowledge_base import KnowledgeBase
from kb.lifecycle import DocumentRecord, Standing
from kb.query.known import Known
from kb.query.spelling import read_typed
from kb.rule_drafts import draft_rules, said_in_both, without_covered
from kb.rule_shelf import Shelf, drafts, in_short, read_shelf, rule_of, stamp
from kb.rules import Rule

log = logging.getLogger(__name__)

MAX_QUESTION = 2000


class Assistant:
    """Answers questions over one knowledge base; safe to use from several threads, keeps no history of its own."""

    def __init__(
        self, kb: KnowledgeBase, rules: Sequence[Rule] | None = None, llm: Says | None = None
    ) -> None:
        """Take an open knowledge base.

        Args:
            kb: the knowledge base.
            rules: subsidy rules in place of those of the knowledge base (`kb.rule_shelf`).
            llm: says answers in its own words where they hold (`chat.llm.engine.open_engine`); no model where not given.
        """
        self._kb = kb
        self._llm = llm
        self._given = tuple(rules) if rules is not None else None
        self._shelf: tuple[object, Shelf] | None = None
        self._drafted: tuple[object, tuple[Rule, ...]] | None = None
        self._documents: tuple[int, list[PolicyDocument]] | None = None
        self._records: dict[str, DocumentRecord] = {}
        self._known = Known.of(())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that may compute: confirmed, and saying what their clauses say now."""
        return self.shelf.rules

    @property
    def shelf(self) -> Shelf:
        """The rules of the knowledge base, read again when its documents or rule files change."""
        if self._given is not None:
            return Shelf(self._given)
        now = stamp(self._kb)
        if self._shelf is None or self._shelf[0] != now:
            self._shelf = now, read_shelf(self._kb)
            if stopped := [rule_of(problem) for problem in in_short(self._shelf[1].problems)]:
                log.warning(
                    "%d 条规则与条款原文不符，已停用（%s），见 policykb rules check。",
                    len(stopped),
                    "、".join(stopped),
                )
        return self._shelf[1]

    @property
    def documents(self) -> list[PolicyDocument]:
        """The documents of the knowledge base, read again when it changes."""
        revision = self._kb.revision
        if self._documents is None or self._documents[0] != revision:
            self._records = {record.id: record for record in self._kb.records()}
            self._documents = revision, self._kb.documents()
            self._known = Known.of(self._documents[1])
        return self._documents[1]

    def repealed(self, document_id: str, day: date) -> str:
        """``于2024年1月1日废止（由…废止）`` of a document that is repealed on a day, "" of another."""
        record = self._records.get(document_id)
        return record.repeal if record and record.standing(day) is Standing.REPEALED else ""

    def ask(self, question: str, history: Sequence[str] = (), as_of: date | None = None) -> Answer:
        """Answer a question.

        Args:
            question: in Chinese, as typed.
            history: earlier user turns, oldest first.
            as_of: the day the question is about; today where not given.
        """
        *_, last = self.stream(question, history, as_of)
        assert isinstance(last, Answer)
        return last

    def stream(
        self, question: str, history: Sequence[str] = (), as_of: date | None = None
    ) -> Iterator[Sentence | Answer]:
        """Answer a question bit by bit: sentences of a model as each passes the check, then the Answer that counts.

        Without a model the Answer comes alone. The arguments are those of `ask`.
        """
        day = as_of or date.today()
        question, *history = map(_written_right, (question, *history))
        text = question.strip()
        if not text:
            yield self._plain(question, day, Status.INVALID_INPUT, "问题是空的，请输入要咨询的内容。")
            return
        if len(text) > MAX_QUESTION:
            yield self._plain(question, day, Status.INVALID_INPUT, "问题太长，请缩短到两千字以内再问。")
            return
        read = read_typed(text)
        turns = [read_typed(turn).text for turn in history]
        try:
            inquiry = Inquiry(self, what_is_asked(read.text), [what_is_asked(turn) for turn in turns], day)
            answer = replace(inquiry.answer(), question=read.text)
        except InputError as error:
            yield self._plain(question, day, Status.INVALID_INPUT, str(error))
            return
        said = [*turns, *history, question]
        if wrong := problems(answer, self._clause, said):
            log.error("answer to %r fails the check: %s", question, "; ".join(wrong))
            if (pruned := prune(answer, self._clause, said)) is None:
                yield self._plain(
                    question, day, Status.NOT_FOUND, "没有得出经得起核对的回答，请换个说法再问。"
                )
                return
            answer = pruned
        if self._llm and (matter := matter_of(self, inquiry, answer)):
            answer = yield from self._llm.say(matter)
        warnings = (*answer.warnings, *self._out_of_force(answer, day), *self._unconfirmed(answer))
        condensed = inquiry.condensed or (read.text if read.corrections else "")
        yield replace(answer, question=question, warnings=warnings, condensed=condensed)

    def _unconfirmed(self, answer: Answer) -> Iterator[str]:
        """A warning where an amount is asked for and what is cited gives one that nobody has confirmed for computing."""
        if (
            answer.status is not Status.ANSWERED
            or answer.calculation
            or not has_amount_intent(answer.question)
        ):
            return
        by_id = {document.id: document for document in self.documents}
        for citation in answer.citations:
            document = by_id.get(citation.id.rpartition(" ")[0])
            clause = document.clause(citation.id) if document else None
            if document is None or clause is None:
                continue
            waiting = without_covered(draft_rules(document, clause), self.rules)
            if not any(said_in_both(draft.bases[0].quote, citation.quote) for draft in waiting):
                continue
            yield "所引条款的金额规则由程序从原文提取，尚未经人工确认，这里只引原文，不作计算。"
            return

    def _out_of_force(self, answer: Answer, day: date) -> Iterator[str]:
        """A warning for each document that is cited although another one has repealed it, or before its first day."""
        names = {citation.id.rpartition(" ")[0]: citation.document for citation in answer.citations}
        for document_id, name in names.items():
            if repeal := self.repealed(document_id, day):
                yield f"{name}已{repeal}，以上内容仅供查阅。"
            record = self._records.get(document_id)
            if record and record.first_day and record.standing(day) is Standing.PENDING:
                starts = "起施行" if record.effective_from else "印发"
                yield f"{name}自{_written(record.first_day)}{starts}，{_written(day)}尚未施行。"

    def match(self, profile: Profile, day: date) -> Matched:
        """All measures, drafts included, before a profile."""
        documents = {document.id: document for document in self.documents}
        return match(self.measures, profile, day, documents, partial(self.in_force, day=day))

    @property
    def measures(self) -> tuple[Rule, ...]:
        """The rules, then drafts of all documents, which are made again when documents or rule files change."""
        if self._given is not None:
            return self._given
        now = stamp(self._kb)
        if self._drafted is None or self._drafted[0] != now:
            self._drafted = now, drafts(self._kb, self.shelf)
        return (*self.rules, *self._drafted[1])

    def in_force(self, document_id: str, day: date) -> bool:
        """Whether a document is in force on a day."""
        record = self._records.get(document_id)
        return record is None or record.in_force(day)

    def _clause(self, clause_id: str) -> Clause | None:
        document_id = clause_id.rpartition(" ")[0]
        document = next((each for each in self.documents if each.id == document_id), None)
        return document.clause(clause_id) if document else None

    def relevance_features(self, question: str) -> list[float] | None:
        """What the relevance model sees of a question's best candidate, for calibration; None without candidates."""
        inquiry = Inquiry(self, question, (), date.today())
        evidence = inquiry.candidates()
        return inquiry.fit.relevance(evidence) if evidence else None

    @staticmethod
    def _plain(question: str, day: date, status: Status, text: str) -> Answer:
        return Draft([text]).finish(question, day, status)


def _written_right(text: str) -> str:
    """Text with ``?`` for halves of characters, which no file and no answer can hold.

    >>> _written_right("补贴\\ud83d多少")
    '补贴?多少'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
