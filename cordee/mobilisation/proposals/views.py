"""What the team of a programme proposes to networks, and what each decides."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.masking import SOURCES_AT_LEAST
from cordee.base.ui import french, panels
from cordee.base.ui.fields import LongTextField, RadioField
from cordee.base.ui.forms import refusals_in, render_form
from cordee.members.models import Network, Programme
from cordee.mobilisation.actions.proposals import (
    decline_proposal,
    people_of,
    propose,
    reopen_proposal,
)
from cordee.mobilisation.models import ProgrammeProposal
from cordee.mobilisation.models.proposals import STATE_LABELS
from cordee.mobilisation.proposals import access
from cordee.mobilisation.proposals.counts import OpportunityCounts, counts_of
from cordee.opportunities.access import networks_of, team_programme_for
from cordee.opportunities.models import Opportunity
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.programmes.progress import attached_to
from cordee.opportunities.rows import row_of

PANEL_LINES = 5
# How many open opportunities may be ticked at once: those that close first.
OFFERED = 200


class _ByTitle(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)[:140]


class ProposalForm(forms.Form):
    """Asked by GET, so that the preview has an address; sent by POST."""

    opportunite = _ByTitle(
        label="Opportunités à proposer",
        queryset=Opportunity.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une opportunité."},
    )
    reseau = forms.ModelMultipleChoiceField(
        label="Réseaux",
        queryset=Network.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un réseau."},
    )
    message = LongTextField(
        label="Message aux équipes de réseau",
        required=False,
        max_length=2000,
        rows=4,
        help_text="chaque réseau décide s’il relaie, et avec quels mots",
    )

    def __init__(self, opportunities: Any, networks: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opportunite"].queryset = opportunities  # type: ignore[attr-defined]
        self.fields["reseau"].queryset = networks  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    reason = RadioField(
        label="Pourquoi votre réseau ne relaie pas",
        choices=ProgrammeProposal.Reason.choices,
        help_text="l’équipe du programme compte les raisons, sans voir de quel réseau",
    )
    words = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=300,
        help_text="reste dans votre réseau",
    )


@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What is proposed to the networks the user decides for; those to decide first."""
    access.refuse_others(request.user)
    now = timezone.now()
    asked = request.GET.get("etat", "")
    state = asked if asked in STATE_LABELS else "pending"
    everything = access.proposals_for(request.user)
    rows = everything.in_state(state).prefetch_related("opportunity__trades", "opportunity__places")
    if state == "pending":
        rows = rows.order_by("opportunity__deadline", "pk")
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, row_of(row.opportunity, now)) for row in page],
        "total": page.paginator.count,
        "state": state,
        "states": [
            (key, label, everything.in_state(key).count()) for key, label in STATE_LABELS.items()
        ],
        "today": timezone.localdate(now),
        "many_networks": len(access.deciding_networks(request.user)) > 1,
    }
    return render(request, "mobilisation/proposals/received.html", context)


@require_safe
def network_panel(request: HttpRequest, slug: str = "") -> HttpResponse:
    """What waits for a decision of one network, for its home; else of all the user decides for."""
    rows, decides, is_own = access.proposals_for(request.user), True, True
    if slug:
        network, is_own = access.visible_network(request.user, slug, on=timezone.localdate())
        decides = network.pk in access.deciding_networks(request.user)
        rows = rows.filter(network=network)
    else:
        access.refuse_others(request.user)
    waiting = rows.in_state("pending")
    context = {
        "decides": decides,
        "is_own": is_own,
        "waiting": waiting.count(),
        "rows": list(waiting.order_by("opportunity__deadline", "pk")[:PANEL_LINES]),
        "today": timezone.localdate(),
    }
    return panels.shown(
        request,
        "mobilisation/proposals/network_panel.html",
        context,
        title="Ce que des programmes proposent",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = access.proposal_for(request.user, pk)
    if proposal.is_relayed:  # type: ignore[attr-defined]
        messages.info(request, "Votre réseau a déjà relayé cette opportunité.")
        return redirect("proposals:received")
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            decline_proposal(
                proposal=proposal,
                reason=ProgrammeProposal.Reason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, "C’est noté. Vous pouvez revenir sur cette décision.")
            return redirect("proposals:received")
    context = {"form": form, "proposal": proposal}
    return render_form(request, "mobilisation/proposals/decline.html", context)


@require_http_methods(["POST"])
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    proposal = access.proposal_for(request.user, pk)
    reopen_proposal(proposal=proposal, by=request.user)
    messages.success(request, "La proposition est de nouveau à décider.")
    return redirect("proposals:received")


@require_safe
def proposals(request: SignedInRequest, slug: str) -> HttpResponse:
    """Opportunity by opportunity: networks counted, structures in bands."""
    programme = team_programme_for(request.user, slug)
    page = page_of(request, _proposed(programme))
    context = {
        "programme": programme,
        "page": page,
        "rows": _with_counts(request, programme, list(page)),
        "total": page.paginator.count,
        "at_least": SOURCES_AT_LEAST,
        "today": timezone.localdate(),
    }
    return render(request, "mobilisation/proposals/team.html", context)


@require_safe
def team_panel(request: SignedInRequest, slug: str) -> HttpResponse:
    """How many are proposed and what networks decided, for the page of the programme."""
    programme = team_programme_for(request.user, slug)
    newest = list(_proposed(programme)[:5])
    context = {"programme": programme, "rows": _with_counts(request, programme, newest)}
    return panels.shown(
        request, "mobilisation/proposals/team_panel.html", context, title="Propositions aux réseaux"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET chooses and previews; POST proposes."""
    programme = team_programme_for(request.user, slug)
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    offered = attached_to(programme).open(now).order_by("deadline", "pk")
    networks = Network.objects.order_by("name")
    first = list(offered.values_list("pk", flat=True)[:OFFERED])
    choices = offered.filter(pk__in=first)
    form = ProposalForm(choices, networks, asked if "apercu" in asked else None)
    context: dict[str, Any] = {
        "programme": programme,
        "form": form,
        "has_open": bool(first),
        "today": timezone.localdate(now),
    }
    if "apercu" in asked and form.is_valid():
        chosen, networks = form.cleaned_data["opportunite"], form.cleaned_data["reseau"]
        if request.method == "POST":
            made = propose(
                programme=programme,
                opportunities=chosen,
                networks=networks,
                message=form.cleaned_data["message"],
                by=request.user,
                now=now,
            )
            messages.success(request, _done_words(len(made)))
            return redirect("proposals:team", slug=programme.slug)
        context |= {
            "previewed": True,
            "chosen": chosen,
            "networks": [(network, people_of(network).count()) for network in networks],
            "hidden": [(name, v) for name, values in request.GET.lists() for v in values],
        }
    return render_form(request, "mobilisation/proposals/create.html", context)


def _done_words(made: int) -> str:
    if not made:
        return "Rien de nouveau\u00a0: ces réseaux avaient déjà ces opportunités."
    return f"{french.count(made, 'proposition envoyée', 'propositions envoyées')}."


def _proposed(programme: Programme) -> OpportunityQuerySet:
    rows = Opportunity.objects.filter(proposals__programme=programme)
    return rows.annotate(proposed_at=Max("proposals__at")).order_by("-proposed_at", "pk")


def _with_counts(
    request: SignedInRequest, programme: Programme, found: list[Opportunity]
) -> list[tuple[Opportunity, OpportunityCounts]]:
    # What the user knows of their own networks, they subtract.
    own = networks_of(request.user, on=timezone.localdate())
    known = set(own.values_list("pk", flat=True))
    counts = counts_of(programme, [each.pk for each in found], known_networks=known)
    return [(each, counts[each.pk]) for each in found]
