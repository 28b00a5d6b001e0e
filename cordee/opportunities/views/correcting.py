"""Correcting one fact, and taking a correction back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.opportunities import actions
from cordee.opportunities.access import may_correct, opportunity_for
from cordee.opportunities.fact_lines import lines_of, trades_by_lot
from cordee.opportunities.facts import FACTS, Fact, holder_of
from cordee.opportunities.forms import CorrectionForm, initial_of
from cordee.opportunities.models import Opportunity
from cordee.opportunities.wording import lot_name


def _target(request: HttpRequest, pk: int, fact: str) -> tuple[Opportunity, Fact, str]:
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    if not may_correct(request.user):
        raise PermissionDenied("Corriger un avis demande un rôle dans une structure ou un réseau.")
    lot = request.GET.get("lot", "")
    known = FACTS.get(fact)
    if known is None or (lot and not known.per_lot):
        raise Http404("Ce fait ne se corrige pas.")
    return opportunity, known, lot


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int, fact: str) -> HttpResponse:
    """A page of its own: it works without JavaScript and keeps what was typed."""
    opportunity, known, lot = _target(request, pk, fact)
    today = timezone.localdate()
    understanding = opportunity.current()
    holder = holder_of(understanding.notice, lot)
    if holder is None:
        raise Http404("Cet avis n’a pas de lot de ce numéro.")
    trades = trades_by_lot(opportunity.latest_breakdown())
    value = known.read(holder)
    if known.name == "trades" and value is None:
        value = list(trades[lot].slugs) if lot in trades else None
    form = CorrectionForm(known, request.POST or None, initial={"value": initial_of(known, value)})
    if request.method == "POST" and form.is_valid():
        actions.correct_fact(
            opportunity=opportunity,
            fact=known.name,
            lot=lot,
            value=form.stored_value,
            by=request.user,  # type: ignore[arg-type]
            on=today,
        )
        messages.success(request, "Votre correction est gardée. L’avis d’origine reste intact.")
        return redirect("opportunities:detail", pk=pk)
    lines = lines_of(opportunity, understanding, trades, today, lot)
    context: dict[str, Any] = {
        "opportunity": opportunity,
        "fact": known,
        "lot": holder if lot else None,
        "lot_name": lot_name(lot),
        "form": form,
        "line": next((line for line in lines if line.fact is known), None),
        "today": today,
    }
    status = 422 if form.errors else 200
    return render(request, "opportunities/correct.html", context, status=status)


@require_POST
def withdraw(request: HttpRequest, pk: int, correction_pk: int) -> HttpResponse:
    today = timezone.localdate()
    opportunity = opportunity_for(request.user, pk, on=today)
    if not may_correct(request.user):
        raise PermissionDenied("Corriger un avis demande un rôle dans une structure ou un réseau.")
    correction = get_object_or_404(opportunity.corrections.all(), pk=correction_pk)
    actions.withdraw_correction(
        correction=correction,
        by=request.user,  # type: ignore[arg-type]
        on=today,
    )
    messages.success(request, "La correction est retirée. Nous montrons ce que dit l’avis.")
    return redirect("opportunities:detail", pk=pk)
