"""Insertion posts: full-time equivalents and the State's aid (RULE-05 to RULE-08)."""

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


def total_aid_cents(posts_fte: Decimal, unit_cents: int, *, months: int) -> int:
    """Give the aid of a convention over its months, rounded to the cent.

    Source: PA dbt models; RULE-07.
    Not covered: the regularisations of months 5, 8, 11 and of the year's end; unfilled posts.
    """
    return nearest(posts_fte * unit_cents * months / 12)
