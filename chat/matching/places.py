"""Where an asker is, and whether what a region lays down holds there."""

from __future__ import annotations

from collections.abc import Sequence

from chat.matching.profile import Profile
from chat.subsidy.region import read_whereabouts
from kb.query.places import Place, find_places


def places_of(profile: Profile) -> tuple[Place, ...]:
    """The places a profile says the asker is at: the fact, and what the newest message that tells one says.

    >>> from chat.matching.profile import read_words
    >>> [place.name for place in places_of(read_words(["我们是烟台的企业，委托上海的公司做试验"]))]
    ['烟台']
    """
    found: list[Place] = []
    if fact := profile.fact("region"):
        found += find_places(fact.value) or (Place(fact.value, frozenset(), 0, len(fact.value)),)
    for turn in reversed(profile.words):
        named = [where.place for where in read_whereabouts(turn, "") if not where.at_home]
        if places := [place for name in named for place in find_places(name)]:
            found += places
            break
    return tuple(found)


def holds_at(region: str, places: Sequence[Place]) -> tuple[bool | None, tuple[str, ...]]:
    """Whether a region's rules hold at the places, with the names that tell; None where that cannot be said.

    >>> holds_at("山东省", find_places("烟台")), holds_at("山东省", find_places("南京"))
    ((True, ('烟台',)), (False, ('南京',)))
    >>> holds_at("山东省烟台市", find_places("山东")), holds_at("山东省", ())
    ((None, ()), (None, ()))
    """
    inside = tuple(place.name for place in places if _is_inside(place, region))
    outside = tuple(place.name for place in places if not place.holds(region))
    if inside and outside:
        return None, (*inside, *outside)
    if inside or outside:
        return bool(inside), inside or outside
    return None, ()


def _is_inside(place: Place, region: str) -> bool:
    """Whether a place is the region or a part of it, and not one that the region is a part of."""
    if not place.holds(region):
        return False
    if not place.covers(region):
        return True
    own = find_places(region, [region])
    return bool(own) and (own[-1].divisions == place.divisions or own[-1].name == place.name)
