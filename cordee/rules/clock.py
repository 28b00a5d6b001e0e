"""Which day a moment falls on: that of mainland France, wherever and whenever a machine runs; and
how both are written in French.

In the last hour or two of a day in UTC it is tomorrow in Paris already: the day of a moment is
never its own `.date()`, which is that of its offset (a test refuses it). Rooms of Django may also
ask `timezone.localdate`, which agrees, since their time zone is this one (`settings.TIME_ZONE`).
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
THIN = "\u202f"  # narrow no-break space
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def in_paris(moment: datetime) -> datetime:
    """The same moment in the time of Paris; one without an offset is in that time already."""
    return moment.astimezone(PARIS) if moment.tzinfo else moment.replace(tzinfo=PARIS)


def day_of(moment: datetime) -> date:
    """The day of a moment in Paris."""
    return in_paris(moment).date()


def long_day(when: date) -> str:
    """ "17 décembre 2026", "1er mars 2027": with its year, for what is read in another one too."""
    first = "1er" if when.day == 1 else str(when.day)
    return f"{first}{THIN}{MONTHS[when.month - 1]} {when.year}"


def hour(moment: datetime) -> str:
    """ "12 h", "9 h 30", in Paris."""
    local = in_paris(moment)
    minutes = f"{THIN}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{THIN}h{minutes}"
