"""Marking the questions to a buyer as sent, and taking the mark back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import refusals_as_messages
from cordee.opportunities.access import correctable_for
from cordee.opportunities.actions.questioning import mark_questions_sent, unmark_questions_sent
from cordee.opportunities.forms import QuestionsForm
from cordee.opportunities.openness import reach_of

PLACE = "#questions"
NO_SEAT = "Noter des questions demande un rôle dans une structure ou un réseau."


@require_POST
def mark(request: SignedInRequest, pk: int) -> HttpResponse:
    opportunity = correctable_for(request.user, pk, NO_SEAT, on=timezone.localdate())
    form = QuestionsForm(request.POST)
    questions = reach_of(opportunity, timezone.localdate()).questions
    if not questions:
        messages.error(request, "Il n’y a plus de question à poser pour ce marché.")
    elif not form.is_valid():
        messages.error(request, "Gardez le message envoyé : il est vide ou trop long.")
    else:
        with refusals_as_messages(request):
            mark_questions_sent(
                opportunity=opportunity,
                text=form.cleaned_data["text"],
                questions=[question.key for question in questions],
                by=request.user,
            )
            messages.success(request, "C’est noté : les questions sont posées, une seule fois.")
    return redirect(_back(pk))


@require_POST
def unmark(request: SignedInRequest, pk: int, sent_pk: int) -> HttpResponse:
    opportunity = correctable_for(request.user, pk, NO_SEAT, on=timezone.localdate())
    sent = get_object_or_404(opportunity.questions_sent.all(), pk=sent_pk)
    unmark_questions_sent(sent=sent, by=request.user)
    messages.success(request, "La marque est retirée. Les questions restent à poser.")
    return redirect(_back(pk))


def _back(pk: int) -> str:
    return f"{reverse('opportunities:questions', args=[pk])}{PLACE}"
