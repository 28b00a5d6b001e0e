"""Taking the lead of an alliance that nobody leads any more."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.coordination import access, actions, succession
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.parties import rows


@require_http_methods(["GET", "POST"])
def take_lead(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What leading it means, then lead it; whoever leads a rival reads why they may not."""
    # A second click, or the back button, once the user leads it.
    if Alliance.objects.coordinated_by(request.user).filter(pk=pk).exists():
        return redirect("alliances:detail", pk=pk)
    alliance = access.unled_alliance_for(request.user, pk)
    refused = rows.rival_refusal(alliance, request.user)
    if request.method == "POST" and not refused:
        try:
            actions.take_over(alliance=alliance, by=request.user, now=timezone.now())
        except ValidationError as wrong:
            messages.error(request, " ".join(wrong.messages))
            return redirect("alliances:list")
        messages.success(request, "Vous coordonnez l’alliance. Ceux qui ont dit oui sont prévenus.")
        return redirect("alliances:detail", pk=pk)
    if refused:
        return render(
            request, "alliances/coordination/take_lead.html", {"refusal": refused}, status=403
        )
    context = {
        "alliance": alliance,
        "moves_to": succession.moves_to(alliance, request.user),
        "inside": alliance.parties.filter(state=AllianceParty.State.INTERESTED).count(),
    }
    return render(request, "alliances/coordination/take_lead.html", context)
