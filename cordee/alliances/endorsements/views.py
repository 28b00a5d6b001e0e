"""Saying with whom one would work again, and whether an alliance may be remembered."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances.access import party_inside_for
from cordee.alliances.endorsements import actions
from cordee.alliances.endorsements.access import page_of_words, partner_for
from cordee.base.ui.forms import refusals_as_messages


@require_POST
def remember(request: SignedInRequest, pk: uuid.UUID, party_pk: int) -> HttpResponse:
    """Let those of this alliance find one's structure again for another one, or no longer."""
    access, party = party_inside_for(request.user, pk, party_pk)
    is_yes = request.POST.get("reponse") == "oui"
    actions.remember(party=party, is_yes=is_yes, by=request.user)
    messages.success(
        request,
        "C’est noté : l’équipe pourra vous proposer une autre alliance."
        if is_yes
        else "C’est noté : on ne vous proposera pas de recommencer.",
    )
    return redirect(page_of_words(access), pk=pk)


@require_POST
def endorse(request: SignedInRequest, pk: uuid.UUID, party_pk: int, about_pk: int) -> HttpResponse:
    """Yes, or take the yes back; there is no other word."""
    access, party, about = partner_for(request.user, pk, party_pk, about_pk)
    name = about.structure.shown_name
    if request.POST.get("reponse") != "oui":
        actions.withdraw_endorsement(party=party, about=about, by=request.user)
        messages.success(request, f"C’est effacé. {name} ne lit plus rien.")
        return redirect(page_of_words(access), pk=pk)
    with refusals_as_messages(request):
        actions.endorse(party=party, about=about, **by_now(request))
        messages.success(request, f"C’est noté. {name} le lira si elle le dit aussi.")
    return redirect(page_of_words(access), pk=pk)
