"""When a digest is due: a day of the week and an hour, in the time of the place."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from cordee.mobilisation.models import DigestChoice

# A machine that slept catches up so long, then waits for the next week.
CATCH_UP = timedelta(days=2)
OPENS, CLOSES = time(7), time(20)
WEEK = timedelta(days=7)


def last_due(weekday: int, band: int, now: datetime) -> datetime:
    """The last moment, at or before now, at which such a digest was due."""
    today = timezone.localdate(now)
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    due = _at(day, band)
    return due if due <= now else _at(day - WEEK, band)


def next_due(choice: DigestChoice, now: datetime) -> datetime:
    """The next moment; one that was missed and is still to come is the last one."""
    last = last_due(choice.weekday, choice.band, now)
    if choice.settled_until < last and now - last <= CATCH_UP:
        return last
    return _at(timezone.localdate(last) + WEEK, choice.band)


def due(now: datetime) -> Q:
    """The choices whose moment came since they were last dealt with."""
    found = Q(pk__in=[])
    for weekday in DigestChoice.Weekday.values:
        for band in DigestChoice.Band.values:
            moment = last_due(weekday, band, now)
            if now - moment <= CATCH_UP:
                found |= Q(weekday=weekday, band=band, settled_until__lt=moment)
    return found


def _at(day: date, hour: int) -> datetime:
    # Made from the wall clock: seven o'clock stays seven o'clock when summer time ends.
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())
