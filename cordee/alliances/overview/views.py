"""The list of one's alliances, the page of one, and its steps."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.agreement import PartyRole
from cordee.agreement.phases import Phase
from cordee.alliances import access as alliance_access
from cordee.alliances.access import alliances_for
from cordee.alliances.coordination.actions import successors, unled_for
from cordee.alliances.documents.pages import papers_for
from cordee.alliances.filing.lessons import lessons_for
from cordee.alliances.frame.listing import Listed, listed, own_teams
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.invitations.views import AnswerForm
from cordee.alliances.models import AllianceParty
from cordee.alliances.overview import pages
from cordee.alliances.state import current
from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.base.ui.forms import refusals_as_messages
from cordee.composing.access import compositions_for, proposals_for
from cordee.composing.models import ANSWER_FIELDS, mark_outdated
from cordee.members.acting import viewer_of

PAGE_SIZE = 25
# Those whose answer, or another one, is still awaited; the others are out.
ASKED = (AllianceParty.State.INVITED, AllianceParty.State.DECLINED)


@require_safe
def alliance_list(request: SignedInRequest) -> HttpResponse:
    """The alliances of whoever asks, the teams kept, and the compositions asked for."""
    viewer = viewer_of(request)
    rows = (
        compositions_for(viewer)
        .select_related("breakdown__opportunity", "made_by")
        .defer(*ANSWER_FIELDS, "progress")
        .order_by("-made_at", "-pk")
    )
    page = page_of(request, rows)
    kept = (
        proposals_for(viewer)
        .filter(withdrawn_at__isnull=True)
        .select_related("composition__breakdown__opportunity", "kept_by")
        .defer(*(f"composition__{each}" for each in (*ANSWER_FIELDS, "progress")))[:PAGE_SIZE]
    )
    mark_outdated([*page, *(each.composition for each in kept)])
    mine = alliances_for(request.user).select_related("network", "structure", "opportunity")
    over = mine.over().order_by("-ended_at", "pk")[:PAGE_SIZE]
    alliances = listed([*mine.running()[:PAGE_SIZE], *over], request.user)
    running = [each for each in alliances if not each.alliance.step.is_over]
    context = {
        "title": _title(running),
        "page": page,
        "kept": kept,
        "alliances": sorted(running, key=lambda each: not each.is_awaited),
        # Who left, or never answered, has nothing more to do there.
        "over": [each for each in alliances if each.is_inside and each.alliance.step.is_over],
        "unled": unled_for(request.user),
    }
    return render(request, "alliances/overview/list.html", context)


def _title(running: Sequence[Listed]) -> str:
    """The answer first: how many wait for the user, else how many run."""
    awaited = sum(each.is_awaited for each in running)
    many = awaited or len(running)
    named = f"{french.in_letters(many)} alliance{'s' if many > 1 else ''}".capitalize()
    if not awaited:
        return f"{named} en cours"
    return f"{named} {'attendent' if awaited > 1 else 'attend'} votre réponse"


@require_safe
def detail(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The alliance for who reads its table; for a subcontractor, their own part; for who was asked,
    their own invitation."""
    access = alliance_access.access_for(request.user, pk)
    if not access.is_inside:
        # For whom it would work is not told before a yes (RULE-38).
        alliance = access.alliance
        places = {party: alliance.terms.place_of(party.key) for party in access.own}
        context = {
            "access": access,
            "alliance": alliance,
            "own": [
                pages.invitation_page(request.user, party, place, now=timezone.now())
                for party, place in places.items()
            ],
            "is_worker": set(places.values()) == {PartyRole.SUBCONTRACTOR.label},
            "is_asked": any(party.state in ASKED for party in access.own),
            "own_teams": own_teams(request.user, alliance.opportunity, alliance.lot_ids, but=pk),
            "form": AnswerForm(),
        }
        return render(request, "alliances/overview/invitation.html", context)
    frame = alliance_context(access, "alliances:detail")
    if not access.reads_shares:
        context = frame | {"page": pages.part_page(access, now=timezone.now())}
        return render(request, "alliances/overview/own_part.html", context)
    seen, now = access.seen_by(viewer_of(request)), timezone.now()
    page = pages.page_of(seen, now=now)
    led = access.alliance.step.is_over or access.alliance.coordinators.seated().exists()
    heirs = [] if led else successors(access.alliance)
    context = frame | {
        "home": pages.home_of(seen, page, now=now),
        "page": page,
        "is_unled": not led,
        "has_heirs": bool(heirs),
        "may_take_over": request.user in heirs,
        "form": AnswerForm(),
    }
    return render(request, "alliances/overview/detail.html", context)


@require_safe
def team(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who takes part: brought in, invited, taken out; what does not hold yet; what was learnt."""
    access = alliance_access.inside_for(request.user, pk)
    alliance = access.alliance
    is_open = access.coordinates and alliance.step.is_editable
    lots = alliance.lot_ids
    context = alliance_context(access, "alliances:team") | {
        "page": pages.page_of(access, now=timezone.now()),
        "site": settings.SITE_ADDRESS,
        "own_teams": own_teams(request.user, alliance.opportunity, lots, but=pk) if is_open else (),
        "lessons": lessons_for(request.user, alliance) if alliance.step.is_editable else (),
    }
    return render(request, "alliances/overview/team.html", context)


@require_safe
def dossier(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What makes the bid, and how far each of it is."""
    access = alliance_access.taking_part_for(request.user, pk)
    on = timezone.localdate()
    is_open = access.alliance.step.is_editable
    papers = papers_for(access.seen_by(viewer_of(request)), on=on) if is_open else None
    context = alliance_context(access, "alliances:dossier") | {
        "papers": papers,
        "lines": pages.file_lines(access, papers, on=on),
    }
    return render(request, "alliances/overview/dossier.html", context)


@require_safe
def what_next(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Time, decisions, filing, who leads, the record: everything beside the bid."""
    access = alliance_access.taking_part_for(request.user, pk)
    context = alliance_context(access, "alliances:next") | {
        "lines": pages.next_lines(access),
        "back": pages.steps_back(access),
    }
    return render(request, "alliances/overview/next.html", context)


@require_POST
def move(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to another step of the life of the alliance."""
    access = alliance_access.coordinator_for(request.user, pk)
    with refusals_as_messages(request):
        typed = request.POST.get("etape", "")
        if typed not in set(Phase):
            raise ValidationError("Cette étape n’existe pas. Choisissez-en une sur la page.")
        to = Phase(typed)
        current.move(alliance=access.alliance, to=to, **by_now(request))
        messages.success(request, f"L’alliance est à l’étape «\u00a0{to.label}\u00a0».")
    return redirect("alliances:detail", pk=pk)


@require_http_methods(["GET", "POST"])
def abandon(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End an alliance before its time; a GET says what that means."""
    access = alliance_access.coordinator_for(request.user, pk)
    if request.method != "POST":
        return render(request, "alliances/overview/abandon.html", {"alliance": access.alliance})
    with refusals_as_messages(request):
        current.move(alliance=access.alliance, to=Phase.ABANDONED, **by_now(request))
        messages.success(request, "L’alliance est abandonnée.")
    return redirect("alliances:detail", pk=pk)
