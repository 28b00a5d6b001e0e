"""Correcting one fact, and taking a correction back: on a page of its own, or in the margin.

Without htmx each is a page and a redirect. With htmx the note of the fact is what changes, and
what stands elsewhere on the page and follows from it comes along.
"""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import render_form
from cordee.opportunities import actions
from cordee.opportunities.access import may_correct, opportunity_for
from cordee.opportunities.correction_forms import CorrectionForm, initial_of
from cordee.opportunities.fact_lines import anchor_of, lines_of
from cordee.opportunities.facts import FACTS, FactDefinition, holder_of
from cordee.opportunities.inference import infer
from cordee.opportunities.margin.pages import page_margin
from cordee.opportunities.models import Correction, Opportunity
from cordee.opportunities.views.page import page_context
from cordee.rules.figures import lot_name

NO_SEAT = "Corriger un avis demande un rôle dans une structure ou un réseau."
KEPT = "Votre correction est gardée. L’avis d’origine reste intact."
WITHDRAWN = "La correction est retirée. Nous montrons ce que dit l’avis."


def _target(request: HttpRequest, pk: int, fact: str) -> tuple[Opportunity, FactDefinition, str]:
    opportunity = opportunity_for(request.user, pk, on=timezone.localdate())
    if not may_correct(request.user):
        raise PermissionDenied(NO_SEAT)
    lot = request.GET.get("lot", "")
    known = FACTS.get(fact)
    if known is None or (lot and not known.per_lot):
        raise Http404("Ce fait ne se corrige pas.")
    return opportunity, known, lot


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, pk: int, fact: str) -> HttpResponse:
    """A form that keeps what was typed; alone for a margin that asks for it."""
    opportunity, known, lot = _target(request, pk, fact)
    today = timezone.localdate()
    understanding = opportunity.current()
    holder = holder_of(understanding.notice, lot)
    if holder is None:
        raise Http404("Cet avis n’a pas de lot de ce numéro.")
    found = infer(opportunity.latest_breakdown(), understanding.as_read)
    anchor = anchor_of(understanding.notice, known.name, lot)
    value = known.read(holder)
    correction = understanding.correction_of(known.name, lot)
    if correction is not None:
        value = correction.value
    elif value is None and (by_us := found.get((lot, known.name))):
        value = by_us.value
    form = CorrectionForm(
        known,
        request.POST or None,
        initial=initial_of(known, value),
        # Several notes may hold their form at once.
        auto_id=f"{anchor}-%s",
    )
    if request.method == "POST" and form.is_valid():
        actions.correct_fact(
            opportunity=opportunity,
            fact=known.name,
            lot=lot,
            value=form.stored_value,
            by=request.user,
            on=today,
        )
        return _answer(request, opportunity, known.name, lot, KEPT)
    context: dict[str, Any] = {
        "opportunity": opportunity,
        "fact": known,
        "lot": holder if lot else None,
        "lot_name": lot_name(lot),
        "form": form,
        "anchor": anchor,
        "action": request.get_full_path(),
        "back": _page(opportunity, lot, anchor),
        "in_margin": _is_in_margin(request),
    }
    if context["in_margin"]:
        return _form_alone(request, context)
    lines = lines_of(opportunity, understanding, found, today, lot)
    context["line"] = next((line for line in lines if line.fact is known), None)
    return render_form(request, "opportunities/correct.html", context)


@require_POST
def withdraw(request: SignedInRequest, pk: int, correction_pk: int) -> HttpResponse:
    today = timezone.localdate()
    opportunity = opportunity_for(request.user, pk, on=today)
    if not may_correct(request.user):
        raise PermissionDenied(NO_SEAT)
    correction = get_object_or_404(Correction.objects.of_opportunity(opportunity), pk=correction_pk)
    actions.withdraw_correction(correction=correction, by=request.user, on=today)
    return _answer(request, opportunity, correction.fact, correction.lot_id, WITHDRAWN)


def _is_in_margin(request: HttpRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def _page(opportunity: Opportunity, lot: str, anchor: str) -> str:
    if not lot:
        return f"{reverse('opportunities:detail', args=[opportunity.pk])}#{anchor}"
    lots = reverse("opportunities:lots", args=[opportunity.pk])
    return f"{lots}?{urlencode({'lot': lot})}#{anchor}"


def _form_alone(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    response = render(request, "opportunities/correct.html#form", context)
    if context["form"].errors:
        # htmx swaps nothing after a 4xx: the form comes back as an answer, where it stood.
        response["HX-Retarget"] = f"#{context['anchor']} [data-cordee-form]"
        response["HX-Reswap"] = "innerHTML"
    return response


def _answer(
    request: HttpRequest, opportunity: Opportunity, fact: str, lot: str, done: str
) -> HttpResponse:
    """The page again; or the note as it now is, and what follows from it on the same page."""
    opportunity.refresh_from_db()
    understanding = opportunity.current()
    anchor = anchor_of(understanding.notice, fact, lot)
    if not _is_in_margin(request):
        messages.success(request, done)
        return redirect(_page(opportunity, lot, anchor))
    shown = urlsplit(request.htmx.current_url or "").path  # type: ignore[attr-defined]
    is_whole_page = shown == reverse("opportunities:detail", args=[opportunity.pk])
    context = page_context(request, opportunity) if is_whole_page else {}
    reading = context.get("reading") or page_margin(
        opportunity,
        understanding,
        infer(opportunity.latest_breakdown(), understanding.as_read),
        timezone.localdate(),
        lot=lot,
    )
    context |= {
        "opportunity": opportunity,
        "may_correct": True,
        "is_answer": True,
        "note": reading.note(anchor),
        "silent": reading.silent_at(anchor),
    }
    parts = ["margin.html#note" if context["note"] else "margin.html#silent"]
    parts += ["detail.html#essential", "detail.html#lots"] if is_whole_page else []
    return HttpResponse(
        "".join(render_to_string(f"opportunities/{part}", context, request) for part in parts)
    )
