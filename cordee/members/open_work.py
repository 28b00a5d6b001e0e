"""How much work is open around a place: asked here, counted by the room above that knows notices.

Like a panel slot, but a number: pages of members say what an answer unlocks with real counts, and
import nothing from above. Where no room counts, the answer is None and the page says no figure.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cordee.accounts.models import User

# What a phone can show, and what the kilometres of a working day allow.
REACHES_KM = (10, 20, 40, 60, 100)


# Opportunities still open within each radius, in kilometres.
type OpenWork = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SearchPoint:
    """Where one asks: a point and its department."""

    latitude: float
    longitude: float
    department: str


# (who asks, where, trades, radii, now); no trade means any of the 27.
type Counter = Callable[[User, SearchPoint, Collection[str], Sequence[int], datetime], OpenWork]

# Set by the room above that counts, in its `apps.py`.
counter: Counter | None = None


def count(
    *,
    person: User,
    around: SearchPoint | None,
    trades: Collection[str],
    radii_km: Sequence[int] = REACHES_KM,
    now: datetime,
) -> OpenWork | None:
    """What is open there for the person, or None where the place is unknown or nobody counts."""
    if around is None or counter is None:
        return None
    return counter(person, around, trades, radii_km, now)
