"""The page of an alliance, and its steps."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.agreement import PartyRole
from cordee.agreement.life import Phase
from cordee.alliances.actions import alliances as actions
from cordee.alliances.life.lessons import lessons_for
from cordee.alliances.life.taking_over import successors
from cordee.alliances.models import AllianceParty
from cordee.alliances.workspace import access, pages
from cordee.alliances.workspace.forms import AnswerForm
from cordee.alliances.workspace.part import part_page

# Those whose answer, or another one, is still awaited; the others are out.
ASKED = (AllianceParty.State.INVITED, AllianceParty.State.DECLINED)


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The alliance for who reads its table; her own part for a subcontractor; her own invitation
    for who was asked."""
    seat = access.seat_for(request.user, pk)
    if not seat.is_inside:
        places = pages.places_of(seat)
        context = {
            "seat": seat,
            "alliance": seat.alliance,
            "own": places,
            "is_worker": {place for _, place in places} == {PartyRole.SUBCONTRACTOR.label},
            "is_asked": any(party.state in ASKED for party in seat.own),
            "form": AnswerForm(),
        }
        return render(request, "alliances/workspace/invitation.html", context)
    if not seat.reads_shares:
        return render(
            request,
            "alliances/workspace/part.html",
            {
                "seat": seat,
                "alliance": seat.alliance,
                "page": part_page(seat, now=timezone.now()),
                "sections": pages.sections(seat, "workspace:detail"),
            },
        )
    page = pages.page_of(seat, now=timezone.now())
    is_unled = not page.leading and not seat.alliance.step.is_over
    heirs = successors(seat.alliance) if is_unled else []
    return render(
        request,
        "alliances/workspace/detail.html",
        {
            "seat": seat,
            "alliance": seat.alliance,
            "page": page,
            "is_unled": is_unled,
            "site": settings.SITE_ADDRESS,
            "has_heirs": bool(heirs),
            "may_take_over": request.user in heirs,
            "sections": pages.sections(seat, "workspace:detail"),
            "form": AnswerForm(),
            "lessons": lessons_for(request.user, seat.alliance)
            if seat.alliance.step.is_editable
            else (),
        },
    )


@require_POST
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to another step of the life of the alliance."""
    seat = access.coordinator_for(request.user, pk)
    try:
        to = Phase(request.POST.get("etape", ""))
    except ValueError:
        messages.error(request, "Cette étape n’existe pas. Choisissez-en une sur la page.")
        return redirect("workspace:detail", pk=pk)
    try:
        actions.move(alliance=seat.alliance, to=to, by=request.user, now=timezone.now())
    except ValidationError as wrong:
        for sentence in wrong.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, f"L’alliance est à l’étape « {to.label} ».")
    return redirect("workspace:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def abandon(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End an alliance before its time; a GET says what that means."""
    seat = access.coordinator_for(request.user, pk)
    if request.method != "POST":
        return render(request, "alliances/workspace/abandon.html", {"alliance": seat.alliance})
    try:
        actions.move(
            alliance=seat.alliance, to=Phase.ABANDONED, by=request.user, now=timezone.now()
        )
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, "L’alliance est abandonnée.")
    return redirect("workspace:detail", pk=pk)
