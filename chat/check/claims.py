"""An answer in its sentences, and each sentence in the stretches that one run of marks supports.

``条件是甲[1]，由乙牵头[2]。`` is one sentence of two stretches; words behind the last mark lean on all marks of the sentence,
and a sentence without a mark of its own on the next one in its line, else on the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MARK = re.compile(r"\[(\d{1,3})\]")
HIDDEN = "\ufffc"
"""Stands for each character of a whole quotation, which is checked letter by letter and not as a claim."""
_MARKS = re.compile(r"(?:\s*\[\d{1,3}\])+")
_END = re.compile(r"[。！？!?]")
# closing signs, marks, and an aside in brackets, which belongs to the sentence before it
_TAIL = re.compile(r"""[。！？!?”）)"]*(?:\s*\[\d{1,3}\])*(?:[（(][^（）()]*[）)](?:\s*\[\d{1,3}\])*)?""")
_PAIRS = {"“": "”", "（": "）", "(": ")", "《": "》"}
_LONG_QUOTE = 16  # characters from which words between “” are a quotation and no term
_BULLET = re.compile(r"^\s*(?:[-*·•●]|\d{1,2}\s*[.、)）](?!\d)|#+|>)\s*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that one run of marks supports.

    Attributes:
        text: the words, without marks and bullets; whole quotations are hidden.
        marks: numbers of the citations that support it.
    """

    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer: the least that is taken out.

    Attributes:
        line: number of its line.
        start: where it begins in the line, its marks included.
        end: where it ends.
        text: as written.
        marks: its own marks.
        stretches: what it claims.
        quoted: what stands between “” in it, outermost only.
    """

    line: int
    start: int
    end: int
    text: str
    marks: tuple[int, ...]
    stretches: tuple[Stretch, ...]
    quoted: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The sentence as claims: without marks, whole quotations hidden."""
        return "".join(stretch.text for stretch in self.stretches)


def sentences(answer: str, quotes: Sequence[str] = ()) -> list[Sentence]:
    """The sentences of an answer in order.

    Args:
        answer: its text.
        quotes: quotes of its citations, whose “” need not pair.

    >>> [(s.text, s.marks) for s in sentences("最高10万元[1]，由甲局牵头[2]。另见乙。\\n条件：丙。[1]")]
    [('最高10万元[1]，由甲局牵头[2]。', (1, 2)), ('另见乙。', ()), ('条件：丙。[1]', (1,))]
    >>> [s.stretches for s in sentences("甲[1]，乙[2]。丙。")][1]
    (Stretch(text='丙。', marks=(2,)),)
    """
    folded = [one_line(quote) for quote in quotes]
    found: list[Sentence] = []
    for number, line in enumerate(answer.split("\n")):
        found += _of_line(number, line, folded)
    return found


def one_line(text: str) -> str:
    """A quote as it stands in a line of an answer."""
    return text.replace("\n", " ")


def _of_line(number: int, line: str, quotes: Sequence[str]) -> list[Sentence]:
    whole, quoted = _quotations(line, quotes)
    hidden = _hide(line, whole)
    spans = list(_spans(hidden))
    marks = [tuple(int(n) for n in MARK.findall(hidden[start:end])) for start, end in spans]
    found = []
    for at, (start, end) in enumerate(spans):
        lent = next((own for own in marks[at + 1 :] if own), ()) or next(
            (own[-1:] for own in reversed(marks[:at]) if own), ()
        )
        found.append(
            Sentence(
                number,
                start,
                end,
                line[start:end],
                marks[at],
                tuple(_stretches(hidden[start:end], marks[at] or lent)),
                tuple(line[a:b] for a, b in quoted if start <= a < end),
            )
        )
    return found


def _quotations(line: str, quotes: Sequence[str]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Spans of whole quotations with their “”, and of everything between “” without them."""
    whole: list[tuple[int, int]] = []
    inner: list[tuple[int, int]] = []
    for quote in sorted(set(quotes), key=len, reverse=True):
        at = line.find(f"“{quote}”")
        while quote and at >= 0:
            end = at + len(quote) + 2
            if all(end <= a or b <= at for a, b in whole):
                whole.append((at, end))
                inner.append((at + 1, end - 1))
            at = line.find(f"“{quote}”", end)
    masked = _hide(line, whole)
    opened: list[int] = []
    for at, char in enumerate(masked):
        if char == "“":
            opened.append(at)
        elif char == "”" and opened:
            start = opened.pop()
            if opened:
                continue
            inner.append((start + 1, at))
            if at - start > _LONG_QUOTE:
                whole.append((start, at + 1))
    if opened:  # one that is never closed quotes up to the end
        inner.append((opened[0] + 1, len(line)))
    return whole, sorted(inner)


def _hide(line: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        line = line[:start] + HIDDEN * (end - start) + line[end:]
    return line


def _spans(line: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end, with the marks and closing signs behind them."""
    start, at = 0, 0
    closers: list[str] = []
    while at < len(line):
        char = line[at]
        if char in _PAIRS and _PAIRS[char] in line[at:]:
            closers.append(_PAIRS[char])
        elif closers and char == closers[-1]:
            closers.pop()
        at += 1
        if _END.match(char) and not closers:
            at = _TAIL.match(line, at).end()  # type: ignore[union-attr]  # it matches nothing as well
            yield start, at
            start = at
    if line[start:].strip():
        yield start, len(line)


def _stretches(text: str, marks: Sequence[int]) -> Iterator[Stretch]:
    text = text[bullet.end() :] if (bullet := _BULLET.match(text)) else text
    at = 0
    for run in _MARKS.finditer(text):
        if words := text[at : run.start()]:
            yield Stretch(words, tuple(int(n) for n in MARK.findall(run.group())))
        at = run.end()
    if rest := text[at:]:
        yield Stretch(rest, tuple(marks))
