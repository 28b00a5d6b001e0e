"""What ties a structure to a network, for whoever directs it: asking, leaving, opening, closing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import refusals_as_messages
from cordee.members import network_access
from cordee.members.actions import memberships, sharing_requests
from cordee.members.actions.sharing import close_figures
from cordee.members.forms import SharingChoice, SharingForm
from cordee.members.models import MembershipRequest, SharingRequest
from cordee.members.network_forms import AskMembershipForm
from cordee.members.sharing_page import SharingPage

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def sharing(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """What one network sees of the structure, as it sees it; a POST opens or closes."""
    on = timezone.localdate()
    structure, network = network_access.tie_for(request.user, pk, slug, on)
    if request.method == "POST":
        data = request.POST.copy()
        data["network"] = str(network.pk)
        form = SharingForm(data, structure=structure, on=on)
        if form.is_valid():
            with refusals_as_messages(request):
                messages.success(request, form.apply(by=request.user))
        else:
            messages.error(request, "Ce choix n’existe pas. Rien n’a changé : recommencez.")
        return redirect(request.path)
    page = SharingPage(structure, network, on)
    subject = (structure, network)
    context = {"structure": structure, "network": network, "sharing": page, "subject": subject}
    return render(request, "members/sharing.html", context)


@require_POST
def close_all(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """Everything that the structure opened to the network closes at once."""
    on = timezone.localdate()
    structure, network = network_access.tie_for(request.user, pk, slug, on)
    close_figures(structure=structure, network=network, by=request.user, on=on)
    messages.success(
        request, f"Le réseau {network} ne voit plus aucun de vos chiffres, dès maintenant."
    )
    return redirect("networks:sharing", pk, slug)


@form_view
def leave(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """Leaving a network: what it means is said first."""
    on = timezone.localdate()
    structure, network = network_access.tie_for(request.user, pk, slug, on)
    page = SharingPage(structure, network, on)
    if request.method == "POST":
        ended = memberships.leave_network(
            structure=structure,
            network=network,
            side=memberships.Side.STRUCTURE,
            by=request.user,
            on=on,
        )
        if ended:
            messages.success(
                request,
                f"{structure} quitte le réseau {network}. "
                "Vos chiffres lui sont fermés dès maintenant.",
            )
        return redirect("members:structure", structure.pk)
    context = {
        "structure": structure,
        "network": network,
        "sharing": page,
        "also": [
            each.network
            for each in page.memberships
            if each.network_id != network.pk and (each.ends_on is None or each.ends_on > on)
        ],
    }
    return render(request, "members/network_leave.html", context)


@require_POST
def ask(request: SignedInRequest, slug: str) -> HttpResponse:
    """A structure asks to join."""
    network = network_access.network_for(request.user, slug)
    structures = network_access.directing_anything(request.user)
    form = AskMembershipForm(request.POST, structures=structures)
    if form.is_valid():
        with refusals_as_messages(request):
            memberships.ask_membership(
                structure=form.cleaned_data["structure"],
                network=network,
                words=form.cleaned_data["words"],
                by=request.user,
                on=timezone.localdate(),
            )
            messages.success(request, f"Votre demande est envoyée au réseau {network}.")
    else:
        messages.error(request, "Choisissez l’une de vos structures. Rien n’est envoyé.")
    return redirect("networks:page", network.slug)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    asked = network_access.own_request_for(request.user, pk, MembershipRequest)
    memberships.withdraw_request(request=asked, by=request.user, on=timezone.localdate())
    messages.success(request, "Votre demande est retirée.")
    return redirect("networks:page", asked.network.slug)


@require_POST
def answer_sharing(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the structure answers to a network that asks for figures."""
    asked = network_access.own_request_for(request.user, pk, SharingRequest)
    choice = request.POST.get("choice", "")
    if choice not in SharingChoice.values:
        messages.error(request, "Ce choix n’existe pas. Rien n’a changé : recommencez.")
    else:
        with refusals_as_messages(request):
            sharing_requests.answer_sharing(
                request=asked,
                by=request.user,
                on=timezone.localdate(),
                **SharingChoice(choice).rights,
            )
            done = "C’est ouvert. Vous refermez quand vous voulez."
            if choice == SharingChoice.NOTHING:
                done = "Vos chiffres restent fermés. Le réseau est prévenu, sans raison donnée."
            messages.success(request, done)
    return redirect("networks:sharing", asked.structure_id, asked.network.slug)
