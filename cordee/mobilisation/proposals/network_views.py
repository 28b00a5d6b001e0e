"""What programmes propose to a network, and what it decides."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui import panels
from cordee.base.ui.forms import refusals_in, render_form
from cordee.mobilisation.actions.proposals import decline_proposal, reopen_proposal
from cordee.mobilisation.models import ProgrammeProposal
from cordee.mobilisation.models.proposals import STATE_LABELS
from cordee.mobilisation.proposals import access
from cordee.mobilisation.proposals.forms import DeclineForm
from cordee.opportunities.rows import row_of

PANEL_LINES = 5


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
def panel(request: HttpRequest, slug: str = "") -> HttpResponse:
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
