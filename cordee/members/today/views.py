"""The page of the day."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.models import User
from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.members import acting
from cordee.members.acting import seats_of, viewer_of
from cordee.members.actions.claims import LAST_PAGE
from cordee.members.models import Claim, JoinRequest, Structure
from cordee.members.people_access import own_requests
from cordee.members.sheet_gaps import SheetGaps
from cordee.members.today.contracts import MOST_SHOWN, ContractPanel, panel_for
from cordee.members.today.figures import figures_of
from cordee.members.today.waiting import Waiting, call_lists, waiting_for

# Fewer lines where there are calls or contracts too: the page keeps its height.
MOST_LINES, MOST_CALLS = 5, 3


@login_required
@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """What waits for the user, five lines of it, and three people to call; `?tout` shows all."""
    viewer, now = viewer_of(request), timezone.now()
    lines, calls = waiting_for(viewer, now)
    panel = panel_for(viewer, now)
    most = MOST_LINES - bool(calls or (panel and panel.contracts))
    if panel and panel.contracts and len(lines) > most:
        # The link to the others takes the room of a line.
        most -= 1
    is_whole = "tout" in request.GET
    # Three contracts, and two where the page has all else to show: it keeps its links.
    is_full = bool(calls) and len(lines) > most
    structures = list(Structure.objects.filter(pk__in=viewer.structure_ids).order_by("name", "pk"))
    own = structures[0] if len(structures) == 1 and viewer.network is None else None
    has_role = bool(seats_of(request))
    waiting = [] if has_role else list(own_requests(request.user).pending())
    context: dict[str, Any] = {
        "title": _title(lines, len(calls), panel, has_role=has_role, asked=len(waiting)),
        "waiting": waiting,
        "day": f"{french.WEEKDAYS[viewer.on.weekday()]} {french.day(viewer.on, viewer.on)}",
        "place": viewer.network or own or "",
        "next_step": _next_step(request, panel, waiting),
        "lines": lines if is_whole else lines[:most],
        "more_words": "" if is_whole else _more(len(lines) - most),
        "panel": panel,
        "contracts": panel.contracts[: MOST_SHOWN - is_full] if panel else (),
        "calls": calls if is_whole else calls[:MOST_CALLS],
        "more_calls": 0 if is_whole else max(0, len(calls) - MOST_CALLS),
        "call_lists": [reverse(route) for route in call_lists],
        # Whoever acts for a network works with its members here, and with its own sheet elsewhere.
        "structures": [] if viewer.network else structures,
        "own": own,
    }
    if own is not None and viewer.user is not None:
        context["figures"] = figures_of(viewer, own)
        context["gaps"] = SheetGaps(own, viewer.user, viewer.on, now).rows
    return render(request, "members/today/today.html", context)


def _next_step(
    request: SignedInRequest, panel: ContractPanel | None, waiting: Sequence[JoinRequest]
) -> tuple[str, str]:
    """Where to go when nothing waits: (words of the button, its page)."""
    role = acting.strongest_role(request)
    if role is None:
        return _first_step(request.user, waiting)
    if role is acting.Role.SUPERVISOR:
        return "Noter ce que je vois", reverse("field:field")
    if role in acting.POSTING:
        return "Voir mes besoins", reverse("opportunities:my_needs")
    programme = acting.own_programme(request)
    if role is acting.Role.PROGRAMME_TEAM and programme is not None:
        return "Ouvrir mon programme", programme[1]
    return "Voir les opportunités", panel.url if panel else reverse("opportunities:list")


def _first_step(person: User, waiting: Sequence[JoinRequest]) -> tuple[str, str]:
    """The same without a role: the sheet to fill while a request waits, or the request."""
    if not waiting:
        return "Trouver ma structure", reverse("members:join")
    claims = {claim.structure_id: claim for claim in Claim.objects.filter(person=person)}
    for asked in waiting:
        claim = claims.get(asked.structure_id)
        is_filled = claim is not None and claim.step == LAST_PAGE
        if asked.opens_sheet and not is_filled:
            words = "Reprendre ma fiche" if claim and claim.answers else "Remplir ma fiche"
            return words, reverse("members:claim", args=[asked.structure_id])
    return "Voir ma demande", reverse("members:roles")


def _more(left: int) -> str:
    """What the link below the list says; empty where everything is shown."""
    if left < 1:
        return ""
    return "Voir la dernière" if left == 1 else f"Voir les {french.in_letters(left)} autres"


def _title(
    lines: Sequence[Waiting],
    calls: int,
    panel: ContractPanel | None,
    *,
    has_role: bool,
    asked: int,
) -> str:
    """The answer first: how many things wait, then how many calls."""
    called = "un appel à passer" if calls == 1 else f"{french.in_letters(calls)} appels à passer"
    if not lines and not calls:
        if asked:
            yours = "Votre demande attend" if asked == 1 else "Vos demandes attendent"
            return f"{yours} une réponse"
        fits = f". {panel.fits}." if panel and panel.fits else ""
        return f"Rien ne vous attend{fits}" if has_role else "Trouvez votre structure"
    if not lines:
        return called.capitalize()
    verb = "attendent" if len(lines) > 1 else "attend"
    things = f"{french.in_letters(len(lines))} chose{'s' if len(lines) > 1 else ''}"
    found = f"{things} vous {verb}"
    return (f"{found}, puis {called}" if calls else found).capitalize()
