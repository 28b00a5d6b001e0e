"""The tree of networks, the page of one, its home, and what shapes it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.base.ui.forms import refusals_as_messages, refusals_in
from cordee.members import network_access, people_access
from cordee.members.actions import networks as actions
from cordee.members.network_forms import CloseForm, DelegationForm, MoveForm, NetworkForm
from cordee.members.network_home import NetworkHome
from cordee.members.network_page import NetworkPage, tree

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    networks = network_access.networks_for(request.user)
    context = {
        "branches": tree(networks.running(on).select_related("parent"), on),
        "closed": networks.filter(closed_on__lte=on),
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
        "sees_team": people_access.sees_team_of_network(request.user, network),
        "may_shape": desk is not None
        and desk.is_staff
        and (network.parent is None or network_access.runs_parent(desk)),
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
                organisation=form.organisation,
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
                on=timezone.localdate(),
            )
            messages.success(request, f"{made} est ouverte.")
            return redirect("networks:page", made.slug)
    return render(
        request, "members/network_delegation.html", {"form": form, "network": desk.network}
    )


@form_view
def move(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.shaping_desk_for(request.user, slug)
    on = timezone.localdate()
    parents = network_access.parents_for(desk, on)
    form = MoveForm(request.POST or None, parents=parents, network=desk.network)
    if request.method == "POST" and form.is_valid():
        parent = form.cleaned_data["parent"]
        with refusals_in(form):
            actions.move_delegation(network=desk.network, parent=parent, by=desk.user, on=on)
            where = f"rattaché au réseau {parent}" if parent else "un réseau indépendant"
            messages.success(request, f"{desk.network} est {where}.")
            return redirect("networks:page", desk.network.slug)
    return render(request, "members/network_move.html", {"form": form, "network": desk.network})


@form_view
def close(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.shaping_desk_for(request.user, slug)
    on = timezone.localdate()
    heirs = network_access.heirs_for(desk, on)
    form = CloseForm(request.POST or None, heirs=heirs)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            left = actions.close_network(
                network=desk.network,
                moved_to=form.cleaned_data.get("moved_to"),
                by=desk.user,
                on=on,
            )
            count = len(left)
            ends = "Aucun membre à prévenir." if not count else "Ses membres sont prévenus."
            messages.success(request, f"{desk.network} est fermé. {ends}")
            return redirect("networks:page", desk.network.slug)
    context = {
        "form": form,
        "network": desk.network,
        "page": NetworkPage(desk.network, desk, [], on),
    }
    return render(request, "members/network_close.html", context)


@require_POST
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    desk = network_access.shaping_desk_for(request.user, slug)
    with refusals_as_messages(request):
        actions.reopen_network(network=desk.network, by=desk.user, on=timezone.localdate())
        messages.success(request, f"{desk.network} est rouvert. Les adhésions finies le restent.")
    return redirect("networks:page", desk.network.slug)
