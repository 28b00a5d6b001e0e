"""Insertion hours of a contract in delivery: promised, done month by month, and what will lack at
its end. Minutes are integers; a month is year × 12 + month − 1.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from cordee.rules.labelled import Labelled


class Way(Labelled):
    """How a clause is served. Only hours of employees in insertion count, in any of them."""

    HIRE = "HIRE", "embauche directe"
    STAFF = "STAFF", "mise à disposition (AI, ETTI, GEIQ, EATT)"
    SIAE = "SIAE", "travail confié à une structure d’insertion"


class Done(NamedTuple):
    """Minutes done of one lot in one month; how many of them are accepted, how many proven."""

    lot: int
    month: int
    minutes: int
    accepted: int = 0
    proven: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """Cumulated minutes at the end of a month; `done` is None in months that nobody stated yet."""

    month: int
    promised: int
    done: int | None
    expected: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clause stands. `missing`: what will lack at the end if what is promised from here on
    is done, 0 where nothing will. `unstated`: months over, of which somebody said nothing yet."""

    due: int
    done: int
    accepted: int
    proven: int
    missing: int
    unstated: int
    curve: tuple[Point, ...]

    @property
    def end_month(self) -> int | None:
        """The last month that anything is promised or done in."""
        return self.curve[-1].month if self.curve else None


def spread(minutes: int, first: int, months: int) -> dict[int, int]:
    """Minutes by month, evenly over a number of them (1 at least), to the minute."""
    part, left = divmod(minutes, max(months, 1))
    return {first + n: part + (n < left) for n in range(max(months, 1))}


def standing(
    due: int,
    plan: Mapping[int, int],
    rows: Iterable[Done],
    *,
    unstated: Mapping[int, int],
    this_month: int,
) -> Standing:
    """Where the hours of a contract or of a lot stand at the beginning of a month.

    `due`: minutes of the clause. `plan`: minutes promised by month. `rows`: what is in force; no
    part of it in two of them. `unstated`: of the plan, by month that is over, what partners
    promised who stated neither that month nor a later one. Nobody knows it yet: it is expected. All
    else that was promised before `this_month` and is not done is late, and not hoped for again.

    Source: RULE-18 (validated hours against hours due). Not covered: hours that a penalty replaces.
    """
    by_month: defaultdict[int, int] = defaultdict(int)
    accepted = proven = 0
    for row in rows:
        by_month[row.month] += row.minutes
        accepted += row.accepted
        proven += row.proven
    months = sorted({*plan, *by_month})
    known_until = min(max(by_month, default=0), this_month - 1)
    curve, planned, done, expected = [], 0, 0, 0
    for month in range(months[0], months[-1] + 1) if months else ():
        planned += plan.get(month, 0)
        done += by_month[month]
        if month < this_month:
            expected += by_month[month] + unstated.get(month, 0)
        else:
            expected += max(plan.get(month, 0), by_month[month])
        curve.append(Point(month, planned, done if month <= known_until else None, expected))
    return Standing(
        due,
        sum(by_month.values()),
        accepted,
        proven,
        max(due - expected, 0),
        sum(1 for minutes in unstated.values() if minutes),
        tuple(curve),
    )
