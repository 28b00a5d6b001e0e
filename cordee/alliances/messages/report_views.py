"""Reporting a message of an alliance, and what the network that reads it does about it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.alliances import access as alliance_access
from cordee.alliances.messages import access as messages_access
from cordee.alliances.messages import report_actions
from cordee.alliances.models import AllianceMessageReport
from cordee.alliances.models.messages import LONGEST_ANSWER
from cordee.base.ui import panels
from cordee.base.ui.forms import offer_choices, posted, refusals_in, render_form
from cordee.members.models import Network
from cordee.mobilisation.conversations import forms as conversation_forms
from cordee.mobilisation.conversations.report_views import page_of_reports

Outcome = AllianceMessageReport.Outcome


class ReportForm(conversation_forms.ReportForm):
    """To which network, and what is wrong."""

    network = forms.ChoiceField(label="Qui le lira\u202f?", widget=forms.RadioSelect)
    field_order = ("network", "words")

    def __init__(self, networks: Sequence[Network], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.networks = {str(network.pk): network for network in networks}
        self.fields[
            "words"
        ].help_text = "Le réseau lira ce message et votre raison. Il ne lira pas le reste."
        offer_choices(self, "network", [(key, str(each)) for key, each in self.networks.items()])


class ReportDecisionForm(forms.Form):
    """What a network does about a message, and what it answers."""

    decision = forms.ChoiceField(
        label="Que décidez-vous\u202f?",
        choices=[
            (Outcome.ASKED.value, "Demander à qui l’a écrit de le retirer"),
            (Outcome.KEPT.value, "Ne rien demander"),
        ],
        widget=forms.RadioSelect,
    )
    request = forms.CharField(
        label="Ce que vous dites à qui l’a écrit",
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Si vous demandez le retrait. Qui l’a signalé n’est pas nommé.",
    )
    answer = forms.CharField(
        label="Votre réponse à qui l’a signalé",
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: uuid.UUID, message_pk: int) -> HttpResponse:
    """Ask a network to read a message that somebody else wrote."""
    access = alliance_access.inside_for(request.user, pk)
    message = messages_access.message_for(access, message_pk)
    if not messages_access.may_report(access, message, request.user):
        raise Http404("Ce message ne se signale pas.")
    readers = messages_access.readers_of(access, message, request.user, on=timezone.localdate())
    form = ReportForm(readers, posted(request))
    if request.method == "POST" and readers and form.is_valid():
        reader = form.networks[form.cleaned_data["network"]]
        with refusals_in(form):
            made = report_actions.report(
                message=message,
                network=reader,
                words=form.cleaned_data["words"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"Merci. {made.network} lira ce message et vous répondra.")
            return redirect(f"{reverse('alliances:messages', args=[pk])}#message-{message.pk}")
    if not readers:
        alone = {"alliance": access.alliance}
        status = 422 if request.method == "POST" else 200
        return render(request, "alliances/messages/no_reader.html", alone, status=status)
    context = {
        "message": message,
        "readers": readers,
        "form": form,
        "back": reverse("alliances:messages", args=[pk]),
        "back_called": "Messages",
        "back_words": "Revenir aux messages",
    }
    return render_form(request, "alliances/messages/report.html", context)


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """What was reported to the user's networks, what waits first: beside that of conversations."""
    context = page_of_reports(request, messages_access.reports_for(request.user))
    return panels.shown(
        request, "alliances/messages/reports.html", context, title="Signalés dans une alliance"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, report_pk: int) -> HttpResponse:
    """Read a message reported and why; answer, and ask its author to take it back or not."""
    found = messages_access.report_for(request.user, report_pk)
    form = ReportDecisionForm(
        posted(request), initial={"answer": found.answer, "request": found.request}
    )
    if form.is_valid():
        outcome = Outcome(form.cleaned_data["decision"])
        with refusals_in(form, on="request"):
            report_actions.decide(
                report=found,
                outcome=outcome,
                answer=form.cleaned_data["answer"],
                request=form.cleaned_data["request"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(
                request,
                "La demande est partie, et votre réponse aussi."
                if outcome is Outcome.ASKED
                else "Votre réponse est partie.",
            )
            return redirect("alliances:report", report_pk=report_pk)
    context = {
        "report": found,
        "message": found.message,
        # Another network learns neither which alliance it is nor who is in it (RULE-38).
        "knows": found.message.alliance.network_id == found.network_id,
        "form": form,
    }
    return render_form(request, "alliances/messages/report_decide.html", context)
