"""Does a question ask for an amount, and which rule is it about? Which words belong to a rule is data of the rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chat.subsidy.phases import canonical
from chat.subsidy.segments import find_words
from kb.numerals import fold
from kb.rules import Rule
from kb.tokens import bigrams

_AMOUNT_INTENT = re.compile(
    r"""
    多少钱 | 多少(?:万|元|资金|补贴|补助|支持|奖励|经费|额度|张|个?床)                       # 能给多少钱, 给多少补贴, 设多少张
  | (?:拿|领|获得|获|得到|得|补贴?|补助|支持|给予?|奖励?|资助|申请到?|享受|报销|批)(?:到|得到|过来|下来)?
    (?:多少(?![家天年项人种次])|几(?:个)?(?:百|千)?万)                                       # 能拿多少, 补多少
  | (?:金额|额度|上限|限额|封顶|比例|标准)(?:是|有|到|为)?(?:多少|几|怎么|如何)?              # 上限, 额度是多少
  | (?:最多|最高)(?:能|可以?|会|可以)?(?:拿|补|给|支持|获|领|申请|奖|有|是|多少|到)            # 最高多少, 最多能拿
  | (?:算一?[下算]|算[到出清]|精确算|算算|计算|测算|帮.{0,4}算)                                               # 算一下
  | (?:能|可以?|能不能|可不可以)(?:拿|领|获得|得|补|给)到?[^，。；,]{0,10}(?:万|亿|钱|吗|么)    # 能拿到2000万吗
  | 多少(?=[？?。]|$)                                                                      # ……多少？
    """,
    re.VERBOSE,
)
# counting questions that are not about money: 缩减到多少个工作日, 建多少家
_COUNTING = re.compile(r"多少(?:个工作日|家|天|年|项|人|种|次|个(?!床))|总床位|审评|时限")

_PHASE = re.compile(r"(?<![A-Za-z])(?:0|I{1,3}|IV|V)期")
_PARTS = re.compile(r"[，,。；;！!？?\n]")


def has_amount_intent(text: str) -> bool:
    """Whether the words ask how much is given.

    >>> [has_amount_intent(t) for t in ("II期投入6000万能拿多少", "临床试验的上限是多少", "伦理审查结果互认吗")]
    [True, True, False]
    """
    folded = fold(text)
    return bool(_AMOUNT_INTENT.search(folded)) and not _COUNTING.search(folded)


def match_rules(question: str, rules: Iterable[Rule]) -> list[Rule]:
    """The rules whose keywords a question holds, the most specific first.

    A keyword inside a longer keyword of another rule does not count: 临床医学研究中心 is not about 临床. Of rules found by
    words as long the one whose clause shares more with the question comes first.
    """
    rules = list(rules)
    text = canonical(question)
    spans = {
        rule.id: [match.span() for match in find_words(text, rule.keywords)]
        for rule in rules
        if not any(word in text for word in rule.not_about)
    }
    everywhere = [span for rule in rules for span in (m.span() for m in find_words(text, rule.keywords))]
    scored: list[tuple[int, float, int, Rule]] = []
    for number, rule in enumerate(rules):
        own = [
            span for span in spans.get(rule.id, ()) if not any(_inside(span, other) for other in everywhere)
        ]
        if own:
            longest = max(end - start for start, end in own)
            scored.append((-longest, -_shared(text, rule), number, rule))
        elif rule.id in spans and _has_phases(rule) and _PHASE.search(text):
            scored.append((-1, 0.0, number, rule))
    return [rule for *_, rule in sorted(scored, key=lambda each: each[:3])]


def named_beside(question: str, rules: Sequence[Rule], chosen: Rule) -> list[Rule]:
    """Other rules that parts of a question are about which say nothing of the rule chosen."""
    found = {}
    for part in _PARTS.split(question):
        matched = match_rules(part, rules)
        if matched and chosen.id not in {rule.id for rule in matched}:
            found[matched[0].id] = matched[0]
    return list(found.values())


def _has_phases(rule: Rule) -> bool:
    return any(each.type == "phase" for each in rule.inputs)


def _shared(text: str, rule: Rule) -> float:
    """Share of the pairs of characters of a question that stand in the words a rule rests on."""
    words = "。".join(canonical(basis.quote) for basis in rule.bases)
    pairs = bigrams(re.sub(r"\W", "", text))
    return sum(pair in words for pair in pairs) / len(pairs) if pairs else 0.0


def _inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and span != other
