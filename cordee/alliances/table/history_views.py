"""Repairing the table, what it owes to a ceiling, and its versions: what each changed, in words;
each can be come back to."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement.changes import Change, changes
from cordee.agreement.terms import Terms
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import Alliance, AllianceRevision
from cordee.alliances.table.edits import BY_FIELD, where
from cordee.alliances.table.measures import BY_SLUG, EUROS, MEASURES, columns_of
from cordee.alliances.table.page import shown_cell
from cordee.alliances.table.repair_page import offered_terms, repair_page
from cordee.alliances.table.ways_out import warning_of
from cordee.alliances.table.ways_out import ways_out as ways_out_of
from cordee.base.found import page_of
from cordee.base.ui import months, panels
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import refusals_as_messages
from cordee.dossier.texts import CHOICES
from cordee.economics.access import capped_chantiers_for
from cordee.economics.radar.page import Radar
from cordee.members.acting import viewer_of

# Changes written out under one version; the others are counted.
MOST_SHOWN = 12


def versions(
    alliance: Alliance, rows: Sequence[AllianceRevision], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The versions given, newest first, each told beside the one before it: one more query."""
    if not rows:
        return []
    before = {
        row.number: row
        for row in alliance.revisions.filter(number__in=[row.number - 1 for row in rows])
    }
    return [_version(row, before.get(row.number - 1), names) for row in rows]


def _version(
    row: AllianceRevision, before: AllianceRevision | None, names: Mapping[str, str]
) -> dict[str, Any]:
    terms = row.read()
    found = () if before is None else changes(before.read(), terms)
    sentences = list(dict.fromkeys(sentence(each, terms, names) for each in found))
    return {
        "number": row.number,
        "when": row.made_at,
        "who": "" if row.made_by is None else (row.made_by.display_name or "une personne inscrite"),
        "origin": row.get_origin_display(),
        "returns_to": row.returns_to,
        "changes": sentences[:MOST_SHOWN],
        "more": max(0, len(sentences) - MOST_SHOWN),
        "is_current": row.number == row.alliance.version,
    }


def sentence(change: Change, terms: Terms, names: Mapping[str, str]) -> str:
    """One change, as people would say it."""
    place = change.place
    if place[0] == "party":
        return f"{names.get(place[1], 'une structure')}\u00a0: rôle ou régime"
    if place[0] == "common" and (choice := CHOICES.get(place[1])):
        before, after = choice.words(change.before), choice.words(change.after)
        return f"{choice.subject}\u00a0: {before} → {after}"
    at = where(place, terms, names)
    if place[0] == "cell":
        if place[3] in BY_FIELD:
            measure = BY_FIELD[place[3]]
            was, now = measure.in_words(change.before), measure.in_words(change.after)
            return f"{at}\u00a0: {was} → {now}"
        if place[3] == "pinned":
            return f"{at}\u00a0: {'épinglée' if change.after else 'libérée'}"
        if place[3] == "first_month" and change.after is not None:
            return f"{at}\u00a0: {months.month(change.after)}"
        return at
    if place[0] == "line" and place[2] == "price_cents":
        return f"{at}\u00a0: {EUROS.in_words(change.before)} → {EUROS.in_words(change.after)}"
    return at


VERSIONS_A_PAGE = 20


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
def ways_out(request: SignedInRequest, structure_pk: int) -> HttpResponse:
    """What alliances may give back of a year above its ceiling, for who directs the structure."""
    asked, viewer = request.GET, viewer_of(request)
    structure, chantiers = capped_chantiers_for(
        request.user, structure_pk, asked.get("chantier", "")
    )
    radar = Radar(viewer, structure, chantiers.chosen, asked.get("exercice", ""))
    ways = ways_out_of(radar, structure, request.user, viewer, now=timezone.now())
    if not request.headers.get("HX-Request"):
        template = "alliances/table/ways_out.html"
        context = {"ways": ways, "warning": warning_of(ways)}
        return panels.shown(request, template, context, title="Avec vos alliances")
    if not ways:
        # Nothing to say: the page that asked shows no empty line.
        return HttpResponse(headers={"HX-Retarget": "this", "HX-Reswap": "delete"})
    # The page of the ceiling is read in ten seconds: one, the others one click further.
    first = {"way": ways[0], "more": len(ways) - 1, "warning": warning_of(ways)}
    return render(request, "alliances/table/way_out.html", first)


@require_safe
def history(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Every version: who, when, what."""
    access = alliance_access.inside_for(request.user, pk)
    rows = access.alliance.revisions.select_related("made_by").order_by("-number")
    page = page_of(request, rows, VERSIONS_A_PAGE)
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
            **by_now(request),
        )
        messages.success(request, f"Le tableau est comme à la version {number}.")
    return redirect("alliances:table", pk=pk)
