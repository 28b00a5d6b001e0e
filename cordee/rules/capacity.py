"""What crews can do each month, in hundredths of a full-time equivalent (cFTE)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor

from cordee.rules import parameters
from cordee.rules.months import calendar_month


def full_time_weekly_hours(*, on: date) -> int:
    """Give the weekly hours of a full-time job.

    Source: Code du travail L3121-27.
    """
    return parameters.amount("contracts.full_time_weekly_hours", on=on)


def crew_cfte(places: int, weekly_hours: Decimal, *, full_time_weekly_hours: Decimal) -> int:
    """Give the capacity of a full crew in cFTE, rounded down: never promise more than there is.

    Source: RULE-05 (35 hours a week over 52 weeks is one full-time post of an ACI).
    """
    if places < 0 or weekly_hours < 0 or full_time_weekly_hours <= 0:
        raise ValueError(
            f"places {places}, weekly_hours {weekly_hours}, full_time_weekly_hours "
            f"{full_time_weekly_hours}: give 0 or more, and a full time above 0."
        )
    return floor(100 * places * weekly_hours / full_time_weekly_hours)


@dataclass(frozen=True, slots=True)
class SeasonalProfile:
    """Share of its capacity that a crew offers each month of the year, in per cent.

    ``percents`` runs from January to December. Absolute months bound its validity, both
    included; None is unbounded.
    """

    percents: tuple[int, ...]
    first_month: int | None = None
    last_month: int | None = None

    def __post_init__(self) -> None:
        if len(self.percents) != 12 or not all(0 <= p <= 100 for p in self.percents):
            raise ValueError(f"percents is {self.percents}: give twelve figures from 0 to 100.")


@dataclass(frozen=True, slots=True)
class MonthSpan:
    """An amount of cFTE over absolute months, both included: an exception or a booking."""

    first_month: int
    last_month: int
    cfte: int


@dataclass(frozen=True, slots=True)
class Crew:
    """One crew: its capacity when full, its seasons, dated exceptions and bookings.

    An exception replaces what the season would give; bookings come off what is left.
    """

    base_cfte: int
    profiles: tuple[SeasonalProfile, ...] = ()
    exceptions: tuple[MonthSpan, ...] = ()
    bookings: tuple[MonthSpan, ...] = ()


def monthly_cfte(crews: Sequence[Crew], *, first_month: int, months: int) -> dict[int, int]:
    """Give the free capacity of some crews for each absolute month, in cFTE, never below 0.

    Several profiles valid in one month: the last one given wins; so for exceptions.

    Source: design decision "capacity = crews"; no rule of law.
    """
    return {
        month: sum(_free_cfte(crew, month) for crew in crews)
        for month in range(first_month, first_month + months)
    }


def _free_cfte(crew: Crew, month: int) -> int:
    offered = _offered_cfte(crew, month)
    booked = sum(b.cfte for b in crew.bookings if b.first_month <= month <= b.last_month)
    return max(0, offered - booked)


def _offered_cfte(crew: Crew, month: int) -> int:
    for exception in reversed(crew.exceptions):
        if exception.first_month <= month <= exception.last_month:
            return exception.cfte
    for profile in reversed(crew.profiles):
        started = profile.first_month is None or profile.first_month <= month
        ended = profile.last_month is not None and profile.last_month < month
        if started and not ended:
            return crew.base_cfte * profile.percents[calendar_month(month) - 1] // 100
    return crew.base_cfte
