"""Cutting what a model writes into sentences as it comes, without its markdown and its thinking."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = re.compile(r"[\[【［]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】］]")
_THINKING = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_AFTER_END = re.compile(rf"(?:\s*{MARK.pattern}|[”’\"）)])*")
_BULLET = re.compile(r"^\s*(?:[-*•·>#]+\s*|\d{1,2}(?:[、)）]\s*|\.\s+)|[（(]\d{1,2}[)）]\s*)+")
_ENDED = re.compile(rf"(?:[。！？!?；;”’]|{MARK.pattern})\s*$")
_ENDS = "。！？!?"
_OPENS, _CLOSES = "“（(《", "”）)》"


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as the model wrote it, marks included; ``opens_line`` says that a new line begins with it."""

    text: str
    opens_line: bool


class Splitter:
    """Sentences of a text that comes in pieces.

    >>> splitter = Splitter()
    >>> [each.text for each in splitter.feed("- **最高500万元**。[1] 由省科技")]
    ['最高500万元。[1]']
    >>> [each.text for each in splitter.feed("厅牵头[2]\\n") + splitter.end()]
    ['由省科技厅牵头[2]']
    """

    def __init__(self) -> None:
        self._left = ""
        self._opens_line = True

    def feed(self, text: str) -> list[Written]:
        """Sentences that are complete with this piece."""
        self._left = self._left + text
        return self._cut(final=False)

    def end(self) -> list[Written]:
        """What is left when nothing more comes."""
        return self._cut(final=True)

    def _cut(self, *, final: bool) -> list[Written]:
        if "<think>" in self._left and "</think>" not in self._left and not final:
            return []
        self._left = _THINKING.sub("", self._left)
        found = []
        while (end := _sentence_end(self._left, final)) is not None:
            raw, self._left = self._left[:end], self._left[end:]
            text = _BULLET.sub("", raw.replace("**", "").replace("__", "").replace("`", "")).strip()
            if text and not (final and not self._left and _is_cut_off(text)):
                found.append(Written(text.replace("\n", ""), self._opens_line))
            self._opens_line = raw.endswith("\n") or (self._opens_line and not text)
        return found


def _is_cut_off(text: str) -> bool:
    """Whether the last sentence broke off: it ends with neither a mark nor an end, or amid brackets.

    >>> _is_cut_off("由省科技厅牵头[1]"), _is_cut_off("由省科技厅[1]，《行动计划》（鲁"), _is_cut_off("由省科技")
    (False, True, True)
    """
    is_open = sum(map(text.count, _OPENS)) != sum(map(text.count, _CLOSES))
    return is_open or not _ENDED.search(text)


def _sentence_end(text: str, final: bool) -> int | None:
    """Where the first sentence ends, marks behind it included; None while more may belong to it."""
    depth = 0
    for at, char in enumerate(text):
        if char in _OPENS:
            depth += 1
        elif char in _CLOSES:
            depth = max(0, depth - 1)
        elif char == "\n":
            depth = 0
            if not text[:at].rstrip().endswith(("：", ":")):
                return at + 1
        elif char in _ENDS and depth == 0:
            behind = _AFTER_END.match(text, at + 1)
            end = behind.end() if behind else at + 1
            rest = text[end:].lstrip(" ")
            if rest and rest[0] not in "[【［":
                return end + 1 if rest[0] == "\n" and text[end] == "\n" else end
            if not final:  # a mark may follow
                return None
    return len(text) if final and text else None
