"""When a network may write to its members: in the day, on working days, in the time of the place.

A mail of Saturday evening is read on Monday under thirty others, and tires who reads it at home.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cordee.rules.holidays import is_public_holiday

OPENS, CLOSES = time(8), time(18)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and not is_public_holiday(on=day)


def is_open(now: datetime) -> bool:
    return is_working_day(timezone.localdate(now)) and OPENS <= _hour(now) < CLOSES


def next_opening(now: datetime) -> datetime:
    """Now within office hours; else the next working morning."""
    if is_open(now):
        return now
    day = timezone.localdate(now) + timedelta(days=0 if _hour(now) < OPENS else 1)
    while not is_working_day(day):
        day += timedelta(days=1)
    # Made anew from the wall clock: the offset may change in between.
    return datetime.combine(day, OPENS, tzinfo=timezone.get_default_timezone())


def _hour(now: datetime) -> time:
    return timezone.localtime(now).time()
