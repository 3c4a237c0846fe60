"""Whether each number of a claim stands in its support, with the same comparator, and goes with the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from chat.answer import Answer
from chat.check.figures import (
    AMOUNT,
    CLASS,
    DATE,
    DAYS,
    LATIN,
    MONTH,
    MONTH_DAY,
    MONTHS,
    PERCENT,
    PHASE,
    VAGUE,
    YEAR,
    Fact,
    read_facts,
)
from chat.check.names import without_addresses
from chat.check.pairs import context_of, pair_problems
from chat.check.support import Source, Support, fold_text
from chat.check.wording import Roles, roles
from kb.money import format_yuan
from kb.query.figures import Role

_BREAK = "。；;\n"
_COUNTED_ITEMS = re.compile(
    r"^\s*(?:联合)?(?:个|家|份|条|项|类|点|方面|大)*(?:发文|责任|参与|牵头)?(?:部门|单位|文件|条款|方面|条件|情形|"
    r"措施|规定|政策|要点|期|档|阶段|部分|任务|问题|机关)"
    r"|^\s*(?:条|点|项|类|步)(?=[：:，。]|$)"
)
_GIVES = re.compile(r"可获|获得|可得|拿|补助|补贴|支持|资助|奖励|给予|享受")


def figure_problems(
    text: str, support: Support, answer: Answer, everywhere: Sequence[Source]
) -> Iterator[str]:
    """What is wrong with the numbers of a stretch.

    Args:
        text: words of the answer.
        support: what they rest on.
        answer: the whole answer.
        everywhere: all its citations.
    """
    claim = without_addresses(text)
    facts = read_facts(claim)
    if not facts:
        return
    cited = {fact.key for fact in support.cited_facts}
    other = {fact.key for fact in support.other_facts}
    for fact in facts:
        if not _is_known(fact, cited | other, support) and not _counts_items(
            fact, claim, support, everywhere
        ):
            yield f"{text[fact.start : fact.end].strip()}既不在所引原文里，也不是您说的或算出来的"
    passages = [_passage(source.clause.text, source.citation.quote) for source in support.sources]
    yield from _role_problems(claim, facts, support, passages, answer)
    for fact in facts:
        if fact.is_measured and fact.key not in other:
            yield from _period_problems(claim, fact, passages)
    yield from _sum_problems(claim, facts, answer, support, cited)
    yield from pair_problems(claim, passages, answer.question, other)


def _is_known(fact: Fact, known: set[tuple[str, str]], support: Support) -> bool:
    if fact.key in known:
        return True
    if fact.kind in (LATIN, VAGUE):
        return re.sub(r"[-./\s]", "", fact.value.lower()) in re.sub(r"[-./\s]", "", support.folded)
    if fact.kind == "number":
        return any(value == fact.value for _, value in known) or fact.value in re.findall(
            r"[\d.]+", support.folded
        )
    if fact.kind == YEAR:
        return any(kind in (DATE, MONTH) and value.split("-")[0] == fact.value for kind, value in known)
    if fact.kind == MONTH:
        return any(kind == DATE and value.startswith(f"{fact.value}-") for kind, value in known)
    if fact.kind == MONTH_DAY:
        return any(kind == DATE and value.endswith(f"-{fact.value}") for kind, value in known)
    if fact.kind == DATE:
        year, _, day = fact.value.partition("-")
        return (MONTH_DAY, day) in known and (YEAR, year) in known
    return False


def _counts_items(fact: Fact, claim: str, support: Support, everywhere: Sequence[Source]) -> bool:
    """Whether a number counts what the answer itself lists: 两个文件, 10个部门联合印发."""
    if fact.kind == CLASS:  # A、B、C、D四类
        before = re.split(r"[，；。：:]", claim[: fact.start])[-1]
        return before.count("、") + 1 == int(float(fact.value)) > 1
    if fact.kind == PERCENT and "半" in claim[fact.start : fact.end]:  # 由60个减到30个，缩短了一半
        values = [
            Decimal(each.value) for each in read_facts(claim) if each.is_measured and each.kind != PERCENT
        ]
        return any(a == 2 * b for a in values for b in values if b)
    if not fact.kind.startswith("count") and fact.kind != MONTHS:
        return False
    if fact.value == "1" and "每" in claim[max(0, fact.start - 6) : fact.start]:
        return True  # 每招收1名 is 每人
    unit = fact.kind.partition(":")[2]
    if not _COUNTED_ITEMS.match(unit + claim[fact.end :]) and not _COUNTED_ITEMS.match(claim[fact.end :]):
        return False
    units = [len({*s.clause.lead}) for s in everywhere] + [len({*s.clause.participants}) for s in everywhere]
    units += [len({*s.clause.lead, *s.clause.participants}) for s in everywhere]
    lists = [len(s.citation.quote.splitlines()) for s in everywhere]
    listed = [part.count("、") + 1 for part in re.split(r"[，；。：:]", claim)]
    whole = [
        len(everywhere),
        len({s.document_id for s in everywhere}),
        len({s.clause.id for s in everywhere}),
    ]
    return fact.value in {str(n) for n in (*units, *lists, *listed, *whole)}


# -- comparators -------------------------------------------------------------------------------------------------


@lru_cache(2048)
def _passage(text: str, quote: str) -> str:
    """A quote with the rest of the phrases it begins and ends in."""
    at = text.find(quote)
    start = max((text.rfind(mark, 0, at) for mark in _BREAK), default=-1) + 1
    ends = [found for mark in _BREAK if (found := text.find(mark, at + len(quote) - 1)) >= 0]
    return text[start : min(ends, default=len(text) - 1) + 1]


@lru_cache(2048)
def _cited_roles(passage: str) -> tuple[tuple[Fact, Roles, frozenset[str]], ...]:
    facts = read_facts(passage)
    return tuple(
        (fact, role, context_of(passage, fact))
        for fact, role in zip(facts, roles(passage, facts), strict=True)
        if fact.is_measured
    )


def _role_problems(
    claim: str, facts: Sequence[Fact], support: Support, passages: Sequence[str], answer: Answer
) -> Iterator[str]:
    made = answer.calculation
    ceiling = (
        format_yuan(made.amount_yuan) if made and made.amount_yuan is not None and made.is_ceiling else ""
    )
    top = {fact.key for fact in read_facts(ceiling)} if ceiling else set()
    told = list(zip(facts, roles(claim, facts), strict=True))
    exact = {
        fact.key
        for text in (support.said, support.made)
        for fact, role in zip(read_facts(text), roles(text, read_facts(text)), strict=True)
        if Role.PLAIN in role
    }
    capped = {fact.key for fact, role in told if role == {Role.CAP}}
    for fact, role in told:
        if not fact.is_measured:
            continue
        words = claim[fact.start : fact.end]
        held = _held(claim, fact, passages)
        if fold_text(_phrase(claim, fact)) in fold_text(support.made):
            continue  # the calculation's own words
        if not role:
            yield f"{words}前后的上下限自相矛盾"
        elif fact.key in top and role == {Role.FLOOR}:
            yield f"{words}是上限，这里成了下限"
        elif (
            fact.key in top
            and fact.key not in capped
            and role == {Role.PLAIN}
            and _GIVES.search(claim)
            and not _steps(claim)
        ):
            yield f"{words}是上限，这里没有说“最高”或“不超过”"
        elif held and not _fits(fact, role, held) and not (fact.key in exact and Role.PLAIN in role):
            yield f"{words}在依据里{_told(held)}，这里{_told([role])}"


def _phrase(claim: str, fact: Fact) -> str:
    """The phrase a number stands in."""
    return (
        re.split(r"[，,；;。：:\n]", claim[: fact.start])[-1]
        + re.split(r"[，,；;。\n]", claim[fact.start :])[0]
    ).strip()


_PERIOD = re.compile(
    r"每(?:个)?(?:年|月|季度?|周|天|日|学年)|[/／](?:年|月|天|日)|年度|一年|逐年|按[年月]|年(?=累计)|月均|年均"
)
_PERIOD_OF = {"月": "月", "季": "季", "周": "周", "天": "日", "日": "日"}


def _periods(words: str) -> set[str]:
    """How often something is given, by the words near a number."""
    return {
        next((_PERIOD_OF[c] for c in match.group() if c in _PERIOD_OF), "年")
        for match in _PERIOD.finditer(words)
    }


def _period_problems(claim: str, fact: Fact, passages: Sequence[str]) -> Iterator[str]:
    """每年2000元 for 每月2000元."""
    own = _periods(_phrase(claim, fact))
    held = [
        _periods(_phrase(passage, other))
        for passage in passages
        for other, _, _ in _cited_roles(passage)
        if other.key == fact.key
    ]
    if own and held and not any(own <= each for each in held) and any(held):
        yield f"{claim[fact.start : fact.end]}在依据里不是按“{'、'.join(sorted(own))}”说的"


_TIMES = re.compile(r"\s*(?:[×xX*]|乘以?|的)\s*")
_EQUATION = re.compile(r"\s*(?:[=＝≈]|，?得|，?即|，?[就也]?[是为]|，?等于)\s*")
_RESULT = re.compile(
    r"(?:可获得?|可得|能拿到?|能获得?|可以?(?:拿|领|享受|申请)到?)(?:的?(?:支持|补助|资金|金额)为?)?\s?$"
)
_OWN_CASE = re.compile(r"您|贵公司|贵企业|按(?:所|上述|以上)?提供的情况|测算结果")


def _sum_problems(
    claim: str, facts: Sequence[Fact], answer: Answer, support: Support, cited: set[tuple[str, str]]
) -> Iterator[str]:
    """A product that does not come out, and a result that is not the calculation's."""
    for first, rate, product in zip(facts, facts[1:], facts[2:], strict=False):
        if (first.kind, rate.kind, product.kind) != (AMOUNT, PERCENT, AMOUNT):
            continue
        is_product = _TIMES.fullmatch(claim[first.end : rate.start]) and _EQUATION.fullmatch(
            claim[rate.end : product.start]
        )
        if is_product and Decimal(first.value) * Decimal(rate.value) / 100 != Decimal(product.value):
            yield f"{claim[first.start : product.end]}算得不对"
    made = answer.calculation
    if made is None or made.amount_yuan is None:
        return
    computed = {f.key for f in read_facts(support.made)}
    phases = {key for key in computed if key[0] == PHASE}
    if phases and any(f.is_measured and f.key in computed - cited for f in facts):
        for fact in facts:
            if fact.kind == PHASE and fact.key not in phases:
                yield f"计算里没有{claim[fact.start : fact.end]}"
    for fact in facts:
        is_result = fact.kind == AMOUNT and _RESULT.search(claim[: fact.start])
        if (
            is_result
            and Decimal(fact.value) != made.amount_yuan
            and (fact.key not in cited or _OWN_CASE.search(claim))
        ):
            yield f"{claim[fact.start : fact.end]}不是计算的结果"


def _steps(claim: str) -> bool:
    return "计算：" in claim or "取较小值" in claim or "×" in claim


def _held(claim: str, fact: Fact, passages: Sequence[str]) -> list[Roles]:
    """The roles of a number in the phrases of the quotes that are most like the claim's."""
    same = [each for passage in passages for each in _cited_roles(passage) if each[0].key == fact.key]
    if len({role for _, role, _ in same}) < 2:
        return [role for _, role, _ in same]
    own = context_of(claim, fact)
    best = max(len(own & context) for _, _, context in same)
    return [role for _, role, context in same if len(own & context) == best]


def _fits(fact: Fact, role: Roles, held: Sequence[Roles]) -> bool:
    if any(role & each for each in held):
        return True
    if fact.kind.startswith(DAYS):  # 30个工作日内 and 30个工作日 are one promise
        return not any(Role.FLOOR in each for each in held) and Role.FLOOR not in role
    return False


def _told(held: Sequence[Roles]) -> str:
    names = {Role.CAP: "是上限", Role.FLOOR: "是下限", Role.PLAIN: "没有上下限"}
    return "或".join(dict.fromkeys(names[min(each)] if each else "自相矛盾" for each in held))
