"""Insertion hours of a contract in delivery: promised, done month by month, and what will lack at
its end. Minutes are integers; a month is year × 12 + month − 1.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from cordee.rules.labelled import Labelled


class Way(Labelled):
    """How a clause is served. Only hours of employees in insertion count, in any of them."""

    HIRE = "HIRE", "embauche directe"
    STAFF = "STAFF", "mise à disposition (AI, ETTI, GEIQ, EATT)"
    SIAE = "SIAE", "travail confié à une structure d’insertion"


class Done(NamedTuple):
    """Minutes done of one lot in one month; how many of them are accepted, how many proven; in how
    many totals they were said."""

    lot: int
    month: int
    minutes: int
    accepted: int = 0
    proven: int = 0
    totals: int = 0


class Promise(NamedTuple):
    """Minutes of one lot that a partner promised, evenly over some months; the last month that it
    stated of that lot, None where it stated none."""

    lot: int
    partner: int
    minutes: int
    first_month: int
    months: int
    last_stated: int | None = None

    def before(self, month: int) -> int:
        """What falls before a month, to the minute, as `spread` says."""
        part, left = divmod(self.minutes, self.months)
        over = min(max(month - self.first_month, 0), self.months)
        return part * over + min(over, left)

    def unstated(self, this_month: int) -> dict[int, int]:
        """What falls in each month that is over, of which its partner said nothing, nor later."""
        known = max(self.last_stated or 0, self.first_month - 1)
        over = range(known + 1, min(this_month, self.first_month + self.months))
        return {month: self.before(month + 1) - self.before(month) for month in over}


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


def spread(minutes: int, first: int, months: int, within: range | None = None) -> dict[int, int]:
    """Minutes by month, evenly over a number of them (1 at least), to the minute. `within`: of
    these months alone, for who asks no other."""
    part, left = divmod(minutes, max(months, 1))
    every = range(first, first + max(months, 1))
    if within is not None:
        every = range(max(first, within.start), min(every.stop, within.stop))
    return {month: part + (month - first < left) for month in every}


def promised_by_month(promises: Iterable[Promise]) -> dict[int, int]:
    """Minutes of all of them, in each month that one covers: what begins, falls by a minute and
    ends, then one running sum. Forty partners over three years are not spread one by one."""
    steps, covered = Counter[int](), set[int]()
    for each in promises:
        part, left = divmod(each.minutes, each.months)
        end = each.first_month + each.months
        steps[each.first_month] += part + 1
        steps[each.first_month + left] -= 1
        steps[end] -= part
        covered.update(range(each.first_month, end))
    months = range(min(steps, default=0), max(steps, default=0))
    sums = zip(months, accumulate(steps[month] for month in months), strict=True)
    return {month: minutes for month, minutes in sums if month in covered}


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
