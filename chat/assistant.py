"""The assistant: one question and the turns before it in, one checked Answer out. No model of language is needed."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial

from chat import compose
from chat.answer import Answer, Status
from chat.check import problems
from chat.compose import Draft
from chat.dialogue import condense, has_matter, thread
from chat.evidence import (
    Evidence,
    Sentence,
    features,
    question_words,
    relevance_model,
    sentences_of,
    weigh,
)
from chat.expect import Kind, asked_kinds, classes, years
from chat.facts import asked_facts, state_fact
from chat.jurisdiction import Jurisdiction
from chat.matching.match import match
from chat.matching.profile import Profile, read_words
from chat.matching.reply import reply
from chat.matching.said import asks_what_fits, telling
from chat.matching.types import Matched
from chat.scope import asks_elsewhere, asks_for_fraud
from chat.subsidy.desk import SubsidyDesk
from chat.subsidy.inputs import has_amount_intent, match_rules, read_product
from corpus import Clause, InputError, NodeKind, PolicyDocument
from ingest.words import segment
from kb.knowledge_base import KnowledgeBase
from kb.lexicon import default_lexicon
from kb.lifecycle import DocumentRecord, Standing
from kb.query.address import asks_paragraph, find_clause, find_neighbour
from kb.query.asked import Asked, Weight, asked_places
from kb.query.bodies import read_body
from kb.query.known import Known
from kb.query.names import Mention, find_documents
from kb.rule_drafts import draft_rules, said_in_both, without_covered
from kb.rule_shelf import Shelf, drafts, in_short, read_shelf, rule_of, stamp
from kb.rules import Rule

log = logging.getLogger(__name__)

MAX_QUESTION = 2000
_CANDIDATES = 20
_STRICT = 0.5  # confidence asked of a clause before an amount, a rate or a time is quoted from it
_SURE, _CLEAR_LEAD = 0.65, 0.4  # below both, the best clause is not told from the next one
_EACH_CONFIDENCE, _EACH_SHARE = 0.03, 0.5  # asked of each document where a question names several
_PART_SHARE = 0.4  # share of the words of one part of the question asked of a further sentence
_LEAST_SHARE = 0.45  # share of the question's words asked of the sentence that holds it

_OTHER_REGION = "知识库里没有您所问地区的政策。"
_NOT_THERE = "您所问地区的文件里没有找到能回答这个问题的条款。"
_EACH = re.compile(r"分别|各自|各是|对比|比较|区别|异同|有什么不同|两边|都怎么|各怎么|各有")
_SUPPORT = re.compile(r"补助|补贴|奖励|资助|经费|资金|钱|支持额|额度")
_LIST = re.compile(r"(?:哪些|哪几(?:条|项)|有几条|几条|列出|列举|所有|全部)")
_UNIT_ROLE = re.compile(r"牵头|负责|参与|责任单位|配合|当.{0,4}单位")
_UNIT_NAME = re.compile(r"(?:山东省|省|国家|青岛|济南|山东)?[一-鿿]{2,12}?(?:厅|局|委员会|委|办|海关|部)")


class Assistant:
    """Answers questions over one knowledge base; safe to use from several threads, keeps no history of its own."""

    def __init__(self, kb: KnowledgeBase, rules: Sequence[Rule] | None = None) -> None:
        """Take an open knowledge base.

        Args:
            kb: the knowledge base.
            rules: subsidy rules in place of those of the knowledge base (`kb.rule_shelf`).
        """
        self._kb = kb
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
        day = as_of or date.today()
        text = question.strip()
        if not text:
            return self._plain(question, day, Status.INVALID_INPUT, "问题是空的，请输入要咨询的内容。")
        if len(text) > MAX_QUESTION:
            return self._plain(question, day, Status.INVALID_INPUT, "问题太长，请缩短到两千字以内再问。")
        try:
            answer = _Inquiry(self, text, history, day).answer()
        except InputError as error:
            return self._plain(question, day, Status.INVALID_INPUT, str(error))
        if wrong := problems(answer, self._clause, history):
            log.error("answer to %r withheld: %s", question, "; ".join(wrong))
            return self._plain(question, day, Status.NOT_FOUND, "没有得出经得起核对的回答，请换个说法再问。")
        warnings = (*answer.warnings, *self._out_of_force(answer, day), *self._unconfirmed(answer))
        return replace(answer, warnings=warnings)

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
        inquiry = _Inquiry(self, question, (), date.today())
        evidence = inquiry.candidates()
        return inquiry.relevance(evidence) if evidence else None

    @staticmethod
    def _plain(question: str, day: date, status: Status, text: str) -> Answer:
        return Draft([text]).finish(question, day, status)


class _Inquiry:
    """One question being answered: what it names, what was found; each ``_try`` method answers or passes on."""

    def __init__(self, assistant: Assistant, question: str, history: Sequence[str], day: date) -> None:
        self.kb = assistant._kb
        self.documents = assistant.documents
        self.known = assistant._known
        self.by_id = {document.id: document for document in self.documents}
        self.question = question
        self.day = day
        self.history = history
        self.turns = thread(question, history)
        self.mention = self._mention()
        self.rules = assistant.rules
        self.repealed = assistant.repealed
        self.in_force = assistant.in_force
        self.jurisdiction = Jurisdiction(self.documents, assistant._records, self._asked())
        self.allowed = self.jurisdiction.allowed
        if not self.mention.sure:  # words of a title name a document of the place asked about only
            allowed = {document.id for document in self.allowed}
            kept = tuple(each for each in self.mention.documents if each in allowed)
            if len(kept) < len(self.mention.documents):
                self.mention = replace(self.mention, documents=kept, both=len(kept) > 1)
        self._evidence: dict[str, list[Evidence]] = {}

    def answer(self) -> Answer:
        """Try the ways of answering, the most certain first."""
        if asks_for_fraud(self.question):
            return self._not_found("这个问题无法协助。")
        return (
            self._try_unknown_document()
            or self._try_other_region()
            or self._try_document_facts()
            or self._try_match()
            or self._try_subsidy()
            or self._try_address()
            or self._try_unit_list()
            or self._try_each_document()
            or self._try_lookup()
            or self._not_found()
        )

    # -- understanding ------------------------------------------------------------------------------------------

    def _mention(self) -> Mention:
        """Documents named in the question, or in the turns it leans on."""
        mentions = [find_documents(turn, self.known) for turn in reversed(self.turns)]
        own = mentions[0]
        if own.documents or own.unknown:
            return own
        earlier = next((m for m in mentions if m.documents), None)
        return Mention(earlier.documents, (), own.rest, own.after, own.both, earlier.sure) if earlier else own

    def _asked(self) -> Asked | None:
        """The places asked about in the question, or in the turns it leans on; a document named goes before them."""
        regions = {document.region for document in self.documents}
        for turn in reversed(self.turns):
            if find_documents(turn, self.known).sure:
                return None
            if asked := asked_places(turn, regions):
                return asked
        return None

    @property
    def named(self) -> Sequence[PolicyDocument]:
        """The documents named."""
        return [self.by_id[each] for each in self.mention.documents]

    @property
    def scope(self) -> Sequence[PolicyDocument]:
        """Documents to look in: those named, else all that may answer; 两个文件 with one of them named is still about all."""
        named = self.named
        return self.allowed if not named or (self.mention.both and len(named) == 1) else named

    @property
    def search_text(self) -> str:
        """What to search for: the question on its own feet, without names of documents where several are named."""
        return self._matter() if self.mention.both else condense(self.turns)

    def _matter(self) -> str:
        """The question without the words of the documents' titles, where it compares documents."""
        titles = {word for document in self.scope for word in segment(document.title) if len(word) > 1}
        left = " ".join(word for word in segment(self.mention.rest) if word not in titles)
        return left if len(re.sub(r"\W", "", left)) > 3 else self.question

    def _gather(self, document: PolicyDocument | None = None, *, late: bool = False) -> list[Evidence]:
        """Candidates of one document or of all that may answer, best first; searched once.

        Args:
            document: the only one to look in.
            late: look in those that are not in force on the day, in place of those that are.
        """
        key = document.id if document else "late" if late else ""
        if key not in self._evidence:
            among = {key} if document else self._standing(in_force=not late)
            everything = len(among) == len(self.documents)
            hits = self.kb.search(self.search_text, _CANDIDATES, among=None if everything else among)
            hits = [
                hit
                for hit in hits
                if hit.clause.kind is NodeKind.CLAUSE
                or compose.continues(hit.clause)
                or hit.document_id in self._unnumbered
            ]
            self._evidence[key] = weigh(self.search_text, hits, self._favoured())
        return self._evidence[key]

    def _standing(self, *, in_force: bool) -> set[str]:
        """Documents that may answer and are in force on the day, or the others; one that is named always competes."""
        named = set(self.mention.documents)
        return {
            d.id for d in self.allowed if (d.id in named or self.in_force(d.id, self.day)) is in_force
        } | (named if in_force else set())

    @cached_property
    def _unnumbered(self) -> frozenset[str]:
        """Documents without a numbered clause: their paragraphs are all there is to cite."""
        return frozenset(
            d.id for d in self.documents if not any(c.kind is NodeKind.CLAUSE for c in d.clauses)
        )

    def _favoured(self) -> frozenset[str]:
        """Clauses of the rule that a question about support is about; its words are data of the rule."""
        if not _SUPPORT.search(self.question):
            return frozenset()
        rules = match_rules(self.question, self.rules)[:1]
        bases = [rule.basis_for(read_product(self.search_text, rule), self.day) for rule in rules]
        return frozenset(basis.clause for basis in bases if basis)

    def candidates(self, *, late: bool = False) -> list[Evidence]:
        """Candidates of the document named, or of all that are in force on the day, or of all others."""
        named = self.named
        if len(named) == 1:
            return [] if late else self._gather(named[0])
        return self._gather(late=late)

    def _found(self) -> list[str]:
        """Ids of the candidate clauses, best first."""
        return [e.clause.id for e in self.candidates()]

    # -- ways of answering --------------------------------------------------------------------------------------

    def _try_unknown_document(self) -> Answer | None:
        if self.mention.documents or not self.mention.unknown:
            return None
        return self._not_found("知识库里没有您提到的这份文件。")

    def _try_match(self) -> Answer | None:
        """我们是…企业，能享受什么: all measures before what the asker tells of themselves."""
        turns = [*self.history, self.question]
        if not asks_what_fits(turns):
            return None
        documents = {document.id: document for document in self.named or self.documents}
        in_force = partial(self.in_force, day=self.day)
        matched = match(self.rules, read_words(telling(turns)), self.day, documents, in_force)
        return reply(matched, documents, self.question)

    def _try_subsidy(self) -> Answer | None:
        if self.mention.both and _EACH.search(self.question):
            return None  # how each document puts it, not what it comes to
        # a place that only opens the question may be where the applicant is, which rules judge by themselves
        asked = self.jurisdiction.asked
        restricted = self.jurisdiction.has_place or (asked is not None and asked.weight is Weight.ASKED)
        documents = self.allowed if restricted else self.documents
        usable = {d.id: d for d in documents if not self.repealed(d.id, self.day)}
        return SubsidyDesk(self.rules, usable, self.turns, self.mention, self.day, self._found).answer()

    def _try_address(self) -> Answer | None:
        asked, found = self._addressed(self.mention, self.scope)
        if not asked and (neighbour := self._neighbour()):
            asked, found = True, [neighbour]
        if not asked:
            return None
        named = bool(self.mention.documents)
        if len(found) > 1 and not named:
            found = [each for each in found if self.in_force(each[0].id, self.day)] or found
        if not found or (len(found) > 1 and not named):
            return self._not_found(
                "文件里没有这一条。" if named else "没有找到这一条，请写明是哪份文件的哪一条。"
            )
        draft = Draft()
        for document, clause in found:
            compose.whole_clause(draft, document, clause)
        if asks_paragraph(self.mention):
            draft.lines.append("条文里的款没有印出编号，以上是这一条的全文，请按自然段对照所问的款。")
        return self._done(draft, [clause.id for _, clause in found])

    def _addressed(
        self, mention: Mention, among: Sequence[PolicyDocument]
    ) -> tuple[bool, list[tuple[PolicyDocument, Clause]]]:
        """Whether a turn gives a clause address, and the clauses it stands for among some documents."""
        ids = [document.id for document in among]
        asked, found = find_clause(mention, ids, lambda document: self.by_id[document].clauses)
        return asked, [(self.by_id[each.document], each.clause) for each in found]

    def _neighbour(self) -> tuple[PolicyDocument, Clause] | None:
        """The clause an earlier turn gave the address of, or the one beside it, where the question points at it."""
        for turn in reversed(self.turns[:-1]):
            mention = find_documents(turn, self.known)
            named = [self.by_id[each] for each in mention.documents]
            _, found = self._addressed(mention, named or self.scope)
            if len(found) == 1:
                document, clause = found[0]
                beside = find_neighbour(self.question, document.clauses, clause)
                if beside or has_matter(self.question):
                    return (document, beside) if beside else None
                return document, clause  # 它由谁牵头
        return None

    def _try_document_facts(self) -> Answer | None:
        names = asked_facts(self.question)
        documents = self.named or self._described()
        if not names or not documents:
            return None
        draft = Draft()
        silent = []
        for document in documents:
            for name in names:
                fact = state_fact(document, name)
                if fact is None:
                    silent.append(document)
                else:
                    compose.document_fact(draft, document, fact)
        if not draft.lines:
            return self._not_found("文件里没有写明这一点。")
        return self._done(draft, [citation.id for citation in draft.citations])

    def _described(self) -> Sequence[PolicyDocument]:
        """The document whose title shares most words with the question (细胞与基因治疗那份措施), where one does."""
        shared = [
            (sum(word in self.question for word in set(segment(document.title)) if len(word) > 1), n)
            for n, document in enumerate(self.allowed)
        ]
        ranked = sorted(shared, reverse=True)
        if not ranked or ranked[0][0] < 2 or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
            return ()
        return (self.allowed[ranked[0][1]],)

    def _try_other_region(self) -> Answer | None:
        homes = {document.region for document in self.documents if document.region}
        named = "".join(part for d in self.documents for part in (d.title, d.notice_title, *d.issuers))
        asked = self.jurisdiction.asked
        national = asked is not None and self.jurisdiction.has_national
        if not national and asks_elsewhere(self.question, homes, named):
            return self._not_found(_OTHER_REGION)
        if asked and asked.weight is Weight.ASKED and not self.allowed and self.documents:
            return self._not_found(_OTHER_REGION)
        return None

    def _try_unit_list(self) -> Answer | None:
        """哪些条款由省人社厅牵头: all clauses a unit leads or takes part in."""
        if not (_LIST.search(self.question) and _UNIT_ROLE.search(self.question)):
            return None
        asked = re.search(r"(?:条款?|项|措施|任务|工作|政策)", self.question)
        unit = _UNIT_NAME.search(re.sub(r"哪些|哪几条|哪几项|由|是", " ", self.question))
        if not asked or unit is None:
            return None
        asked_unit = read_body(unit.group())
        lead_only = "牵头" in self.question
        draft = Draft()
        for document in self.scope:
            for clause in document.clauses:
                units = clause.lead if lead_only else clause.lead + clause.participants
                if any(asked_unit.is_same(read_body(name)) for name in units):
                    draft.quote_line(document, clause, compose.summary_quotes(clause))
        return self._done(draft, [c.id for c in draft.citations]) if draft.lines else None

    def _try_each_document(self) -> Answer | None:
        """两个文件分别怎么规定: the best clause of each document."""
        if not self.mention.both or len(self.scope) < 2:
            return None
        draft = Draft()
        for document in self.scope:
            evidence = self._gather(document)
            if evidence and self._fits_each(evidence):
                compose.lookup(draft, document, evidence[0], self._quoted(evidence[0]))
        return self._done(draft, list(dict.fromkeys(c.id for c in draft.citations))) if draft.lines else None

    def _try_lookup(self) -> Answer | None:
        """The best clause in force on the day; only where none answers, one that is not."""
        evidence = self.candidates()
        if not evidence or not self._answers(evidence):
            late = self.candidates(late=True)
            if not late or not self._answers(late):
                return None
            # one in force that shares as much with the question goes before one that is not
            if not evidence or not self._fits(evidence[0]) or evidence[0].best.share < late[0].best.share:
                evidence = late
        best = evidence[0]
        draft = Draft()
        compose.lookup(draft, self.by_id[best.hit.document_id], best, self._quoted(best))
        return self._done(draft, [each.clause.id for each in evidence])

    # -- is it an answer? ---------------------------------------------------------------------------------------

    def relevance(self, evidence: Sequence[Evidence]) -> list[float]:
        """Features of the best candidate, with the titles above it."""
        best = evidence[0]
        document = self.by_id[best.hit.document_id]
        context = " ".join([document.title, *(above.heading for above in document.ancestors(best.clause))])
        return features(self.search_text, evidence, context)

    def _confidence(self, evidence: Sequence[Evidence]) -> float:
        return relevance_model().confidence(self.relevance(evidence))

    def _answers(self, evidence: Sequence[Evidence]) -> bool:
        """Whether the best candidate answers the question, and not only speaks of the same matter."""
        if not self._fits(evidence[0]):
            return False
        strict = any(kind.close for kind in asked_kinds(self.question))
        confidence = self._confidence(evidence)
        least = _STRICT if strict else relevance_model().threshold
        return confidence >= least and _stands_out(evidence, confidence)

    def _fits(self, best: Evidence) -> bool:
        """Whether a candidate has the years, classes and kinds of things that are asked for."""
        text = self.by_id[best.hit.document_id].title + best.clause.text
        if not years(self.question) <= years(text):
            return False
        wanted = classes(self.question)
        if wanted and classes(text) and not wanted & classes(text):
            return False
        return self._has_kinds(best, asked_kinds(self.question))

    def _fits_each(self, evidence: Sequence[Evidence]) -> bool:
        """The same for one of several documents, where a question says itself that each has something to say."""
        shares = evidence[0].best.share >= _EACH_SHARE
        confidence = self._confidence(evidence)
        return shares or (confidence >= _EACH_CONFIDENCE and _stands_out(evidence, confidence))

    def _has_kinds(self, best: Evidence, kinds: Sequence[Kind]) -> bool:
        """All kinds that nothing makes up for, and at least one of the others."""
        if not all(kind.in_text(best.clause.text) for kind in kinds if kind.sole):
            return False
        others = [kind for kind in kinds if not kind.sole]
        loose = any(kind.in_text(best.clause.text) for kind in others if not kind.close)
        return not others or loose or bool(self._needed(best))

    def _needed(self, best: Evidence) -> list[Sentence]:
        """Sentences with the amount, rate or time asked for, among those that share most with the question."""
        wanted = classes(self.question)
        least = max(0.5 * best.best.share, _LEAST_SHARE)
        found = []
        for kind in asked_kinds(self.question):
            for sentence in best.sentences:
                fits = not wanted or not classes(sentence.text) or wanted & classes(sentence.text)
                if kind.close and kind.in_text(sentence.text) and sentence.share >= least and fits:
                    found.append(sentence)
        return found

    def _quoted(self, best: Evidence) -> list[Sentence]:
        """Sentences that must be quoted: those with what was asked for, and the best one for each part asked."""
        lexicon = default_lexicon()
        found = self._needed(best)
        for part in re.split(r"[？?；;。！!]", self.question):
            words = question_words(part, lexicon)
            shares = sentences_of(best.clause, words)
            top = max(shares, key=lambda sentence: sentence.share)
            if len(words) > 1 and top.share >= _PART_SHARE:
                found.append(top)
        return found

    # -- endings ------------------------------------------------------------------------------------------------

    def _done(self, draft: Draft, retrieved: Sequence[str]) -> Answer:
        warnings = []
        for document_id in dict.fromkeys(c.id.rpartition(" ")[0] for c in draft.citations):
            document = self.by_id.get(document_id)
            if document is None:
                continue
            if document.effective_to and document.effective_to < self.day:
                warnings.append(
                    f"{document.name}的实施期已于{document.effective_to.isoformat()}届满，以上内容仅供查阅。"
                )
        return draft.finish(self.question, self.day, Status.ANSWERED, warnings=warnings, retrieved=retrieved)

    def _searched(self) -> list[str]:
        return [e.clause.id for evidence in self._evidence.values() for e in evidence]

    def _not_found(self, reason: str = "") -> Answer:
        if not reason and self.jurisdiction.is_restricted:
            reason = _NOT_THERE if self.jurisdiction.has_own else _OTHER_REGION
        near = dict.fromkeys(e.hit.document_id for found in self._evidence.values() for e in found)
        nearest = [self.by_id[key] for key in near if key in self.by_id]
        covered = compose.coverage(self.documents, nearest, by_region=reason == _OTHER_REGION)
        text = f"{reason or '知识库里没有找到能回答这个问题的条款。'}{covered}"
        return Draft([text]).finish(self.question, self.day, Status.NOT_FOUND, retrieved=self._searched())


def _stands_out(evidence: Sequence[Evidence], confidence: float) -> bool:
    """False where two clauses come equally near and neither fits well: a guess would cite the wrong one."""
    lead = evidence[0].score - evidence[1].score if len(evidence) > 1 else 1.0
    return lead >= _CLEAR_LEAD or confidence >= _SURE


def _written(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
