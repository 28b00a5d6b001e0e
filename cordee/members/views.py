"""The directory, the page of a structure, and what its director opens to their networks."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.tables import Column, csv_response
from cordee.base.ui.forms import refusals_as_messages
from cordee.members import access, directory_map, directory_words, people_access
from cordee.members.acting import viewer_of
from cordee.members.claim_views import claim_offer
from cordee.members.communes import find_communes, label_of
from cordee.members.directory import RADII_KM, Query, Search
from cordee.members.forms import SharingForm
from cordee.members.list_query import DEPARTMENT_CHOICES, KIND_CHOICES, TRADE_CHOICES
from cordee.members.sheet_gaps import SheetGaps
from cordee.members.structure_page import StructurePage

PAGE_SIZE = 25

EXPORT_COLUMNS = (
    Column("nom", lambda row: row.name),
    Column("sorte", lambda row: row.kind),
    Column("siret", lambda row: row.siret),
    Column("commune", lambda row: row.place),
    Column("département", lambda row: row.department),
    Column("métiers", lambda row: [label for label, is_guessed in row.trades if not is_guessed]),
    Column("métiers supposés", lambda row: [label for label, guessed in row.trades if guessed]),
    Column("distance (km)", lambda row: _rounded(row.distance_km)),
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
    # Rows are sorted in the search: nothing is paginated unordered.
    page = Paginator(search.found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(enumerate(search.complete(list(page)), start=1))
    context = {
        "search": search,
        "query": search.query,
        "page": page,
        "rows": rows,
        "map": directory_map.draw(rows, search),
        "is_fragment": is_fragment,
        "radii": [(radius, f"{radius} km") for radius in RADII_KM],
        "networks": [(network.slug, network.name) for network in search.networks],
        "kinds": KIND_CHOICES,
        "trades": TRADE_CHOICES,
        "departments": DEPARTMENT_CHOICES,
        "export": request.GET.urlencode(),
        **directory_words.page_words(search, request.GET),
    }
    template = "members/directory.html#answer" if is_fragment else "members/directory.html"
    return render(request, template, context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered lines, as many as there are."""
    search = _search(request)
    found = search.found
    rows = (
        row
        for start in range(0, len(found), 500)
        for row in search.complete(found[start : start + 500])
    )
    return csv_response("annuaire", EXPORT_COLUMNS, rows)


@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """Options for the commune being typed, whatever the field that asks is called."""
    typed = request.GET.get("autour") or request.GET.get("commune", "")
    labels = [label_of(commune) for commune in find_communes(typed)]
    return render(request, "members/commune_options.html", {"labels": labels})


@require_safe
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.structure_for(request.user, pk)
    now = timezone.now()
    page = StructurePage(found, viewer_of(request))
    claims = claim_offer(request.user, found)
    context = {
        "page": page,
        "structure": found,
        "claims": claims,
        "sees_team": people_access.sees_team_of_structure(request.user, found, page.on),
        "gaps": page.is_own and not claims and SheetGaps(found, request.user, page.on, now),
    }
    return render(request, "members/structure.html", context)


@require_POST
def share(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a director opens, or closes, to one of their networks."""
    found = access.directed_structure_for(request.user, pk)
    form = SharingForm(request.POST, structure=found, on=_today())
    if form.is_valid():
        with refusals_as_messages(request):
            messages.success(request, form.apply(by=request.user))
    else:
        messages.error(request, "Ce choix n’existe pas. Rien n’a changé : recommencez.")
    return redirect(f"{request.path.removesuffix('partage/')}#partage")


def _search(request: HttpRequest) -> Search:
    return Search(access.structures_for(request.user), Query.read(request.GET), viewer_of(request))


def _rounded(distance_km: float | None) -> float | None:
    return None if distance_km is None else round(distance_km, 1)


def _today() -> date:
    return timezone.localdate()
