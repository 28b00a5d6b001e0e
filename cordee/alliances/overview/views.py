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
from cordee.agreement.phases import Phase
from cordee.alliances import access as alliance_access
from cordee.alliances.coordination.succession import successors
from cordee.alliances.filing.lessons import lessons_for
from cordee.alliances.frame import names
from cordee.alliances.frame.listing import own_teams
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.invitations.asked import asked_of
from cordee.alliances.invitations.forms import AnswerForm
from cordee.alliances.models import AllianceParty
from cordee.alliances.overview import pages
from cordee.alliances.overview.own_part import part_page
from cordee.alliances.state import steps
from cordee.base.ui.forms import refusals_as_messages

# Those whose answer, or another one, is still awaited; the others are out.
ASKED = (AllianceParty.State.INVITED, AllianceParty.State.DECLINED)


@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The alliance for who reads its table; for a subcontractor, their own part; for who was asked,
    their own invitation."""
    access = alliance_access.access_for(request.user, pk)
    if not access.is_inside:
        places, now = names.places_of(access), timezone.now()
        context = {
            "access": access,
            "alliance": access.alliance,
            "own": [asked_of(request.user, party, place, now=now) for party, place in places],
            "is_worker": {place for _, place in places} == {PartyRole.SUBCONTRACTOR.label},
            "is_asked": any(party.state in ASKED for party in access.own),
            "own_teams": own_teams(
                request.user,
                access.alliance.opportunity,
                access.alliance.lots.values("lot_id"),
                but=access.alliance.pk,
            ),
            "form": AnswerForm(),
        }
        return render(request, "alliances/overview/invitation.html", context)
    frame = alliance_context(access, "alliances:detail")
    if not access.reads_shares:
        context = frame | {"page": part_page(access, now=timezone.now())}
        return render(request, "alliances/overview/own_part.html", context)
    page = pages.page_of(access, now=timezone.now())
    is_unled = not page.leading and not access.alliance.step.is_over
    heirs = successors(access.alliance) if is_unled else []
    context = frame | {
        "page": page,
        "is_unled": is_unled,
        "site": settings.SITE_ADDRESS,
        "has_heirs": bool(heirs),
        "may_take_over": request.user in heirs,
        "form": AnswerForm(),
        "lessons": lessons_for(request.user, access.alliance)
        if access.alliance.step.is_editable
        else (),
    }
    return render(request, "alliances/overview/detail.html", context)


@require_POST
def move(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to another step of the life of the alliance."""
    access = alliance_access.coordinator_for(request.user, pk)
    try:
        to = Phase(request.POST.get("etape", ""))
    except ValueError:
        messages.error(request, "Cette étape n’existe pas. Choisissez-en une sur la page.")
        return redirect("alliances:detail", pk=pk)
    try:
        steps.move(alliance=access.alliance, to=to, by=request.user, now=timezone.now())
    except ValidationError as wrong:
        for sentence in wrong.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, f"L’alliance est à l’étape « {to.label} ».")
    return redirect("alliances:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def abandon(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End an alliance before its time; a GET says what that means."""
    access = alliance_access.coordinator_for(request.user, pk)
    if request.method != "POST":
        return render(request, "alliances/overview/abandon.html", {"alliance": access.alliance})
    with refusals_as_messages(request):
        steps.move(
            alliance=access.alliance, to=Phase.ABANDONED, by=request.user, now=timezone.now()
        )
        messages.success(request, "L’alliance est abandonnée.")
    return redirect("alliances:detail", pk=pk)
