"""A month as an absolute number."""

from cordee.engine.problem.checks import within


def month_number(year: int, month: int) -> int:
    """Return the absolute number of a calendar month (`month` runs from 1 to 12)."""
    within("month", month, 1, 12)
    return year * 12 + month - 1


def month_name(number: int) -> str:
    """Return an absolute month as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
