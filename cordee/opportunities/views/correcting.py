"""Correcting one fact, and taking a correction back: on a page of its own, or in the margin.

Without htmx each is a page and a redirect. With htmx the note of the fact is what changes, and
what stands elsewhere on the page and follows from it comes along.
"""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import first_or_404
from cordee.base.ui.forms import refusals_as_messages, refusals_in, render_form
from cordee.opportunities.access import correctable_for, may_settle, may_withdraw, opportunity_for
from cordee.opportunities.actions import correcting as actions
from cordee.opportunities.correction_forms import CorrectionForm, initial_of
from cordee.opportunities.fact_lines import anchor_of, lines_of
from cordee.opportunities.facts import FACTS, FactDefinition, holder_of
from cordee.opportunities.inference import infer
from cordee.opportunities.margin.pages import page_margin
from cordee.opportunities.margin.source_names import value_in_words
from cordee.opportunities.models import Correction, Opportunity
from cordee.opportunities.views.page import notice_context
from cordee.rules.figures import lot_name

NO_SEAT = "Corriger un avis demande un rôle dans une structure ou un réseau."
KEPT = "Votre correction est gardée. L’avis d’origine reste intact."
PROPOSED = "C’est noté, à confirmer. Une autre personne peut confirmer, ou deux jours passent."
WITHDRAWN = "La correction est retirée. Nous montrons ce que dit l’avis."


def _target(request: HttpRequest, pk: int, fact: str) -> tuple[Opportunity, FactDefinition, str]:
    opportunity = correctable_for(request.user, pk, NO_SEAT, on=timezone.localdate())
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
    understanding = opportunity.understood
    holder = holder_of(understanding.notice, lot)
    if holder is None:
        raise Http404("Cet avis n’a pas de lot de ce numéro.")
    found = infer(opportunity)
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
        with refusals_in(form):
            said = actions.correct_fact(
                opportunity=opportunity,
                fact=known.name,
                lot=lot,
                value=form.stored_value,
                by=request.user,
                on=today,
                quote=form.cleaned_data["quote"],
            )
            done = KEPT if said.ground else PROPOSED
            return _answer(request, opportunity, known.name, lot, done)
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


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: SignedInRequest, pk: int, correction_pk: int) -> HttpResponse:
    """One question: is what somebody proposes right, beside what we read?"""
    today = timezone.localdate()
    opportunity, correction = _correction(request, pk, correction_pk)
    understanding, lot = opportunity.understood, correction.lot_id
    back = _page(opportunity, lot, anchor_of(understanding.notice, correction.fact, lot))
    proposed = next((one for one in understanding.proposed if one.pk == correction.pk), None)
    if proposed is None:
        messages.info(request, "Cette correction n’attend plus de réponse.")
        return redirect(back)
    if request.method == "POST":
        with refusals_as_messages(request):
            done = _settled(request, correction)
            messages.success(request, done)
            return redirect(back)
        return redirect(request.path)
    lines = lines_of(opportunity, understanding, infer(opportunity), today, lot)
    line = next(line for line in lines if line.fact.name == correction.fact)
    context = {
        "opportunity": opportunity,
        "correction": correction,
        "line": line,
        "proposed": next(one for one in line.proposed if one.url == request.path),
        "evidence": [value_in_words(each.words) for each in line.evidence],
        "against": json.dumps(actions.current_value(correction)),
        "until": correction.at + actions.UNOPPOSED_AFTER,
        "is_own": correction.by_id == request.user.pk,
        "may_settle": may_settle(request.user, correction),
        "may_withdraw": may_withdraw(request.user, correction),
        "has_objected": correction.objections.standing().filter(by=request.user).exists(),
        "back": back,
    }
    return render(request, "opportunities/settle.html", context)


def _settled(request: SignedInRequest, correction: Correction) -> str:
    """What was done of the answer of the page, in French."""
    match request.POST.get("reponse"):
        case "juste":
            try:
                against = json.loads(request.POST.get("lu", "null"))
            except ValueError:
                against = None
            actions.settle_correction(
                correction=correction, by=request.user, on=timezone.localdate(), against=against
            )
            return "Confirmé. La correction compte pour tous."
        case "faux":
            actions.object_to_correction(correction=correction, by=request.user)
            return "C’est noté : vous n’êtes pas d’accord. La correction attend."
        case "reprendre":
            actions.withdraw_objection(correction=correction, by=request.user)
            return "Votre objection est retirée."
    raise ValidationError("Choisissez une réponse.")


def _correction(
    request: HttpRequest, pk: int, correction_pk: int
) -> tuple[Opportunity, Correction]:
    opportunity = correctable_for(request.user, pk, NO_SEAT, on=timezone.localdate())
    found = Correction.objects.of_opportunity(opportunity).filter(pk=correction_pk)
    return opportunity, first_or_404(found)


@require_POST
def withdraw(request: SignedInRequest, pk: int, correction_pk: int) -> HttpResponse:
    opportunity, correction = _correction(request, pk, correction_pk)
    with refusals_as_messages(request):
        actions.withdraw_correction(correction=correction, by=request.user, on=timezone.localdate())
        return _answer(request, opportunity, correction.fact, correction.lot_id, WITHDRAWN)
    page = _page(opportunity, correction.lot_id, "avis-lu")
    return HttpResponse(headers={"HX-Redirect": page}) if request.htmx else redirect(page)


def _is_in_margin(request: HttpRequest) -> bool:
    return bool(request.htmx) and not request.htmx.boosted  # type: ignore[attr-defined]


def _page(opportunity: Opportunity, lot: str, anchor: str) -> str:
    if not lot:
        return f"{reverse('opportunities:notice', args=[opportunity.pk])}#{anchor}"
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
    # Anew: what was understood of this row before is no more.
    opportunity = opportunity_for(request.user, opportunity.pk, on=timezone.localdate())
    understanding = opportunity.understood
    anchor = anchor_of(understanding.notice, fact, lot)
    if not _is_in_margin(request):
        messages.success(request, done)
        return redirect(_page(opportunity, lot, anchor))
    shown = urlsplit(request.htmx.current_url or "").path  # type: ignore[attr-defined]
    is_whole_page = shown == reverse("opportunities:notice", args=[opportunity.pk])
    context = notice_context(request, opportunity) if is_whole_page else {}
    reading = context.get("reading") or page_margin(
        opportunity, understanding, infer(opportunity), timezone.localdate(), lot=lot
    )
    context |= {
        "opportunity": opportunity,
        "may_correct": True,
        "is_answer": True,
        "note": reading.note(anchor),
        "silent": reading.silent_at(anchor),
    }
    parts = ["margin.html#note" if context["note"] else "margin.html#silent"]
    parts += ["notice.html#essential"] if is_whole_page else []
    return HttpResponse(
        "".join(render_to_string(f"opportunities/{part}", context, request) for part in parts)
    )
