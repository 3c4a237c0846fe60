"""An Answer as text for other software: what a model or a chat window shows, with the clauses it cites word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chat.answer import Answer, Citation
from chat.command.plain import calculation_text
from chat.wording import shown_text, without_repeats

_PAUSE = re.compile(r"[，。；：！？、\n]")


def reply_text(answer: Answer) -> str:
    """Warnings, the answer with its ``[1]``, the steps of a calculation, then each cited clause: label and verbatim quote.

    Blank lines stand between paragraphs, so that it reads the same as plain text and as Markdown.
    """
    parts = [f"理解为：{answer.condensed}"] if answer.condensed else []
    parts += [f"注意：{warning}" for warning in answer.warnings]
    parts.append("\n\n".join(line for line in shown_text(answer).split("\n") if line.strip()))
    if answer.calculation:
        parts.append(calculation_text(without_repeats(answer.calculation, answer.answer)))
    if answer.citations:
        parts.append("引用依据：")
        parts += map(citation_text, answer.citations)
    return "\n\n".join(filter(None, parts))


def citation_text(citation: Citation) -> str:
    """One cited clause.

    >>> print(citation_text(Citation(1, "甲字〔2024〕1号 一", "甲字〔2024〕1号 一、", "《办法》", "给予补助", 3, 7)))
    [1] 甲字〔2024〕1号 一、　《办法》
    “给予补助”
    """
    return f"[{citation.n}] {citation.label}　{citation.document}\n“{citation.quote}”"


def pieces(text: str, least: int = 12) -> Iterator[str]:
    """A text in pieces for a stream, each ending with a punctuation mark; nothing is lost.

    >>> list(pieces("甲乙丙丁，戊己庚辛。壬癸[1]", least=4)), list(pieces(""))
    (['甲乙丙丁，', '戊己庚辛。', '壬癸[1]'], [])
    """
    start = 0
    for pause in _PAUSE.finditer(text):
        if pause.end() - start >= least:
            yield text[start : pause.end()]
            start = pause.end()
    if start < len(text):
        yield text[start:]
