"""Draft rules: what the words of a clause give (`kb.grants`), in the model of a rule, for a person to confirm.

A draft says no more than the text: what cannot be put into the model with certainty is left out, down to a draft that
only states who is supported. Its figures are quoted like those of any rule, so the same check holds for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from corpus import Clause, PolicyDocument, Span
from kb.grants import Figure, Grant, find_grants
from kb.grants import Stage as GrantStage
from kb.grants import Tier as GrantTier
from kb.money import format_yuan
from kb.numerals import parse_number
from kb.rule_check import check_rules, sources
from kb.rules import Kind, Rule, RuleStatus
from kb.thresholds import read_threshold

_STOPS = "，。；：！？,;\n"
_TITLE = 30  # characters
# Words for what a share is taken of, and the name the input has then; the first that fits counts.
_MEASURES = (
    (re.compile(r"研发|研究开发"), "rd_spending"),
    (re.compile(r"利息|贴息"), "interest"),
    (re.compile(r"保费|保险费"), "premium"),
    (re.compile(r"租金|房租|场租"), "rent"),
    (re.compile(r"投资|投入|设备|购置|建设"), "investment"),
    (re.compile(r"贷款|融资"), "loan"),
    (re.compile(r"营业|销售|主营|营收|产值|收入"), "revenue"),
    (re.compile(r"工资|薪"), "wages"),
    (re.compile(r"费"), "expense"),
)
_KEYWORD = re.compile(r"[一-鿿A-Za-z0-9（）()“”]{4,14}")
_QUOTED = re.compile(r"“([^”]{3,12})”")
_QUANTITY = re.compile(r"[0-9]|以上|以下|以内|不超过|不低于|符合|条件")
_LEADING = re.compile(
    r"^(?:(?:支持|鼓励|推动|加强|加大|实施|开展|给予|对|新建|新?认定|新?获批|首次|成功|获得|取得|评为|被|当年|新增|年度)的?)+"
)
# What a text says in figures and a draft must not pass over: 补贴期限不超过6个月, 单个企业最多申报5人
_MORE_LIMITS = re.compile(
    r"(?:最多|最长|期限|不超过|不得超过|封顶|限额|限报|上限|累计)[^，。；]{0,12}?(?P<number>[0-9]+|[一二三四五六七八九十两]+)\s*"
    r"(?P<unit>个月|年|人|名|家|个|项|次|场|条|台|套|张|床|辆|件|户|款|部|万元|元|%)"
)
_THINGS = "亩|台|套|张|平方米|吨|床|辆|件|公里|千瓦"
_PER_UNIT = re.compile(rf"元\s*[/／]|每(?:{_THINGS}|人|家|个|户)")
_STEPS = re.compile(r"每(?:新上|新增|增加|提高|增长|上)")
_MULTIPLIED = re.compile(rf"每(?:{_THINGS}|条|场|次|款|部)")
_MONEY_OR_SHARE = re.compile(r"[0-9一二三四五六七八九十百千]\s*(?:万|亿)?元|[0-9.]\s*[%％‰]")
_TAX = re.compile(r"应纳税|税前|所得额|扣除|减按")


def draft_rules(document: PolicyDocument, clause: Clause) -> tuple[Rule, ...]:
    """A draft for each measure of support that a clause gives in figures.

    Args:
        document: the clause's document, for the days it is in force.
        clause: the clause.
    """
    grants = find_grants(clause.text)
    return tuple(_Drafting(document, clause, grants, n).rule() for n in range(len(grants)))


def document_drafts(document: PolicyDocument) -> tuple[Rule, ...]:
    """The drafts of all clauses of a document, in order."""
    return tuple(rule for clause in document.clauses for rule in draft_rules(document, clause))


def without_covered(drafts: Iterable[Rule], rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The drafts of which no confirmed rule quotes the same words already.

    Args:
        drafts: drafts.
        rules: rules a person has made or confirmed.
    """
    quoted: dict[str, list[str]] = {}
    for rule in rules:
        for _, source in sources(rule):
            quoted.setdefault(source.clause, []).append(source.quote)

    def covered(draft: Rule) -> bool:
        figures = [
            s for field, s in sources(draft) if not field.startswith(("bases", "conditions", "stacking"))
        ]
        return all(
            any(said_in_both(s.quote, other) for other in quoted.get(s.clause, ()))
            for s in figures or draft.bases
        )

    return tuple(draft for draft in drafts if not covered(draft))


def said_in_both(one: str, other: str) -> bool:
    """Whether one quote is a part of the other."""
    return one in other or other in one


def draft_id(clause_id: str, number: int) -> str:
    """The id of a draft: the same for the same clause, whatever else is in the knowledge base.

    >>> draft_id("甲字〔2024〕1号 一", 1)
    'd7e0be604_1'
    """
    return f"d{hashlib.sha256(clause_id.encode()).hexdigest()[:8]}_{number}"


def _alike(one: str, other: str) -> bool:
    """Whether two names of a quantity are the same: 设备投资 and 设备投资额."""
    short, long = sorted((one.removesuffix("额"), other.removesuffix("额")), key=len)
    return short in long


class _Drafting:
    """One of the grants of a clause on its way to a rule."""

    def __init__(self, document: PolicyDocument, clause: Clause, grants: Sequence[Grant], at: int) -> None:
        self._document, self._clause, self._grants, self._grant = document, clause, grants, grants[at]
        self._id = draft_id(clause.id, at + 1)
        self._text = clause.text

    def rule(self) -> Rule:
        """The draft, with its figures if they fit the model and stand in its quotes, else without."""
        from pydantic import ValidationError

        bare = Rule.model_validate({**self._frame(), "kind": Kind.QUALIFICATION, "inputs": []})
        try:
            rule = Rule.model_validate(self._with_thresholds({**self._frame(), **self._figures()}))
        except ValidationError:  # figures that do not go together: a person has to read the clause
            return bare
        wrong = check_rules([rule], {self._clause.id: self._text}.get)
        return bare if wrong or self._says_more(rule) else rule

    def _says_more(self, rule: Rule) -> bool:
        """Whether the words around the figures limit or multiply them in a way that the rule does not have."""
        if rule.kind is Kind.QUALIFICATION:
            return False
        who, words = self._words(self._grant.who) if self._grant.who else "", self._words(self._grant.span)
        if _TAX.search(who + words) or (_STEPS.search(who + words) and rule.kind is not Kind.PER_UNIT):
            return True
        if rule.kind is Kind.TIERS and (_PER_UNIT.search(words) or "含" in words):
            return True
        if rule.kind in (Kind.FIXED, Kind.PER_UNIT) and re.search(r"[0-9.]\s*[%％]", words):
            return True
        if rule.kind is Kind.FIXED and _MULTIPLIED.search(who + words):
            return True
        quoted = [source.quote for field, source in sources(rule) if not field.startswith("bases")]
        return rule.kind is not Kind.DEADLINE and any(
            not any(said_in_both(limit[0], quote) for quote in quoted)
            for limit in _MORE_LIMITS.finditer(self._reach())
        )

    def _reach(self) -> str:
        """The grant's words and what stands behind them, up to the next measure."""
        following = [
            min(grant.span.start, grant.who.start if grant.who else grant.span.start)
            for grant in self._grants
            if grant.span.start > self._grant.span.start
        ]
        end = min(following, default=len(self._text))
        return self._text[self._grant.span.start : max(end, self._grant.span.end)]

    # -- what every draft has -----------------------------------------------------------------------------------

    def _frame(self) -> dict[str, Any]:
        who = self._words(self._grant.who) if self._grant.who else ""
        start = (
            min(self._grant.who.start, self._grant.span.start) if self._grant.who else self._grant.span.start
        )
        quote = self._words(Span(start, max(self._grant.span.end, start + 1)))
        return {
            "id": self._id,
            "title": self._title(who),
            "status": RuleStatus.DRAFT,
            "kind": self._grant.kind,
            "bases": [
                {
                    "clause": self._clause.id,
                    "quote": quote,
                    "lead": self._clause.lead,
                    "participants": self._clause.participants,
                    "valid_from": self._document.effective_from or self._document.issued_on,
                    "valid_to": self._document.effective_to,
                }
            ],
            "keywords": self._keywords(who),
            "conditions": [
                {
                    "id": f"condition_{n}",
                    "requires": self._words(span),
                    "sources": self._sources(span),
                    "question": f"请问是否符合“{self._words(span)}”？",
                }
                for n, span in enumerate(self._grant.conditions, 1)
                if self._words(span)
            ],
        } | self._stacking()

    def _with_thresholds(self, data: dict[str, Any]) -> dict[str, Any]:
        """With the conditions on amounts (设备投资2000万元以上) as bounds of an input, of the one that is measured or of a new one."""
        inputs: list[dict[str, Any]] = list(data.get("inputs", ()))
        conditions: list[dict[str, Any]] = []
        for condition in data["conditions"]:
            found = read_threshold(condition["requires"])
            if found is None:
                conditions.append(condition)
                continue
            name, label = self._named(found.what)
            same = next(
                (each for each in inputs if each["type"] == "money" and _alike(each["label"], found.what)),
                None,
            )
            if same is None and any(each["name"] == name for each in inputs):
                conditions.append(condition)
                continue
            if same is None:
                inputs.append(
                    self._input(
                        name, label, "money", f"请问{label}是多少？（人民币）", "1000万", required=False
                    )
                )
            conditions.append(
                {**condition, "input": same["name"] if same else name, found.edge: found.amount}
            )
        return {**data, "inputs": inputs, "conditions": conditions}

    def _title(self, who: str) -> str:
        heading = self._clause.heading.strip(" 。：；，")
        words = who or self._words(self._grant.span)
        title = f"{heading}：{words}" if heading and heading not in words and len(heading) <= 16 else words
        return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"

    def _keywords(self, who: str) -> list[str]:
        """Words that make a question about this measure: the clause's heading, named classes, and what is supported."""
        heading = _LEADING.sub("", self._clause.heading.strip(" 。：；，“”"))
        words = [heading] if _KEYWORD.fullmatch(heading) else []
        words += [stage.label for stage in self._grant.stages if len(stage.label) >= 4]
        words += _QUOTED.findall(who)
        parts = (_LEADING.sub("", part) for part in re.split(r"[的“”、，（）()和及或]", who))
        words += [part for part in parts if _KEYWORD.fullmatch(part) and not _QUANTITY.search(part)]
        return list(dict.fromkeys(words))[:8]

    def _stacking(self) -> dict[str, Any]:
        if self._grant.stacking is None:
            return {}
        words = self._words(self._grant.stacking)
        method = "highest" if re.search(r"就高|从高|最高|较高", words) else "exclusive"
        return {"stacking": {"method": method, "sources": self._sources(self._grant.stacking)}}

    # -- figures ------------------------------------------------------------------------------------------------

    def _figures(self) -> dict[str, Any]:
        of_kind = {
            Kind.RATE: self._rate,
            Kind.FIXED: self._fixed,
            Kind.PER_UNIT: self._per_unit,
            Kind.TIERS: self._tiers,
            Kind.SHARE_OF_COUNT: self._share_of_count,
            Kind.INTEREST: self._interest,
            Kind.CAP_ONLY: self._cap_only,
            Kind.DEADLINE: self._deadline,
        }
        make = of_kind.get(self._grant.kind)
        return make() if make else {}

    def _rate(self) -> dict[str, Any]:
        name, label = self._measure()
        given: dict[str, Any] = {"measured_by": name, "inputs": [self._money(name, label)]}
        if stages := self._stages("rate"):
            given |= stages
            given["inputs"] = [*given["inputs"], self._class_input()]
        elif len(self._grant.rates) == 1:
            given["rate"] = self._share(self._grant.rates[0])
        return self._with_caps(given)

    def _fixed(self) -> dict[str, Any]:
        if stages := self._stages("amount"):
            return self._with_caps({**stages, "inputs": [self._class_input()]})
        awards = self._awards()
        if len(awards) != 1:
            return {}
        return self._with_caps({"amount": self._sum(awards[0]), "inputs": []})

    def _per_unit(self) -> dict[str, Any]:
        per = self._grant.per or "个"
        if parse_number(re.sub(r"[^0-9.].*", "", per) or "x") is not None:  # 每增加1000万美元
            return {}
        inputs = [self._count("count", f"{per}数", per)]
        if self._grant.period == "month":
            inputs.append(self._input("months", "月数", "months", "请问按多少个月计算？", "12"))
        given: dict[str, Any] = {"measured_by": "count", "inputs": inputs}
        if stages := self._stages("amount"):
            given |= stages
            given["inputs"] = [*inputs, self._class_input()]
        elif len(awards := self._awards()) == 1:
            given["amount"] = self._sum(awards[0], per)
        if self._grant.period == "year":
            given["assumptions"] = [
                {"when": "always", "text": "条款按年给予，结果是一年的金额；以主管部门审核为准"}
            ]
        return self._with_caps(given) | self._longest(inputs)

    def _tiers(self) -> dict[str, Any]:
        unit = self._grant.tier_unit or "元"
        if unit in ("美元", "%", "欧元", "港元"):
            return {}
        words = self._words(self._grant.tier_basis) if self._grant.tier_basis else ""
        if unit == "元":
            name, label = self._named(words)
            measured = self._money(name, label)
        else:
            measured = self._count("count", words or "数量", unit)
        return self._with_caps(
            {
                "measured_by": measured["name"],
                "inputs": [measured],
                "tiers": self._steps(),
                "method": self._grant.method or "whole",
            }
        )

    def _steps(self) -> list[dict[str, Any]]:
        """The steps of the ladder; where only beginnings are stated, a step ends where the next one begins."""
        if any(tier.upper is not None for tier in self._grant.tiers):
            return [self._tier(tier) for tier in self._grant.tiers]
        ordered = sorted(self._grant.tiers, key=lambda tier: tier.lower or Decimal(0))
        steps = [self._tier(tier) for tier in ordered]
        for step, after, following in zip(steps, steps[1:], ordered[1:], strict=False):
            step["below" if following.lower_included else "at_most"] = following.lower
            step["sources"] = [*step["sources"], *after["sources"]]
        return steps

    def _tier(self, tier: GrantTier) -> dict[str, Any]:
        made: dict[str, Any] = {"sources": self._sources(tier.span)}
        if tier.lower is not None:
            made["at_least" if tier.lower_included else "above"] = tier.lower
        if tier.upper is not None:
            made["at_most" if tier.upper_included else "below"] = tier.upper
        if tier.amount:
            made["amount"] = tier.amount.value
        if tier.rate:
            made["rate"] = tier.rate.value
        return made

    def _share_of_count(self) -> dict[str, Any]:
        if len(self._grant.rates) != 1:
            return {}
        per = self._grant.per or "个"
        words = self._words(self._grant.basis) if self._grant.basis else "总数"
        return {
            "measured_by": "count",
            "rate": self._share(self._grant.rates[0]),
            "inputs": [self._count("count", words, per)],
        }

    def _interest(self) -> dict[str, Any]:
        """A share of the interest paid; one of a reference rate cannot be computed without that rate."""
        words = self._words(self._grant.basis) if self._grant.basis else ""
        if len(self._grant.rates) != 1 or re.search(r"LPR|报价利率|基准利率", self._text) or "利率" in words:
            return {}
        label = words if "利息" in words else "实际支付的贷款利息"
        return self._with_caps(
            {
                "measured_by": "interest",
                "rate": self._share(self._grant.rates[0]),
                "inputs": [self._money("interest", label)],
            }
        )

    def _cap_only(self) -> dict[str, Any]:
        if stages := self._stages("cap"):
            return {**stages, "inputs": [self._class_input()]}
        caps = self._grant.caps or self._grant.amounts
        return {"cap": self._sum(caps[0], bound="max")} if len(caps) == 1 else {}

    def _deadline(self) -> dict[str, Any]:
        days = self._grant.days
        if not 1 <= len(days) <= 2:
            return {}
        words = self._words(self._grant.span)
        stated = {"after": days[-1], "unit": "个工作日" if "工作日" in words else "日"}
        if len(days) == 2:
            stated["before"] = days[0]
        return {"days": {**stated, "sources": self._sources(self._grant.span)}}

    def _with_caps(self, given: dict[str, Any]) -> dict[str, Any]:
        """With the upper limits: those whose scope the text names, and one more of a single award."""
        limits = {limit.amount.span: limit for limit in self._grant.limits}
        for limit in self._grant.limits:
            field = {"year": "yearly_cap", "entity": "entity_cap", "project": "cap"}.get(limit.kind)
            if field and field not in given:
                given[field] = self._sum(limit.amount, bound="max", span=limit.span)
        if "yearly_cap" in given:
            given["inputs"] = [
                *given["inputs"],
                self._input(
                    "prior_support",
                    "本年度已获支持",
                    "money",
                    "本年度已经获得的同类支持是多少？（没有则不填）",
                    "100万",
                    required=False,
                ),
            ]
        awards = (
            {award.span for award in self._awards()} if given.get("amount") or given.get("stages") else set()
        )
        others = [cap for cap in self._grant.caps if cap.span not in limits and cap.span not in awards]
        if (
            len(others) == 1
            and "cap" not in given
            and not any("cap" in stage for stage in given.get("stages", ()))
        ):
            given["cap"] = self._sum(others[0], bound="max")
        return given

    def _longest(self, inputs: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """For how many months, and for how many things, at most."""
        given: dict[str, Any] = {}
        for limit in _MORE_LIMITS.finditer(self._reach()):
            number = parse_number(limit["number"])
            if number is None:
                continue
            figure = {"value": number, "sources": [{"clause": self._clause.id, "quote": limit[0]}]}
            if limit["unit"] in ("个月", "年") and any(each["type"] == "months" for each in inputs):
                months = number * 12 if limit["unit"] == "年" else number
                given.setdefault("longest", {**figure, "value": months})
            elif limit["unit"] == (self._grant.per or "个"):
                given.setdefault("most", {**figure, "unit": limit["unit"]})
        return given

    def _awards(self) -> list[Figure]:
        """The amounts that are given, not those that only limit them."""
        limits = {limit.amount.span for limit in self._grant.limits}
        own = [figure for figure in self._grant.amounts if figure.span not in limits]
        exact = [figure for figure in own if figure not in self._grant.caps]
        return exact or own

    def _stages(self, field: str) -> dict[str, Any]:
        """The named classes, if each has its figure."""
        made = [self._stage(stage, field) for stage in self._grant.stages]
        names = {stage.label for stage in self._grant.stages}
        if any(name.startswith("每") for name in names):
            return {}
        if len(names) < 2 or len(names) < len(made) or not all(made):
            return {}
        return {"stage_by": "class", "stages": made}

    def _stage(self, stage: GrantStage, field: str) -> dict[str, Any]:
        """One class with its figure; a share with its cap stands in one quote that holds both."""
        figure = {"rate": stage.rate, "amount": stage.amount or stage.cap, "cap": stage.cap}[field]
        if figure is None:
            return {}
        where, made = self._around(figure.span), {"stage": stage.label, field: figure.value}
        if field == "rate" and stage.cap:
            other = self._around(stage.cap.span)
            where = Span(min(where.start, other.start), max(where.end, other.end))
            made["cap"] = stage.cap.value
        return {**made, "sources": self._sources(where)}

    # -- figures and inputs as the model takes them --------------------------------------------------------------

    def _share(self, figure: Figure) -> dict[str, Any]:
        return {
            "value": figure.value,
            "bound": figure.bound,
            "sources": self._sources(self._around(figure.span)),
        }

    def _sum(
        self, figure: Figure, unit: str = "", bound: str | None = None, span: Span | None = None
    ) -> dict[str, Any]:
        where = self._around(figure.span)
        if span:
            where = Span(min(where.start, span.start), max(where.end, span.end))
        return {
            "value": figure.value,
            "unit": unit,
            "bound": bound or figure.bound,
            "sources": self._sources(where),
        }

    def _measure(self) -> tuple[str, str]:
        return self._named(self._words(self._grant.basis) if self._grant.basis else "")

    def _named(self, words: str) -> tuple[str, str]:
        words = "" if re.search(r"[0-9]", words) or len(words) < 2 else words
        name = next((name for pattern, name in _MEASURES if pattern.search(words)), "base")
        return name, words or "计算所依据的金额"

    def _money(self, name: str, label: str) -> dict[str, Any]:
        return self._input(name, label, "money", f"请问{label}是多少？（人民币）", "1000万")

    def _count(self, name: str, label: str, unit: str) -> dict[str, Any]:
        made = self._input(name, label, "count", f"请问{label}是多少？", "10")
        return {**made, "units": [unit]}

    def _class_input(self) -> dict[str, Any]:
        labels = "、".join(stage.label for stage in self._grant.stages)
        first = self._grant.stages[0].label
        return self._input("class", "类别", "choice", f"请问属于哪一类：{labels}？", first)

    def _input(
        self, name: str, label: str, kind: str, question: str, example: str, *, required: bool = True
    ) -> dict[str, Any]:
        return {
            "name": name,
            "label": label,
            "type": kind,
            "required": required,
            "question": question,
            "example": example,
        }

    def _around(self, span: Span) -> Span:
        """The part of the sentence between commas that a figure stands in."""
        start = max((self._text.rfind(mark, 0, span.start) for mark in _STOPS), default=-1) + 1
        ends = [at for mark in _STOPS if (at := self._text.find(mark, span.end)) >= 0]
        return Span(start, min(ends, default=len(self._text)))

    def _sources(self, span: Span) -> list[dict[str, str]]:
        return [{"clause": self._clause.id, "quote": self._words(span)}]

    def _words(self, span: Span) -> str:
        return self._text[span.start : span.end].strip()


def summary(rule: Rule) -> str:
    """The figures of a rule in a line: 比例5%，上限1000万元."""
    parts = []
    if rule.rate:
        parts.append(f"比例{(rule.rate.value * 100).normalize():f}%")
    if rule.amount:
        parts.append(f"{'最高' if rule.amount.bound == 'max' else ''}{format_yuan(rule.amount.value)}")
    for stage in rule.stages:
        value = [f"{(stage.rate * 100).normalize():f}%"] if stage.rate is not None else []
        value += [format_yuan(each) for each in (stage.amount, stage.cap) if each is not None]
        parts.append(f"{stage.stage} {' / '.join(value)}")
    parts += [f"{len(rule.tiers)}档"] if rule.tiers else []
    if rule.days:
        parts.append(f"{rule.days.after.normalize():f}{rule.days.unit}")
    for name, figure in (("上限", rule.cap), ("每年上限", rule.yearly_cap), ("累计上限", rule.entity_cap)):
        parts += [f"{name}{format_yuan(figure.value)}"] if figure else []
    if not parts and any(_MONEY_OR_SHARE.search(basis.quote) for basis in rule.bases):
        return "原文有数额，没有读准，请按原文补写"
    return "，".join(parts) or "没有数额"
