"""Attestations of a learner for who teaches, and the public page where anybody checks one."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from qrcode.constants import ERROR_CORRECT_L

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.base import limits
from cordee.base.found import first_or_404
from cordee.base.ui.forms import refusals_as_messages
from cordee.base.ui.qr import qr_code
from cordee.skills import access
from cordee.skills.badges import actions, tokens
from cordee.skills.models import Learner, WithdrawnBadge
from cordee.skills.tabs import frame_of


def sheet_of(learner: Learner, key: int) -> dict[str, Any]:
    """What `skills/badges/sheet.html` asks for: the words, and the code that a phone reads."""
    badge = first_or_404(access.badges_of(learner).filter(pk=key), access.ABSENT)
    page = settings.SITE_ADDRESS + reverse("verifier:page")
    address = f"{page}#{badge.token}"
    drawn = qr_code(address, label="Code de l’attestation", mended=ERROR_CORRECT_L)
    said = tokens.read(badge.token)
    return {"badge": badge, "said": said, "page": page, "address": address, "drawn": drawn}


@require_POST
def issue(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    learner, words = access.learner_for(request.user, pk, key), request.POST.get("competence", "")
    with refusals_as_messages(request):
        badge = actions.issue(learner, words, **by_now(request))
        return redirect("skills:badge", pk, key, badge.pk)
    return redirect("skills:learner", pk, key)


@require_safe
def badge(request: SignedInRequest, pk: int, key: int, badge: int) -> HttpResponse:
    learner = access.observed_learner_for(request.user, pk, key)
    context = frame_of(request.user, learner.structure, "skills:home") | sheet_of(learner, badge)
    state = "est retirée" if context["badge"].is_withdrawn else "est prête à imprimer"
    context |= {"title": f"L’attestation de {learner} {state}", "learner": learner}
    return render(request, "skills/badges/badge.html", context)


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, badge: int, is_kept: bool) -> HttpResponse:
    rows = access.badges_of(access.learner_for(request.user, pk, key)).filter(pk=badge)
    actions.keep(badge=first_or_404(rows, access.ABSENT), is_kept=is_kept, by=request.user)
    return redirect("skills:badge", pk, key, badge)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: HttpRequest) -> HttpResponse:
    """A phone checks by itself; what is sent here was sent by a button that says so, and is kept
    nowhere."""
    code, state, fault, said = request.POST.get("code", ""), "asked", "", None
    if request.method == "POST":
        limits.count_visit(request)
        try:
            said = tokens.verify_ours(code)
            rows = WithdrawnBadge.objects.filter(number=said.number)
            state = "withdrawn" if rows.exists() else "genuine"
        except tokens.Refused as refused:
            state, fault = refused.fault, str(refused)
    # No answer: the parts of the page are there, and empty.
    nothing = dict.fromkeys(tokens.Attestation.__slots__, "")
    own = {"key": tokens.published(), "withdrawn": reverse("verifier:withdrawn")}
    context = {
        "title": tokens.WORDS["titles"][state].format(said=said),
        "given": json.dumps(tokens.WORDS | own),
        **{"code": code, "state": state, "fault": fault, "said": said or nothing},
    }
    return render(request, "skills/badges/verifier.html", context)


@login_not_required
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key, for any program that checks a JWS."""
    return JsonResponse(tokens.published(), content_type="application/jwk+json")


@login_not_required
@never_cache
@require_safe
def withdrawn(request: HttpRequest) -> HttpResponse:
    """All withdrawn numbers: who asks for them does not say which one is looked for."""
    limits.count_visit(request)
    numbers = WithdrawnBadge.objects.order_by("number").values_list("number", flat=True)
    return JsonResponse({"withdrawn": [str(number) for number in numbers]})
