"""One question being answered without a model of language: what it names, what was found, the ways of answering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chat import compose
from chat.answer import Answer, Status
from chat.compose import Draft
from chat.dialogue import condense, has_matter, questions_in, restate, thread
from chat.directives import speaks_to_readers
from chat.evidence import Evidence, weigh
from chat.expect import CLASS, CONFIRMS
from chat.facts import asked_facts, state_fact
from chat.fit import Fit
from chat.jurisdiction import Jurisdiction
from chat.matching.match import match
from chat.matching.profile import read_words
from chat.matching.reply import reply
from chat.matching.said import asks_what_fits, telling
from chat.scope import asks_elsewhere, asks_for_fraud, is_small_talk
from chat.subsidy.desk import SubsidyDesk
from chat.subsidy.inputs import match_rules, read_product
from corpus import Clause, NodeKind, PolicyDocument
from ingest.words import segment
from kb.query.address import asks_paragraph, find_clause, find_neighbour
from kb.query.asked import Asked, Weight, asked_places
from kb.query.bodies import read_body
from kb.query.names import Mention, find_documents
from kb.tokens import fold

if TYPE_CHECKING:
    from chat.assistant import Assistant

_CANDIDATES = 20
_FEW = 3  # documents, of which each that says nothing is named

_OTHER_REGION = "知识库里没有您所问地区的政策。"
_NOT_THERE = "您所问地区的文件里没有找到能回答这个问题的条款。"
_EACH = re.compile(r"分别|各自|各是|对比|比较|区别|异同|有什么不同|两边|都怎么|各怎么|各有")
_SUPPORT = re.compile(r"补助|补贴|奖励|资助|经费|资金|钱|支持额|额度")
_LIST = re.compile(
    r"哪些|哪几(?:条|项)|有几条|几条|列出|列举|所有|全部|(?:牵头|负责|参与)的(?:条款|任务|工作|事项|措施|政策)"
)
_CONTENTS = re.compile(r"哪些|哪几|有几|几条|列一?[下出]|列举|全部|内容")
_HEADING = 4  # characters of a heading that names its part
_UNIT_ROLE = re.compile(r"牵头|负责|参与|责任单位|配合|当.{0,4}单位")
_UNIT_NAME = re.compile(r"(?:山东省|省|国家|青岛|济南|山东)?[一-鿿]{2,12}?(?:厅|局|委员会|委|办|海关|部)")


class Inquiry:
    """One question being answered: what it names, what was found; each ``_try`` method answers or passes on."""

    def __init__(self, assistant: Assistant, question: str, history: Sequence[str], day: date) -> None:
        self._assistant = assistant
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
        """Try the ways of answering, the most certain first; then what comes near to an answer."""
        found = (
            self.direct()
            or self._try_other_class()
            or self._try_without_amount()
            or self._try_parts()
            or self._not_found()
        )
        if found.status is Status.ANSWERED and CONFIRMS.search(self.question):
            return compose.with_verdict(self.question, found)
        return found

    def direct(self) -> Answer | None:
        """The answer that stands in the documents, or the reason why there can be none."""
        if asks_for_fraud(self.question):
            return self._not_found("这个问题无法协助。")
        if is_small_talk(self.question):
            return self._not_found("您好，我是政策问答助手，只依据已入库的政策文件回答问题。")
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

    @cached_property
    def fit(self) -> Fit:
        """What tells an answer from a clause about the same matter."""
        return Fit(self.question, self.search_text, self.by_id)

    @property
    def condensed(self) -> str:
        """The question as it was understood, where it leaned on earlier turns."""
        return restate(self.turns)

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
                if (
                    hit.clause.kind is NodeKind.CLAUSE
                    or compose.continues(hit.clause)
                    or hit.document_id in self._unnumbered
                )
                and speaks_to_readers(hit.clause)
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
        nearest = compose.nearest(self.mention.unknown[0], self.documents)
        return self._not_found("知识库里没有您提到的这份文件。", nearest)

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
        if not asked and (neighbour := self._neighbour() or self._headed()):
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

    def _headed(self) -> tuple[PolicyDocument, Clause] | None:
        """The part whose heading a question about all that is in it names: 137号文重点举措有哪些."""
        if not _CONTENTS.search(self.question):
            return None
        said = fold(self.mention.rest if self.named else self.question)
        found = [
            (document, clause)
            for document in self.named or self.allowed
            for clause in document.clauses
            if len(clause.heading) >= _HEADING
            and fold(clause.heading) in said
            and any(document.children(clause))
        ]
        return found[0] if len(found) == 1 else None

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
        asked = re.search(r"条款?|项|措施|任务|工作|政策|(?:牵头|负责|参与)(?:的?有)?哪", self.question)
        unit = _UNIT_NAME.search(re.sub(r"哪些|哪几条|哪几项|由|是|条款|任务|[的和与]", " ", self.question))
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
        if not draft.lines:
            return None
        draft.lines.insert(0, f"{unit.group()}{'牵头' if lead_only else '牵头、负责或参与'}的条款如下：")
        return self._done(draft, [c.id for c in draft.citations])

    def _try_each_document(self) -> Answer | None:
        """两个文件分别怎么规定: the best clause of each document."""
        if not self.mention.both or len(self.scope) < 2:
            return None
        draft = Draft()
        silent = []
        for document in self.scope:
            evidence = self._gather(document)
            if evidence and self.fit.fits_each(evidence):
                compose.lookup(draft, document, evidence[0], self.fit.quoted(evidence[0]), self.question)
            else:
                silent.append(document)
        if not draft.lines:
            return None
        if self.named or len(self.documents) == len(self.scope) <= _FEW:
            draft.lines += [f"{compose.name_of(document)}里没有找到这方面的条款。" for document in silent]
        return self._done(draft, list(dict.fromkeys(c.id for c in draft.citations)))

    def _try_lookup(self) -> Answer | None:
        """The best clause in force on the day; only where none answers, one that is not."""
        evidence = self.candidates()
        if not evidence or not self.fit.answers(evidence):
            if alike := self.fit.alike(evidence):
                return self._together(alike)
            late = self.candidates(late=True)
            if not late or not self.fit.answers(late):
                return None
            # one in force that shares as much with the question goes before one that is not
            if not evidence or not self.fit.fits(evidence[0]) or evidence[0].best.share < late[0].best.share:
                evidence = late
        best = evidence[0]
        draft = Draft()
        compose.lookup(draft, self.by_id[best.hit.document_id], best, self.fit.quoted(best), self.question)
        return self._done(draft, [each.clause.id for each in evidence])

    def _together(self, evidence: Sequence[Evidence]) -> Answer:
        """Several clauses that say the same matter."""
        draft = Draft()
        for each in evidence:
            document = self.by_id[each.hit.document_id]
            compose.lookup(draft, document, each, self.fit.quoted(each), self.question)
        return self._done(draft, [each.clause.id for each in evidence])

    def _try_other_class(self) -> Answer | None:
        """首次取得第二类医疗器械注册证奖励多少: what the text says of another class, and that it does not of this one."""
        found = self.fit.other_class(self.candidates())
        asked = CLASS.search(fold(self.question))
        if found is None or asked is None:
            return None
        evidence, sentence = found
        document = self.by_id[evidence.hit.document_id]
        draft = Draft([f"没有找到针对“{asked.group()}”的这项规定，相近的条款写的是："])
        draft.quote_line(document, evidence.clause, [sentence.text.strip()])
        return self._done(draft, [each.clause.id for each in self.candidates()])

    def _try_without_amount(self) -> Answer | None:
        """首次取得第三类医疗器械注册证奖励多少, where the text gives something else than money."""
        evidence = self.candidates()
        sentence = self.fit.without_amount(evidence)
        if sentence is None:
            return None
        document = self.by_id[evidence[0].hit.document_id]
        draft = Draft(["这一条没有写明金额，写的是："])
        draft.quote_line(document, evidence[0].clause, [sentence.text.strip()])
        draft.units_line(document, evidence[0].clause)
        return self._done(draft, [each.clause.id for each in evidence])

    def _try_parts(self) -> Answer | None:
        """给多少钱，什么时候到账: the parts that have an answer, where the whole has none; the others are said to have none."""
        parts = questions_in(self.question)
        if len(parts) < 2:
            return None
        answers = [
            Inquiry(self._assistant, part, [*self.history, *parts[:n]], self.day).direct()
            for n, part in enumerate(parts)
        ]
        evidence = self.candidates()
        if not any(answer and self.fit.is_half_answered(evidence, answer) for answer in answers):
            return None
        return compose.joined(self.question, list(zip(parts, answers, strict=True)))

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

    def _not_found(self, reason: str = "", near: Sequence[PolicyDocument] = ()) -> Answer:
        if not reason and self.jurisdiction.is_restricted:
            reason = _NOT_THERE if self.jurisdiction.has_own else _OTHER_REGION
        found = dict.fromkeys(e.hit.document_id for some in self._evidence.values() for e in some)
        nearest = near or [self.by_id[key] for key in found if key in self.by_id]
        covered = compose.coverage(self.documents, nearest, by_region=reason == _OTHER_REGION)
        text = f"{reason or '知识库里没有找到能回答这个问题的条款。'}{covered}"
        return Draft([text]).finish(self.question, self.day, Status.NOT_FOUND, retrieved=self._searched())
