"""« Sorties » of a structure alone: its year by the book, exits, files; bands for a network."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import number, page_of
from cordee.base.tables import Column, csv_response, xlsx_response
from cordee.base.ui import panels
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.bridge import access
from cordee.bridge.exits import actions, rates
from cordee.bridge.exits.forms import ExitForm, FollowUpForm
from cordee.bridge.models import PersonExit
from cordee.bridge.tabs import frame_of
from cordee.members.actions.undoable import keep_row
from cordee.members.network_access import counted_for
from cordee.members.sharing import FigureClass
from cordee.rules.exits import COUNTED_KINDS, counts_as_exit

EDIT = require_http_methods(["GET", "HEAD", "POST"])
LINES = 12
COLUMNS = [
    Column("Entrée", lambda row: row.entered_on),
    Column("Sortie", lambda row: row.left_on),
    Column("Heures", lambda row: row.hours),
    Column("Catégorie", lambda row: row.get_category_display()),
]


@require_safe
def exits(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, on = access.bridge_structure_for(request.user, pk), timezone.localdate()
    context = frame_of(request.user, structure, "bridge:exits")
    if structure.kind not in COUNTED_KINDS:
        context["title"] = "Pas de taux de sortie pour votre structure"
        return render(request, "bridge/exits/list.html", context)
    left = structure.exits.in_force().dates("left_on", "year")
    years = sorted({on.year, *(day.year for day in left)}, reverse=True)
    asked = number(request.GET.get("annee", ""))
    year = asked if asked in years else on.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = list(structure.exits.between(first, last))
    found, page = rates.rates_of(structure, rows, first, last), page_of(request, rows, LINES)
    context |= {
        "title": f"{found[0].words} de sorties dynamiques"
        if found[0].kept
        else f"Aucune sortie ne compte en {year}",
        "years": [(each, each) for each in years],
        "year": year,
        "rates": found,
        "page": page,
        "rows": [(row, counts_as_exit(row.value, structure.kind, on=last)) for row in page],
        "taken_back": structure.exits.filter(taken_back_at__isnull=False)[:LINES],
    }
    return render(request, "bridge/exits/list.html", context)


@EDIT
def edit(
    request: SignedInRequest, pk: int, key: int | None = None, *, what: str = "exit"
) -> HttpResponse:
    """An exit, new or corrected; or what the person does six months later (`follow_up`)."""
    owner = access.exits_structure_for(request.user, pk)
    row = PersonExit(structure=owner, noted_by=request.user)
    row = access.exit_for(request.user, pk, key) if key else row
    if row.taken_back_at:
        raise Http404("Cette sortie est retirée. Vous pouvez la remettre, puis la corriger.")
    form = {"exit": ExitForm, "follow_up": FollowUpForm}[what](posted(request), instance=row)
    if form.is_valid():
        with refusals_in(form):
            actions.write_exit(row=form.instance, by=request.user, what=what)
            messages.success(request, "C’est noté.")
            return redirect("bridge:exits", pk)
    context = {"structure": row.structure, "row": row, "form": form, "what": what}
    return render_form(request, "bridge/exits/edit.html", context)


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row, now = access.exit_for(request.user, pk, key), timezone.now()
    keep_row(row=row, owner=row.structure, is_kept=is_kept, by=request.user, now=now, of="exit")
    messages.success(request, "La sortie est remise." if is_kept else "La sortie est retirée.")
    return redirect("bridge:exits", pk)


@require_safe
def as_file(request: SignedInRequest, pk: int, *, is_workbook: bool = False) -> HttpResponseBase:
    """Of all years."""
    rows = access.exits_structure_for(request.user, pk).exits.in_force()
    if is_workbook:
        return xlsx_response("sorties", COLUMNS, rows, sheet="Sorties")
    return csv_response("sorties", COLUMNS, rows)


@require_safe
def network(request: SignedInRequest, slug: str) -> HttpResponse:
    """Bands of this year, of members that let their network count them."""
    on = timezone.localdate()
    found = counted_for(request.user, slug, FigureClass.EXITS, on)
    told = rates.of_many(found.opened, on.replace(month=1, day=1), on, found.own)
    context = {"found": found, "network": found.desk.network, "year": on.year, "rates": told}
    title = "Ce que font les personnes qui sortent"
    return panels.shown(request, "bridge/exits/network.html", context, title=title)
