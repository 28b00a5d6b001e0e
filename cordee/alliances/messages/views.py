"""The thread of an alliance: read, write, take back; who coordinates may hide with a reason."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.messages import access as messages_access
from cordee.alliances.messages import actions
from cordee.alliances.messages.access import shown_messages
from cordee.alliances.models import AllianceParty
from cordee.base.found import page_of
from cordee.base.ui.fields import LongTextField
from cordee.base.ui.forms import (
    posted,
    refusals_as_messages,
    refusals_in,
)
from cordee.mobilisation.models.conversations import MOST_LETTERS

PAGE = 50


class MessageForm(forms.Form):
    """What one writes, and to whom where there is a choice: the exchanges that one reads."""

    text = LongTextField(label="Votre message", max_length=MOST_LETTERS, rows=4)
    field_order = ("to", "text")

    def __init__(self, to: Sequence[tuple[AllianceParty | None, str]], data: Any = None) -> None:
        super().__init__(data)
        self.to = {"equipe" if party is None else party.key: party for party, _ in to}
        if len(to) > 1:
            choices = list(zip(self.to, (label for _, label in to), strict=True))
            self.fields["to"] = forms.ChoiceField(label="À qui", choices=choices)
            self.order_fields(self.field_order)

    @property
    def about(self) -> AllianceParty | None:
        """The subcontractor whose exchange it is."""
        return self.to[self.cleaned_data.get("to") or next(iter(self.to))]


@require_http_methods(["GET", "POST"])
def thread(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The messages of an alliance, the newest first; write one."""
    access = alliance_access.taking_part_for(request.user, pk)
    reads, to = access.reads_shares, list[tuple[AllianceParty | None, str]]()
    if reads:
        to.append((None, "L’équipe, sans les sous-traitants"))
    for row in messages_access.exchanges_of(access):
        name = row.structure.shown_name
        to.append((row, f"L’équipe et {name}" if reads else name))
    form = MessageForm(to, posted(request))
    if form.is_valid():
        with refusals_in(form):
            actions.write(
                alliance=access.alliance,
                text=form.cleaned_data["text"],
                about=form.about,
                side=messages_access.side_of(access),
                **by_now(request),
            )
            messages.success(request, "Votre message est écrit. Les autres sont prévenus.")
            return redirect("alliances:messages", pk=pk)
    rows = messages_access.messages_for(access).select_related("by", "about__structure")
    rows = rows.order_by("-at", "-pk")
    page = page_of(request, rows, PAGE)
    context = alliance_context(access, "alliances:messages") | {
        "page": page,
        "rows": shown_messages(page, access, request.user),
        "form": form,
        # What the user types is kept in their tab until one more message of theirs is written.
        "written": access.alliance.messages.filter(by=request.user).count(),
        "takes_answers": bool(settings.MAIL_REPLY_DOMAIN),
    }
    return render(request, "alliances/messages/thread.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: SignedInRequest, pk: uuid.UUID, message_pk: int) -> HttpResponse:
    """Ask first, then take one's own message back."""
    access = alliance_access.taking_part_for(request.user, pk)
    row = messages_access.message_for(access, message_pk)
    if row.by_id is None or row.by_id != request.user.pk:
        raise Http404("Ce message n’est pas le vôtre.")
    if request.method == "POST":
        actions.take_back(message=row, **by_now(request))
        messages.success(request, "Votre message est retiré.")
        return redirect("alliances:messages", pk=pk)
    context = {
        "message": row,
        "back": reverse("alliances:messages", args=[pk]),
        "back_called": "Messages",
        "remains": "Message retiré par qui l’a écrit",
    }
    return render(request, "mobilisation/conversations/take_back.html", context)


@require_POST
def moderate(request: SignedInRequest, pk: uuid.UUID, message_pk: int) -> HttpResponse:
    """Hide a message with a reason, or show it again."""
    access = alliance_access.coordinator_for(request.user, pk)
    row = messages_access.message_for(access, message_pk)
    with refusals_as_messages(request):
        if row.hidden_at is None:
            reason = request.POST.get("raison", "")
            actions.hide(message=row, reason=reason, **by_now(request))
        else:
            actions.restore(message=row, by=request.user)
    return redirect("alliances:messages", pk=pk)
