"""Which day a moment falls on: that of mainland France, wherever and whenever a machine runs.

In the last hour or two of a day in UTC it is tomorrow in Paris already: the day of a moment is
never its own `.date()`, which is that of its offset (a test refuses it). Rooms of Django may also
ask `timezone.localdate`, which agrees, since their time zone is this one (`settings.TIME_ZONE`).
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def in_paris(moment: datetime) -> datetime:
    """The same moment in the time of Paris; one without an offset is in that time already."""
    return moment.astimezone(PARIS) if moment.tzinfo else moment.replace(tzinfo=PARIS)


def day_of(moment: datetime) -> date:
    """The day of a moment in Paris."""
    return in_paris(moment).date()
