"""The engine: the Answer made without a model, said again by a model where every sentence of that holds."""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from chat.answer import Answer, Status
from chat.check import problems
from chat.expect import asked_kinds
from chat.llm import models
from chat.llm.agent import Limits, run
from chat.llm.claims import Claims
from chat.llm.faults import Fault
from chat.llm.material import SYSTEM, opening
from chat.llm.sentences import Splitter, Written
from chat.llm.tools import Toolbox
from chat.llm.types import Matter, Sentence
from chat.llm.words import numbers, sums
from chat.points import asks_for_unit
from kb.query.textform import fold
from kb.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

NOT_PASSED = "语言模型的回答未通过核对，改用原文回答。"
_MARK = re.compile(r"\[\d+\]")
_RATE = re.compile(r"\d+(?:\.\d+)?%")


class Engine:
    """A chat model on a leash; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; the model is made when it is first asked.

        Raises:
            UsageError: the settings do not say which model, or where.
        """
        models.check(settings)
        self.name = settings.llm
        self._settings = settings
        self._limits = Limits(settings.llm_budget, settings.llm_retries, settings.llm_steps)
        self._made: BaseChatModel | None = None
        self._making = Lock()

    def __repr__(self) -> str:
        return f"Engine({self.name!r})"

    def say(self, matter: Matter) -> Generator[Sentence, None, Answer]:
        """The answer in the model's words, sentence by sentence as each passed; returns the Answer that counts."""
        toolbox = Toolbox(matter)
        first = opening(matter, toolbox.numbers)
        written = _Text(matter, toolbox)
        shown, silent = 0, matter.answer.status is not Status.ANSWERED
        try:
            for piece in run(self._model, toolbox.tools(), SYSTEM, first, self._limits):
                if piece.call != written.call:
                    silent = silent or shown > 0  # what was shown cannot be taken back; the Answer will
                    written = _Text(matter, toolbox, piece.call)
                for sentence in written.add(written.splitter.feed(piece.text)):
                    if not silent:
                        shown += 1
                        yield sentence
        except Fault as fault:
            return replace(matter.answer, warnings=(*matter.answer.warnings, fault.warning))
        for sentence in written.add(written.splitter.end()):
            if not silent:
                yield sentence
        return written.answer(f"llm:{self.name}")

    def _model(self) -> BaseChatModel:
        with self._making:
            if self._made is None:
                self._made = models.chat_model(self._settings)
            return self._made


def open_engine(settings: Settings) -> Engine | None:
    """The engine of the settings; None where they name no model.

    Raises:
        UsageError: the settings do not say which model, or where.
    """
    return Engine(settings) if settings.llm else None


class _Text:
    """What one call of the model has written so far."""

    def __init__(self, matter: Matter, toolbox: Toolbox, call: int = 0) -> None:
        self.call = call
        self.splitter = Splitter()
        self._matter = matter
        self._claims = Claims(matter, toolbox)
        self._opens: list[bool] = []

    def add(self, sentences: list[Written]) -> Generator[Sentence]:
        """Those of some sentences that stand."""
        for each in sentences:
            passed = self._claims.add(each.text)
            if passed:
                self._opens.append(each.opens_line)
                yield passed

    def answer(self, engine: str) -> Answer:
        """The Answer of the sentences that stand, with what they leave out; the one made without a model where that fails."""
        plain = self._matter.answer
        whole = self._whole(engine) if self._claims.passed and self._says_what_is_asked() else None
        if whole and not (wrong := problems(whole, self._matter.clause, self._matter.turns)):
            return whole
        if whole:
            log.info("language model: answer withheld: %s", "; ".join(wrong))
        if plain.status is Status.NOT_FOUND and not self._claims.passed:
            return plain  # nothing was found, and the model found nothing that holds either
        return replace(plain, warnings=(*plain.warnings, NOT_PASSED))

    def _says_what_is_asked(self) -> bool:
        """The kind of thing asked for, and the amount where one was computed."""
        plain = self._matter.answer
        text = "".join(sentence.text for sentence in self._claims.passed)
        kinds = asked_kinds(self._matter.turns[-1])
        if plain.status is Status.NOT_FOUND:
            quotes = "".join(citation.quote for citation in self._claims.draft.citations)
            return all(kind.in_text(quotes) and kind.in_text(text) for kind in kinds)
        made = plain.calculation
        if made and made.amount_yuan is not None and made.amount_yuan not in sums(text):
            return False
        if not all(kind.in_text(text) for kind in kinds if kind.in_text(plain.answer)):
            return False
        if numbers(_quoted(plain)) and not numbers(_MARK.sub("", text)):
            return False  # the answer's figures are what it is about
        return self._keeps_conclusion(text) and self._names_units(text)

    def _keeps_conclusion(self, text: str) -> bool:
        """The sums and rates of the answer's first line: its conclusion, or the quote it opens with."""
        first = self._matter.answer.answer.partition("\n")[0]
        return sums(first) <= sums(text) and set(_RATE.findall(fold(first))) <= set(_RATE.findall(fold(text)))

    def _names_units(self, text: str) -> bool:
        """Whoever leads, where that is asked."""
        if not asks_for_unit(self._matter.turns[-1]):
            return True
        cited = [self._matter.clause(each.id) for each in self._matter.answer.citations]
        return all(unit in text for clause in cited if clause for unit in clause.lead)

    def _whole(self, engine: str) -> Answer:
        plain, draft = self._matter.answer, self._claims.draft
        lines: list[str] = []
        for sentence, opens in zip(self._claims.passed, self._opens, strict=True):
            if opens or not lines:
                lines.append(sentence.text)
            else:
                lines[-1] += sentence.text
        said = {citation.id for citation in draft.citations}
        for citation in plain.citations:
            clause = self._matter.clause(citation.id)
            if citation.id not in said and clause is not None:
                document = self._matter.documents[citation.id.rpartition(" ")[0]]
                draft.lines = lines
                draft.quote_line(document, clause, [citation.quote])
        lines += (
            [line for line in plain.answer.splitlines() if line and not _MARK.search(line)]
            if plain.citations
            else []
        )
        ids = [citation.id for citation in draft.citations]
        return replace(
            plain,
            status=Status.ANSWERED,
            answer="\n".join(lines),
            citations=tuple(draft.citations),
            engine=engine,
            retrieved=tuple(dict.fromkeys([*ids, *plain.retrieved])),
        )


def _quoted(answer: Answer) -> str:
    """What an answer quotes, without the numbers its clauses have."""
    return "\n".join(re.sub(r"^\s*\d+[.、．]", "", citation.quote) for citation in answer.citations)
