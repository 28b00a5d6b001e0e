"""Months as absolute numbers, and what every value is held against: an error names the cure."""

from collections.abc import Iterable

from cordee.rules.kinds import Kind

MAX_MONTHS = 240
MAX_CFTE = 1_000_000
MAX_CENTS = 10**12


def within(what: str, value: int, least: int, most: int) -> None:
    """Refuse what is no whole number between two, both included."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{what} is {value!r}; give a whole number.")
    if not least <= value <= most:
        raise ValueError(f"{what} is {value}; give a value from {least} to {most}.")


def named(what: str, value: str) -> None:
    """Refuse an empty name."""
    if not value:
        raise ValueError(f"{what} is empty; give a name that identifies it.")


def known_kind(what: str, kind: str) -> None:
    """Refuse a kind of structure that the rules do not know."""
    if kind not in Kind.__members__.values():
        raise ValueError(f"{what} has {kind!r}; give one of {', '.join(Kind)}.")


def on_earth(what: str, latitude_deg: float, longitude_deg: float) -> None:
    """Refuse degrees outside their range."""
    if not (-90 <= latitude_deg <= 90 and -180 <= longitude_deg <= 180):
        raise ValueError(
            f"{what}: place ({latitude_deg}, {longitude_deg}) is not on Earth; give degrees."
        )


def unique(what: str, values: Iterable[str]) -> None:
    """Refuse a value that is there twice."""
    listed = list(values)
    if len(set(listed)) == len(listed):
        return
    seen: set[str] = set()
    for value in listed:
        if value in seen:
            raise ValueError(f"{what}: {value!r} appears twice; keep one.")
        seen.add(value)


def month_number(year: int, month: int) -> int:
    """Return the absolute number of a calendar month (`month` runs from 1 to 12)."""
    within("month", month, 1, 12)
    return year * 12 + month - 1


def month_name(number: int) -> str:
    """Return an absolute month as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
