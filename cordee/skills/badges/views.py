"""Attestations of a learner for who teaches, and the public page where anybody checks one."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base import limits
from cordee.skills import access
from cordee.skills.badges import actions, keys, papers, tokens
from cordee.skills.models import WithdrawnBadge
from cordee.skills.tabs import frame_of

# How the page answers, on the server and on a phone alike.
TITLES = {
    "": "Vérifier une attestation",
    "genuine": "Attestation vraie\u00a0: {who}, «\u00a0{competence}\u00a0»",
    "withdrawn": "Cette attestation a été retirée",
    "refused": "Ce n’est pas une attestation d’ici",
}

# No answer yet: the parts of the page are there, and empty.
NOTHING = dict.fromkeys(tokens.Attestation.__dataclass_fields__, "")


@require_POST
def issue(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    learner = access.learner_for(request.user, pk, key)
    words = request.POST.get("competence", "")
    try:
        badge = actions.issue(
            learner=learner, competence=words, by=request.user, now=timezone.now()
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("skills:learner", pk, key)
    return redirect("skills:badge", pk, key, badge.pk)


@require_safe
def badge(request: SignedInRequest, pk: int, key: int, badge: int) -> HttpResponse:
    learner = access.observed_learner_for(request.user, pk, key)
    found = access.badge_of(learner, badge)
    if request.GET.get("format") == "jwt":
        return papers.file_of(found)
    context = frame_of(request.user, learner.structure, "skills:home") | papers.sheet_of(found)
    title = "est retirée" if found.is_withdrawn else "est prête à imprimer"
    context |= {"title": f"L’attestation de {learner} {title}", "learner": learner}
    return render(request, "skills/badges/badge.html", context)


@require_POST
def keep(request: SignedInRequest, pk: int, key: int, badge: int, *, is_kept: bool) -> HttpResponse:
    found = access.badge_of(access.learner_for(request.user, pk, key), badge)
    actions.keep(badge=found, is_kept=is_kept, by=request.user)
    told = "L’attestation est remise." if is_kept else "L’attestation est retirée."
    messages.success(request, told)
    return redirect("skills:badge", pk, key, badge)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verifier(request: HttpRequest) -> HttpResponse:
    """A phone checks by itself; what is sent here was sent by a button that says so, and is kept
    nowhere."""
    code = request.POST.get("code", "")
    context: dict[str, Any] = {"state": "", "fault": "", "said": NOTHING, "code": code}
    if request.method == "POST":
        limits.count_visit(request)
        context |= _answer(tokens.pasted(code))
    given = {
        "key": keys.published(),
        "kid": keys.key_address(),
        "most": tokens.MOST_READ,
        "faults": tokens.FAULTS,
        "titles": TITLES,
        "withdrawn": reverse("verifier:withdrawn"),
    }
    said = context["said"]
    names = {} if said is NOTHING else {"who": said.who, "competence": said.competence}
    title = TITLES[context["state"]].format(**names)
    context |= {"given": json.dumps(given), "title": title}
    return render(request, "skills/badges/verifier.html", context)


@login_not_required
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key, for any program that checks a JWS."""
    return JsonResponse(keys.published(), content_type="application/jwk+json")


@login_not_required
@never_cache
@require_safe
def withdrawn(request: HttpRequest) -> HttpResponse:
    """All withdrawn numbers: who asks for them does not say which one is looked for."""
    limits.count_visit(request)
    numbers = WithdrawnBadge.objects.order_by("number").values_list("number", flat=True)
    return JsonResponse({"withdrawn": [str(number) for number in numbers]})


def _answer(token: str) -> dict[str, Any]:
    try:
        said = tokens.verify(token, keys.public_key(), keys.key_address())
    except tokens.Refused as refused:
        return {"state": "refused", "fault": str(refused)}
    is_withdrawn = WithdrawnBadge.objects.filter(number=said.number).exists()
    return {"state": "withdrawn" if is_withdrawn else "genuine", "said": said}
