"""Taking over the sheet of a structure, on a phone, in three steps."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted
from cordee.members import access, open_work
from cordee.members.actions import claims
from cordee.members.claim_answers import (
    KINDS,
    Answer,
    Answers,
    ClaimStep,
    CrewsAnswer,
    PlaceAnswer,
    TradesAnswer,
)
from cordee.members.claim_forms import CrewsForm, PlaceForm, TradesForm
from cordee.members.models import Activity, Claim, Commune, Crew, Structure
from cordee.members.models.capacity import Certainty
from cordee.members.sheet_gaps import SheetGaps, around_of
from cordee.rules.trades import TRADES

type Form = TradesForm | PlaceForm | CrewsForm


def claim_offer(user: access.Person, structure: Structure) -> str:
    """What a page offers the user: "take" the sheet over, "resume" what was begun, or nothing."""
    waits = access.waits_to_direct(user, structure)
    if structure.is_closed or not (waits or access.directs(user, structure)):
        return ""
    claim = access.claim_of(user, structure)
    if _has_a_sheet(structure, claim, waits):
        return ""
    return "resume" if claim is not None and claim.answers else "take"


PAGES = {
    ClaimStep.TRADES: "members/claim_metiers.html",
    ClaimStep.PLACE: "members/claim_lieu.html",
    ClaimStep.CREWS: "members/claim_equipes.html",
}


@require_safe
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """To the first step that the user did not answer."""
    structure = access.claimable_structure_for(request.user, pk)
    claim = access.claim_of(request.user, structure)
    if _has_a_sheet(structure, claim, access.waits_to_direct(request.user, structure)):
        return redirect("members:sheet", pk)
    answered = claim.answers if claim else {}
    missing = next((step for step in ClaimStep if step not in answered), ClaimStep.TRADES)
    return redirect("members:claim_step", pk, missing.value)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, pk: int, step: str) -> HttpResponse:
    structure = access.claimable_structure_for(request.user, pk)
    claim = access.claim_of(request.user, structure)
    waits = access.waits_to_direct(request.user, structure)
    if _has_a_sheet(structure, claim, waits):
        return redirect("members:sheet", pk)
    asked = ClaimStep(step)
    answers = Answers.read(claim.answers) if claim else Answers()
    form = _form(asked, request, structure, answers)
    if request.method == "POST":
        answer: Answer | None = None
        if request.POST.get("ne_sais_pas"):
            answer = KINDS[asked]()
        elif form.is_valid():
            answer = form.answer
        if answer is not None:
            claims.answer_claim(
                structure=structure,
                person=request.user,
                step=asked,
                answer=answer,
                now=timezone.now(),
            )
            following = asked.following
            if following is None:
                return redirect("members:claim_done", pk)
            return redirect("members:claim_step", pk, following.value)
    context = {
        "structure": structure,
        "form": form,
        "step": asked,
        "steps": len(ClaimStep),
        "waits": waits,
        "previous": list(ClaimStep)[asked.number - 2].value if asked.number > 1 else "",
        "keep": _keep(request.user, structure, asked, claim),
    }
    return render(request, PAGES[asked], context)


@require_safe
def done(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is possible now, and what remains unknown."""
    structure = access.claimable_structure_for(request.user, pk)
    claim = access.claim_of(request.user, structure)
    if claim is None or claim.step < claims.LAST_PAGE:
        return redirect("members:claim", pk)
    answers = Answers.read(claim.answers)
    now = timezone.now()
    context = {
        "structure": structure,
        "waits": access.waits_to_direct(request.user, structure),
        "gaps": SheetGaps(structure, request.user, timezone.localdate(now), now),
        "trades": [TRADES[slug].label for slug in (answers.trades or TradesAnswer()).known],
        "crews": answers.crews or CrewsAnswer(),
        "reach_km": (answers.place or PlaceAnswer()).reach_km,
    }
    return render(request, "members/claim_done.html", context)


@require_http_methods(["POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The user is done: from here on the user corrects their sheet."""
    structure = access.claimable_structure_for(request.user, pk)
    claim = access.claim_of(request.user, structure)
    if claim is not None and claim.step == claims.LAST_PAGE:
        claims.finish_claim(claim=claim, now=timezone.now())
    if access.waits_to_direct(request.user, structure):
        return redirect("members:structure", pk)
    return redirect("members:sheet", pk)


def _has_a_sheet(structure: Structure, claim: Claim | None, waits: bool) -> bool:
    """Whether there is nothing left to take over: it was done, or somebody filled the sheet."""
    if waits:
        return False
    if claim is not None:
        return claim.state == Claim.State.APPLIED
    known = Activity.objects.filter(chantier__structure=structure, certainty=Certainty.KNOWN)
    crews = Crew.objects.filter(chantier__structure=structure)
    return bool(known.exists() or crews.exists())


def _form(asked: ClaimStep, request: HttpRequest, structure: Structure, answers: Answers) -> Form:
    data: Any = posted(request)
    match asked:
        case ClaimStep.TRADES:
            given = answers.trades or TradesAnswer()
            return TradesForm(
                data,
                known=given.known,
                crafts=given.crafts,
                struck=given.struck,
                reasons=reasons_of(structure, given.struck),
            )
        case ClaimStep.PLACE:
            place = answers.place or PlaceAnswer()
            commune = structure.commune
            if place.commune is not None:
                commune = Commune.objects.filter(insee=place.commune).first() or commune
            return PlaceForm(
                data,
                commune=commune,
                reach_km=place.reach_km,
                work=_work(request, structure, answers),
            )
        case ClaimStep.CREWS:
            return CrewsForm(data, given=answers.crews)


def reasons_of(structure: Structure, struck: Iterable[str] = ()) -> dict[str, str]:
    """The guesses, with what they are made from; one that the user struck stays shown, struck."""
    activities = Activity.objects.filter(
        chantier__structure=structure, certainty=Certainty.GUESSED
    ).order_by("pk")
    reasons = {a.trade: a.guess_reason for a in activities}
    return reasons | {trade: reasons.get(trade, "") for trade in struck}


def _work(
    request: SignedInRequest, structure: Structure, answers: Answers
) -> open_work.OpenWork | None:
    """What each reach would cover: in the user's trades, in those supposed, or in any of the 27."""
    trades = set(answers.trades.known) if answers.trades else set()
    if not trades:
        activities = Activity.objects.filter(chantier__structure=structure).order_by()
        trades = set(activities.values_list("trade", flat=True))
    return open_work.count(
        person=request.user, around=around_of(structure), trades=trades, now=timezone.now()
    )


def _keep(person: User, structure: Structure, asked: ClaimStep, claim: Claim | None) -> str:
    """Names what the browser keeps of a page not sent yet; new as soon as an answer is saved."""
    saved = json.dumps(claim.answers.get(asked.value) if claim else None, sort_keys=True)
    digest = hashlib.sha256(saved.encode()).hexdigest()[:12]
    return f"reprise-{person.pk}-{structure.pk}-{asked.value}-{digest}"
