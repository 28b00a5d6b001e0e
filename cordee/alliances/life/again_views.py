"""Saying that one would work with another structure again, once the alliance is over."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cordee.alliances.actions import again as actions
from cordee.alliances.life import access


@require_POST
def say(request: HttpRequest, pk: uuid.UUID, party_pk: int, about_pk: int) -> HttpResponse:
    """Yes, or take the yes back; there is no other word."""
    seat, party, about = access.partner_for(request.user, pk, party_pk, about_pk)
    name = about.structure.shown_name
    if request.POST.get("reponse") != "oui":
        actions.take_back_again(party=party, about=about, by=request.user)
        messages.success(request, f"C’est effacé. {name} ne lit plus rien.")
        return redirect(access.page_of_words(seat), pk=pk)
    try:
        actions.say_again(party=party, about=about, by=request.user, now=timezone.now())
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, f"C’est noté. {name} le lira si elle le dit aussi.")
    return redirect(access.page_of_words(seat), pk=pk)
