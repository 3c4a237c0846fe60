"""What a clause gives: measures of support with their figures, read from its text alone.

sentences → figures → verbs → drafts → who, units, basis, stages, limits → steps (ladders) → find.
"""

from kb.grants.find import find_grants
from kb.grants.types import Bound, Figure, Grant, Kind, Limit, LimitKind, Method, Period, Stage, Tier

__all__ = [
    "Bound",
    "Figure",
    "Grant",
    "Kind",
    "Limit",
    "LimitKind",
    "Method",
    "Period",
    "Stage",
    "Tier",
    "find_grants",
]
