"""One party reads its own share, accepts it, takes its acceptance back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceParty
from cordee.alliances.shares import actions, pages
from cordee.base.ui.fields import read_version
from cordee.base.ui.forms import refusals_as_messages
from cordee.members.acting import viewer_of


@require_safe
def share(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """What one's own structure would take, with its own limits, before accepting it."""
    access, party = alliance_access.party_for(request.user, pk, party_pk)
    page = None
    if party.state == AllianceParty.State.INTERESTED:
        seen = access.seen_by(viewer_of(request))
        page = pages.share_page(seen, party, now=timezone.now())
    if page is None:
        return redirect("alliances:detail", pk=pk)
    context = alliance_context(access, "alliances:share") | {"page": page}
    return render(request, "alliances/shares/share.html", context)


@require_POST
def accept(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Accept one's share as it was read."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.accept(
            party=party,
            version=read_version(request.POST.get("version", "")),
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "Votre part est acceptée. Si elle change, on vous redemande.")
    return redirect("alliances:share", pk=pk, party_pk=party_pk)


@require_POST
def take_back(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Take one's acceptance back before filing."""
    _, party = alliance_access.party_for(request.user, pk, party_pk)
    with refusals_as_messages(request):
        actions.take_back_acceptance(party=party, by=request.user, now=timezone.now())
        messages.success(request, "Votre acceptation est reprise.")
    return redirect("alliances:share", pk=pk, party_pk=party_pk)
