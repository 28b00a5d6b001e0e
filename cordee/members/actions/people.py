"""Who sits where: giving a seat, taking it back, and the last one that stays."""

from typing import Any, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members.models import Department, Network, Programme, Region, RoleSeat, Structure
from cordee.members.models.networks import Scoped
from cordee.members.roles import May, Role


class SeatScope(TypedDict, total=False):
    """In what a seat is held, and where it is narrowed to."""

    network: Network | None
    structure: Structure | None
    programme: Programme | None
    region: Region | None
    department: Department | None


def whole_scope(scope: SeatScope) -> dict[str, Any]:
    """With None for what is left out: nowhere, and not anywhere."""
    return {name: scope.get(name) for name in SeatScope.__annotations__}


@transaction.atomic
def grant_seat(
    *,
    person: User,
    role: Role,
    by: User | None,
    **scope: Unpack[SeatScope],
) -> RoleSeat:
    """Give a person a seat; the one the person holds already is given back.

    The first director of a structure makes it claimed. Raises ValidationError for a role without
    its network, structure or programme.
    """
    where = whole_scope(scope)
    held: RoleSeat | None = RoleSeat.objects.filter(person=person, role=role, **where).first()
    if held is not None:
        return held
    seat = RoleSeat(person=person, role=role, granted_by=by, **where)
    seat.full_clean()
    seat.save()
    note_seat("members.grant_seat", seat, by)
    structure = where["structure"]
    if role == Role.DIRECTOR and structure is not None and not structure.is_claimed:
        structure.is_claimed = True
        structure.save(update_fields=["is_claimed", "updated_at"])
        journal.record("members.claim_structure", structure, by=by)
    return seat


@transaction.atomic
def invite(
    *,
    email: str,
    role: Role,
    by: User | None,
    **scope: Unpack[SeatScope],
) -> RoleSeat:
    """Give a person a seat, and an account where they have none; a seat held is given back.

    The password is chosen through a link. Whoever invites vouches for the address. Raises
    ValidationError for a wrong address, or a role without its network or structure.
    """
    email = email.strip().lower()
    validate_email(email)
    person = User.objects.filter(email=email).first() or User.objects.create_user(email)
    EmailAddress.objects.update_or_create(
        user=person, email=email, defaults={"verified": True, "primary": True}
    )
    return grant_seat(person=person, role=role, by=by, **scope)


@transaction.atomic
def end_seat(*, seat: RoleSeat, by: User | None) -> None:
    """Take a seat back, or leave it; one already gone is left alone.

    Raises ValidationError where nobody else would answer for its structure, network or
    programme: two who leave at the same moment wait for each other, and the second is refused.
    """
    _lock_scope(seat)
    seat_now = RoleSeat.objects.filter(pk=seat.pk).with_scope().first()
    if seat_now is None:
        return
    if is_last(seat_now):
        raise ValidationError(last_words(seat_now))
    verb = "members.leave_seat" if by == seat_now.person else "members.end_seat"
    note_seat(verb, seat_now, by, is_over=True)
    seat_now.delete()


def is_last(seat: RoleSeat) -> bool:
    """Whether nobody else answers for what this seat answers for."""
    if not seat.may(May.ADMINISTER) or not seat.person.is_active:
        return False
    return not others_like(seat).exists()


def is_last_but_one(seat: RoleSeat) -> bool:
    """Whether one person alone would remain: removing them deserves a second look."""
    return seat.may(May.ADMINISTER) and others_like(seat).count() == 1


def others_like(seat: RoleSeat) -> Any:
    """Seats of the same role and scope held by others who can sign in."""
    return (
        RoleSeat.objects.live()
        .filter(
            role=seat.role,
            network=seat.network_id,
            structure=seat.structure_id,
            programme=seat.programme_id,
        )
        .exclude(person=seat.person_id)
    )


def last_words(seat: RoleSeat) -> str:
    """Why this seat stays, and the way out."""
    who = {
        Role.DIRECTOR: "la dernière personne à la direction de",
        Role.NETWORK_STAFF: "la dernière personne de l’équipe de",
        Role.PROGRAMME_TEAM: "la dernière personne de l’équipe de",
    }[Role(seat.role)]
    return f"C’est {who} {seat.scope}. Invitez d’abord quelqu’un au même rôle."


def note_seat(verb: str, seat: Scoped, by: User | None, *, is_over: bool = False) -> None:
    """A line about a seat or an invitation, in the journal of what it is held in."""
    values = {"before" if is_over else "after": seat_values(seat)}
    journal.record(verb, seat.scope or seat, by=by, **values)


def seat_values(seat: Scoped) -> dict[str, Any]:
    """A seat or an invitation for the journal: no name and no address, so that erasure erases."""
    values = {
        "role": str(seat.role),  # type: ignore[attr-defined]
        "network": seat.network.slug if seat.network else None,
        "structure": seat.structure.pk if seat.structure else None,
        "programme": seat.programme.slug if seat.programme else None,
        "place": seat.place.pk if seat.place else None,
        "person": getattr(seat, "person_id", None),
    }
    return {name: value for name, value in values.items() if value is not None}


def _lock_scope(seat: RoleSeat) -> None:
    """Writers of one scope go one after the other. SQLite has one writer anyway."""
    scope = seat.scope
    if scope is not None:
        type(scope).objects.select_for_update().get(pk=scope.pk)
