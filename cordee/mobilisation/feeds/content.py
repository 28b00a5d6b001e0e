"""What a feed holds today, with the rights that its owner has today, and what it says of it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, DateTimeField, Exists, Max, Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.models import Activity, Network, Structure
from cordee.mobilisation.models import Ask, FeedKey
from cordee.opportunities.access import opportunities_for
from cordee.opportunities.filters import filters_of
from cordee.opportunities.models import (
    Correction,
    DeadlineChange,
    NoticeVersion,
    Opportunity,
    OpportunityPlace,
    OpportunityTrade,
    SavedSearch,
    Stage,
)
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.programmes.progress import attached_to
from cordee.rules import crafts, territory
from cordee.rules.reservation import Reservation

if TYPE_CHECKING:
    from icalendar import Event

MOST_ENTRIES = 200
YEAR = timedelta(days=365)
# A deadline that has just passed stays in the calendar: one looks back at what one missed.
JUST_PASSED = timedelta(days=30)
# Read before the circles are cut; beyond, the box holds more than a calendar can show anyway.
MOST_READ = 2_000
# What neither XML 1.0 nor a line of a calendar can hold; notices come with such letters.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
# RFC 4151 wants the year since which the host is ours; it never changes, whatever today is.
SINCE = "2026"


@dataclass(frozen=True, slots=True)
class Entry:
    """One opportunity in a feed. `sequence` counts how often its date moved."""

    opportunity: Opportunity
    published: datetime
    updated: datetime
    sequence: int

    @property
    def is_cancelled(self) -> bool:
        return self.opportunity.stage == Stage.CANCELLED


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a room above: what is on, on which page, when that changed. From one hour to another
    where both are moments."""

    uid: str
    words: str
    first: date
    last: date
    path: str
    updated: datetime
    place: str = ""

    def event(self) -> "Event":
        # Read at the first use: each start would be a twentieth longer for what writes calendars.
        from icalendar import Event

        event = Event()
        event.add("uid", f"{self.uid}@{host()}")
        event.add("dtstamp", self.updated.astimezone(UTC).replace(microsecond=0))
        if isinstance(self.first, datetime) and isinstance(self.last, datetime):
            event.add("dtstart", self.first.astimezone(UTC))
            event.add("dtend", self.last.astimezone(UTC))
        else:
            event.add("dtstart", self.first)
            event.add("dtend", self.last + timedelta(days=1))
            # A day to keep in mind takes nobody's time.
            event.add("transp", "TRANSPARENT")
        event.add("summary", plain(self.words))
        if self.place:
            event.add("location", plain(self.place))
        event.add("url", settings.SITE_ADDRESS + self.path)
        return event


# What each room above adds to the calendar of a structure or of a network, with the rights that a
# person has that day.
days: dict[str, Callable[[User, Model], Iterable[Days]]] = {}


def days_of(person: User, of: Model | None) -> list[Days]:
    return [each for read in days.values() for each in read(person, of)] if of else []


def entries_of(key: FeedKey, *, now: datetime) -> list[Entry]:
    """The entries of a feed: the newest first in Atom, the nearest deadlines in a calendar."""
    rows = _rows(key, now)
    rows = rows.filter(stage__in=[Stage.CALL, Stage.CANCELLED, Stage.AWARDED])
    if key.kind == FeedKey.Kind.ATOM:
        found = _cut(key, rows.filter(created_at__gte=now - YEAR).order_by("-created_at"))
    else:
        to_come = rows.filter(deadline__gte=now, deadline__lte=now + YEAR)
        found = _cut(key, to_come.order_by("deadline", "pk"))
        if len(found) < MOST_ENTRIES:
            past = rows.filter(deadline__lt=now, deadline__gte=now - JUST_PASSED)
            found += _cut(key, past.order_by("-deadline", "pk"))
    return [_entry(row) for row in found[:MOST_ENTRIES]]


def _rows(key: FeedKey, now: datetime) -> OpportunityQuerySet:
    """What the scope holds among what the owner may open today and others may hear of."""
    on = timezone.localdate(now)
    rows = opportunities_for(key.person, on=on).published().standing()
    if key.structure is not None:
        directs = key.person.seats.filter(role="director", structure=key.structure).exists()
        rows = _of_structure(rows, key.structure, directs=directs)
    elif key.network is not None:
        rows = _of_network(rows, key.network, on)
    elif key.programme is not None:
        rows = rows.filter(pk__in=attached_to(key.programme).values("pk"))
    elif key.search is not None:
        rows = _of_search(rows, key.search, now)
    return _dated(rows)


def _reaches(structure: Structure) -> dict[str, int]:
    """How far it goes, by trade and by craft."""
    reaches: dict[str, int] = {}
    rows = Activity.objects.filter(chantier__structure=structure).order_by()
    for trade, told, reach_km in rows.values_list("trade", "crafts", "reach_km"):
        for asked, _ in crafts.answered(trade, told):
            reaches[asked] = max(reach_km, reaches.get(asked, 0))
    return reaches


def _of_structure(
    rows: OpportunityQuerySet, structure: Structure, *, directs: bool
) -> OpportunityQuerySet:
    """Its trades within its reach, crafts apart; for who directs it, also what networks asked it
    about."""
    wanted = Q(pk__in=[])
    if structure.point is not None:
        own = {each: km for each, km in _reaches(structure).items() if not crafts.craft_of(each)}
        for trade, reach_km in own.items():
            places = OpportunityPlace.objects.around(
                *structure.point, reach_km, structure.department_id or ""
            ).filter(opportunity=OuterRef("pk"))
            trades = OpportunityTrade.objects.filter(opportunity=OuterRef("pk"), trade=trade)
            wanted |= Q(Exists(places)) & Q(Exists(trades))
    if directs:
        wanted |= Q(pk__in=_asked(structure))
    return rows.filter(wanted)


def _asked(structure: Structure) -> Any:
    return Ask.objects.filter(structure=structure).order_by().values("opportunity")


def _of_network(rows: OpportunityQuerySet, network: Network, on: date) -> OpportunityQuerySet:
    """What it published, and what asks for the trades of its members in their departments."""
    members = Structure.objects.active().of_network(network, on).order_by()
    trades = Activity.objects.filter(chantier__structure__in=members.values("pk")).order_by()
    own = rows.model.objects.filter(
        audiences__network=network, audiences__state="published"
    ).values("pk")
    here = OpportunityPlace.objects.filter(
        opportunity=OuterRef("pk"), department__in=members.values("department")
    )
    wanted = OpportunityTrade.objects.filter(
        opportunity=OuterRef("pk"), trade__in=trades.values("trade")
    )
    return rows.filter(Q(pk__in=own) | Q(Exists(here), Exists(wanted)))


def _of_search(
    rows: OpportunityQuerySet, search: SavedSearch, now: datetime
) -> OpportunityQuerySet:
    """Its filters. Closed and cancelled ones stay, so that a calendar says they are cancelled."""
    filters = filters_of(search.query)
    if not filters.delay.isdigit():
        filters = replace(filters, delay="toutes")
    return filters.apply(rows, now)


def _dated(rows: OpportunityQuerySet) -> OpportunityQuerySet:
    """With what moved and when, each from what is stored."""
    moves = DeadlineChange.objects.filter(opportunity=OuterRef("pk")).order_by()
    versions = NoticeVersion.objects.filter(publication__opportunity=OuterRef("pk")).order_by()
    corrections = Correction.objects.exclude(ground="").filter(opportunity=OuterRef("pk"))
    corrections = corrections.order_by()
    return rows.annotate(
        sequence=Coalesce(Subquery(_one(moves, Count("pk"))), 0),
        moved_at=Subquery(_one(moves, Max("at")), output_field=DateTimeField()),
        versions_at=Subquery(
            versions.values("publication__opportunity")
            .annotate(its=Max("imported_at"))
            .values("its"),
            output_field=DateTimeField(),
        ),
        corrected_at=Subquery(
            _one(corrections, Max(Coalesce("settled_at", "at"))), output_field=DateTimeField()
        ),
    ).prefetch_related("trades", "places")


def _one(rows: Any, figure: Any) -> Any:
    return rows.values("opportunity").annotate(its=figure).values("its")


def _cut(key: FeedKey, rows: OpportunityQuerySet) -> list[Opportunity]:
    """The first of the rows; for a structure, those of its crafts in the circle itself."""
    structure = key.structure
    if structure is None:
        return list(rows[:MOST_ENTRIES])
    reaches = _reaches(structure)
    asked = set(_asked(structure).values_list("opportunity", flat=True))
    found = [
        row for row in rows[:MOST_READ] if row.pk in asked or _is_near(row, structure, reaches)
    ]
    return found[:MOST_ENTRIES]


def _is_near(row: Opportunity, structure: Structure, reaches: dict[str, int]) -> bool:
    asked = [one for trade in row.trades.all() for one in trade.asked if one in reaches]
    if not asked:
        return False
    reach, home = max(reaches[one] for one in asked), structure.point
    for place in row.places.all():
        if place.is_supposed or place.latitude is None or place.longitude is None:
            if place.department_id == structure.department_id:
                return True
        elif home and territory.distance_km(*home, place.latitude, place.longitude) <= reach:
            return True
    return False


def _entry(row: Any) -> Entry:
    moments = [row.created_at, row.moved_at, row.versions_at, row.corrected_at]
    return Entry(row, row.created_at, max(each for each in moments if each), row.sequence)


# What is told of an entry, in plain text.


def plain(text: str) -> str:
    return _CONTROLS.sub("", text)


def host() -> str:
    return urlsplit(settings.SITE_ADDRESS).hostname or "localhost"


def tag_of(what: str) -> str:
    """An identifier that stays when addresses change."""
    return f"tag:{host()},{SINCE}:{what}"


def title_of(key: FeedKey) -> str:
    what = "Échéances" if key.kind == FeedKey.Kind.CALENDAR else "Opportunités"
    return plain(f"{what} · {key.scope}")


def address_of(opportunity: Opportunity) -> str:
    return settings.SITE_ADDRESS + reverse("opportunities:detail", args=[opportunity.pk])


def summary_of(entry: Entry) -> str:
    """Buyer, work, place, for whom, until when: one fact a line."""
    opportunity = entry.opportunity
    trades = ", ".join(str(each) for each in opportunity.trades.all())
    places = ", ".join(dict.fromkeys(each.label for each in opportunity.places.all()))
    lines = [
        "Annulé par l’acheteur." if entry.is_cancelled else "",
        f"Acheteur : {opportunity.buyer_name or french.UNKNOWN}",
        f"Métiers : {trades or french.UNKNOWN}",
        f"Lieu : {places or french.UNKNOWN}",
        _reserved(opportunity),
        _deadline(opportunity),
    ]
    return plain("\n".join(line for line in lines if line))


def _reserved(opportunity: Opportunity) -> str:
    if not opportunity.is_reserved:
        return ""
    label = Reservation(opportunity.reserved).label
    return f"{label}, pour certains lots" if opportunity.is_partly_reserved else label


def _deadline(opportunity: Opportunity) -> str:
    if opportunity.deadline is None:
        return "Réponse avant : inconnu"
    moment, on = opportunity.deadline, timezone.localdate(opportunity.deadline)
    # The year always stands: a feed is read long after it was written.
    day = f"{french.day(on, on)} {on.year}"
    hour = french.moment(moment, on).partition(", ")[2]
    return f"Réponse avant : {day}, {hour}"
