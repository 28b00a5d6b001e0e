"""The page of one cell of the table: everything about it, for who may write it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.agreement.model import Cell
from cordee.alliances import access as alliance_access
from cordee.alliances import revisions
from cordee.alliances.access import AllianceAccess
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceRevision
from cordee.alliances.table.edits import Typed, editable, keep, whole_cell
from cordee.alliances.table.measures import AMOUNTS, BY_SLUG, EUROS
from cordee.alliances.table.totals import columns_of
from cordee.alliances.table.views import answer
from cordee.base.ui import months
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import refusals_as_messages

WRITTEN_MEANWHILE = (
    "Cette case a changé pendant que vous écriviez. Rien n’est enregistré : relisez votre part."
)


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, pk: uuid.UUID, party_pk: int, line: str) -> HttpResponse:
    """Everything about one cell: amounts, months, crews, and its pin.

    A subcontractor opens those of its own row, and neither prices nor what another wrote.
    """
    access = alliance_access.taking_part_for(request.user, pk)
    terms, key = access.alliance.terms, str(party_pk)
    if key not in editable(access, terms) or line not in {each.key for each in terms.lines}:
        raise Http404("Cette case ne vous est pas ouverte.")
    if request.method != "POST":
        return _cell_page(request, access, terms.cell(key, line))
    base = alliance_access.revision_for(access, read_version(request.POST.get("version", "")))
    if key not in {party.key for party in base.read().parties}:
        raise Http404("Cette version du tableau n’existe pas.")
    done = whole_cell(base.read(), base.read().cell(key, line), dict(request.POST.items()))
    if done.faults:
        return _cell_page(request, access, terms.cell(key, line), refused=done, version=base.number)
    if access.reads_shares:
        kept = keep(access, base, done, by=request.user, now=timezone.now())
        return answer(request, access, {"mesure": EUROS.slug}, kept)
    return _own_written(request, access, party_pk, base, done)


def _own_written(
    request: HttpRequest, access: AllianceAccess, party_pk: int, base: AllianceRevision, done: Typed
) -> HttpResponse:
    """Back to one's part; where somebody wrote there meanwhile, nothing is kept."""
    with refusals_as_messages(request):
        written = revisions.write_terms(
            alliance=access.alliance,
            base=base.number,
            terms=done.terms,
            by=request.user,
            now=timezone.now(),
        )
        if written.conflicts:
            messages.error(request, WRITTEN_MEANWHILE)
        else:
            messages.success(request, "C’est enregistré.")
    return redirect("alliances:share", pk=access.alliance.pk, party_pk=party_pk)


def _cell_page(
    request: HttpRequest,
    access: AllianceAccess,
    held: Cell,
    *,
    refused: Typed | None = None,
    version: int | None = None,
) -> HttpResponse:
    """The form of one cell as it is held; where it was refused, as it was typed on `version`."""
    alliance = access.alliance
    column = next(each for each in columns_of(alliance.terms) if each.line.key == held.line)
    if refused is None:
        values = {measure.slug: measure.shown(measure.value(held)) for measure in AMOUNTS} | {
            "debut": "" if held.first_month is None else _month(held.first_month),
            "mois": "" if held.months is None else str(held.months),
            "travail": held.work or "",
            "epinglee": "oui" if held.pinned else "",
        }
    else:
        names = (*BY_SLUG, "debut", "travail", "epinglee")
        values = {name: request.POST.get(name, "") for name in names}
    faults = {} if refused is None else refused.faults
    context = alliance_context(access, "alliances:table") | {
        "name": access.called[held.party],
        "party_pk": int(held.party),
        "column": column,
        "when": months.span(column.line.first_month, column.line.months),
        "version": alliance.version if version is None else version,
        "values": values,
        "faults": faults,
        "has_errors": bool(faults),
        "fields": [
            {
                "name": measure.slug,
                "title": measure.title,
                "value": values[measure.slug],
                "fault": faults.get(measure.slug, ""),
            }
            for measure in AMOUNTS
        ],
    }
    return render(request, "alliances/table/cell.html", context)


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"
