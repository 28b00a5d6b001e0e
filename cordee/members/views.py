"""The directory, the page of a structure, and what its director opens to their networks."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.tables import Column, csv_response
from cordee.members import access, map_drawings, people_access
from cordee.members.acting import seats_of, viewer_of
from cordee.members.claim_views import claim_offer
from cordee.members.directory import RADII_KM, Query, Search, page_words
from cordee.members.gazetteer import find_communes, label_of
from cordee.members.list_query import (
    DEPARTMENT_CHOICES,
    KIND_CHOICES,
    STRUCTURE_COLUMNS,
    TRADE_CHOICES,
    TRADE_COLUMNS,
    exported,
)
from cordee.members.models import Structure
from cordee.members.network_views import open_or_close
from cordee.members.own_page import OwnPage, title_of
from cordee.members.sharing import Viewer
from cordee.members.sheet_gaps import SheetGaps
from cordee.members.structure_page import StructurePage
from cordee.members.today.figures import figures_of

EXPORT_COLUMNS = (
    *STRUCTURE_COLUMNS,
    *TRADE_COLUMNS,
    Column("distance (km)", lambda row: row.distance_km and round(row.distance_km, 1)),
    Column("équipe (ETP)", lambda row: None if row.team_cfte is None else row.team_cfte / 100),
    Column("latitude", lambda row: row.latitude),
    Column("longitude", lambda row: row.longitude),
    Column("lieu exact", lambda row: row.is_placed_exactly),
)


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    search = _search(request)
    is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get(
        "HX-History-Restore-Request"
    )
    page = page_of(request, search.found, count=search.count)
    rows = list(enumerate(search.complete(page.object_list), start=1))
    context = {
        "search": search,
        "query": search.query,
        "page": page,
        "rows": rows,
        "map": map_drawings.draw(rows, search),
        "is_fragment": is_fragment,
        "radii": [(radius, f"{radius} km") for radius in RADII_KM],
        "networks": [(network.slug, network.name) for network in search.networks],
        "kinds": KIND_CHOICES,
        "trades": TRADE_CHOICES,
        "departments": DEPARTMENT_CHOICES,
        "export": request.GET.urlencode(),
        **page_words(search, search.count, request.GET),
    }
    template = "members/directory.html#answer" if is_fragment else "members/directory.html"
    return render(request, template, context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered lines, as many as there are."""
    search = _search(request)
    return csv_response("annuaire", EXPORT_COLUMNS, exported(search.found, search.complete))


@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """Options for the commune being typed, whatever the field that asks is called."""
    typed = request.GET.get("autour") or request.GET.get("commune", "")
    labels = [label_of(commune) for commune in find_communes(typed)]
    return render(request, "members/commune_options.html", {"labels": labels})


@require_safe
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """« Mon chantier » for who directs it; for others what they may read, as `?vue` shows it."""
    found = access.structure_for(request.user, pk)
    viewer, as_others = viewer_of(request), "vue" in request.GET
    if viewer.directs(found) and not as_others:
        return _own(request, found, viewer)
    page = StructurePage(found, Viewer(None, viewer.on) if as_others else viewer)
    context = {
        "page": page,
        "structure": found,
        "as_others": as_others and viewer.directs(found),
        "claims": claim_offer(request.user, found),
        "sees_team": people_access.sees_team_of_structure(request.user, found, page.on),
    }
    return render(request, "members/structure.html", context)


def _own(request: HttpRequest, found: Structure, viewer: Viewer) -> HttpResponse:
    assert viewer.user is not None
    gaps = SheetGaps(found, viewer.user, viewer.on, timezone.now()).rows
    context = {
        "title": title_of(len(gaps)),
        "page": OwnPage(found, viewer),
        "structure": found,
        "claims": claim_offer(request.user, found),
        "gaps": gaps,
        "figures": figures_of(viewer, found),
    }
    return render(request, "members/own_structure.html", context)


@require_safe
def own_structures(request: HttpRequest) -> HttpResponse:
    """« Mes chantiers »: the structures where the user holds a seat, each a way to its page."""
    held = [seat.structure_id for seat in seats_of(request)]
    structures = Structure.objects.filter(pk__in=held).with_place().order_by("name", "pk")
    return render(request, "members/own_structures.html", {"structures": structures})


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a director opens, or closes, to one of their networks."""
    found = access.directed_structure_for(request.user, pk)
    if request.method != "POST":
        page = StructurePage(found, viewer_of(request))
        return render(request, "members/share.html", {"page": page, "structure": found})
    return open_or_close(request, found, request.POST.get("network"))


def _search(request: HttpRequest) -> Search:
    return Search(access.directory_for(request.user), Query.read(request.GET), viewer_of(request))
