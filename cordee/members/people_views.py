"""One's own roles, and the people of a structure, a network, a programme."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in
from cordee.members import acting, people_access
from cordee.members.actions.invitations import send_invitation
from cordee.members.actions.people import end_seat, is_last, is_last_but_one, last_words
from cordee.members.models import JoinRequest, Network, Programme, RoleSeat, Structure
from cordee.members.people_access import PeopleOf
from cordee.members.people_forms import InviteForm
from cordee.members.roles import ROLES, Role


@require_safe
def roles(request: SignedInRequest) -> HttpResponse:
    """The user's seats with their scope, what waits, and what to do where there is none."""
    seats = list(
        RoleSeat.objects.filter(person=request.user)
        .with_scope()
        .select_related("granted_by")
        .order_by("pk")
    )
    requests = people_access.own_requests(request.user)
    context = {
        "rows": [(seat, ROLES[seat.role].opens, address_of(seat.scope)) for seat in seats],
        "invitations": people_access.invitations_to(request.user, timezone.now()),
        "waiting": [r for r in requests if r.is_pending],
        "refused": requests.filter(state=JoinRequest.State.REFUSED).order_by("-decided_at")[:3],
        "to_decide": people_access.requests_to_decide(request.user, timezone.localdate()).count(),
    }
    return render(request, "members/roles.html", context)


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """The user's lines of the account menu, read when the user opens it."""
    return render(request, "members/menu.html")


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for which of their networks the user acts, on every page, until another choice."""
    wanted = request.POST.get("network", "")
    networks = acting.networks_of(acting.seats_of(request))
    chosen = next((n for n in networks if n.slug == wanted), None)
    if chosen is None:
        messages.error(request, "Vous n’agissez pas pour ce réseau. Rien n’a changé.")
    else:
        acting.act_for(request, chosen)
        messages.success(request, f"Vous agissez maintenant pour {chosen}.")
    return redirect("members:roles")


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave one of their own roles, after reading what it closes."""
    seat = people_access.own_seat(request.user, pk)
    if request.method == "POST" and is_last_but_one(seat):
        raise_if_reauthentication_required(request, app="cordee.members")
    return _end(request, seat, "members:roles")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's role back, in a team one answers for."""
    seat, team = people_access.managed_seat(request.user, pk, timezone.localdate())
    # One alone would remain: whoever stole a session must not be that one.
    if request.method == "POST" and is_last_but_one(seat):
        raise_if_reauthentication_required(request, app="cordee.members")
    return _end(request, seat, address_of(team.scope))


def _end(request: SignedInRequest, seat: RoleSeat, back: str) -> HttpResponse:
    if request.method == "POST":
        with refusals_as_messages(request):
            end_seat(seat=seat, by=request.user)
            is_own = seat.person == request.user
            who = "Vous n’avez" if is_own else f"{seat.person} n’a"
            messages.success(request, f"{who} plus ce rôle : {seat}.")
        return redirect(back)
    context = {
        "seat": seat,
        "is_own": seat.person == request.user,
        "opens": ROLES[seat.role].opens,
        "refusal": last_words(seat) if is_last(seat) else "",
        "back": reverse(back) if back.startswith("members:") else back,
    }
    return render(request, "members/end_seat.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def structure_people(request: HttpRequest, pk: int) -> HttpResponse:
    return _team_page(
        request, people_access.team_of_structure(request.user, pk, timezone.localdate())
    )


@require_http_methods(["GET", "HEAD", "POST"])
def network_people(request: HttpRequest, slug: str) -> HttpResponse:
    return _team_page(request, people_access.team_of_network(request.user, slug))


@require_http_methods(["GET", "HEAD", "POST"])
def programme_people(request: HttpRequest, slug: str) -> HttpResponse:
    return _team_page(request, people_access.team_of_programme(request.user, slug))


def _team_page(request: SignedInRequest, team: PeopleOf) -> HttpResponse:
    """The people of a team, the invitations that wait, and the form to invite."""
    form = InviteForm(
        posted(request), roles=team.invites, scope=team.scope, departments=team.departments
    )
    if request.method == "POST" and team.invites and form.is_valid():
        if form.chosen_role == Role.NETWORK_STAFF:
            raise_if_reauthentication_required(request, app="cordee.members")
        if not ratelimit.consume(request, action="invite", user=request.user):
            return ratelimit.respond_429(request)
        with refusals_in(form, on="address"):
            invitation = send_invitation(
                address=form.cleaned_data["address"],
                role=form.chosen_role,
                by=request.user,
                now=timezone.now(),
                **form.scope_values(),
            )
            messages.success(request, f"L’invitation est partie à {invitation.address}.")
            return redirect(address_of(team.scope))
    now = timezone.now()
    waiting = people_access.invitations_in(team, request.user)
    context = {
        "team": team,
        "kind": team.scope._meta.verbose_name,
        "form": form if team.invites else None,
        "people": len({seat.person_id for seat in team.seats}),
        "rows": [
            (seat, team.manages and seat.person != request.user, is_last(seat))
            for seat in team.seats
        ],
        "waiting": [(invitation, invitation.is_expired(now)) for invitation in waiting],
        "can_invite": bool(team.invites),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "members/team.html", context, status=status)


def address_of(scope: Structure | Network | Programme | None) -> str:
    """The page of the people of a structure, a network or a programme; none for a place."""
    match scope:
        case None:
            return ""
        case Structure():
            return reverse("members:structure_people", args=[scope.pk])
        case Network():
            return reverse("members:network_people", args=[scope.slug])
    return reverse("members:programme_people", args=[scope.slug])
