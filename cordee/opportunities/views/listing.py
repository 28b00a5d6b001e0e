"""Lists: opportunities, contracts that end soon, the sources; their filters and exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched, islice
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.found import number, page_of
from cordee.base.tables.writing import csv_response
from cordee.base.ui.forms import chips_of, read_filters
from cordee.members.acting import viewer_of
from cordee.members.models import Structure
from cordee.members.today.contracts import Contract
from cordee.opportunities.access import (
    contracts_for,
    may_judge_readings,
    need_roles,
    opportunities_for,
    source_states_for,
)
from cordee.opportunities.filters import DEFAULT_SORT, SORTS, Filters
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.models import SourceState
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.models.sources import FRESH, held_by_source
from cordee.opportunities.rows import COLUMNS, count_words, row_of
from cordee.opportunities.sources.registry import FEEDS, Feed
from cordee.opportunities.upcoming import (
    CALL_MONTHS_BEFORE,
    SoonFilters,
    SoonRow,
    UpcomingForm,
    keys_of,
    rows_of,
)
from cordee.opportunities.upcoming import COLUMNS as SOON_COLUMNS
from cordee.opportunities.upcoming import SORTS as SOON_SORTS
from cordee.opportunities.verdicts import for_you, open_possible, possible_for

PAGE_SIZE = 20
OFFERS = 4
MOST_POSSIBLE = 10
MORE_FILTERS = ("departement", "autour", "rayon", "metier", "source", "reserve", "clause")


def asked(request: HttpRequest, now: datetime) -> tuple[FilterForm, Filters, OpportunityQuerySet]:
    form = read_filters(FilterForm, request.GET)
    filters = Filters.of(form)
    rows = opportunities_for(request.user, on=timezone.localdate(now)).standing()
    return form, filters, rows


def _sort(request: HttpRequest, filters: Filters) -> str:
    """The order asked for; else what must be answered first, or the newest among closed ones."""
    wanted = request.GET.get("tri", "")
    if wanted in SORTS:
        return wanted
    return "-publie" if filters.delay == "toutes" else DEFAULT_SORT


def sorted_rows(rows: OpportunityQuerySet, sort: str) -> OpportunityQuerySet:
    first, second = SORTS[sort]
    order = F(first.removeprefix("-"))
    # What is unknown comes last whichever way one sorts, what is only possible after all others.
    ordered = order.desc(nulls_last=True) if first.startswith("-") else order.asc(nulls_last=True)
    before = ["is_possible"] if "is_possible" in rows.query.annotations else []
    return rows.order_by(*before, ordered, second)


@dataclass(frozen=True, slots=True)
class SureFirst:
    """Rows by pages, in the order of `sorted_rows`: where all of a page are of the trade asked,
    `sure` of them, nobody looks at the others and the base stops at the end of the page."""

    filters: Filters
    rows: OpportunityQuerySet
    now: datetime
    sort: str
    sure: int

    def __getitem__(self, at: slice) -> OpportunityQuerySet:
        found = self.filters.apply(self.rows, self.now, with_possible=at.stop > self.sure)
        return sorted_rows(found, self.sort).prefetch_related("trades", "places")[at]


def tabs_of(request: HttpRequest, here: str = "list") -> list[tuple[str, str, bool]]:
    """« Pour vous » and « Toute la France », for who directs, or acts for a network."""
    viewer = viewer_of(request)
    first = "Pour vous", reverse("opportunities:for_you"), here == "for_you"
    if viewer.network is not None:
        first = "Pour vos membres", reverse("watch:together", args=[viewer.network.slug]), False
    elif not viewer.structure_ids:
        return []
    return [first, ("Toute la France", reverse("opportunities:list"), here == "list")]


@require_safe
def opportunity_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form, filters, rows = asked(request, now)
    sort = _sort(request, filters)
    total, possible = filters.count_apart(rows, now)
    lines = SureFirst(filters, rows, now, sort, total)
    page = page_of(request, lines, PAGE_SIZE, count=total + possible)
    may_write, may_read = need_roles(request.user)
    is_open, chips = filters.delay != "toutes", filters.chips()
    context = {
        "form": form,
        "filters": filters,
        "found": count_words(total, possible, is_open=is_open, filters=len(chips)),
        "chips": chips,
        "place_links": links_to_namesakes(request, filters),
        "tabs": tabs_of(request),
        "sort": sort,
        "page": page,
        "rows": [row_of(opportunity, now) for opportunity in page],
        "more": [form[name] for name in MORE_FILTERS],
        "now": now,
        "today": timezone.localdate(now),
        "may_judge": may_judge_readings(request.user),
        "may_write_need": may_write,
        "may_read_needs": may_read,
        "offers": [] if page.paginator.count else _offers(request, filters, rows, now),
    }
    part = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"opportunities/list.html{part}", context)


def _offers(
    request: HttpRequest, filters: Filters, rows: OpportunityQuerySet, now: datetime
) -> list[tuple[str, int, str]]:
    """(what, how many it would find, address) of the nearest ways to widen that find something."""
    found = []
    for label, wider, changes in islice(filters.widenings(), OFFERS):
        if how_many := wider.apply(rows, now).count():
            found.append((label, how_many, _changed(request, changes)))
    return found


def links_to_namesakes(request: HttpRequest, filters: Filters) -> list[tuple[str, str]]:
    """Each commune that may be meant, and the same page about it."""
    return [(name, _changed(request, {"autour": name})) for name in filters.namesakes]


def _changed(request: HttpRequest, changes: dict[str, Any]) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value != "":
            query[name] = str(value)
    return "?" + query.urlencode()


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list, all pages, as CSV."""
    now = timezone.now()
    _, filters, rows = asked(request, now)
    found = sorted_rows(filters.apply(rows, now, with_possible=True), _sort(request, filters))
    found = found.prefetch_related("trades", "places")
    return csv_response("opportunites", COLUMNS, found.iterator(chunk_size=500))


@require_safe
def list_for_you(request: HttpRequest) -> HttpResponse:
    """By verdict, then distance; who directs nothing is led to the whole list."""
    viewer, now = viewer_of(request), timezone.now()
    own = Structure.objects.filter(pk__in=viewer.structure_ids).select_related("verdict_turn")
    structures = list(own.order_by("name", "pk"))
    if not structures:
        return redirect("opportunities:list")
    chosen = number(request.GET.get("structure", ""))
    structure = next((each for each in structures if each.pk == chosen), structures[0])
    form, filters, rows = asked(request, now)
    found = for_you.verdicts_for(viewer, structure, now)
    is_narrowed = bool(filters.words or filters.around)
    if is_narrowed:
        found = found.filter(opportunity__in=filters.apply(rows, now).order_by().values("pk"))
    fitting, count = found.counted()
    page = page_of(request, found, PAGE_SIZE, count=count)
    pending = for_you.PENDING if for_you.is_pending(structure) else ""
    is_empty_yet = bool(pending) and not (count or is_narrowed)
    context = {
        "title": for_you.SEARCHING if is_empty_yet else for_you.counted_words(fitting, count),
        "structure": structure,
        "others": [each for each in structures if each != structure],
        "form": form,
        "filters": filters,
        "place_links": links_to_namesakes(request, filters),
        "tabs": tabs_of(request, "for_you"),
        "page": page,
        "contracts": for_you.contracts_of(page, viewer.on),
        "possible": [] if is_narrowed or page.number > 1 else _possible_for(structure, now),
        "pending": pending,
        "is_narrowed": is_narrowed,
    }
    return render(request, "opportunities/for_you.html", context)


def _possible_for(structure: Structure, now: datetime) -> list[Contract]:
    """What stands under the list, and in none of its counts: five queries."""
    on = timezone.localdate(now)
    found = possible_for([structure], open_possible(now, [structure.pk]), on=on)
    return for_you.contracts_of(found.get(structure.pk, [])[:MOST_POSSIBLE], on)


FIRST_TO_END = "fin"
EXPORTED_AT_ONCE = 500


def _asked(request: HttpRequest) -> tuple[UpcomingForm, QuerySet[Any, Any], str]:
    form = read_filters(UpcomingForm, request.GET)
    filters = SoonFilters.of(form)
    today = timezone.localdate()
    sort = request.GET.get("tri", "")
    sort = sort if sort in SOON_SORTS else FIRST_TO_END
    keys = keys_of(
        filters.contracts(contracts_for(request.user), today),
        filters.announced(opportunities_for(request.user, on=today), today),
        sort,
    )
    return form, keys, sort


@require_safe
def soon(request: HttpRequest) -> HttpResponse:
    form, keys, sort = _asked(request)
    page = page_of(request, keys)
    context = {
        "form": form,
        "chips": chips_of(form, {"delai": "Fin {}"}),
        "sort": sort,
        "page": page,
        "rows": rows_of(page, timezone.localdate()),
        "more": [form[name] for name in ("metier", "departement", "sorte")],
        "total": page.paginator.count,
        "months_before": CALL_MONTHS_BEFORE,
        "today": timezone.localdate(),
    }
    part = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"opportunities/soon.html{part}", context)


@require_safe
def export_soon(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list, all pages, as CSV."""
    _, keys, _ = _asked(request)
    today = timezone.localdate()

    def rows() -> Iterator[SoonRow]:
        for batch in batched(keys.iterator(chunk_size=EXPORTED_AT_ONCE), EXPORTED_AT_ONCE):
            yield from rows_of(batch, today)

    return csv_response("bientot", SOON_COLUMNS, rows())


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`state`: kind and words. `held`: notices or contracts of this source in the base."""

    feed: Feed
    row: SourceState
    state: tuple[str, str]
    held: int
    held_words: str

    @property
    def days(self) -> list[tuple[str, date | None, str]]:
        """(what, when, what stands where there is none)."""
        return [
            ("Publications lues jusqu’au", self.row.read_until, "pas encore de jour entier"),
            ("Dernière réussite", self.row.last_success, "aucune"),
            ("Dernier essai", self.row.last_try, "aucun"),
        ]


@require_safe
def live_sources(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    held = held_by_source()
    lines = [
        SourceLine(
            feed=FEEDS[row.source],
            row=row,
            state=_state(row, now),
            held=held.get(row.source, 0),
            held_words="marché,marchés" if row.source == "decp" else "avis,avis",
        )
        for row in source_states_for(request.user)
    ]
    context = {
        "lines": lines,
        "today": timezone.localdate(now),
        "never": all(line.row.last_try is None for line in lines),
    }
    return render(request, "opportunities/live_sources.html", context)


def _state(row: SourceState, now: datetime) -> tuple[str, str]:
    """In words and never by colour alone; at most three words."""
    if row.is_down:
        return "bloque", "En panne"
    if row.failures:
        return "vigilance", "Essai manqué"
    if row.last_success is None:
        return "inconnu", "Jamais lue" if row.last_try is None else "Lecture commencée"
    if now - row.last_success > FRESH:
        return "vigilance", "Plus relue"
    return "sur", "À jour"
