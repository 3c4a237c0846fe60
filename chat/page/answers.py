"""The conversation as HTML: a question, its answer, citations and calculation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from chat.answer import Answer, Calculation, Citation
from chat.page.markup import lines, marked_paragraphs, target
from chat.page.thumbs import thumbs_html
from chat.wording import conclusion, shown_text, without_repeats

if TYPE_CHECKING:
    from chat.llm.types import Sentence


def question_html(question: str) -> str:
    """What the user said."""
    return f'<article class="pk-turn pk-user" aria-label="提问"><p>{lines(question)}</p></article>'


def answer_html(answer: Answer, key: str = "", conditions: str = "") -> str:
    """An answer with its citations and calculation; what to beware of comes before its text.

    Args:
        answer: what the assistant said.
        key: names the answer where it can be rated, shared, exported and followed by further questions.
        conditions: HTML of the conditions it rests on.
    """
    badge = f'<p class="pk-badge pk-{answer.status.value}">{escape(conclusion(answer))}</p>'
    parts = [f'<p class="pk-condensed">理解为：{escape(answer.condensed)}</p>'] if answer.condensed else []
    parts += [badge, *(f'<p class="pk-warning">{escape(warning)}</p>' for warning in answer.warnings)]
    parts.append(marked_paragraphs(shown_text(answer), answer.citations))
    if answer.calculation:
        parts.append(calculation_html(without_repeats(answer.calculation, answer.answer)))
    parts += [conditions, citations_html(answer.citations)]
    if key:
        parts.append(thumbs_html(key))
    return f'<article class="pk-turn pk-bot" aria-label="回答">{"".join(parts)}</article>'


def growing_html(said: Sequence[Sentence], state: str) -> str:
    """An answer that is being made: its sentences so far, and what is being done."""
    return (
        f'<article class="pk-turn pk-bot pk-growing" aria-label="回答" aria-busy="true">{_sentences_html(said)}'
        f'<p class="pk-pending">{escape(state)}</p></article>'
    )


def stopped_html(said: Sequence[Sentence]) -> str:
    """An answer that its reader did not wait for."""
    note = "以上各句已核对原文，但回答没有做完。" if said else "这个问题没有回答，可以重新提问。"
    return (
        '<article class="pk-turn pk-bot" aria-label="回答"><p class="pk-badge pk-not_found">已停止</p>'
        f'{_sentences_html(said)}<p class="pk-meta">{note}</p></article>'
    )


def _sentences_html(said: Sequence[Sentence]) -> str:
    citations = [citation for sentence in said for citation in sentence.citations]
    return marked_paragraphs("".join(sentence.text for sentence in said), citations)


def citations_html(citations: Sequence[Citation]) -> str:
    """The citations of an answer as a list of cards that open the source."""
    if not citations:
        return ""
    cards = "".join(
        f'<li><button type="button" class="pk-cite" {target(c)}>'
        f'<span class="pk-n">{c.n}</span><span class="pk-where">{escape(c.label)}</span>'
        f'<span class="pk-open">查看原文</span><q>{lines(c.quote)}</q></button></li>'
        for c in citations
    )
    return f'<section class="pk-cites" aria-label="引用依据"><h4>引用依据</h4><ol>{cards}</ol></section>'


def calculation_html(calculation: Calculation) -> str:
    """The steps of a calculation as a table, with what was taken for granted."""
    rows = "".join(
        f"<tr><td>{escape(step.text)}</td><td>{escape(step.value)}</td></tr>" for step in calculation.steps
    )
    assumed = "".join(f"<li>{escape(text)}</li>" for text in calculation.assumptions)
    notes = f'<div class="pk-assumed"><h5>测算前提</h5><ul>{assumed}</ul></div>' if assumed else ""
    return (
        '<section class="pk-calc" aria-label="测算过程"><h4>测算过程</h4><table><thead><tr><th scope="col">步骤</th>'
        f'<th scope="col">结果</th></tr></thead><tbody>{rows}</tbody></table>{notes}</section>'
    )
