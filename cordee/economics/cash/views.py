"""« Trésorerie » and « Vos ressources », for who directs a structure and nobody else."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import months
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.base.ui.french import SHORT_MONTHS
from cordee.economics import access
from cordee.economics.cash import actions, pages
from cordee.economics.cash.forecast import Forecast
from cordee.economics.cash.forms import OpeningForm, QuestionForm, ResourceForm
from cordee.economics.commitments.actions import keep_row
from cordee.economics.models import OpeningBalance, Resource
from cordee.economics.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.models import Structure
from cordee.rules import parameters
from cordee.rules.advance import advance_is_due
from cordee.rules.months import month_number
from cordee.rules.resources import ResourceCertainty

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def cash(request: SignedInRequest, pk: int) -> HttpResponse:
    """How long the cash lasts, and what one contract does to it before its first payment."""
    context, structure = _frame(request, pk)
    found = Forecast(structure)
    context |= {
        "title": pages.title_of(found),
        "sentences": list(pages.sentences_of(found, viewer_of(request).on)),
        "found": found,
        "figures": pages.figures_of(found),
        "line": pages.line_of(found),
        "rows": [(f"{SHORT_MONTHS[row.month % 12]} {row.month // 12}", row) for row in found.rows],
        "counted": list(pages.counted(found)),
        **_question(request, found),
    }
    return render(request, "economics/cash/cash.html", context)


def _question(request: SignedInRequest, found: Forecast) -> dict[str, Any]:
    """The form on one contract, and its answer: on the first bid where none is asked for."""
    rows, on = pages.asked_about(found), viewer_of(request).on
    if not rows:
        return {}
    asked: Mapping[str, Any] = request.GET
    if "marche" not in asked:
        # The least of the rates that are known.
        rate = parameters.rate("advance.sme_rate_large_buyers", on=on)
        cost = found.cost_share(rows[0])
        asked = {"marche": rows[0].pk, "cout": cost, "avance": rate}
    form = QuestionForm(asked, rows=rows)
    if not form.is_valid():
        return {"form": form}
    told = form.cleaned_data
    row = next(each for each in rows if each.pk == told["marche"])
    share = found.cost_share(row) if told["cout"] is None else told["cout"]
    return {
        "form": form,
        "row": row,
        "share": share,
        "paid_in": months.month(row.first_month + found.delay),
        "effects": pages.effects(found, row, share, told["avance"] or Decimal(0), on),
        "is_advance_due": advance_is_due(row.receipts_cents, row.months, on=on),
    }


@EDIT
def opening(request: SignedInRequest, pk: int) -> HttpResponse:
    context, structure = _frame(request, pk)
    known = OpeningBalance.objects.filter(structure=structure).first()
    row = known or OpeningBalance(structure=structure)
    now = month_number(viewer_of(request).on)
    # The balance of another month is no answer for this one.
    initial = {} if row.month == now else {"balance_cents": None}
    row.month = now
    form = OpeningForm(posted(request), instance=row, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.state_opening(opening=row, by=request.user)
            messages.success(request, "Votre solde de départ est noté.")
            return redirect("economics:cash", pk)
    context |= {"form": form, "title": "Votre solde de départ"}
    return render_form(request, "economics/cash/form.html", context)


@require_safe
def resources(request: SignedInRequest, pk: int) -> HttpResponse:
    """What funders give, said or may give, and what that says of the structure."""
    context, structure = _frame(request, pk)
    found = Forecast(structure)
    removed = Resource.objects.filter(chantier__structure=structure).removed()
    rows = sorted(found.resources, key=lambda row: list(ResourceCertainty).index(row.certainty))
    context |= {
        "title": pages.resources_title(rows),
        "rows": rows,
        "removed": [(row, row.amount_cents) for row in removed],
        "signs": pages.signs(found, viewer_of(request).on),
    }
    return render(request, "economics/cash/resources.html", context)


@EDIT
def resource(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    """A resource, new or corrected."""
    context, structure = _frame(request, pk)
    row = Resource() if key is None else access.resource_for(request.user, pk, key)
    if row.removed_at is not None:
        raise Http404("Cette ressource est retirée. Vous pouvez la remettre, puis la corriger.")
    title = "Noter une ressource" if key is None else f"Corriger «\u00a0{row.funder}\u00a0»"
    on = viewer_of(request).on
    form = ResourceForm(posted(request), instance=row, structure=structure, on=on)
    if form.is_valid():
        with refusals_in(form):
            actions.write_resource(resource=row, by=request.user)
            messages.success(request, f"«\u00a0{row.funder}\u00a0» est noté.")
            return redirect("economics:resources", pk)
    context |= {"form": form, "row": row, "title": title}
    return render_form(request, "economics/cash/form.html", context)


@require_POST
def keep_resource(request: SignedInRequest, pk: int, key: int, *, is_kept: bool) -> HttpResponse:
    row = access.resource_for(request.user, pk, key)
    keep_row(row=row, is_kept=is_kept, by=request.user, now=timezone.now())
    words = "compte de nouveau." if is_kept else "ne compte plus. Vous pouvez la remettre plus bas."
    messages.success(request, f"«\u00a0{row.funder}\u00a0» {words}")
    return redirect("economics:resources", pk)


def _frame(request: SignedInRequest, pk: int) -> tuple[dict[str, Any], Structure]:
    """What the frame of the room shows, and the structure; 404 unless one directs it."""
    structure, chantiers = access.capped_chantiers_for(request.user, pk)
    context = frame_of(viewer_of(request), structure, chantiers, "economics:accounts")
    return context | {"is_of_structure": True}, structure
