"""What serves the hours of a clause that no team takes: staff that is supplied, then people hired.

One simple rule, stated on the page. Minutes are integers; a month is year × 12 + month − 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Supplier:
    """A structure in reach that supplies staff; `minutes` by month, None where it says nothing."""

    key: str
    distance_km: float
    minutes: Mapping[int, int] | None


@dataclass(frozen=True, slots=True)
class Filling:
    """Who serves what. `staff`: minutes by supplier and month, the nearest first; `hires`: how many
    people, for how many months each, at full time."""

    staff: Mapping[str, Mapping[int, int]]
    hires: tuple[tuple[int, int], ...]
    uncovered: int


def filling(
    left: Mapping[int, int], suppliers: Sequence[Supplier], *, full_month: int, most_hires: int
) -> Filling:
    """Serve the minutes that are left of each month; `full_month`: those of one person at work.

    The nearest supplier first, each with what it states of a month at most; one that says nothing
    takes nothing. What is left over, whatever its month, is done by `most_hires` people at most: as
    many whole months as it holds, each person staying to the last before another is hired.

    Source: decision of Cordée, no rule of law. Not covered: part-time posts, hours that must be
    done in a given month, the price of a supplier, 480 hours a person of an AI (RULE-40).
    """
    rest = dict(left)
    staff: dict[str, Mapping[int, int]] = {}
    for supplier in sorted(suppliers, key=lambda each: (each.distance_km, each.key)):
        stated = supplier.minutes or {}
        taken = {m: min(rest[m], stated[m]) for m in rest if min(rest[m], stated.get(m, 0))}
        if taken:
            staff[supplier.key] = taken
            rest |= {month: rest[month] - minutes for month, minutes in taken.items()}
    over = sum(rest.values())
    hired = min(over // full_month, most_hires * len(left))
    whole, last = divmod(hired, len(left)) if left else (0, 0)
    hires = tuple(hire for hire in ((whole, len(left)), (1, last)) if all(hire))
    return Filling(staff, hires, over - hired * full_month)
