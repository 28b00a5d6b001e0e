"""Repairing the table, what it owes to a ceiling, and its versions: each can be come back to."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.table.history import versions
from cordee.alliances.table.measures import BY_SLUG, EUROS, MEASURES
from cordee.alliances.table.page import shown_cell
from cordee.alliances.table.repair_page import offered_terms, repair_page
from cordee.alliances.table.totals import columns_of
from cordee.alliances.table.ways_out import ways_out as ways_out_of
from cordee.base.ui import panels
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import refusals_as_messages
from cordee.economics.access import capped_chantiers_for
from cordee.economics.radar.page import Radar
from cordee.members.acting import viewer_of

VERSIONS_A_PAGE = 20
# On the page of the ceiling, which is read in ten seconds; the others one click further.
WAYS_SHOWN = 2


@require_http_methods(["GET", "POST"])
def repair(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The nearest split that holds, shown before it is kept. Only who coordinates."""
    access = alliance_access.coordinator_for(request.user, pk)
    if not access.alliance.step.is_editable:
        messages.error(request, "L’offre est déposée\u00a0: la répartition ne change plus ici.")
        return redirect("alliances:table", pk=pk)
    now = timezone.now()
    if request.method == "POST":
        offered = offered_terms(access, request.POST.get("marque", ""), now=now)
        if offered is None:
            messages.warning(
                request,
                "Le tableau ou les moyens ont changé depuis. Voici la répartition d’aujourd’hui.",
            )
            return redirect("alliances:repair_table", pk=pk)
        base, terms = offered
        with refusals_as_messages(request):
            written = revisions.write_terms(
                alliance=access.alliance,
                base=base,
                terms=terms,
                by=request.user,
                now=now,
                origin="REPAIR",
            )
            if written.conflicts or written.was_merged:
                messages.warning(request, "Quelqu’un a modifié le tableau entre-temps. Relisez-le.")
            else:
                done = "La répartition est réparée. «\u00a0Annuler\u00a0» revient en arrière."
                messages.success(request, done)
        return redirect("alliances:table", pk=pk)
    seen = access.seen_by(viewer_of(request))
    context = alliance_context(access, "alliances:table") | {
        "page": repair_page(seen, now=now, is_long=request.GET.get("longue") == "oui"),
    }
    return render(request, "alliances/table/repair.html", context)


@require_safe
def ways_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """What alliances may give back of a year above its ceiling, for who directs the structure."""
    asked, viewer = request.GET, viewer_of(request)
    structure, chantiers = capped_chantiers_for(request.user, pk, asked.get("chantier", ""))
    radar = Radar(viewer, structure, chantiers.chosen, asked.get("exercice", ""))
    ways = ways_out_of(radar, structure, request.user, viewer, now=timezone.now())
    context = {"ways": ways}
    if request.headers.get("HX-Request"):
        if not ways:
            # Nothing to say: the page that asked shows no empty panel.
            return HttpResponse(headers={"HX-Retarget": "this", "HX-Reswap": "delete"})
        context = {"ways": ways[:WAYS_SHOWN], "more": ways[WAYS_SHOWN:]}
    template = "alliances/table/ways_out.html"
    return panels.shown(request, template, context, title="Avec vos alliances")


@require_safe
def history(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Every version: who, when, what."""
    access = alliance_access.inside_for(request.user, pk)
    rows = access.alliance.revisions.select_related("made_by").order_by("-number")
    page = Paginator(rows, VERSIONS_A_PAGE).get_page(request.GET.get("page"))
    context = alliance_context(access, "alliances:table") | {
        "page": page,
        "versions": versions(access.alliance, list(page), access.called),
        "may_return": access.coordinates and access.alliance.step.is_editable,
    }
    return render(request, "alliances/table/history.html", context)


@require_safe
def version(request: SignedInRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """The table as it was."""
    access = alliance_access.inside_for(request.user, pk)
    row = alliance_access.revision_for(access, number)
    terms = row.read()
    measure = BY_SLUG.get(request.GET.get("mesure", ""), EUROS)
    names = access.called
    columns = columns_of(terms)
    table = [
        (
            names.get(party.key, "une structure"),
            [
                shown_cell(
                    terms.cell(party.key, column.line.key),
                    column,
                    names.get(party.key, ""),
                    measure,
                    alliance=None,
                    version=number,
                )
                for column in columns
            ],
        )
        for party in terms.parties
    ]
    context = alliance_context(access, "alliances:table") | {
        "row": row,
        "columns": columns,
        "rows": table,
        "measure": measure,
        "measures": MEASURES,
        "is_current": number == access.alliance.version,
        "may_return": access.coordinates and access.alliance.step.is_editable,
    }
    return render(request, "alliances/table/version.html", context)


@require_POST
def return_to(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Come back to a version: undo, redo, or any one of the list. Only who coordinates."""
    access = alliance_access.coordinator_for(request.user, pk)
    number, base = (request.POST.get(name, "") for name in ("numero", "version"))
    with refusals_as_messages(request):
        revisions.return_to(
            alliance=access.alliance,
            number=read_version(number),
            base=read_version(base),
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, f"Le tableau est comme à la version {number}.")
    return redirect("alliances:table", pk=pk)
