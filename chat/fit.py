"""Whether what was found answers a question, and which of its sentences do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.answer import Answer, Status
from chat.evidence import Evidence, Sentence, features, question_words, relevance_model, sentences_of
from chat.expect import CLASS, Kind, asked_kinds, classes, years
from corpus import PolicyDocument
from kb.lexicon import default_lexicon
from kb.tokens import fold

_STRICT = 0.5  # confidence asked of a clause before an amount, a rate or a time is quoted from it
_SURE, _CLEAR_LEAD = 0.65, 0.4  # below both, the best clause is not told from the next one
_EACH_CONFIDENCE, _EACH_SHARE = 0.03, 0.5  # asked of each document where a question names several
_WHOLE_SHARE, _MOST = (
    0.8,
    3,
)  # share asked of each of several clauses that answer alike, and how many are looked at
_AS_WELL = 0.9  # share of that, from which a sentence of the class asked for says it as well
_PREMISE_SHARE = 0.6  # share of the words beside the class, asked of what is said of another class
_ALL_SHARE = 0.9  # share of the words beside those of giving, asked of a sentence that names no amount
_AWARD = re.compile(r"奖|补助|补贴|资助|给.{0,3}(?:钱|支持)")
_GIVING = re.compile(r"奖励|补助|补贴|资助|支持|奖|补|多少|资金|经费|[给拿领]")
_FIGURE = re.compile(r"\d[\d.]*\s*(?:%|个|家|项|万|亿|元)")
_IN_FORCE = re.compile(r"[自从].{2,24}起.{0,4}(?:施行|实施|执行)|有效期")
_OF_ITSELF = re.compile(
    r"施行|实施|执行|生效|有效|失效|到期|截止|作废|期限|废止|政策|措施|文件|办法|规定|通知|方案|计划|细则|意见|条例|号"
)
_PART_SHARE = 0.4  # share of the words of one part of the question asked of a further sentence
_LEAST_SHARE = 0.45  # share of the question's words asked of the sentence that holds it


@dataclass(frozen=True, slots=True)
class Fit:
    """A question before its candidates.

    Attributes:
        question: as typed.
        search_text: the question on its own feet.
        by_id: the documents.
    """

    question: str
    search_text: str
    by_id: Mapping[str, PolicyDocument]

    def relevance(self, evidence: Sequence[Evidence]) -> list[float]:
        """Features of the best candidate, with the titles above it."""
        best = evidence[0]
        document = self.by_id[best.hit.document_id]
        context = " ".join([document.title, *(above.heading for above in document.ancestors(best.clause))])
        return features(self.search_text, evidence, context)

    def confidence(self, evidence: Sequence[Evidence]) -> float:
        """Probability that the best candidate answers."""
        return relevance_model().confidence(self.relevance(evidence))

    def answers(self, evidence: Sequence[Evidence]) -> bool:
        """Whether the best candidate answers the question, and not only speaks of the same matter."""
        if not self.fits(evidence[0]):
            return False
        confidence = self.confidence(evidence)
        return confidence >= self._least and _stands_out(evidence, confidence)

    @property
    def _least(self) -> float:
        """Confidence asked of an answer."""
        strict = any(kind.close for kind in asked_kinds(self.question))
        return _STRICT if strict else relevance_model().threshold

    def alike(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """The best candidates where several say all that is asked for, and none stands out; else none.

        That the next one is near then speaks for them, not against.
        """
        found = [each for each in evidence[:_MOST] if each.best.share >= _WHOLE_SHARE and self.fits(each)]
        if len(found) < 2 or found[0] is not evidence[0]:
            return []
        others = [each for each in evidence if each not in found]
        return found if self.confidence([found[0], *others]) >= self._least else []

    def is_half_answered(self, evidence: Sequence[Evidence], answer: Answer) -> bool:
        """Whether the answer to a part of the question rests on what is surely the right clause for all of it."""
        if answer.status is not Status.ANSWERED or not evidence:
            return False
        if answer.calculation:
            return True
        cited = {citation.id for citation in answer.citations}
        return evidence[0].clause.id in cited and self.confidence(evidence) >= _STRICT

    def without_amount(self, evidence: Sequence[Evidence]) -> Sentence | None:
        """The sentence that says all of a question about an amount, but no amount."""
        if [kind.name for kind in asked_kinds(self.question)] != ["money"] or not evidence:
            return None
        if not _AWARD.search(self.question):
            return None
        best = evidence[0]
        if self.confidence(evidence) < _STRICT:
            return None
        words = question_words(_GIVING.sub("", self.question), default_lexicon())
        top = max(sentences_of(best.clause, words), key=lambda sentence: sentence.share)
        return top if len(words) > 1 and top.share >= _ALL_SHARE and not _FIGURE.search(top.text) else None

    def other_class(self, evidence: Sequence[Evidence]) -> tuple[Evidence, Sentence] | None:
        """The sentence that says of another class what is asked of one: 第三类 where 第二类 is asked for.

        Never one with a figure of the kind asked for: it would be taken for the answer.
        """
        wanted, kinds = classes(self.question), asked_kinds(self.question)
        if not wanted:
            return None
        words = question_words(CLASS.sub("", fold(self.question)), default_lexicon())
        found = [
            (sentence.share, -n, each, sentence)
            for n, each in enumerate(evidence[:_MOST])
            for sentence in sentences_of(each.clause, words)
            if classes(sentence.text)
            and not wanted & classes(sentence.text)
            and not any(kind.in_text(sentence.text) for kind in kinds)
        ]
        best = max(found, key=lambda entry: entry[:2], default=None)
        if best is None or best[0] < _PREMISE_SHARE:
            return None
        own = [
            s.share
            for e in evidence[:_MOST]
            for s in sentences_of(e.clause, words)
            if wanted & classes(s.text)
        ]
        return None if max(own, default=0.0) >= _AS_WELL * best[0] else best[2:]

    def fits(self, best: Evidence) -> bool:
        """Whether a candidate has the years, classes and kinds of things that are asked for."""
        text = self.by_id[best.hit.document_id].title + best.clause.text
        if not years(self.question) <= years(text):
            return False
        if is_only_in_force(best.clause.text) and not _OF_ITSELF.search(f"{self.question}{self.search_text}"):
            return False
        wanted = classes(self.question)
        if wanted and classes(text) and not wanted & classes(text):
            return False
        return self._has_kinds(best, asked_kinds(self.question))

    def fits_each(self, evidence: Sequence[Evidence]) -> bool:
        """The same for one of several documents, where a question says itself that each has something to say."""
        if not all(k.in_text(evidence[0].clause.text) for k in asked_kinds(self.question) if k.sole):
            return False
        shares = evidence[0].best.share >= _EACH_SHARE
        confidence = self.confidence(evidence)
        return shares or (confidence >= _EACH_CONFIDENCE and _stands_out(evidence, confidence))

    def _has_kinds(self, best: Evidence, kinds: Sequence[Kind]) -> bool:
        """All kinds that nothing makes up for, and at least one of the others."""
        if not all(kind.in_text(best.clause.text) for kind in kinds if kind.sole):
            return False
        others = [kind for kind in kinds if not kind.sole]
        loose = any(kind.in_text(best.clause.text) for kind in others if not kind.close)
        return not others or loose or bool(self.needed(best))

    def needed(self, best: Evidence) -> list[Sentence]:
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

    def quoted(self, best: Evidence) -> list[Sentence]:
        """Sentences that must be quoted: those with what was asked for, and the best one for each part asked."""
        lexicon = default_lexicon()
        found = self.needed(best)
        for part in re.split(r"[？?；;。！!]", self.question):
            words = question_words(part, lexicon)
            shares = sentences_of(best.clause, words)
            top = max(shares, key=lambda sentence: sentence.share)
            if len(words) > 1 and top.share >= _PART_SHARE:
                found.append(top)
        return found


def is_only_in_force(text: str) -> bool:
    """Whether a clause says of its document from when to when it is in force, and nothing else: no answer to 哪年能退休.

    >>> is_only_in_force("4.本措施自2026年1月1日起施行，有效期至2027年12月31日。")
    True
    >>> is_only_in_force("自2026年1月1日起施行的项目，给予奖励。对企业给予补助。")
    False
    """
    told = [sentence for sentence in re.split(r"[。；;\n]", text) if sentence.strip()]
    return bool(told) and all(_IN_FORCE.search(each) and not _AWARD.search(each) for each in told)


def _stands_out(evidence: Sequence[Evidence], confidence: float) -> bool:
    """False where two clauses come equally near and neither fits well: a guess would cite the wrong one."""
    lead = evidence[0].score - evidence[1].score if len(evidence) > 1 else 1.0
    return lead >= _CLEAR_LEAD or confidence >= _SURE
