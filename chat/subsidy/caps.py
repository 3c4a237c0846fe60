"""The upper limits of a rule in one situation, and whether an amount has reached them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chat.subsidy.calc_types import CalculatorInputs, show_stage
from kb.money import format_yuan
from kb.rules import Rule, Source


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit.

    Attributes:
        name: what it is, with its figure: Ⅱ期上限2000万元.
        value: yuan that are left of it.
        clause: id of the clause that sets it.
        quote: its verbatim words.
    """

    name: str
    value: Decimal
    clause: str
    quote: str


def caps_of(rule: Rule, inputs: CalculatorInputs) -> tuple[Cap, ...]:
    """The limits that hold for one item, lowest first; none of one item where there are several."""
    found: list[Cap] = []
    if len(inputs.items) < 2:
        stage = inputs.items[0].stage if inputs.items else None
        own = rule.stage(stage) if stage else None
        value = rule.cap_of(stage)
        if value is not None and own is not None and own.cap is not None:
            name = f"{show_stage(rule, own.stage)}上限{format_yuan(value)}"
            found.append(_cap(rule, inputs, name, value, own.sources))
        elif value is not None and rule.cap is not None:
            per = f"每{rule.cap.unit}" if rule.cap.unit else ""
            found.append(_cap(rule, inputs, f"{per}上限{format_yuan(value)}", value, rule.cap.sources))
    if rule.entity_cap:
        value, unit = rule.entity_cap.value, rule.entity_cap.unit or "个申请人"
        name = f"每{unit}累计不超过{format_yuan(value)}"
        found.append(_cap(rule, inputs, name, value, rule.entity_cap.sources))
    if rule.yearly_cap:
        value, unit = rule.yearly_cap.value, rule.yearly_cap.unit or "个企业"
        name = f"每{unit}每年累计不超过{format_yuan(value)}"
        if prior := inputs.value("prior_support"):
            value = max(value - prior, Decimal(0))
            name += f"，已获{format_yuan(prior)}，剩余{format_yuan(value)}"
        found.append(_cap(rule, inputs, name, value, rule.yearly_cap.sources))
    return tuple(sorted(found, key=lambda cap: cap.value))


def reached(caps: tuple[Cap, ...], amount: Decimal | None) -> tuple[Cap, ...]:
    """The limits that an amount is at."""
    return tuple(cap for cap in caps if amount is not None and amount == cap.value)


def _cap(rule: Rule, inputs: CalculatorInputs, name: str, value: Decimal, sources: tuple[Source, ...]) -> Cap:
    """A limit with the words of the clause that applies, where that clause states it."""
    basis = rule.basis_for(inputs.product)
    fitting = [source for source in sources if basis and source.clause == basis.clause]
    source = (fitting or list(sources))[0]
    return Cap(name, value, source.clause, source.quote)
