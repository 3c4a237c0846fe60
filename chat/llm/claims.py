"""A sentence of the model, and the words of clauses that support it; one that nothing supports does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat.answer import Answer, Calculation, Status
from chat.check import problems
from chat.compose import Draft
from chat.directives import is_directive, plain, plain_sentences
from chat.llm.keeps import keeps
from chat.llm.material import SYSTEM, headings
from chat.llm.sentences import MARK
from chat.llm.tools import Toolbox
from chat.llm.types import Matter, Sentence
from chat.llm.words import Ground, Said, numbers, said, shares_run, sums
from corpus import Clause
from kb.query.textform import fold

_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_RUN = 8  # characters of our instructions that no sentence may repeat
_MOST_OF_WORDS = 0.7  # weight of a clause's own words in a sentence, asked of the quote for it
_ADDRESS = re.compile(
    r"号([0-9一二三四五六七八九十]{1,3}、(?:\([^()]{1,4}\))?)"
)  # what stands behind a number of a document
_LEAST_SAID = 4  # characters beside names of clauses and documents
_LONGEST = 400  # characters of one claim


@dataclass(frozen=True, slots=True)
class _Item:
    """Something a quote should show, and how much."""

    kind: str
    value: object
    weight: float


class Claims:
    """Checks the sentences of one answer, and writes those that stand into a draft.

    Attributes:
        draft: the citations, numbered as they come.
        passed: sentences that stand, and whether each opens a line.
        dropped: number of sentences with marks that do not.
    """

    def __init__(self, matter: Matter, toolbox: Toolbox) -> None:
        self._matter = matter
        self._toolbox = toolbox
        self.draft = Draft()
        self.passed: list[Sentence] = []
        self.dropped = 0

    def add(self, text: str) -> Sentence | None:
        """A sentence that stands, with its citations; None where it does not.

        Args:
            text: as the model wrote it, marks included.
        """
        clauses = self._cited(text)
        words = MARK.sub("", text)
        if any(MARK.sub("", each.text) == words for each in self.passed):
            return None  # said already
        if not clauses or len(text) > _LONGEST or is_directive(words) or not self._says(words, clauses):
            self.dropped += bool(MARK.search(text))
            return None
        quotes = self._quotes(MARK.sub("", text).strip(), clauses)
        sentence = self._write(text, clauses, quotes) if quotes else None
        if sentence is None:
            self.dropped += 1
            return None
        self.passed.append(sentence)
        return sentence

    def _cited(self, text: str) -> dict[int, Clause]:
        """The clauses of the marks, by number: those that were given out and may answer this question."""
        found: dict[int, Clause] = {}
        own = {citation.id for citation in self._matter.answer.citations}
        for number in _marked(text):
            clause = self._toolbox.clause(number)
            if clause is not None and (clause.id in own or self._matter.related(clause.id)):
                found[number] = clause
        return found

    def _says(self, words: str, clauses: dict[int, Clause]) -> bool:
        """Whether a sentence says more than which clause it is of, and gives that as it is printed."""
        left = fold(words)
        if left.endswith(":"):
            return False
        addresses = _ADDRESS.findall(left)
        for clause in clauses.values():
            for name in sorted(map(fold, self._names(clause)), key=len, reverse=True):
                left = left.replace(name, "")
        printed = "".join(fold(clause.label) for clause in clauses.values())
        return len(re.findall(r"\w", left)) >= _LEAST_SAID and all(each in printed for each in addresses)

    def _names(self, clause: Clause) -> list[str]:
        """What a clause, its document and the headings above it are called."""
        document = self._matter.documents[clause.id.rpartition(" ")[0]]
        names = (clause.label, document.id, document.title, clause.heading, *headings(document, clause))
        return [name for name in names if name]

    def _quotes(self, words: str, clauses: dict[int, Clause]) -> dict[int, str]:
        """The quote of each clause that supports a sentence; nothing where together they do not carry it."""
        grounds = [text for clause in clauses.values() for text in self._ground(clause)]
        made = self._matter.answer.calculation
        ground = Ground([*grounds, *(_told(made) if made else ())])
        repeated = shares_run(words, SYSTEM, _RUN)
        if (repeated and repeated not in "".join(grounds)) or not ground.carries(words):
            return {}
        quoted = _QUOTED.findall(words)
        if not all(any(fold(quote) in fold(text) for text in grounds) for quote in quoted):
            return {}
        told = said(words)
        names = [name for clause in clauses.values() for name in self._names(clause)]
        for share in (_MOST_OF_WORDS, 1.0):
            found = {
                number: shortest_run(clause, told, quoted, self._known_quotes(clause), share)
                for number, clause in clauses.items()
            }
            quotes = {number: quote for number, quote in found.items() if quote}
            if keeps(words, quotes.values(), list(_told(made)) if made else (), names):
                return quotes
        return {}

    def _known_quotes(self, clause: Clause) -> list[str]:
        """What is quoted of a clause already, in this text and in the answer it says again."""
        known = [*self.draft.citations, *self._matter.answer.citations]
        return [each.quote for each in known if each.id == clause.id and not is_directive(each.quote)]

    def _ground(self, clause: Clause) -> Iterator[str]:
        document = self._matter.documents[clause.id.rpartition(" ")[0]]
        yield from (text for _, text in plain_sentences(clause))
        yield from headings(document, clause)
        yield plain(clause.label)

    def _write(self, text: str, clauses: dict[int, Clause], quotes: dict[int, str]) -> Sentence | None:
        """The sentence with its marks made those of its citations, where the check of all answers passes it."""
        before = list(self.draft.citations)

        def cite(mark: re.Match[str]) -> str:
            known = [number for number in _marked(mark.group()) if number in quotes]
            return "".join(f"[{self._cite(clauses[number], quotes[number])}]" for number in known)

        written = MARK.sub(cite, text)
        marks = {int(number) for number in re.findall(r"\[(\d+)\]", written)}
        cited = tuple(citation for citation in self.draft.citations if citation.n in marks)
        answer = self._matter.answer
        alone = Answer("", answer.as_of, Status.ANSWERED, written, cited, answer.calculation)
        if not cited or problems(alone, self._matter.clause):
            self.draft.citations = before
            return None
        return Sentence(written, cited)

    def _cite(self, clause: Clause, quote: str) -> int:
        return self.draft.cite(self._matter.documents[clause.id.rpartition(" ")[0]], clause, quote)


def _marked(text: str) -> list[int]:
    """Numbers in the marks of a text: ``[1、3]`` is 1 and 3."""
    return [int(n) for mark in MARK.findall(text) for n in re.findall(r"\d+", mark)]


def _told(made: Calculation) -> Iterator[str]:
    """The texts of a calculation."""
    for step in made.steps:
        ceiling = made.is_ceiling and sums(step.value) == {made.amount_yuan}
        yield f"{step.text}，{'上限' if ceiling else '得'}{step.value}"
    yield from made.inputs.values()
    yield from made.assumptions
    if made.is_ceiling:
        yield "上限，不是承诺，最终以评审为准"


def shortest_run(
    clause: Clause, told: Said, quoted: list[str], known: Sequence[str] = (), share: float = _MOST_OF_WORDS
) -> str:
    """The shortest run of a clause's sentences with the figures and quotes of a claim, and most of its words.

    A quote that is there already and shows as much goes before a new one.

    Args:
        clause: the clause; sentences that speak to a machine are in no run.
        told: what the claim says.
        quoted: what it quotes.
        known: quotes of the clause that are there.
        share: of the weight of those words of the claim that the clause has.

    Returns:
        Verbatim text, "" where the clause has nothing of the claim.
    """
    sentences = plain_sentences(clause)
    whole = Ground([text for _, text in sentences])
    folded = fold(clause.text)
    wanted = [_Item("word", word, weight) for word, weight in told.words if whole.has_word(word)]
    figures = [_Item("number", each, 0) for each in told.numbers & numbers(clause.text)]
    figures += [_Item("sum", each, 0) for each in told.sums & sums(clause.text)]
    figures += [_Item("quote", fold(each), 0) for each in quoted if fold(each) in folded]
    if not wanted and not figures:
        return ""
    least = share * sum(item.weight for item in wanted)
    for quote in known:
        if _shows(quote, figures, wanted, least):
            return quote
    best: tuple[int, int, str] | None = None
    for first in range(len(sentences)):
        for last in range(first, len(sentences)):
            start, end = sentences[first][0], sentences[last][0] + len(sentences[last][1])
            if sum(len(text) for _, text in sentences[first : last + 1]) < end - start:
                break  # a sentence between them speaks to a machine
            run = clause.text[start:end].strip()
            if best and len(run) >= best[0]:
                break
            if _shows(run, figures, wanted, least):
                best = (len(run), start, run)
    return best[2] if best else ""


def _shows(run: str, figures: list[_Item], wanted: list[_Item], least: float) -> bool:
    folded, digits, amounts = fold(run), numbers(run), sums(run)
    has = {"number": digits.__contains__, "sum": amounts.__contains__, "quote": folded.__contains__}
    if not all(has[item.kind](item.value) for item in figures):  # type: ignore[arg-type]
        return False
    ground = Ground([run])
    return sum(item.weight for item in wanted if ground.has_word(str(item.value))) >= least
