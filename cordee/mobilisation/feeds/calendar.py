"""Deadlines as a calendar (RFC 5545). The same entries always give the same bytes.

Moments are in UTC, which every program turns into its own time, summer and winter. DTSTAMP is the
moment of the last change, not that of the reading: an answer that did not change stays the same to
the letter, and costs a reader nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from cordee.mobilisation.feeds import content
from cordee.mobilisation.feeds.content import Entry
from cordee.mobilisation.models import FeedKey

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Cordée//Échéances//FR"
REFRESH = timedelta(hours=6)


def calendar(key: FeedKey, entries: Sequence[Entry]) -> bytes:
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", content.title_of(key))
    found.add("x-wr-calname", content.title_of(key))
    found.add("x-wr-timezone", "Europe/Paris")
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT6H")
    for entry in entries:
        if entry.opportunity.deadline is not None:
            found.add_component(_event(entry, entry.opportunity.deadline))
    for each in content.days_of(key.person, key.structure or key.network):
        found.add_component(each.event())
    written: bytes = found.to_ical()
    return written


def _event(entry: Entry, deadline: datetime) -> Event:
    opportunity = entry.opportunity
    event = Event()
    event.add("uid", f"opportunite-{opportunity.pk}@{content.host()}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(entry.updated))
    event.add("created", _utc(entry.published))
    event.add("last-modified", _utc(entry.updated))
    # A moment without length: the last one at which an answer still counts.
    event.add("dtstart", _utc(deadline))
    event.add("summary", f"Réponse avant : {content.plain(opportunity.title)}")
    event.add("description", content.summary_of(entry) + f"\n{content.address_of(opportunity)}")
    places = [place.label for place in opportunity.places.all()]
    if places:
        event.add("location", content.plain(", ".join(dict.fromkeys(places))))
    event.add("url", content.address_of(opportunity))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    # A deadline takes nobody's time.
    event.add("transp", "TRANSPARENT")
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
