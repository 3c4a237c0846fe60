"""The suites: each writes a question otherwise, the same way every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from eval.qa_set import QAItem
from eval.robustness import words, writing

Change = Callable[[str, Random], str]


@dataclass(frozen=True, slots=True)
class Suite:
    """One way to write a question otherwise.

    Attributes:
        name: key in metrics.json.
        label: short Chinese name.
        description: one Chinese line: what is changed.
        change: text and source of chance in, another text out, or the same where there is nothing to change.
    """

    name: str
    label: str
    description: str
    change: Change

    def vary(self, item: QAItem) -> QAItem | None:
        """The question with its earlier turns, written otherwise; None where nothing of them changes."""
        random = Random(f"{self.name}/{item.id}")
        history = tuple(self.change(turn, random) or turn for turn in item.history)
        question = self.change(item.question, random)
        if (question, history) == (item.question, item.history) or not question.strip():
            return None
        return item.model_copy(update={"question": question, "history": history})


SUITES = (
    Suite("paraphrase", "同义说法", "词表里有同义词的词都换成同义词", words.paraphrased),
    Suite("homophone", "同音错字", "一个词换成同音词或常见错写（临床实验、搞企）", words.misheard),
    Suite("typo", "手误", "一个词里两字颠倒，或一个字打了两遍", words.mistyped),
    Suite("traditional", "繁体字", "全文转成繁体（OpenCC，台湾正体）", writing.traditional),
    Suite("unpunctuated", "没有标点", "去掉标点、引号和书名号", writing.unpunctuated),
    Suite("width", "全角半角混用", "一半的数字、字母换成全角，一半的标点换成半角", writing.mixed_width),
    Suite("spaces", "空格增减", "去掉原有空格，在字间和数字旁随机加空格", writing.spaced),
)


def spread(items: Sequence[QAItem], count: int | None) -> list[QAItem]:
    """So many questions, evenly over the types; all of them where no count is given.

    >>> items = [QAItem(id=str(n), type="ab"[n % 2], question="？") for n in range(10)]
    >>> [(item.id, item.type) for item in spread(items, 4)]
    [('0', 'a'), ('4', 'a'), ('1', 'b'), ('5', 'b')]
    """
    if count is None or count >= len(items):
        return list(items)
    types = dict.fromkeys(item.type for item in items)
    ordered = [item for name in types for item in items if item.type == name]
    return [ordered[at * len(ordered) // count] for at in range(count)]
