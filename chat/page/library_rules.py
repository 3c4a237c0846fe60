"""The subsidy rules of the 知识库 tab as HTML: drafts to confirm, confirmed rules, those that stopped, those put away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from chat.page.markup import Tagged, styled_paragraphs
from chat.wording import written
from kb.audit import Change
from kb.names import squash
from kb.rule_check import support_quotes
from kb.rule_drafts import summary
from kb.rule_shelf import document_of, rule_of
from kb.rules import Rule

PAGE = 10  # rules
STATES = {"draft": "待核对", "confirmed": "已确认", "stopped": "已停用", "rejected": "不采用"}
_EMPTY = {
    "draft": "没有待核对的草稿：条款里的金额、比例和时限都已有规则，或者还没有入库文件。",
    "confirmed": "还没有可以测算的规则。",
    "stopped": "没有停用的规则。条款改动后与规则不再一致时，规则会列在这里。",
    "rejected": "没有不采用的草稿。",
}
_ABOUT = {
    "draft": "程序从条款中提取，经人核对、确认之前不参与测算。",
    "confirmed": "数字和引文与条款原文逐字核对过，可以测算。",
    "stopped": "条款改动后，这些规则与原文不再一致，已停止测算；请改正后重新确认，或撤销。",
    "rejected": "不列为草稿，也不用于政策匹配；恢复后重新列为草稿。",
}
_FIGURE = re.compile(
    r"\d[\d,.]*\s*(?:[%％‰]|[十百千]?[万亿]?元|个?工作日|个月|年|倍|台|套|个|家|人|项)?|[一二三四五六七八九十百]+(?:万元|亿元|倍|折)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule and what is known of it.

    Attributes:
        rule: the rule.
        state: one of `STATES`.
        is_own: whether it is in the home folder; those that ship cannot be withdrawn.
        confirmed: the change by which it was confirmed last, None if that is not known.
        problems: what it says that its clauses do not.
    """

    rule: Rule
    state: str
    is_own: bool = False
    confirmed: Change | None = None
    problems: tuple[str, ...] = ()


def of_words(rules: Sequence[Shown], words: str, doc: str = "") -> list[Shown]:
    """The rules that say all of the words in title, id, clause or document, of one document if it is given."""
    wanted = [squash(word) for word in words.split()]
    return [
        each
        for each in rules
        if (not doc or any(clause.rpartition(" ")[0] == doc for clause in each.rule.clauses))
        and all(word in squash(f"{each.rule.title} {each.rule.id} {each.rule.clauses}") for word in wanted)
    ]


def rules_html(
    rules: Sequence[Shown], state: str, text: Callable[[str], str | None], titles: Mapping[str, str]
) -> str:
    """A page of rules of one state.

    Args:
        rules: in order.
        state: one of `STATES`.
        text: gives the text of a clause.
        titles: titles of the documents by id.
    """
    if not rules:
        return f'<p class="pk-none">{_EMPTY[state]}</p>'
    cards, last = [], ""
    for each in rules:
        document = document_of(each.rule)
        if document != last:
            cards.append(f"<h3>{escape(_titled(document, titles))}</h3>")
        cards.append(_card(each, text))
        last = document
    return f'<p class="pk-meta">{_ABOUT[state]}</p>{"".join(cards)}'


def _titled(document: str, titles: Mapping[str, str]) -> str:
    title = titles.get(document, "")
    return f"《{title}》（{document}）" if title and title != document else f"《{document}》"


def _card(shown: Shown, text: Callable[[str], str | None]) -> str:
    rule = shown.rule
    quotes: dict[str, list[str]] = {}
    for clause, quote in support_quotes(rule):
        quotes.setdefault(clause, []).append(quote)
    clauses = "".join(_clause(clause, found, text(clause)) for clause, found in quotes.items())
    problems = "".join(f"<li>{escape(problem)}</li>" for problem in shown.problems)
    name = escape(rule.id)
    return (
        f'<article class="pk-lib-rule" data-rule="{name}"><h4>{escape(rule.title)}</h4>'
        f'<p class="pk-lib-figures">{escape(summary(rule))}</p>'
        f"{f'<ul class=pk-lib-problems>{problems}</ul>' if problems else ''}{clauses}"
        f'<p class="pk-meta">代号 {name}{escape(_origin(shown))}</p>'
        f'<div class="pk-lib-doc-tools">{_buttons(shown)}</div>'
        f'<form class="pk-lib-rule-edit" data-form="rule" data-id="{name}" hidden><label class="pk-lib-field"><span>规则内容（YAML）</span>'
        '<span class="pk-lib-hint">金额写作 500万元，比例写作 8%；每个数字都要在所引的原文里</span>'
        '<textarea name="text" rows="16" spellcheck="false" maxlength="20000"></textarea></label>'
        '<div data-said role="status"></div><div class="pk-lib-buttons"><button type="submit" class="pk-lib-main">改后确认</button>'
        '<button type="button" class="pk-lib-small" data-check>核对</button>'
        '<button type="button" class="pk-lib-small" data-close-edit>取消</button></div></form></article>'
    )


def _origin(shown: Shown) -> str:
    if shown.state in ("draft", "rejected"):
        return ""
    if shown.confirmed is not None:
        return f" · {shown.confirmed.who} 于 {shown.confirmed.at.astimezone():%Y-%m-%d %H:%M} 确认"
    return " · 自行确认，未记下时间" if shown.is_own else " · 随程序附带"


def _buttons(shown: Shown) -> str:
    about = escape(shown.rule.title)

    def button(action: str, label: str, kind: str = "pk-lib-small") -> str:
        return f'<button type="button" class="{kind}" data-{action} aria-label="{label}：{about}">{label}</button>'

    edit = button("edit-rule", "修改")
    if shown.state == "draft":
        return (
            button("confirm", "确认", "pk-lib-small pk-lib-main")
            + edit
            + button("reject", "不采用", "pk-lib-small pk-lib-danger")
        )
    if shown.state == "rejected":
        return button("drop", "恢复为草稿")
    return edit + (button("drop", "撤销", "pk-lib-small pk-lib-danger") if shown.is_own else "")


def _clause(clause_id: str, quotes: Sequence[str], text: str | None) -> str:
    """The words of a clause, those a rule rests on marked, figures in them bold."""
    name = escape(clause_id)
    if text is None:
        return f'<p class="pk-meta">知识库中没有条款 {name}。</p>'
    styles = []
    for quote in quotes:
        if (at := text.find(quote)) >= 0:
            styles.append(Tagged(at, at + len(quote), "mark"))
            styles += [Tagged(at + m.start(), at + m.end(), "b") for m in _FIGURE.finditer(quote)]
    return (
        f'<div class="pk-lib-rule-clause"><button type="button" class="pk-open" data-clause="{name}">'
        f'{escape(written(clause_id))}</button><div class="pk-lib-rule-text" tabindex="0" role="region" '
        f'aria-label="条款原文">{styled_paragraphs(text, styles)}</div></div>'
    )


def problems_html(problems: Sequence[str]) -> str:
    """What the check of an edited rule says."""
    if not problems:
        return '<p class="pk-lib-fits">核对无误：数字和引文都与条款原文一致。</p>'
    items = "".join(f"<li>{escape(each)}</li>" for each in problems)
    return f'<p class="pk-failure">核对发现 {len(problems)} 处问题，尚未确认：</p><ul class="pk-lib-problems">{items}</ul>'


def problems_by_rule(problems: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Problems of a shelf by the rule they are of."""
    by_rule: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        by_rule[rule_of(problem)] = (*by_rule.get(rule_of(problem), ()), problem)
    return by_rule
