"""The tasks of an alliance as a calendar (RFC 5545), to be taken into one's own."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from cordee.alliances.models import Alliance, AllianceTask
from cordee.mobilisation.feeds.content import host, plain

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Cordée//Tâches//FR"


def calendar(
    alliance: Alliance, tasks: Iterable[tuple[AllianceTask, str]], *, now: datetime
) -> bytes:
    """The tasks still to do, each with who does it, and the deadline.

    Stamped with the moment it is taken: a program that has an older one then takes the days over.
    """
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("name", plain(alliance.title))
    found.add("x-wr-calname", plain(alliance.title))
    address = settings.SITE_ADDRESS + reverse("alliances:planning", args=[alliance.pk])

    def add(name: str, words: str, start: date) -> Event:
        event = Event()
        event.add("uid", f"{name}@{host()}")
        event.add("dtstamp", _utc(now))
        event.add("dtstart", start)
        event.add("summary", words)
        event.add("url", address)
        # A day to keep in mind takes nobody's time.
        event.add("transp", "TRANSPARENT")
        found.add_component(event)
        return event

    for task, owner in tasks:
        event = add(f"tache-{task.pk}", plain(task.title), task.due_on)
        event.add("dtend", task.due_on + timedelta(days=1))
        event.add("description", plain(f"Qui s’en charge : {owner}\n{alliance.title}"))
    if (deadline := alliance.opportunity.deadline) is not None:
        words = plain(f"Date limite\u00a0: {alliance.opportunity.title}")
        add(f"alliance-{alliance.pk}", words, _utc(deadline))
    written: bytes = found.to_ical()
    return written


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
