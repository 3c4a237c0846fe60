"""A conversation as Markdown or Word: questions, answers, steps of calculations, citations verbatim with links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chat.answer import Answer, Calculation, Citation
from chat.export.docx import Paper
from chat.judged import Table, explained
from chat.links import clause_path
from chat.rating import Shown
from chat.wording import TITLE, conclusion, shown_text, without_repeats

GONE = "这一轮问答已不再保留，没有导出。请重新提问后再导出。"
DISCLAIMER = "以上内容只依据已入库的政策原文，引文为原文照录；最终以主管部门解释和评审结果为准。"
_CONDITION = ("条件", "情况", "说明")
_SPECIAL = re.compile(r"([\\`*_<>|~])")
_OPENING = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s)", re.MULTILINE)


def markdown(turns: Sequence[Shown | None], base: str, day: date) -> str:
    """The conversation as Markdown.

    Args:
        turns: the answers in order, None for one that is remembered no more.
        base: address of the app, with a slash at its end; links begin with it.
        day: the day of the export.
    """
    parts = [f"# {_title()}", f"导出日期：{day.isoformat()}"]
    for number, shown in enumerate(turns, 1):
        parts += _markdown_turn(number, shown, base) if shown else [f"## {number}．（已失效）", GONE]
    return "\n\n".join([*parts, "---", DISCLAIMER]) + "\n"


def word(turns: Sequence[Shown | None], base: str, day: date) -> bytes:
    """The same as a Word document; the arguments are those of `markdown`."""
    paper = Paper(_title())
    paper.heading(_title(), 0)
    paper.paragraph(f"导出日期：{day.isoformat()}", small=True, centred=True)
    for number, shown in enumerate(turns, 1):
        if shown:
            _word_turn(paper, number, shown, base)
        else:
            paper.heading(f"{number}．（已失效）")
            paper.paragraph(GONE)
    paper.paragraph(DISCLAIMER, small=True)
    return paper.to_bytes()


def _title() -> str:
    return f"{TITLE}记录"


def _markdown_turn(number: int, shown: Shown, base: str) -> Iterator[str]:
    answer = shown.answer
    yield f"## {number}．{plain_markdown(' '.join(answer.question.split()))}"
    if answer.condensed:
        yield f"理解为：{plain_markdown(answer.condensed)}"
    yield f"**{plain_markdown(conclusion(answer))}**"
    yield from (f"> 注意：{plain_markdown(warning)}" for warning in answer.warnings)
    yield from (plain_markdown(line) for line in _lines(answer))
    if steps := _steps(answer):
        yield _markdown_table(("步骤", "结果"), ("---", "---:"), [(s.text, s.value) for s in steps.steps])
        if steps.assumptions:
            yield f"测算前提：{plain_markdown('；'.join(steps.assumptions))}"
    for table in shown.conditions:
        yield f"**{plain_markdown(_heading(table, shown))}**"
        yield _markdown_table(_CONDITION, ("---",) * 3, _rows(table))
    if answer.citations:
        yield "### 引用依据"
    for cited in answer.citations:
        quote = "\n".join(f"> {plain_markdown(line)}" for line in cited.quote.split("\n"))
        yield f"[{cited.n}] [{plain_markdown(cited.label)}]({_address(cited, base)}) {plain_markdown(cited.document)}\n\n{quote}"
    yield _as_of(answer)


def _markdown_table(header: Sequence[str], align: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    texts = [[plain_markdown(each).replace("\n", " ") for each in row] for row in (header, *rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (texts[0], align, *texts[1:]))


def _word_turn(paper: Paper, number: int, shown: Shown, base: str) -> None:
    answer = shown.answer
    paper.heading(f"{number}．{' '.join(answer.question.split())}")
    if answer.condensed:
        paper.paragraph(f"理解为：{answer.condensed}", small=True)
    paper.paragraph(conclusion(answer), bold=True)
    for warning in answer.warnings:
        paper.paragraph(f"注意：{warning}")
    for line in _lines(answer):
        paper.paragraph(line)
    if steps := _steps(answer):
        paper.table(("步骤", "结果"), [(step.text, step.value) for step in steps.steps], (11.5, 4.5))
        if steps.assumptions:
            paper.paragraph(f"测算前提：{'；'.join(steps.assumptions)}", small=True)
    for table in shown.conditions:
        paper.paragraph(_heading(table, shown), bold=True)
        paper.table(_CONDITION, _rows(table), (7, 2.5, 6.5))
    if answer.citations:
        paper.heading("引用依据", 2)
    for cited in answer.citations:
        paper.quote(cited.quote, f"[{cited.n}] {cited.label}　{cited.document}", _address(cited, base))
    paper.paragraph(_as_of(answer), small=True)


def _lines(answer: Answer) -> list[str]:
    return [line.strip() for line in shown_text(answer).split("\n") if line.strip()]


def _steps(answer: Answer) -> Calculation | None:
    return without_repeats(answer.calculation, answer.answer) if answer.calculation else None


def _heading(table: Table, shown: Shown) -> str:
    """What is above a table: several are of several measures."""
    of = f"：{table.title}" if len(shown.conditions) > 1 else ""
    return f"条件对照{of}{f'（{table.state}）' if table.state else ''}"


def _rows(table: Table) -> list[tuple[str, str, str]]:
    return [(row.requires, str(row.state), explained(row)) for row in table.rows]


def _as_of(answer: Answer) -> str:
    return f"按 {answer.as_of.isoformat()} 有效的政策回答。"


def _address(cited: Citation, base: str) -> str:
    return f"{base}{clause_path(cited.id)}"


def plain_markdown(text: str) -> str:
    r"""A text as Markdown that shows it as it is.

    >>> plain_markdown("1. <b>甲*乙")
    '1\\. \\<b\\>甲\\*乙'
    """
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _OPENING.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", escaped)
