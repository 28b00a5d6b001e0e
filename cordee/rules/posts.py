"""Insertion posts: full-time equivalents and the State's aid (RULE-05 to RULE-08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.rules import parameters
from cordee.rules.figures import nearest
from cordee.rules.kinds import Kind
from cordee.rules.months import month_number


def reference_hours(kind: Kind | str, *, on: date) -> int:
    """Give the yearly hours of one full-time insertion post, for want of the annex's own figure.

    Source: see each value; RULE-05.
    Not covered: EA, EATT, ESAT, GEIQ and ordinary companies, which raise ``UnknownParameter``.
    """
    return parameters.amount(f"reference_hours.{Kind(kind).lower()}", on=on)


def annual_fte(hours: Decimal, *, kind: Kind | str, annex_hours: int | None, on: date) -> Decimal:
    """Give the full-time equivalents that these hours of a year make, not rounded.

    ``annex_hours`` is the yearly hours of a post written in the annex; None takes the usual one.

    Source: PA dbt models; RULE-05.
    """
    return hours / (annex_hours or reference_hours(kind, on=on))


def monthly_fte(
    hours_of_month: Decimal, *, kind: Kind | str, annex_hours: int | None, on: date
) -> Decimal:
    """Give the full-time equivalents that these hours of one month make, not rounded.

    Source: PA dbt models; RULE-05.
    """
    return annual_fte(hours_of_month, kind=kind, annex_hours=annex_hours, on=on) * 12


def convention_months(start: date, end: date) -> int:
    """Count the calendar months that a convention touches, first and last included.

    Source: PA dbt models; RULE-06.
    """
    if end < start:
        raise ValueError(f"end is {end}, before start {start}: swap or correct the two dates.")
    return month_number(end) - month_number(start) + 1


def annual_contracted_fte(posts_fte: Decimal, *, start: date, end: date) -> Decimal:
    """Bring the posts of a convention to the year, by the months it touches.

    Source: PA dbt models; RULE-06.
    """
    return posts_fte * convention_months(start, end) / 12


def unit_aid_cents(kind: Kind | str, *, on: date) -> int:
    """Give the State's yearly aid for one full-time insertion post, in cents (mainland).

    Source: the yearly arrêté named by each value; RULE-07.
    Not covered: Mayotte (``aide_au_poste.mayotte_*``); in prison, which differed before August 2022
    (``aide_au_poste.prison_*``); the modulated part; the contrat passerelle, paid for six months.
    """
    return parameters.amount(f"aide_au_poste.{Kind(kind).lower()}", on=on)


def total_aid_cents(posts_fte: Decimal, unit_cents: int, *, months: int) -> int:
    """Give the aid of a convention over its months, rounded to the cent.

    Source: PA dbt models; RULE-07.
    Not covered: the regularisations of months 5, 8, 11 and of the year's end; unfilled posts.
    """
    return nearest(posts_fte * unit_cents * months / 12)


@dataclass(frozen=True, slots=True)
class Consumption:
    """Posts used beyond (+) or short of (-) the convention, in full-time equivalents."""

    by_month: dict[int, Decimal]
    to_date: Decimal


def consumption(done_fte: Mapping[int, Decimal], posts_fte: Decimal) -> Consumption:
    """Compare the full-time equivalents done each month with the posts of the convention.

    ``done_fte`` is keyed by absolute month; ``to_date`` is the mean gap over these months.

    Source: PA dbt models; RULE-08.
    Not covered: a number of posts that changes during the year.
    """
    gaps = {month: done_fte[month] - posts_fte for month in sorted(done_fte)}
    to_date = sum(gaps.values(), Decimal(0)) / len(gaps) if gaps else Decimal(0)
    return Consumption(gaps, to_date)
