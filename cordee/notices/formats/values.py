"""Dates, amounts, durations and identifiers as the sources write them."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from cordee.rules.clock import PARIS
from cordee.rules.siret import is_valid_siret

MIN_AMOUNT_CENTS = 200
"""Buyers who give no estimate type 0 or 1 euro because the form wants a figure."""

MAX_AMOUNT_CENTS = 10**14
"""A million million cents of euro is past any contract: such a figure is a typing error."""

MAX_MONTHS = 1200
MIN_YEAR, MAX_YEAR = 1950, 2200

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:hH](\d{2})?(?::(\d{2}))?", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,10})?")
_IN_AMOUNT = re.compile(r"[\s\u00a0\u202f']")
_IN_SIRET = re.compile(r"[\s\u00a0.]")
_CPV = re.compile(r"\s*([0-9]{8})(?:-[0-9])?\s*$")
_EPOCH = re.compile(r"[0-9]{12,13}")
_MONTHS_IN = {
    "DAY": Decimal(12) / 365,
    "WEEK": Decimal(84) / 365,
    "MONTH": Decimal(1),
    "YEAR": Decimal(12),
}
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.ASCII)


def day(text: str | None) -> date | None:
    """The day at the head of "2024-01-31", "20240131" or "2024-01-31T12:00+01:00", or None.

    A year that no contract can have is a typing error: None.
    """
    found = _DATE.match(text.strip()) if text else None
    if found is None:
        return None
    year, month, number = found.groups()
    if not MIN_YEAR <= int(year) <= MAX_YEAR:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


def moment(day_text: str | None, time_text: str | None = None) -> datetime | None:
    """A moment in UTC from a day and a time of day, together or apart; None without a time.

    An offset in the text is obeyed; without one the time is French local time.
    """
    whole = (day_text or "").strip()
    found_day = day(whole)
    if time_text is None:
        time_text = _DATE.sub("", whole, count=1).lstrip("T ")
    found_time = _TIME.match(time_text.strip())
    if found_day is None or found_time is None:
        return None
    hour, minute, second = (int(part or 0) for part in found_time.groups())
    try:
        # The zone gives the offset of that very day: summer and winter time differ.
        local = datetime(found_day.year, found_day.month, found_day.day, tzinfo=PARIS)
        zone = _OFFSET.search(time_text.strip())
        if zone:
            local = local.replace(tzinfo=datetime.strptime(zone.group(1), "%z").tzinfo)
        # Midnight at the end of the day, as ISO 8601 once wrote it.
        if (hour, minute, second) == (24, 0, 0):
            return (local + timedelta(days=1)).astimezone(UTC)
        return local.replace(hour=hour, minute=minute, second=second).astimezone(UTC)
    except ValueError:
        return None


def end_of_day(text: str | None) -> datetime | None:
    """The last minute of a day without a time, in UTC: a deadline lasts all its day."""
    found = day(text)
    if found is None:
        return None
    return datetime(found.year, found.month, found.day, 23, 59, tzinfo=PARIS).astimezone(UTC)


def epoch_ms(text: str | None) -> datetime | None:
    """A moment in UTC from milliseconds since 1970, or None."""
    if not text or not _EPOCH.fullmatch(text.strip()):
        return None
    return datetime.fromtimestamp(int(text) / 1000, tz=UTC)


def cents(text: str | None, currency: str | None = "EUR") -> int | None:
    """Cents of euro from "10 000 000", "1410539.00" or "1 234,56"; None if not an amount."""
    if not text or (currency or "EUR") != "EUR":
        return None
    digits = _IN_AMOUNT.sub("", text).replace(",", ".").rstrip("€")
    if not _AMOUNT.fullmatch(digits):
        return None
    try:
        amount = int((Decimal(digits) * 100).to_integral_value())
    except InvalidOperation:
        return None
    return amount if MIN_AMOUNT_CENTS <= amount <= MAX_AMOUNT_CENTS else None


def months(text: str | None, unit: str | None) -> int | None:
    """Whole months from a number of DAY, WEEK, MONTH or YEAR, rounded up; None if unreadable."""
    if not text:
        return None
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not number.is_finite() or number <= 0 or number > 100_000:
        return None
    per_unit = _MONTHS_IN.get((unit or "MONTH").upper())
    if per_unit is None:
        return None
    exact = number * per_unit
    whole = int(exact) + (1 if exact % 1 else 0)
    return whole if whole <= MAX_MONTHS else None


def months_between(start: date | None, end: date | None) -> int | None:
    """Whole months from the first to the last day, both included, rounded up; or None."""
    if start is None or end is None or end < start:
        return None
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * 12 + after.month - start.month
    whole += 1 if after.day > start.day else 0
    return whole if whole <= MAX_MONTHS else None


def siret(text: str | None) -> str | None:
    """Fourteen digits whose check digit holds, or None; a masked number of zeros is none."""
    if not text:
        return None
    digits = text if text.isdigit() else _IN_SIRET.sub("", text)
    return digits if is_valid_siret(digits) else None


def cpv_code(text: str | None) -> str | None:
    """Eight digits of a CPV code, without its check digit, or None."""
    found = _CPV.match(text) if text else None
    return found.group(1) if found else None
