"""The one question whose answer takes the most measures further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chat.matching.types import Judged, Measure, Question, State

_WHERE = "请问企业（单位）在哪个省、市？"
_ALIKE = 0.5  # share of the words of two conditions of the same id, from which on they ask the same


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Something not known of one measure: a condition, or an input of the calculator (without words)."""

    measure: int
    id: str
    question: str
    asked: bool
    words: frozenset[str] = frozenset()
    home: str = ""


def next_question(measures: Sequence[Measure]) -> Question | None:
    """What to ask; None where nothing is open.

    Of two that take as many measures further, one about a measure that gives money, then the one that leaves fewer of
    them open, then the one that comes first. Measures whose document does not say where it holds count only where
    nothing else is open.

    A measure that is refused already, or that nobody has confirmed, is settled by no answer.
    """
    groups: list[list[_Unknown]] = []
    for unknown in _unknowns(measures):
        same = next((group for group in groups if _is_same(group[0], unknown)), None)
        if same is None:
            groups.append([unknown])
        else:
            same.append(unknown)
    if not groups:
        return None
    waiting = Counter(unknown.measure for group in groups for unknown in group)

    def worth(group: Sequence[_Unknown]) -> tuple[int, bool, int, int]:
        """How many measures it takes further, whether one gives money, for how many it is all that is open."""
        about = {each.measure for each in group}
        placed = {number for number in about if measures[number].is_placed}
        money = any(measures[number].gives_money for number in placed or about)
        return len(placed), money, sum(waiting[number] == 1 for number in placed), len(about)

    best = max(groups, key=worth)
    return Question(_text(best), tuple(dict.fromkeys(u.id for u in best)), len({u.measure for u in best}))


def _unknowns(measures: Sequence[Measure]) -> Iterator[_Unknown]:
    for number, measure in enumerate(measures):
        if measure.state is State.NOT_MET or measure.is_draft:
            continue
        for each in measure.open:
            if each.blocks:
                yield _of_condition(number, each)
        for wanted in measure.missing:
            yield _Unknown(number, wanted.name, wanted.question, True)


def _of_condition(number: int, each: Judged) -> _Unknown:
    said = f"您提到“{'”“'.join(each.said)}”，" if each.said else ""
    question = each.question or f"请问是否符合“{each.requires}”？"
    return _Unknown(
        number, each.id, said + question, bool(each.question), each.words, "" if each.said else each.home
    )


def _is_same(one: _Unknown, other: _Unknown) -> bool:
    if one.home or other.home:
        return one.home.rstrip("省市") == other.home.rstrip("省市")
    if one.question == other.question:
        return True
    shared, both = one.words & other.words, one.words | other.words
    return one.id == other.id and (not both or len(shared) / len(both) >= _ALIKE)


def _text(group: Iterable[_Unknown]) -> str:
    """The question most of a group ask; one written for the rule goes before one made of its condition."""
    group = list(group)
    if group[0].home:
        return _WHERE
    asked = [each.question for each in group if each.asked] or [each.question for each in group]
    return Counter(asked).most_common(1)[0][0]
