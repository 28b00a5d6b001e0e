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
    local = timezone.localtime(now)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def next_opening(now: datetime) -> datetime:
    """Now within office hours; else the next working morning."""
    if is_open(now):
        return now
    local = timezone.localtime(now)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    # Made anew from the wall clock: the offset may change in between.
    return datetime.combine(day, OPENS, tzinfo=timezone.get_default_timezone())
