"""The filters of the list: from what is asked to rows, to chips, and to what lies just beyond.

Kept by a person they are a search: from the address of the list to a name and back, with its news.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from cordee.accounts.models import User
from cordee.base.ui import french
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.models import Commune
from cordee.members.open_work import OpenWork, SearchPoint
from cordee.notices.notice import Source
from cordee.opportunities.access import opportunities_for, published_opportunities_for
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.models import SavedSearch
from cordee.opportunities.models.opportunities import (
    OURS,
    OpportunityPlace,
    OpportunityQuerySet,
    OpportunityTrade,
)
from cordee.opportunities.models.searches import known_between
from cordee.opportunities.wording import department_choices
from cordee.rules.trades import TRADES

SORTS: Mapping[str, tuple[str, ...]] = {
    "echeance": ("deadline", "pk"),
    "-echeance": ("-deadline", "pk"),
    "publie": ("published_on", "pk"),
    "-publie": ("-published_on", "pk"),
    "montant": ("amount_cents", "pk"),
    "-montant": ("-amount_cents", "pk"),
}
DEFAULT_SORT = "echeance"
DELAYS = dict(FilterForm.DELAYS)
# An import writes a row, and commits it later: what came in during the last minutes waits for the
# next time, so that nothing slips between two looks.
SETTLED_AFTER = timedelta(minutes=10)
# As long as the column: a longer address holds nothing that the form knows.
MOST_LETTERS = 500
NAME_LETTERS = 80
# What leaving a filter out does, its name, its parameter.
WIDENINGS = (
    ("Chercher dans toute la France", "department", "departement"),
    ("Chercher tous les métiers", "trade", "metier"),
    ("Montrer aussi les avis non réservés", "reserved", "reserve"),
    ("Montrer aussi les avis sans clause", "clause", "clause"),
    ("Chercher sans ces mots", "words", "q"),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked, cleaned. `centre` is the commune of "autour de", None where not found, or
    where `namesakes` may be meant: the page asks which.

    `found_near` remembers, by radius, what lies in the circle: wider filters share it.
    """

    words: str = ""
    department: str = ""
    around: str = ""
    radius_km: int = 20
    trade: str = ""
    delay: str = ""
    source: str = ""
    reserved: bool = False
    clause: bool = False
    centre: Commune | None = field(default=None, compare=False)
    namesakes: tuple[str, ...] = field(default=(), compare=False)
    found_near: dict[int, set[int]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, form: FilterForm, *, may_ask: bool = True) -> "Filters":
        """Without anybody to ask (`may_ask`), the most peopled of several communes is meant."""
        form.is_valid()
        asked = form.cleaned_data
        around = asked.get("autour") or ""
        communes = find_communes(around)
        several = may_ask and len(communes) > 1
        return cls(
            words=asked.get("q") or "",
            department=asked.get("departement") or "",
            around=around,
            radius_km=int(asked.get("rayon") or 20),
            trade=asked.get("metier") or "",
            delay=asked.get("delai") or "",
            source=asked.get("source") or "",
            reserved=bool(asked.get("reserve")),
            clause=bool(asked.get("clause")),
            centre=communes[0] if communes and not several else None,
            namesakes=tuple(map(label_of, communes)) if several else (),
        )

    def apply(
        self, rows: OpportunityQuerySet, now: datetime, *, with_possible: bool = False
    ) -> OpportunityQuerySet:
        """What answers these filters; `with_possible`, for a list: what may be of the trade too."""
        if self.delay != "toutes":
            rows = rows.open(now)
        if self.delay.isdigit():
            rows = rows.closing_before(now + timedelta(days=int(self.delay)))
        if self.department:
            rows = rows.in_department(self.department)
        if self.around:
            rows = rows.filter(pk__in=self.near()) if self.centre else rows.none()
        if self.trade:
            rows = (rows.perhaps_of_trade if with_possible else rows.of_trade)(self.trade)
        if self.source:
            rows = rows.filter(source=self.source)
        if self.reserved:
            rows = rows.reserved()
        if self.clause:
            rows = rows.with_insertion_clause()
        return rows.search(self.words) if self.words else rows

    def count_apart(self, rows: OpportunityQuerySet, now: datetime) -> tuple[int, int]:
        """How many answer, and how many may be of the trade asked besides: one query."""
        if not self.trade:
            return self.apply(rows, now).count(), 0
        return replace(self, trade="").apply(rows, now).count_apart(self.trade)

    def near(self) -> set[int]:
        """Needs with a place in the circle, or known only by the department of its centre."""
        centre = self.centre
        if centre is None:
            return set()
        if self.radius_km in self.found_near:
            return self.found_near[self.radius_km]
        circle = (centre.latitude, centre.longitude, self.radius_km, centre.department_id)
        self.found_near[self.radius_km] = {
            pk
            for pk, km in OpportunityPlace.objects.distances(*circle)
            if km is None or km <= self.radius_km
        }
        return self.found_near[self.radius_km]

    def chips(self) -> list[tuple[str, str]]:
        """(label, parameter) of each filter at work."""
        found = []
        if self.words:
            found.append((f"«\u00a0{self.words}\u00a0»", "q"))
        if self.department:
            found.append((dict(department_choices())[self.department], "departement"))
        if self.around:
            name = self.centre.name if self.centre else self.around
            found.append((f"À moins de {french.km(self.radius_km)} de {name}", "autour"))
        if self.trade:
            label = "Les 27 métiers" if self.trade == OURS else TRADES[self.trade].short_label
            found.append((label, "metier"))
        if self.delay:
            found.append((f"Réponse\u00a0: {DELAYS[self.delay]}", "delai"))
        if self.source:
            found.append((Source(self.source).label, "source"))
        if self.reserved:
            found.append(("Réservées", "reserve"))
        if self.clause:
            found.append(("Clause d’insertion", "clause"))
        return found

    def widenings(self) -> Iterator[tuple[str, "Filters", dict[str, Any]]]:
        """(what it does, wider filters, parameters to change: "" takes one away), nearest first."""
        if self.centre:
            wider = next((km for km in (35, 60, 100) if km > self.radius_km), None)
            if wider:
                yield (
                    f"Élargir à {french.km(wider)}",
                    replace(self, radius_km=wider),
                    {"rayon": wider},
                )
        if self.delay.isdigit():
            yield "Chercher sans limite de date", replace(self, delay=""), {"delai": ""}
        elif self.delay == "":
            yield "Montrer aussi les avis clos", replace(self, delay="toutes"), {"delai": "toutes"}
        for label, name, parameter in WIDENINGS:
            asked = getattr(self, name)
            if asked:
                yield label, replace(self, **{name: type(asked)()}), {parameter: ""}


def canonical(asked: Mapping[str, str]) -> str:
    """The filters at work in an address, always written alike; order and page are left out."""
    form = FilterForm(asked)
    form.is_valid()
    query = QueryDict(mutable=True)
    for name in sorted(form.fields):
        value = form.cleaned_data.get(name)
        if value is True:
            query[name] = "on"
        elif value:
            query[name] = str(value)
    # A radius is one of something.
    if "autour" not in query:
        query.pop("rayon", None)
    return query.urlencode()[:MOST_LETTERS]


def filters_of(query: str) -> Filters:
    return Filters.of(FilterForm(QueryDict(query)), may_ask=False)


def words_of(query: str) -> list[str]:
    """What is asked, filter by filter, in plain words."""
    return [label for label, _ in filters_of(query).chips()]


def name_for(query: str) -> str:
    """A first name for a search."""
    name = ", ".join(words_of(query)) or "Toutes les opportunités ouvertes"
    return name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + "…"


def matches_of(search: SavedSearch, now: datetime) -> OpportunityQuerySet:
    """What it finds today for its owner, with the rights that the owner has today."""
    rows = opportunities_for(search.person, on=timezone.localdate(now)).standing()
    return filters_of(search.query).apply(rows, now)


def new_since(search: SavedSearch, after: datetime, now: datetime) -> OpportunityQuerySet:
    """What we came to know after a moment, until some minutes ago."""
    return known_between(matches_of(search, now), after, now - SETTLED_AFTER)


def count_open(
    person: User,
    around: SearchPoint,
    trades: Collection[str],
    radii_km: Sequence[int],
    now: datetime,
) -> OpenWork:
    """Each opportunity once, at its nearest place; one query. No trade means any of the 27.

    One whose place is only a department is at no distance.
    """
    asked = OpportunityTrade.objects.order_by()
    if trades:
        asked = asked.filter(trade__in=trades)
    published = published_opportunities_for(person, on=timezone.localdate(now)).open(now)
    seen = published.filter(pk__in=asked.values("opportunity")).order_by().values("pk")
    circle = (around.latitude, around.longitude, max(radii_km), around.department)
    nearest: dict[int, float] = {}
    for pk, km in OpportunityPlace.objects.filter(opportunity__in=seen).distances(*circle):
        if km is not None:
            nearest[pk] = min(km, nearest.get(pk, km))
    return {radius: sum(distance <= radius for distance in nearest.values()) for radius in radii_km}
