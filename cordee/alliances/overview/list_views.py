"""What one has at work together: alliances, teams kept, searches."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.access import alliances_for
from cordee.alliances.coordination.succession import unled_for
from cordee.alliances.frame.listing import Listed, listed
from cordee.base.ui import french
from cordee.composing.access import compositions_for, proposals_for
from cordee.composing.models import ANSWER_FIELDS, mark_outdated
from cordee.members.acting import viewer_of

PAGE_SIZE = 25


@require_GET
def alliance_list(request: SignedInRequest) -> HttpResponse:
    """The alliances of whoever asks, the teams kept, and the compositions asked for."""
    viewer = viewer_of(request)
    rows = (
        compositions_for(viewer)
        .select_related("breakdown__opportunity", "made_by")
        .defer(*ANSWER_FIELDS, "progress")
        .order_by("-made_at", "-pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
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
