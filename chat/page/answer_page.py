"""The page of a stored answer: read-only, with what has changed since in the clauses it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any

from chat.answer import Answer, Calculation, Citation, Status, Step
from chat.judged import Table, explained
from chat.links import clause_path
from chat.page.markup import lines
from chat.rating import Shown
from chat.wording import conclusion, shown_text, without_repeats

_MARK = re.compile(r"\[(\d{1,3})\]")
_CHANGED = "所引条款此后有改动"


def answer_page_html(shown: Shown, at: datetime, change: Callable[[Citation], str], home: str = "/") -> str:
    """The body of the page.

    Args:
        shown: the answer as it was shown.
        at: when its link was made.
        change: what has become of a citation since, "" where it stands as it did.
        home: address of the app, which links begin with.
    """
    answer = shown.answer
    changes = {citation.n: change(citation) for citation in answer.citations}
    asked = f'<p class="meta">理解为：{escape(answer.condensed)}</p>' if answer.condensed else ""
    warnings = "".join(f'<p class="warn">{escape(warning)}</p>' for warning in answer.warnings)
    made = at.astimezone()
    return (
        f'<h1>{lines(answer.question)}</h1>{asked}<p class="meta">按 {answer.as_of} 有效的政策回答，{made:%Y-%m-%d %H:%M} 生成链接。</p>'
        f"{_changes_html(changes)}"
        f'<p class="badge {answer.status.value}">{escape(conclusion(answer))}</p>{warnings}{_text_html(answer)}'
        f"{_calculation_html(answer.calculation, answer.answer)}"
        f"{_conditions_html(shown.conditions, home)}{_citations_html(answer.citations, changes, home)}"
        f'<a class="button" href="{escape(home)}">在知识库中提问</a>'
    )


def _changes_html(changes: Mapping[int, str]) -> str:
    if not changes:
        return ""
    changed = [f"[{n}]" for n, change in changes.items() if change]
    if not changed:
        day = date.today().isoformat()
        return f'<p class="meta good">所引条款与知识库今天（{day}）的原文一致。</p>'
    return f'<p class="note" role="note">{_CHANGED}：{"、".join(changed)}。下面是当时的回答，请核对现行原文后再用。</p>'


def _text_html(answer: Answer) -> str:
    known = {str(citation.n) for citation in answer.citations}

    def link(mark: re.Match[str]) -> str:
        n = mark[1]
        return f'<a class="mark" href="#c{n}" aria-label="查看依据{n}">[{n}]</a>' if n in known else mark[0]

    blocks = (block.strip() for block in shown_text(answer).split("\n"))
    return "".join(f"<p>{_MARK.sub(link, lines(block))}</p>" for block in blocks if block)


def _calculation_html(calculation: Calculation | None, text: str) -> str:
    if calculation is None:
        return ""
    rows = "".join(
        f"<tr><td>{escape(step.text)}</td><td>{escape(step.value)}</td></tr>" for step in calculation.steps
    )
    assumed = "；".join(without_repeats(calculation, text).assumptions)
    notes = f'<p class="meta">测算前提：{escape(assumed)}</p>' if assumed else ""
    return (
        '<h2>测算过程</h2><div class="table"><table class="steps"><thead><tr><th scope="col">步骤</th><th scope="col">结果</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>{notes}"
    )


def _conditions_html(tables: Sequence[Table], home: str) -> str:
    made = ""
    for table in tables:
        title = f"：{escape(table.title)}" if len(tables) > 1 else ""
        rows = "".join(
            f'<tr><td><a href="{escape(home + clause_path(row.clause))}">{escape(row.requires)}</a></td>'
            f"<td>{row.state}</td><td>{escape(explained(row))}</td></tr>"
            for row in table.rows
        )
        made += (
            f'<h2>条件对照{title}</h2><div class="table"><table><thead><tr><th scope="col">条件</th>'
            f'<th scope="col">情况</th><th scope="col">说明</th></tr></thead><tbody>{rows}</tbody></table></div>'
        )
    return made


def _citations_html(citations: Sequence[Citation], changes: Mapping[int, str], home: str) -> str:
    items = "".join(
        f'<li id="c{c.n}"><b>[{c.n}]</b> <a href="{escape(home + clause_path(c.id))}">{escape(c.label)}</a>'
        f'<span class="meta"> {escape(c.document)}</span>'
        f"{f'<p class=changed>{escape(change)}</p>' if (change := changes.get(c.n)) else ''}"
        f"<blockquote>{lines(c.quote)}</blockquote></li>"
        for c in citations
    )
    return f'<h2>引用依据</h2><ol class="cites">{items}</ol>' if items else ""


def read_shown(receipt: Mapping[str, Any]) -> Shown:
    """An answer with its conditions from its JSON form; answers stored before conditions were have none."""
    conditions = tuple(map(Table.from_dict, receipt.get("conditions", ())))
    return Shown(_answer(receipt), conditions=conditions)


def _answer(receipt: Mapping[str, Any]) -> Answer:
    made = receipt["calculation"]
    calculation = made and Calculation(
        rule=made["rule"],
        amount_yuan=None if made["amount_yuan"] is None else Decimal(made["amount_yuan"]),
        is_ceiling=made["is_ceiling"],
        inputs=made["inputs"],
        steps=tuple(Step(**step) for step in made["steps"]),
        clauses=tuple(made["clauses"]),
        assumptions=tuple(made["assumptions"]),
    )
    return Answer(
        question=receipt["question"],
        as_of=date.fromisoformat(receipt["as_of"]),
        status=Status(receipt["status"]),
        answer=receipt["answer"],
        citations=tuple(Citation(**citation) for citation in receipt["citations"]),
        calculation=calculation,
        missing=tuple(receipt["missing"]),
        warnings=tuple(receipt["warnings"]),
        engine=receipt["engine"],
        condensed=receipt.get("condensed", ""),
    )
