"""The check of an answer, sentence by sentence, and the answer without the sentences that fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from chat.answer import Answer, Status
from chat.check.claims import HIDDEN, MARK, Sentence, one_line, sentences
from chat.check.figure_check import figure_problems
from chat.check.figures import read_facts, without_facts
from chat.check.names import name_problems
from chat.check.support import (
    LookUp,
    Source,
    Support,
    calculation_text,
    fold_text,
    is_whole_piece,
    sources_of,
)
from chat.check.wording import negation_problems, obligation_problems, opposite_problems
from chat.check.words import uncited_weight, word_problems
from chat.subsidy.phases import canonical
from corpus import Clause

_ASKS = re.compile(
    r"[？?]|请问|请(?:先|再|您)?(?:补充|说明|提供|告诉|告知|确认)|还?需要(?:知道|补充|确认|您)|要算出金额|再请"
)
_EXAMPLE = re.compile(r"[（(](?:例如|如)[^（）()]*[）)]")  # 是否属于细胞治疗（例如CAR-T）
_REPLIES = re.compile(r"(?:可以|能|会|是的?|有|要|需要|不影响|不能|不可以|不会|不行|不是|没有)[。！]")
_GRANTED = re.compile(r"\s*(?:前提|假设|假定|注|说明|备注)")
_UNCITED = 9.0  # nats of content words from which a sentence without a mark makes a claim
# what every engine may add about the answer itself
_FORMULA = re.compile(
    r"[（(]?(?:上限，)?(?:这|该金额|以上)?(?:是上限，?)?(?:不是|并非)承诺(?:，最终以评审为准)?[）)]?|"
    r"(?:最终)?(?:是否符合)?以[一-鿿]{0,8}(?:评审|审核|认定|部门|解释|原文)(?:结果|意见)?为准|"
    r"以上(?:内容)?仅供(?:参考|查阅)|按现有条款不能享受"
    r"|另有(?:(?:已?满足|待补充|不满足)的[一-鿿]{1,8}项、?)+没有列出，可在网页的“政策匹配”里查看|^《[^》]+》里没有找到这方面的条款"
)
_DENIED = re.compile(r"所引条款里没有“(?P<said>[\d.,]+[^“”\d]{1,3})”，写的是：")
_PIECES = re.compile(r"[^，,；;。：:！!？?\n]+[，,；;。：:！!？?\n]?")


def problems(answer: Answer, clause: Callable[[str], Clause | None], turns: Iterable[str] = ()) -> list[str]:
    """What is wrong with an answer, one line each; empty if nothing is.

    Args:
        answer: the answer.
        clause: gives a clause by id, None if there is none.
        turns: the user's messages; what they say may be repeated.
    """
    review = _Review(answer, clause, tuple(turns))
    found = [*review.of_citations(), *review.of_marks(), *review.of_refusal()]
    for sentence in review.sentences:
        shown = MARK.sub("", sentence.text).strip()
        found += [f"“{shown}”：{wrong}" for wrong in review.of_sentence(sentence)]
    return list(dict.fromkeys(found))


def prune(answer: Answer, clause: Callable[[str], Clause | None], turns: Iterable[str] = ()) -> Answer | None:
    """The answer without the sentences that fail and the citations nothing refers to any more, marks from 1 again.

    None where no claim with a citation is left; a refusal or an answer to bad input is given back as it is or not at all.
    """
    turns = tuple(turns)
    if not problems(answer, clause, turns):
        return answer
    if answer.status in (Status.NOT_FOUND, Status.INVALID_INPUT):
        return None
    review = _Review(answer, clause, turns)
    kept = [
        sentence
        for sentence in review.sentences
        if not review.is_broken(sentence) and not list(review.of_sentence(sentence))
    ]
    shorter = _rebuilt(answer, _without_bare_heads(kept))
    if not shorter.citations or problems(shorter, clause, turns):
        return None
    return shorter


def _without_bare_heads(kept: Sequence[Sentence]) -> list[Sentence]:
    """Without lines that lead to others (依据如下：) of which none is left."""
    found = list(kept)
    while found and found[-1].text.rstrip().endswith(("：", ":")):
        found.pop()
    return found


def _rebuilt(answer: Answer, kept: Sequence[Sentence]) -> Answer:
    lines: dict[int, str] = {}
    for sentence in kept:
        lines[sentence.line] = lines.get(sentence.line, "") + sentence.text
    text = "\n".join(line for _, line in sorted(lines.items()))
    used = list(dict.fromkeys(int(n) for n in MARK.findall(text)))
    by_number = {citation.n: citation for citation in answer.citations}
    ordered = [by_number[n] for n in sorted(used) if n in by_number]
    new = {citation.n: at for at, citation in enumerate(ordered, 1)}
    text = MARK.sub(lambda mark: f"[{new.get(int(mark[1]), int(mark[1]))}]", text)
    return replace(answer, answer=text, citations=tuple(replace(c, n=new[c.n]) for c in ordered))


class _Review:
    """One answer being checked."""

    def __init__(self, answer: Answer, clause: LookUp, turns: tuple[str, ...]) -> None:
        self.answer = answer
        self.clause = clause
        self.said = "\n".join((*turns, answer.question))
        self.made = calculation_text(answer)
        self.dated = f"{answer.as_of.year}年{answer.as_of.month}月{answer.as_of.day}日"
        self.sources = sources_of(answer, clause)
        self.all = tuple(self.sources.values())
        self.sentences = sentences(answer.answer, [citation.quote for citation in answer.citations])
        # the extractive engine has no words but those of the documents, of its rules and of its own fixed sentences
        self.invents = answer.engine != "extractive"
        self.numbers = {citation.n for citation in answer.citations}

    # -- the answer as a whole ----------------------------------------------------------------------------------

    def of_citations(self) -> Iterator[str]:
        """Citations that do not resolve, are not verbatim or carry another clause's names."""
        for citation in self.answer.citations:
            cited = self.clause(citation.id)
            if cited is None:
                yield f"[{citation.n}] cites {citation.id}, which does not exist"
            elif not citation.quote or citation.quote not in cited.text:
                yield f"[{citation.n}] is not verbatim in {citation.id}"
            elif citation.label and citation.label != cited.label:
                yield f"[{citation.n}] is labelled {citation.label}, not {cited.label}"
            elif citation.document and citation.id.rpartition(" ")[0] not in citation.document:
                yield f"[{citation.n}] names {citation.document}, which {citation.id} is not of"

    def of_marks(self) -> Iterator[str]:
        """Marks without a citation, citations without a mark."""
        marks = {int(n) for n in MARK.findall(self.answer.answer)}
        for n in sorted(marks - self.numbers):
            yield f"mark [{n}] has no citation"
        for n in sorted(self.numbers - marks):
            yield f"citation [{n}] supports no words"
        if len(self.numbers) < len(self.answer.citations):
            yield "two citations have one number"

    def of_refusal(self) -> Iterator[str]:
        """A refusal carries neither citation nor calculation nor a figure the user has not named."""
        if self.answer.status is not Status.NOT_FOUND:
            return
        if self.answer.citations or self.answer.calculation:
            yield "a refusal carries a citation or a calculation"
        told = set(re.findall(r"\d+(?:\.\d+)?", fold_text(self.said)))
        said = {fact.key for fact in read_facts(self.said)}
        for fact in read_facts(self.answer.answer):
            words = self.answer.answer[fact.start : fact.end]
            digits = re.findall(r"\d+(?:\.\d+)?", fold_text(words))
            if fact.key not in said and (
                (digits and not set(digits) <= told) or fact.kind in ("amount", "percent")
            ):
                yield f"a refusal carries the figure {words}"

    # -- one sentence -------------------------------------------------------------------------------------------

    def is_broken(self, sentence: Sentence) -> bool:
        """Whether a sentence carries a mark without a sound citation."""
        return any(n not in self.sources for n in sentence.marks)

    def of_sentence(self, sentence: Sentence) -> Iterator[str]:
        """What is wrong with a sentence, beyond its citations."""
        if self.answer.status in (Status.INVALID_INPUT, Status.NOT_FOUND) or self.is_broken(sentence):
            return
        if denied := _DENIED.fullmatch(sentence.text.strip()):
            folded = fold_text("\n".join(source.citation.quote for source in self.all))
            if fold_text(denied["said"]) in folded or fold_text(denied["said"]) not in fold_text(self.said):
                yield "所引条款里有这个数，或者它没有被问到"
            return
        yield from self._quoted(sentence)
        for stretch in sentence.stretches:
            if not stretch.text.strip(HIDDEN + " ，。；、：“”"):
                continue
            if any(n not in self.sources for n in stretch.marks):
                continue
            support = self._support(stretch.marks)
            if not sentence.marks and _REPLIES.fullmatch(stretch.text.strip()):
                continue
            if support.sources and not (not sentence.marks and _ASKS.search(stretch.text)):
                yield from self._claim(stretch.text, support, sentence)
            else:
                yield from self._uncited(stretch.text, support, sentence)

    def _support(self, marks: Sequence[int]) -> Support:
        return Support(tuple(self.sources[n] for n in dict.fromkeys(marks)), self.said, self.made, self.dated)

    def _quoted(self, sentence: Sentence) -> Iterator[str]:
        """Words between “” that nobody wrote."""
        marks = dict.fromkeys(n for stretch in sentence.stretches for n in stretch.marks)
        own = [self.sources[n] for n in marks if n in self.sources] or self.all
        known = "\n".join((*(_quotable(source) for source in own), self.said, self.made))
        for words in sentence.quoted:
            parts = [words] if _stands_in(words, known) else words.split("、")
            if (
                not all(_stands_in(part, known) for part in parts)
                and words in _FORMULA.sub("", sentence.text)
                and not _asks_back(sentence.text, words)
            ):
                yield f"引号里的“{one_line(words)}”不是原话"

    def _claim(self, text: str, support: Support, sentence: Sentence) -> Iterator[str]:
        yield from figure_problems(text, support, self.answer, self.all)
        yield from name_problems(text, support, self.all)
        own = self._own_words(text, support)
        if not own.strip(HIDDEN + " "):
            return
        rests = "\n".join((support.quoted, *(source.above for source in support.sources), self.made))
        yield from negation_problems(own, rests, self.said, excuses=self._is_of_asker(text))
        yield from obligation_problems(own, f"{support.quoted}\n{self.made}")
        yield from opposite_problems(own, f"{rests}\n{support.named}\n{self.said}")
        if self.invents:
            marks = [n for stretch in sentence.stretches for n in stretch.marks if n in self.sources]
            yield from word_problems(without_facts(own), self._support(marks))

    def _is_of_asker(self, text: str) -> bool:
        return self.answer.status is Status.NOT_ELIGIBLE or bool(re.search("[您贵]", text))

    def _own_words(self, text: str, support: Support) -> str:
        """What is left of a claim without phrases that stand in a quote as they are, and without formulas."""
        quotes = [source.citation.quote for source in support.sources]
        plain = _FORMULA.sub(lambda match: "，" * len(match.group()), text)
        for source in support.sources:
            for name in (source.citation.label, source.citation.document, source.document_id):
                plain = plain.replace(name, HIDDEN) if name else plain
        return "".join(
            piece.group()
            if not is_whole_piece(piece.group().strip("，,；;。：:！!？?\n "), quotes)
            else HIDDEN
            for piece in _PIECES.finditer(plain)
        )

    def _uncited(self, text: str, support: Support, sentence: Sentence) -> Iterator[str]:
        """A sentence without a mark: only words of answering, of the user, of the calculation, or a question back."""
        text = _FORMULA.sub("", text)
        asks = bool(_ASKS.search(text)) or self._goes_on_asking(sentence)
        known = f"{self.said}\n{self.made}"
        if asks or text.rstrip().endswith(("：", ":")):
            known += "\n".join(source.citation.quote + source.above for source in self.all)
            support = replace(support, said=known)
        if asks:
            text = _EXAMPLE.sub("", text)
        yield from figure_problems(text, support, self.answer, self.all)
        if asks:
            return
        names = list(name_problems(text, support, ()))
        quotes = [source.citation.quote for source in self.all]
        own = "".join(piece.group() for piece in _PIECES.finditer(text) if _bare(piece) not in self.made)
        yield from negation_problems(own, known, self.said, excuses=self._is_of_asker(text))
        if (
            names
            or HIDDEN in text
            or self._states_result(text)
            or uncited_weight(text, known) >= _UNCITED
            or any(
                is_whole_piece(said, quotes) for said in map(_bare, _PIECES.finditer(text)) if len(said) > 7
            )
        ):
            yield "没有引用"

    def _states_result(self, text: str) -> bool:
        """Whether a sentence tells what was computed; what was taken for granted is no result."""
        said = {fact.key for fact in read_facts(self.said)}
        figures = [f for f in read_facts(text) if f.is_measured and f.key not in said]
        return bool(figures) and not _GRANTED.match(text)

    def _goes_on_asking(self, sentence: Sentence) -> bool:
        """Whether a sentence follows a question back in its line: 请问…？条件是…。"""
        return self.answer.status is Status.NEEDS_INPUT and any(
            _ASKS.search(other.plain)
            for other in self.sentences
            if other.line == sentence.line and not other.marks
        )


def _bare(piece: re.Match[str]) -> str:
    """A phrase without the signs around it."""
    return piece.group().strip("，,；;。：:！!？?\n ")


def _quotable(source: Source) -> str:
    return "\n".join((source.citation.quote, source.citation.document, source.clause.heading))


def _stands_in(words: str, text: str) -> bool:
    """Whether words stand in a text, blanks, width and the way a phase is written aside: 四期 is IV期."""
    return _squeezed(words) in _squeezed(text) or _squeezed(canonical(words)) in _squeezed(canonical(text))


@lru_cache(2048)
def _squeezed(text: str) -> str:
    return re.sub(r"[\s“”\"]", "", fold_text(text))


def _asks_back(sentence: str, words: str) -> bool:
    """是否符合“…”: the words of a condition that is asked for."""
    return f"是否符合“{words}”" in sentence
