"""Inviting by mail: the seat is given when the person accepts, never before."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.members.actions.people import grant_seat, seat_values
from cordee.members.models import (
    Department,
    Invitation,
    Network,
    Programme,
    Region,
    RoleSeat,
    Structure,
)

VALID_DAYS = 14
MAIL = "invitations"


class InvitationClosed(ValidationError):
    """The invitation was taken back, has expired, or served already."""


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def send_invitation(
    *,
    address: str,
    role: RoleSeat.Role,
    by: User,
    now: datetime,
    network: Network | None = None,
    structure: Structure | None = None,
    programme: Programme | None = None,
    region: Region | None = None,
    department: Department | None = None,
) -> Invitation:
    """Invite an address to a seat; one that is waiting already is sent again.

    Raises ValidationError for a wrong address, a role without its scope, or somebody who holds
    the seat.
    """
    address = address.strip().lower()
    validate_email(address)
    scope = {
        "network": network,
        "structure": structure,
        "programme": programme,
        "region": region,
        "department": department,
    }
    RoleSeat(person=by, role=role, **scope).clean_fields(exclude=["person"])
    RoleSeat(role=role, **scope).validate_constraints(exclude=["person"])
    if RoleSeat.objects.filter(person__email=address, role=role, **scope).exists():
        raise ValidationError("Cette personne tient déjà ce rôle.")
    waiting = (
        Invitation.objects.select_for_update()
        .pending()
        .filter(address=address, role=role, **scope)
        .first()
    )
    if waiting is not None:
        return _resend(waiting, by, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        address=address,
        role=role,
        by=by,
        token_hash=fingerprint(token),
        sent_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
        **scope,
    )
    invitation.full_clean()
    invitation.save()
    journal.record(
        "members.send_invitation",
        invitation.scope or invitation,
        by=by,
        after=seat_values(invitation),
    )
    _write(invitation, token)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send a waiting invitation again, with a new link and fourteen days; the old link dies.

    Raises InvitationClosed where it was accepted or taken back meanwhile.
    """
    return _resend(_open(invitation), by, now)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Take an invitation back: its link opens nothing more. Taken back twice is taken back once."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.state != Invitation.State.OPEN:
        return
    locked.state, locked.settled_at = Invitation.State.REVOKED, now
    locked.save(update_fields=["state", "settled_at"])
    journal.record(
        "members.revoke_invitation", locked.scope or locked, by=by, before=seat_values(locked)
    )


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, now: datetime) -> RoleSeat:
    """Give the seat to the person who was invited, whose address it is.

    Accepted twice, it gives the same seat. Raises InvitationClosed where it was taken back or has
    expired, ValidationError where it was sent to another address than theirs.
    """
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not answers_to(by, locked.address):
        raise ValidationError("Cette invitation a été envoyée à une autre adresse que la vôtre.")
    if not locked.is_open(now) and locked.person_id != by.pk:
        raise InvitationClosed("Cette invitation n’est plus ouverte. Demandez-en une autre.")
    seat = grant_seat(
        person=by,
        role=RoleSeat.Role(locked.role),
        network=locked.network,
        structure=locked.structure,
        programme=locked.programme,
        region=locked.region,
        department=locked.department,
        by=locked.by,
    )
    if locked.state == Invitation.State.OPEN:
        locked.state, locked.settled_at, locked.person = Invitation.State.ACCEPTED, now, by
        locked.save(update_fields=["state", "settled_at", "person"])
        journal.record(
            "members.accept_invitation", locked.scope or locked, by=by, after=seat_values(locked)
        )
    return seat


def answers_to(person: User, address: str) -> bool:
    """Whether an address is one of theirs: the one the user signs in with, or another the user
    confirmed.
    """
    if person.email.lower() == address.lower():
        return True
    own = EmailAddress.objects.filter(user=person, verified=True)
    return bool(own.filter(email__iexact=address).exists())


def _open(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.state != Invitation.State.OPEN:
        raise InvitationClosed("Cette invitation a déjà été acceptée ou retirée.")
    return locked


def _resend(invitation: Invitation, by: User, now: datetime) -> Invitation:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = fingerprint(token)
    invitation.times_sent += 1
    invitation.sent_at, invitation.expires_at = now, now + timedelta(days=VALID_DAYS)
    invitation.by = by
    invitation.save(update_fields=["token_hash", "times_sent", "sent_at", "expires_at", "by"])
    journal.record(
        "members.resend_invitation",
        invitation.scope or invitation,
        by=by,
        after=seat_values(invitation),
    )
    _write(invitation, token)
    return invitation


def _write(invitation: Invitation, token: str) -> None:
    mailing.write_to_address(
        invitation.address,
        kind=MAIL,
        template="members/mail/invitation",
        context={"invitation": invitation, "path": reverse("members:invitation", args=[token])},
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        is_secret=True,
    )
