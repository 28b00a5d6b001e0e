"""The tree of networks, the page of one, its home, what shapes it, and a structure’s ties to it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import refusals_as_messages, refusals_in
from cordee.members import network_access
from cordee.members.actions import memberships
from cordee.members.actions import networks as actions
from cordee.members.actions import sharing as sharing_actions
from cordee.members.forms import SharingChoice, SharingForm
from cordee.members.models import MembershipRequest, SharingRequest, Structure
from cordee.members.network_forms import (
    AskMembershipForm,
    DelegationForm,
    NetworkForm,
)
from cordee.members.network_page import NetworkHome, NetworkPage, tree
from cordee.members.sharing_page import SharingPage

form_view = require_http_methods(["GET", "HEAD", "POST"])
NO_SUCH_CHOICE = "Ce choix n’existe pas. Rien n’a changé\u00a0: recommencez."


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    networks = network_access.networks_for(request.user)
    context = {
        "branches": tree(networks.select_related("parent"), timezone.localdate()),
        "desks": network_access.desks_of(request.user),
    }
    return render(request, "members/networks.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    network = network_access.network_for(request.user, slug)
    desk = network_access.desk_or_none(request.user, network)
    directed = network_access.directed_structures(request.user)
    shown = NetworkPage(network, desk, directed, timezone.localdate())
    context = {
        "network": network,
        "page": shown,
        "sees_team": desk is not None,
    }
    return render(request, "members/network.html", context)


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.desk_for(request.user, slug)
    shown = NetworkHome(desk, timezone.now(), timezone.localdate())
    return render(
        request, "members/network_home.html", {"network": desk.network, "desk": desk, "home": shown}
    )


@form_view
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.staff_desk_for(request.user, slug)
    form = NetworkForm(request.POST or None, network=desk.network)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            actions.describe_network(
                network=desk.network,
                name=data["name"],
                charter=data["charter"],
                regions=list(data["regions"]),
                departments=data["departments"],
                by=desk.user,
            )
            messages.success(request, "C’est gardé. La version d’avant reste dans le journal.")
            return redirect("networks:page", desk.network.slug)
    return render(request, "members/network_edit.html", {"form": form, "network": desk.network})


@form_view
def open_delegation(request: HttpRequest, slug: str) -> HttpResponse:
    """Only under a network: a delegation has none."""
    desk = network_access.staff_desk_for(request.user, slug)
    form = DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            made = actions.open_delegation(
                parent=desk.network,
                name=data["name"],
                regions=list(data["regions"]),
                departments=data["departments"],
                by=desk.user,
            )
            messages.success(request, f"{made} est ouverte.")
            return redirect("networks:page", made.slug)
    return render(
        request, "members/network_delegation.html", {"form": form, "network": desk.network}
    )


@form_view
def sharing(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """What one network sees of the structure, as it sees it; a POST opens or closes."""
    on = timezone.localdate()
    structure, network = network_access.tie_for(request.user, pk, slug, on)
    if request.method == "POST":
        return open_or_close(request, structure, network.pk)
    page = SharingPage(structure, network, on)
    subject = (structure, network)
    context = {"structure": structure, "network": network, "sharing": page, "subject": subject}
    return render(request, "members/sharing.html", context)


def open_or_close(request: SignedInRequest, structure: Structure, network: Any) -> HttpResponse:
    """What the form of one class of figures asks for, for one of the structure's networks."""
    data = {**request.POST.dict(), "network": network}
    form = SharingForm(data, structure=structure, on=timezone.localdate())
    if form.is_valid():
        with refusals_as_messages(request):
            messages.success(request, form.apply(by=request.user))
    else:
        messages.error(request, NO_SUCH_CHOICE)
    return redirect(request.path)


@require_POST
def close_all(request: SignedInRequest, pk: int, slug: str) -> HttpResponse:
    """Everything that the structure opened to the network closes at once."""
    on = timezone.localdate()
    structure, network = network_access.tie_for(request.user, pk, slug, on)
    sharing_actions.close_figures(structure=structure, network=network, by=request.user, on=on)
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
    if choice not in SharingChoice.offered(asked.figure_class):
        messages.error(request, NO_SUCH_CHOICE)
    else:
        with refusals_as_messages(request):
            sharing_actions.answer_sharing(
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
