"""Absolute month numbers, and durations counted from date to date."""

from calendar import monthrange
from datetime import date, timedelta


def month_number(day: date) -> int:
    """Give the absolute number of a day's month: ``year * 12 + month - 1``."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """Give the first day of an absolute month."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Give the last day of an absolute month."""
    return first_day(month + 1) - timedelta(days=1)


def calendar_month(month: int) -> int:
    """Give the month of the year, 1 to 12, of an absolute month."""
    return month % 12 + 1


def add_months(day: date, months: int) -> date:
    """Move a day by whole months; a day that does not exist becomes the last of its month."""
    moved = first_day(month_number(day) + months)
    return moved.replace(day=min(day.day, monthrange(moved.year, moved.month)[1]))


def lasts_at_least(start: date, end: date, months: int) -> bool:
    """Tell whether a period, both days included, lasts this many months from date to date.

    1 January to 30 June is six months; to 29 June is five months and 29 days.
    """
    return end + timedelta(days=1) >= add_months(start, months)
