"""What serves the hours of a clause that no team takes: staff that is supplied, then people hired.

One simple rule, stated on the page: the nearest supplier first, as far as it says it can; then
people hired at full time, from the first month on, for whole months. Minutes are integers; a month
is year × 12 + month − 1.
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
class Hire:
    """Some people hired alike: each at full time for so many months."""

    people: int
    months: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Filling:
    """Who serves what. `staff`: minutes by supplier and month, the nearest first; `to_ask`: those
    in reach that say nothing of what they can, which counts for nothing."""

    staff: Mapping[str, Mapping[int, int]]
    to_ask: tuple[str, ...]
    hires: tuple[Hire, ...]
    uncovered: int


def cfte_for(minutes: int, months: int, *, full_month: int) -> int:
    """The hundredths of a full-time post that these minutes are each month, rounded up.

    `full_month`: minutes worked by one such post in a month.
    """
    return max(1, -(-minutes * 100 // (full_month * months)))


def filling(left: Mapping[int, int], suppliers: Sequence[Supplier], *, full_month: int) -> Filling:
    """Serve the minutes that are left of each month.

    A supplier takes at most what it states of a month. What is left over, whatever its month, is
    done by whole people: as many whole months of work as it holds, each person staying to the last
    month before another is hired. Less than one month of one person stays uncovered.

    Source: decision of Cordée, no rule of law. Not covered: part-time posts, hours that must be
    done in a given month, the price of a supplier, 480 hours a person of an AI (RULE-40).
    """
    rest = dict(left)
    staff: dict[str, dict[int, int]] = {}
    nearest = sorted(suppliers, key=lambda each: (each.distance_km, each.key))
    for supplier in nearest:
        stated = supplier.minutes or {}
        takes = {month: min(rest[month], stated.get(month, 0)) for month in rest}
        for month, minutes in takes.items():
            rest[month] -= minutes
        if any(takes.values()):
            staff[supplier.key] = {month: taken for month, taken in takes.items() if taken}
    over = sum(rest.values())
    whole, last = divmod(over // full_month, len(left)) if left else (0, 0)
    hires = tuple(
        Hire(people, months, people * months * full_month)
        for people, months in ((whole, len(left)), (1, last))
        if people and months
    )
    return Filling(
        staff,
        tuple(each.key for each in nearest if each.minutes is None),
        hires,
        over - sum(hire.minutes for hire in hires),
    )
