"""Who leads an alliance, and who takes the lead of one that nobody leads any more."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances import access as alliance_access
from cordee.alliances import parties
from cordee.alliances.coordination import actions
from cordee.alliances.coordination.access import coordination_for, unled_alliance_for
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import Alliance, AllianceParty
from cordee.base.ui.forms import ChoosingForm, posted, refusals_as_messages, refusals_in


class CoordinatorForm(ChoosingForm):
    """Whom to add, and whether one leaves."""

    person = forms.ChoiceField(label="Qui")
    hands_on = forms.BooleanField(label="Je lui passe la main et je quitte", required=False)


@require_http_methods(["GET", "POST"])
def coordinators(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who leads it; add somebody, or pass the lead on."""
    access = alliance_access.coordinator_for(request.user, pk)
    alliance = access.alliance
    people = {str(person.pk): person for person in actions.may_coordinate(alliance)}
    choices = {"person": [(key, str(person)) for key, person in people.items()]}
    form = CoordinatorForm(posted(request), choices=choices)
    if form.is_valid():
        person = people[form.cleaned_data["person"]]
        with refusals_in(form):
            if form.cleaned_data["hands_on"]:
                actions.hand_on(alliance=alliance, to=person, by=request.user)
                messages.success(request, f"{person} coordonne maintenant l’alliance.")
                return redirect("alliances:list")
            actions.add_coordinator(alliance=alliance, person=person, by=request.user)
            messages.success(request, f"{person} coordonne aussi l’alliance.")
            return redirect("alliances:coordinators", pk=pk)
    context = alliance_context(access, "alliances:coordinators") | {
        "rows": list(alliance.coordinators.select_related("person")),
        "seated": set(alliance.coordinators.seated().values_list("pk", flat=True)),
        "people": people,
        "form": form,
    }
    return render(request, "alliances/coordination/coordinators.html", context)


@require_POST
def remove_coordinator(
    request: SignedInRequest, pk: uuid.UUID, coordinator_pk: int
) -> HttpResponse:
    """Somebody no longer leads it; the last one stays."""
    access = alliance_access.coordinator_for(request.user, pk)
    row = coordination_for(access, coordinator_pk)
    with refusals_as_messages(request):
        actions.remove_coordinator(coordinator=row, by=request.user)
        messages.success(request, f"{row.person} ne coordonne plus l’alliance.")
    if row.person == request.user:
        return redirect("alliances:list")
    return redirect("alliances:coordinators", pk=pk)


@require_http_methods(["GET", "POST"])
def take_lead(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What leading it means, then lead it; whoever leads a rival reads why they may not."""
    # A second click, or the back button, once the user leads it.
    if Alliance.objects.coordinated_by(request.user).filter(pk=pk).exists():
        return redirect("alliances:detail", pk=pk)
    alliance = unled_alliance_for(request.user, pk)
    refused = parties.rival_refusal(alliance, request.user)
    if request.method == "POST" and not refused:
        with refusals_as_messages(request):
            actions.take_over(alliance=alliance, **by_now(request))
            done = "Vous coordonnez l’alliance. Ceux qui ont dit oui sont prévenus."
            messages.success(request, done)
            return redirect("alliances:detail", pk=pk)
        return redirect("alliances:list")
    if refused:
        context: dict[str, Any] = {"refusal": refused}
        return render(request, "alliances/coordination/take_lead.html", context, status=403)
    context = {
        "alliance": alliance,
        "inside": alliance.parties.filter(state=AllianceParty.State.INTERESTED).count(),
    }
    return render(request, "alliances/coordination/take_lead.html", context)
