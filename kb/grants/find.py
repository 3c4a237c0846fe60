"""From the text of one clause to the grants it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus import Span
from kb.grants.deadlines import deadlines
from kb.grants.drafts import draft
from kb.grants.grant import Source, grant_of
from kb.grants.limits import stackings
from kb.grants.sentences import cover, parts
from kb.grants.steps import merged, within
from kb.grants.types import Grant
from kb.numerals import fold


def find_grants(text: str) -> tuple[Grant, ...]:
    """The measures of support that the text of one clause gives, in text order.

    What is uncertain is left out: targets, fines, fees, loans, budgets and thresholds give no grant; classes and figures
    that do not pair one to one give no stages. Offsets are into ``text``.

    Args:
        text: the clean text of one clause.

    >>> text = "对符合条件的技改项目，按不超过设备投资额5%的比例，给予最高1000万元奖补。"
    >>> grant, = find_grants(text)
    >>> grant.kind.value, text[grant.basis.start:grant.basis.end], text[grant.who.start:grant.who.end]
    ('rate', '设备投资额', '对符合条件的技改项目')
    >>> [str(f.value) for f in grant.rates], [str(f.value) for f in grant.caps], grant.bound
    (['0.05'], ['10000000'], 'max')
    >>> find_grants("力争到2025年产值达到5000万元。逾期的，处5万元以下罚款。")
    ()
    """
    covered, folded = cover(text), fold(text)
    cut = parts(covered)
    source = Source(text, covered, cut)
    drafts = draft(covered, cut)
    made: list[Grant] = []
    for number, one in enumerate(drafts):
        goes_on = number > 0 and one.group - drafts[number - 1].group <= 1
        made.append(within(covered, folded, grant_of(source, one, made[-1] if goes_on else None)))
    grants = merged(text, covered, folded, drafts, made) + deadlines(covered, cut)
    grants.sort(key=lambda grant: (grant.span.start, grant.span.end))
    return tuple(_stacked(grants, stackings(covered, cut)))


def _stacked(grants: Sequence[Grant], rules: Sequence[Span]) -> list[Grant]:
    """Each grant with the first sentence on stacking behind it."""
    return [
        replace(grant, stacking=next((rule for rule in rules if rule.start >= grant.span.start), None))
        for grant in grants
    ]
