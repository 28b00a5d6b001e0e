"""Who sees a team, who invites whom, who answers whom. Each docstring is the rule."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.signing import BadSignature
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from cordee.accounts.access import Person
from cordee.accounts.models import User
from cordee.base.found import first_or_404
from cordee.members.access import structure_for
from cordee.members.actions.invitations import answers_to, fingerprint
from cordee.members.actions.joining import Beginning
from cordee.members.models import (
    Invitation,
    JoinRequest,
    Membership,
    Network,
    Programme,
    RoleSeat,
    Structure,
)
from cordee.members.models.networks import RoleSeatQuerySet
from cordee.members.network_access import desk_or_none, seats_read
from cordee.members.roles import May, Role, Scope, invited_by, roles_held_in


@dataclass(frozen=True, slots=True)
class PeopleOf:
    """The people of a structure, a network or a programme, as one person may see them."""

    scope: Structure | Network | Programme
    seats: list[RoleSeat]
    invites: tuple[Role, ...]  # whom the user may invite here
    manages: bool  # whether the user may take seats back
    departments: frozenset[str] | None = None  # where a delegate invites; None is everywhere


def team_of_structure(user: Person, pk: int, on: date) -> PeopleOf:
    """Whoever holds a seat there, and the staff and delegates of its networks; others get 404.

    A director invites directors, supervisors and counsellors, and takes seats back. Staff of its
    networks (of a delegation or of the national network above it), and the delegates in whose
    territory it is, invite directors only: a structure's people are its own affair.
    """
    structure = structure_for(user, pk)
    if not sees_team_of_structure(user, structure, on):
        raise Http404("Cette équipe ne vous est pas ouverte.")
    is_director = _seats(user).directing(structure).exists()
    is_of_networks = _seats(user).of_networks_of(structure, on).exists()
    invites: tuple[Role, ...] = ()
    if is_director:
        invites = invited_by(Role.DIRECTOR, Scope.STRUCTURE)
    elif is_of_networks:
        invites = invited_by(Role.DELEGATE, Scope.STRUCTURE)
    return PeopleOf(structure, _team(structure=structure), invites, is_director)


def sees_team_of_structure(user: Person, structure: Structure, on: date) -> bool:
    """Whether `team_of_structure` would open."""
    own = _seats(user).filter(structure=structure)
    return own.exists() or _seats(user).of_networks_of(structure, on).exists()


def team_of_network(user: Person, slug: str) -> PeopleOf:
    """Staff and delegates of the network, and staff of the national network above; others get 404.

    Staff of a network, or of the one above it, invite staff and delegates there and take seats
    back. They, and delegates in their territory, also invite buyers, facilitators and companies:
    those seats are held in a place, never in the network, whose figures they do not see. Nobody of
    a network opens seats of a programme: a programme has its own owner.
    """
    network = first_or_404(
        Network.objects.filter(slug=slug).select_related("parent"),
        "Ce réseau n’existe pas, ou plus.",
    )
    desk = desk_or_none(user, network)
    if desk is None:
        raise Http404("Cette équipe ne vous est pas ouverte.")
    # The staff of the national network answer for its delegations; delegates for none above.
    role = Role.NETWORK_STAFF if desk.is_staff else Role.DELEGATE
    invites = invited_by(role, Scope.NETWORK, Scope.PLACE)
    return PeopleOf(network, _team(network=network), invites, desk.is_staff, desk.departments)


def team_of_programme(user: Person, slug: str) -> PeopleOf:
    """The team of the programme; others get 404.

    Its members invite each other and take seats back. The keeper of the server opens the first
    seat (`invite --role programme_team --programme …`).
    """
    programme = Programme.objects.filter(slug=slug).first()
    if programme is None or not _seats(user).filter(programme=programme).exists():
        raise Http404("Cette équipe ne vous est pas ouverte.")
    invites = invited_by(Role.PROGRAMME_TEAM, Scope.PROGRAMME)
    return PeopleOf(programme, _team(programme=programme), invites, True)


def team_of(user: Person, seat: RoleSeat | Invitation, on: date) -> PeopleOf:
    """The team in which a seat or an invitation stands, where the user may see it, or 404."""
    if seat.structure is not None:
        return team_of_structure(user, seat.structure.pk, on)
    if seat.network is not None:
        return team_of_network(user, seat.network.slug)
    if seat.programme is not None:
        return team_of_programme(user, seat.programme.slug)
    raise Http404("Ce rôle n’est d’aucune équipe.")


def own_seat(user: Person, pk: int) -> RoleSeat:
    """A seat the user holds themselves, or 404."""
    return first_or_404(
        _seats(user).with_scope().filter(pk=pk), "Vous ne tenez pas, ou plus, ce rôle."
    )


def managed_seat(user: Person, pk: int, on: date) -> tuple[RoleSeat, PeopleOf]:
    """A seat of somebody else, in a team where the person takes seats back; 404 otherwise."""
    seat = RoleSeat.objects.with_scope().filter(pk=pk).first()
    if seat is None or seat.person_id == user.pk:
        raise Http404("Ce rôle n’existe pas, ou plus.")
    team = team_of(user, seat, on)
    if not team.manages:
        raise Http404("Ce rôle ne vous est pas ouvert.")
    return seat, team


def managed_invitation(user: Person, pk: int, on: date) -> Invitation:
    """An invitation the user sent, or to a role to which the user may invite in that team."""
    invitation = Invitation.objects.with_scope().filter(pk=pk).first()
    if invitation is None or user.pk is None:
        raise Http404("Cette invitation n’existe pas, ou plus.")
    if invitation.scope is None:
        if invitation.by_id != user.pk:
            raise Http404("Cette invitation ne vous est pas ouverte.")
        return invitation
    if invitation.role not in team_of(user, invitation, on).invites:
        raise Http404("Cette invitation ne vous est pas ouverte.")
    return invitation


def invitations_in(team: PeopleOf, user: Person) -> QuerySet[Invitation]:
    """Those that wait in a team, and those the user sent themselves to people around a network."""
    if not team.invites or user.pk is None:
        return Invitation.objects.none()
    scope = team.scope
    match scope:
        case Structure():
            here = Q(structure=scope)
        case Network():
            # Roles held in a place belong to no team: only who sent the invitation follows it.
            here = Q(network=scope) | Q(by=user.pk, role__in=roles_held_in(Scope.PLACE))
        case _:
            here = Q(programme=scope)
    return Invitation.objects.pending().filter(here, role__in=team.invites).with_scope()


def invitation_of_link(token: str) -> Invitation:
    """What a mail links to: whoever holds the link reads it. 404 for a link that was replaced."""
    return first_or_404(
        Invitation.objects.with_scope().filter(token_hash=fingerprint(token)),
        "Cette invitation n’existe pas, ou un courrier plus récent la remplace.",
    )


def beginning_of_link(token: str) -> Beginning:
    """What a stranger began, for whoever holds the link of its mail; 404 once it has ended."""
    try:
        return Beginning.read(token)
    except BadSignature:
        raise Http404("Ce lien n’est pas entier, ou a plus de trente jours.") from None


def invitations_to(user: Person, now: datetime) -> list[Invitation]:
    """Those that wait for one of their own confirmed addresses."""
    if not isinstance(user, User):
        return []
    addresses = {
        user.email,
        *EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True),
    }
    waiting = (
        Invitation.objects.pending()
        .with_scope()
        .filter(address__in={a.lower() for a in addresses}, expires_at__gt=now)
    )
    return [invitation for invitation in waiting if answers_to(user, invitation.address)]


def invitation_to(user: Person, pk: int, now: datetime) -> Invitation:
    """One of them, which the user may accept without its mail, or 404."""
    found = next((i for i in invitations_to(user, now) if i.pk == pk), None)
    if found is None:
        raise Http404("Cette invitation n’existe pas, ou n’est pas pour vous.")
    return found


def requests_to_decide(user: Person, on: date) -> QuerySet[JoinRequest]:
    """Requests that wait for the user: those of the structures the user directs; those of
    structures without a director in their networks (in their territory, for a delegate).

    The keeper of the server (superuser) answers too where a structure has no director, so that
    a structure of no network is not left without anybody.
    """
    if not isinstance(user, User):
        return JoinRequest.objects.none()
    live = RoleSeat.objects.live().directors().filter(structure=OuterRef("structure"))
    pending = JoinRequest.objects.pending().alias(has_director=Exists(live))
    mine = seats_read(user)
    directed = [s.structure_id for s in mine if s.may(May.DIRECT_STRUCTURE)]
    wanted = Q(structure__in=directed)
    unclaimed = Q(has_director=False)
    if user.is_superuser:
        wanted |= unclaimed
    for seat in mine:
        if not seat.may(May.ACT_FOR_NETWORK):
            continue
        members = Membership.objects.current(on).filter(
            Q(network=seat.network_id) | Q(network__parent=seat.network_id),
            structure=OuterRef("structure"),
        )
        theirs = unclaimed & Q(Exists(members.order_by()))
        if seat.role == Role.DELEGATE and seat.department_id:
            theirs &= Q(structure__department=seat.department_id)
        elif seat.role == Role.DELEGATE and seat.region_id:
            theirs &= Q(structure__department__region=seat.region_id)
        wanted |= theirs
    found = pending.filter(wanted).exclude(person=user)
    return found.select_related("person", "structure", "structure__commune")


def request_to_decide(user: Person, pk: int, on: date) -> JoinRequest:
    """One that waits for the user, or was decided by them (a second click, the back button)."""
    found = requests_to_decide(user, on).filter(pk=pk).first()
    if found is None and user.pk is not None:
        decided = JoinRequest.objects.filter(pk=pk, decided_by=user.pk)
        found = decided.exclude(person=user.pk).select_related("person", "structure").first()
    if found is None:
        raise Http404("Cette demande n’existe pas, ou ne vous attend pas.")
    return found


def own_requests(user: Person) -> QuerySet[JoinRequest]:
    """What the user asked for themselves."""
    return JoinRequest.objects.filter(person=user.pk).select_related("structure")


def own_request(user: Person, pk: int) -> JoinRequest:
    return first_or_404(
        own_requests(user).filter(pk=pk), "Cette demande n’existe pas, ou n’est pas la vôtre."
    )


def _seats(user: Person) -> RoleSeatQuerySet:
    return RoleSeat.objects.filter(person_id=user.pk)


def _team(**scope: object) -> list[RoleSeat]:
    seats = (
        RoleSeat.objects.live()
        .filter(**scope)
        .select_related(
            "person", "network", "structure", "programme", "region", "department", "granted_by"
        )
    )
    return sorted(seats, key=lambda s: (list(Role).index(Role(s.role)), str(s.person).casefold()))


def first_network_of(user: Person) -> Network | None:
    """The network whose people page the user comes back to."""
    seat = _seats(user).of_networks().select_related("network").order_by("pk").first()
    return seat.network if seat is not None else None


def who_answers(structure: Structure, on: date) -> str:
    """Who will answer a request, told to whoever asks: what they are, never their names."""
    if RoleSeat.objects.live().directing(structure).exists():
        return "sa direction"
    seats = RoleSeat.objects.live().of_networks_of(structure, on).select_related("network")
    names = sorted({str(s.network) for s in seats})
    return " ou ".join(names) if names else ""
