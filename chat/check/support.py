"""What a claim may rest on: the quotes it cites with the names above them, the user's words, the calculation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from chat.answer import Answer, Citation
from chat.check.figures import Fact, read_facts
from corpus import Clause
from kb.query.textform import fold

LookUp = Callable[[str], Clause | None]
_PIECE_START = "，,；;。：:、！？\n（("


@dataclass(frozen=True, slots=True)
class Source:
    """One citation with its clause.

    Attributes:
        citation: the citation.
        clause: the clause it names.
        above: headings of the clauses above it, and its own.
    """

    citation: Citation
    clause: Clause
    above: str

    @property
    def document_id(self) -> str:
        """Id of the document it is of."""
        return self.citation.id.rpartition(" ")[0]


@dataclass(frozen=True)
class Support:
    """What one stretch of an answer may rest on.

    Attributes:
        sources: the citations it carries.
        said: the user's own words.
        made: the words of the calculation.
        dated: the day of the answer, as it may be written.
    """

    sources: tuple[Source, ...]
    said: str
    made: str
    dated: str = ""
    _cache: dict[str, object] = field(default_factory=dict, repr=False)

    @cached_property
    def quoted(self) -> str:
        """All quotes, a line each."""
        return "\n".join(source.citation.quote for source in self.sources)

    @cached_property
    def named(self) -> str:
        """Titles, headings and labels of what is cited."""
        return "\n".join(
            part for s in self.sources for part in (s.citation.document, s.above, s.clause.label)
        )

    @cached_property
    def folded(self) -> str:
        """Everything, folded."""
        return fold_text("\n".join((self.quoted, self.named, self.said, self.made, self.dated)))

    @cached_property
    def cited_facts(self) -> tuple[Fact, ...]:
        """Numbers of the quotes."""
        return tuple(f for s in self.sources for f in facts_of(s.citation.quote))

    @cached_property
    def other_facts(self) -> tuple[Fact, ...]:
        """Numbers of titles and headings, of the user's words and of the calculation."""
        return tuple(f for text in (self.named, self.said, self.made, self.dated) for f in read_facts(text))


@lru_cache(4096)
def fold_text(text: str) -> str:
    """The form in which words are compared."""
    return fold(text)


@lru_cache(4096)
def facts_of(text: str) -> tuple[Fact, ...]:
    """Numbers of a quote, read across its line breaks."""
    return read_facts(text)


def sources_of(answer: Answer, clause: LookUp) -> dict[int, Source]:
    """The citations whose clause exists and holds the quote, by number."""
    found = {}
    for citation in answer.citations:
        cited = clause(citation.id)
        if cited is not None and citation.quote and citation.quote in cited.text:
            found[citation.n] = Source(citation, cited, _above(cited, citation.id, clause))
    return found


def _above(cited: Clause, clause_id: str, clause: LookUp) -> str:
    document = clause_id.rpartition(" ")[0]
    ids = [f"{document} {'/'.join(cited.path[:n])}" for n in range(1, len(cited.path))]
    above = [parent.heading or parent.text[:40] for each in ids if (parent := clause(each))]
    return "\n".join([*above, cited.heading])


def calculation_text(answer: Answer) -> str:
    """The words of an answer's calculation: steps, inputs, assumptions."""
    made = answer.calculation
    if made is None:
        return ""
    steps = [part for step in made.steps for part in (step.text, step.value)]
    inputs = [f"{name}{value}" for name, value in made.inputs.items()]
    return "\n".join([*steps, *inputs, *made.inputs.values(), *made.assumptions])


def is_whole_piece(words: str, quotes: Sequence[str]) -> bool:
    """Whether words stand in a quote as they are, from the beginning of a phrase: 计入 does not so stand in 不计入.

    >>> is_whole_piece("给予10万元", ["对甲，给予10万元奖励"]), is_whole_piece("给予10万元", ["不给予10万元奖励"])
    (True, False)
    """
    said = re.sub(r"\s", "", words)
    for quote in quotes:
        plain = re.sub(r"\s", "", quote)
        at = plain.find(said)
        while said and at >= 0:
            if at == 0 or plain[at - 1] in _PIECE_START:
                return True
            at = plain.find(said, at + 1)
    return False
