"""Questions about money and eligibility that a subsidy rule settles: computed, refused, or asked back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chat import compose
from chat.answer import Answer, Calculation, Status
from chat.compose import Draft
from chat.evidence import question_words, sentences_of
from chat.expect import CONFIRMS, asked_kinds
from chat.points import asks_for_unit, grant_points, grants_in
from chat.subsidy.calc_types import Ineligible, Item, Missing
from chat.subsidy.calculator import calculate
from chat.subsidy.inputs import Reading, has_amount_intent, match_rules, named_beside, read_inputs
from chat.subsidy.phases import canonical
from corpus import Clause, InputError, PolicyDocument
from kb.lexicon import default_lexicon
from kb.money import format_yuan, read_amounts
from kb.numerals import read_percents
from kb.query.names import Mention
from kb.query.textform import fold
from kb.rule_check import sources
from kb.rules import Basis, Kind, Rule

_ELIGIBILITY = re.compile(
    r"""
      (?:能不能|能否|可不可以|可否|是否|可以|能|还能)[^，。；？?]{0,14}?
      (?:享受|申请|申报|申领|领|拿|得到|获得|进|纳入|用得?上|给支持|支持|补|按)   # 可不可以按40%领; 能申领…支持吗
    | 有(?:没有)?[^，。；]{0,8}(?:补贴|补助|支持|奖励|资助|资金)(?:吗|么|没|[？?]|$)
    | 给(?:不给)?.{0,6}(?:补贴|补助|支持|奖励|钱)(?:吗|么|不) | 给不给 | 还给
    | 符合.{0,8}(?:条件|要求|资格) | 够(?:不够)?(?:条件|格|资格) | 有(?:没有)?资格 | (?:能|可以)(?:补|给)(?:吗|么|不)
    """,
    re.VERBOSE,
)
# The asker's own case: 我们做完了II期; without it a question is about the standard, not about an amount
_OWN_CASE = re.compile(
    r"我们|我司|我公司|本公司|我厂|我院|咱|俺|帮(?:我|忙)?.{0,4}算|算一?下|给算|做完|完成了|刚完成|都完成|收官|结束|花了|投了|砸了|公司"
)
_GENERAL = re.compile(
    r"比例|百分之|几成|标准|额度|封顶|上限|最高|最多|各(?:期)?多少|分别(?:是|有|为)?(?:多少|补|给)|怎么(?:补|支持|规定)|如何(?:补|支持)"
)
# Money that the asker pays, or that is no support
_OTHER_MONEY = re.compile(
    r"(?:认定|评定|评价|收费|检测|质量|技术|准入|考核)的?标准|费率|利率|利息|税率|(?:交|缴|收|付)(?:多少|几)|收费|注册费|检验费|"
    r"规模|产值|市值|工资|月薪|补偿|志愿者|租金|租房|房租|住房|购房|员工|每个?月|学费|生活费|贷多少|股票|售价|卖多少|价格"
)
_TOTAL = re.compile(r"总共|一共|总计|合计|共计|加起来|加在一起|共能|共可|合起来|全部算")
_MOST_OTHERS = 3
_LEAST_SHARED = 0.4  # of a question without figures of its own, before a rule is taken to be meant
_COMPUTE = re.compile(r"[测计]算|算一?[算下个]|帮.{0,4}算")
# 最高资助额; 具体补助数额
_SUM_ASKED = re.compile(
    r"(?:支持|补助|补贴|资助|奖励|资金|经费)的?(?:总|上限)?(?:数额|金额|额度|额(?!外)|数(?!量|据))|可得几何|多少合适"
)
_UNIT_ASKED = re.compile(
    r"牵头|哪个部门|哪些部门|谁负责|归谁|找谁|哪个厅|哪家单位|主管|什么流程|怎么申请|怎么申报|评审"
)
_CLAIMED = re.compile(
    r"(?:给|补|奖|能拿|可拿|可得|上限|封顶|最高|最多)(?!了|过)[^，。；\d了过]{0,5}[\d.]+\s*[千百]?[万亿]?元?"
)
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千]\s*[百千万亿张]")
_NOT_AMOUNT = frozenset({"telephone", "materials", "deadline", "roster", "duration", "criteria", "stacking"})


@dataclass(frozen=True, slots=True)
class SubsidyDesk:
    """One conversation's turns against the subsidy rules.

    Attributes:
        rules: all rules.
        documents: documents of the knowledge base by id.
        turns: the user turns the question is about, oldest first, the question last.
        mention: documents the user named.
        day: the day the question is about.
        found: ids of the clauses a search finds for the question, best first; called only where needed.
    """

    rules: Sequence[Rule]
    documents: Mapping[str, PolicyDocument]
    turns: Sequence[str]
    mention: Mention
    day: date
    found: Callable[[], Sequence[str]]

    def answer(self) -> Answer | None:
        """The answer, or None where no rule settles the question.

        Raises:
            InputError: a figure in the question cannot be true.
        """
        question = self.turns[-1]
        rule, text = self._rule(question)
        if rule is None:
            return None
        if self._asks_otherwise(question, rule):
            return None
        if len(self.turns) > 1 and text != question and asks_for_unit(question):
            return self._units(rule)
        amount, eligibility = self._asks_amount(question, rule), bool(_ELIGIBILITY.search(question))
        follow_up = len(self.turns) > 1 and any(map(has_amount_intent, self.turns[:-1]))
        if not (amount or eligibility or follow_up or _FIGURE.search(question) or len(self.turns) > 1):
            return None
        reading = _with_premium(read_inputs(_without_claims(self.turns), rule), rule, question)
        if _OTHER_MONEY.search(question) and not _has_figures(reading):
            return None
        amount = amount or (_has_figures(reading) and not _UNIT_ASKED.search(question))
        if not (amount or eligibility) and not reading.newest:
            return None
        if not self._sure(rule, text, reading, amount):
            return None
        _refuse_impossible_rate(question, rule)
        return self._settle(rule, reading, amount)

    # -- which rule ---------------------------------------------------------------------------------------------

    def _rule(self, question: str) -> tuple[Rule | None, str]:
        """The rule meant, and the text whose words say so: the question alone, or with the turns it leans on."""
        usable = self._usable()
        for text in (question, " ".join(self.turns)):
            if matching := match_rules(text, usable):
                return matching[0], text
        return None, ""

    def _usable(self) -> list[Rule]:
        return [rule for rule in map(self._within_reach, self.rules) if rule is not None]

    def _within_reach(self, rule: Rule) -> Rule | None:
        """The rule with those of its bases that are in the knowledge base and in the documents named."""
        named = set(self.mention.documents)
        bases = tuple(
            basis
            for basis in rule.bases
            if (document_id := basis.clause.rpartition(" ")[0]) in self.documents
            and (not named or document_id in named)
        )
        return rule.model_copy(update={"bases": bases}) if bases else None

    def _asks_otherwise(self, question: str, rule: Rule) -> bool:
        """Whether a question asks for something no subsidy rule has: papers, deadlines, a rate it does not give."""
        kinds = {kind.name for kind in asked_kinds(question)}
        return bool(kinds & _NOT_AMOUNT) or (kinds == {"rate"} and rule.rate is None)

    def _asks_amount(self, question: str, rule: Rule) -> bool:
        kinds = {kind.name for kind in asked_kinds(question)}
        if rule.kind is Kind.SHARE_OF_COUNT and "count" in kinds:
            return True
        if has_amount_intent(question) or _SUM_ASKED.search(question):
            return True
        return "money" in kinds or ("rate" in kinds and rule.rate is not None)

    def _sure(self, rule: Rule, text: str, reading: Reading, amount: bool) -> bool:
        """Whether the question is the rule's, where its words alone could be another's.

        Figures that only this rule asks for settle it; otherwise the search must lead to the rule's clause as well.
        """
        told = reading.inputs
        if rule.kind is Kind.CAP_ONLY and rule.subject and not _names_subject(rule, " ".join(self.turns)):
            return False  # a premium alone does not say that it is for a 首台（套）
        if _has_figures(reading):
            return True
        if not (told.items or told.violations) and not _is_meant(rule, text):
            return False
        depth = 3 if amount or told.violations else 1
        return any(basis.clause in self.found()[:depth] for basis in rule.bases)

    # -- outcomes -----------------------------------------------------------------------------------------------

    def _settle(self, rule: Rule, reading: Reading, amount: bool) -> Answer:
        outcome = calculate(rule, reading.inputs, self.day)
        if isinstance(outcome, Ineligible):
            return self._not_eligible(outcome)
        if rule.kind is Kind.QUALIFICATION:
            return self._terms(rule, reading)
        if isinstance(outcome, Calculation):
            return self._computed(rule, outcome)
        spent = any(item.base for item in reading.inputs.items) or bool(reading.inputs.doubts)
        general = bool(_GENERAL.search(self.turns[-1])) or not any(map(_OWN_CASE.search, self.turns))
        if not spent and (general or not amount):
            return self._terms(rule, reading)
        return self._ask_back(rule, reading, outcome)

    def _not_eligible(self, outcome: Ineligible) -> Answer:
        document, clause = self._clause(outcome.clause)
        draft = Draft()
        n = draft.cite(document, clause, outcome.quote)
        draft.lines.append(f"按现有条款不能享受。{outcome.short or outcome.reason}[{n}]")
        draft.lines.append(f"依据：{clause.label}规定：“{outcome.quote}”[{n}]")
        answer = draft.finish(self.turns[-1], self.day, Status.NOT_ELIGIBLE, retrieved=[clause.id])
        return replace(answer, warnings=(outcome.reason,)) if outcome.short else answer

    def _computed(self, rule: Rule, calculation: Calculation) -> Answer:
        draft = Draft()
        draft.lines.append("")  # the conclusion comes first but cites quotes registered below
        for basis in rule.bases:
            if basis.clause in calculation.clauses:
                self._quote(draft, rule, basis)
        draft.lines[0] = f"{_conclusion(rule, calculation)}[1]"
        draft.lines.insert(
            1, "计算：" + "；".join(f"{step.text}，得{step.value}" for step in calculation.steps) + "。[1]"
        )
        if calculation.assumptions:
            draft.lines.append("前提：" + "；".join(calculation.assumptions) + "。")
        answer = draft.finish(
            self.turns[-1], self.day, Status.ANSWERED, calculation=calculation, retrieved=calculation.clauses
        )
        others = self._not_counted(rule)
        return replace(answer, warnings=(*answer.warnings, others)) if others else answer

    def _not_counted(self, rule: Rule) -> str:
        """What to say of other measures that the question names and that the amount leaves out, "" where there are none.

        They are meant where a total is asked for, or figures are told that they ask for.
        """
        question = self.turns[-1]
        others = [
            each.title
            for each in named_beside(question, self._usable(), rule)
            if each.gives_money and (_TOTAL.search(question) or _has_figures(read_inputs([question], each)))
        ]
        if not others:
            return ""
        titles = "、".join(f"“{title}”" for title in others[:_MOST_OTHERS])
        more = "等" if len(others) > _MOST_OTHERS else ""
        return f"这里只测算了“{rule.title}”一项。问题里还说到{titles}{more}，没有算进去，请分开问。"

    def _terms(self, rule: Rule, reading: Reading) -> Answer:
        """What the clause gives and under which conditions, for a question without figures of its own."""
        basis = self._basis(rule, reading)
        document, clause = self._clause(basis.clause)
        quotes = self._quotes(clause, rule, basis)
        draft = Draft()
        draft.point_lines(document, clause, grant_points(clause, grants_in(clause, quotes)), quotes)
        draft.lines.append("以上是条款规定的条件和标准，是否符合以主管部门评审为准。")
        draft.quote_line(document, clause, quotes, "依据：")
        draft.units_line(document, clause)
        return draft.finish(
            self.turns[-1], self.day, Status.ANSWERED, retrieved=[c.id for c in draft.citations]
        )

    def _units(self, rule: Rule) -> Answer | None:
        """它由谁牵头, behind a question about this support: who is in charge by the clause that was computed with."""
        if not any(map(has_amount_intent, self.turns[:-1])):
            return None
        document, clause = self._clause(self._basis(rule, read_inputs(self.turns, rule)).clause)
        draft = Draft()
        draft.units_line(document, clause)
        if not draft.lines:
            return None
        draft.quote_line(document, clause, [draft.citations[0].quote], "依据：")
        return draft.finish(self.turns[-1], self.day, Status.ANSWERED, retrieved=[clause.id])

    def _ask_back(self, rule: Rule, reading: Reading, missing: Missing) -> Answer:
        labels = {each.name: each.label for each in rule.inputs}
        labels |= {each.id: f"是否符合“{each.requires}”" for each in rule.conditions if each.id not in labels}
        wanted = "、".join(labels.get(name, name) for name in missing.names)
        draft = Draft([f"要算出金额，还需要知道{wanted}。{missing.question}"])
        self._quote(draft, rule, self._basis(rule, reading))
        return draft.finish(
            self.turns[-1],
            self.day,
            Status.NEEDS_INPUT,
            missing=missing.names,
            retrieved=[c.id for c in draft.citations],
        )

    # -- quoting ------------------------------------------------------------------------------------------------

    def _basis(self, rule: Rule, reading: Reading) -> Basis:
        return rule.basis_for(reading.inputs.product, self.day) or rule.bases[0]

    def _clause(self, clause_id: str) -> tuple[PolicyDocument, Clause]:
        document = self.documents[clause_id.rpartition(" ")[0]]
        clause = document.clause(clause_id)
        if clause is None:
            raise KeyError(clause_id)  # the provenance check keeps such rules out
        return document, clause

    def _quote(self, draft: Draft, rule: Rule, basis: Basis) -> None:
        """Quote the sentences of the basis that hold the rule's own words, and the units in charge."""
        document, clause = self._clause(basis.clause)
        draft.quote_line(document, clause, self._quotes(clause, rule, basis), "依据：")
        draft.units_line(document, clause)

    def _quotes(self, clause: Clause, rule: Rule, basis: Basis) -> list[str]:
        words = [source.quote for _, source in sources(rule) if source.clause == clause.id]
        holding = [
            s for s in sentences_of(clause, ()) if any(w in s.text or s.text.strip() in w for w in words)
        ]
        return compose.merge(clause.text, holding) if holding else [basis.quote]


def _without_claims(turns: Sequence[str]) -> list[str]:
    """II期投了3000万给2000万对吧: the amount that is to be confirmed is nothing that was spent or received."""
    if not CONFIRMS.search(turns[-1]):
        return list(turns)
    return [*turns[:-1], _CLAIMED.sub("", turns[-1])]


def _with_premium(reading: Reading, rule: Rule, question: str) -> Reading:
    """保费补贴 300万保费: the one amount of a question about premiums that is not the cap is the premium."""
    if rule.kind is not Kind.CAP_ONLY or rule.cap is None or not rule.measured_by:
        return reading
    if reading.inputs.base is not None or reading.inputs.doubts:
        return reading
    told = {amount.value for amount in read_amounts(question)} - {rule.cap.value}
    if len(told) != 1:
        return reading
    return replace(reading, inputs=replace(reading.inputs, items=(Item(None, told.pop()),)))


def _has_figures(reading: Reading) -> bool:
    """Whether the user told figures that only this rule asks for: what else would they be told for?"""
    return any(item.base for item in reading.inputs.items)


def _is_meant(rule: Rule, text: str) -> bool:
    """Whether a text without figures names the rule's subject, and most of its words are ones the rule knows."""
    if rule.subject and not _COMPUTE.search(text) and not _names_subject(rule, text):
        return False
    choices = [word for each in rule.inputs for choice in each.choices for word in choice.words]
    labels = [each.label for each in rule.inputs]
    quotes = [source.quote for _, source in sources(rule)]
    known = fold("。".join([rule.title, *rule.keywords, *labels, *choices, *quotes]))
    words = question_words(text, default_lexicon())
    whole = sum(word.weight for word in words) or 1.0
    return sum(word.weight for word in words if word.in_text(known)) / whole >= _LEAST_SHARED


def _names_subject(rule: Rule, text: str) -> bool:
    said = canonical(text)
    return any(word in said for word in rule.subject)


def _conclusion(rule: Rule, calculation: Calculation) -> str:
    if calculation.amount_yuan is None:
        return f"{rule.title}：按条款计算为{calculation.steps[-1].value}。"
    amount = format_yuan(calculation.amount_yuan)
    if calculation.is_ceiling:
        case = "按您提供的情况，" if calculation.inputs else "按条款，"
        return f"{rule.title}：{case}最多可获{amount}（上限，不是承诺，最终以评审为准）。"
    return f"{rule.title}：按条款给予{amount}。"


def _refuse_impossible_rate(question: str, rule: Rule) -> None:
    """A share above the whole, named by the user, cannot be computed with."""
    for rate in read_percents(question):
        if rate > 1:
            said = f"{(rate * 100).normalize():f}%"
            raise InputError(
                f"您提到的比例 {said} 超过了全部投入，无法按它计算；支持比例以条款规定为准，请去掉后再问。"
            )
