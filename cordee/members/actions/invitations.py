"""Inviting by mail: the seat is given when the person accepts, never before."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Unpack

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from cordee.accounts import mailing
from cordee.accounts.models import MailRefusal, User
from cordee.members.actions.people import SeatScope, grant_seat, note_seat, whole_scope
from cordee.members.models import DirectorContact, Invitation, Network, RoleSeat

VALID_DAYS = 14
MAIL = "invitations"
# At an address that a network's list gave: one mail and two reminders, stopped for that network.
GIVEN_MAIL, MOST_MAILS = "director_invitations", 3
GIVEN_TEMPLATE = "members/mail/director_invitation"


def given_kind(network: Network) -> str:
    """The sort of mail that one address stops of one network."""
    return f"{GIVEN_MAIL}:{network.pk}"


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def send_invitation(
    *,
    address: str,
    role: RoleSeat.Role,
    by: User | None,
    now: datetime,
    contact: DirectorContact | None = None,
    **scope: Unpack[SeatScope],
) -> Invitation:
    """Invite an address to a seat; one that is waiting already is sent again.

    Raises ValidationError for a wrong address, a role without its scope, or somebody who holds
    the seat. `contact`: where a network's list gave the address.
    """
    address = address.strip().lower()
    validate_email(address)
    where = whole_scope(scope)
    RoleSeat(role=role, **where).clean_fields(exclude=["person"])
    RoleSeat(role=role, **where).validate_constraints(exclude=["person"])
    if RoleSeat.objects.filter(person__email=address, role=role, **where).exists():
        raise ValidationError("Cette personne tient déjà ce rôle.")
    waiting = (
        Invitation.objects.select_for_update()
        .pending()
        .filter(address=address, role=role, **where)
        .first()
    )
    if waiting is not None and contact is not None:
        raise ValidationError("Cette personne est déjà invitée à ce rôle.")
    if waiting is not None:
        return _resend(waiting, by, now)
    if contact is None and by is not None and where["structure"] is not None:
        _check_not_refused(address, by)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        address=address,
        role=role,
        by=by,
        token_hash=fingerprint(token),
        sent_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
        **where,
    )
    invitation.full_clean(exclude=["by"])
    invitation.save()
    if contact is not None:
        contact.invitation = invitation
        contact.save(update_fields=["invitation"])
    note_seat("members.send_invitation", invitation, by)
    _write(invitation, token)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    """Send a waiting invitation again, with a new link and fourteen days; the old link dies.

    Raises ValidationError where it was accepted or taken back meanwhile.
    """
    return _resend(_open(invitation), by, now)


@transaction.atomic
def remind(*, invitation: Invitation, now: datetime) -> Invitation:
    """The same by the schedule, in the name of who sent it. Raises as `resend_invitation`."""
    return _resend(_open(invitation), None, now)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Take an invitation back: its link opens nothing more. Taken back twice is taken back once."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.state != Invitation.State.OPEN:
        return
    locked.state, locked.settled_at = Invitation.State.REVOKED, now
    locked.save(update_fields=["state", "settled_at"])
    note_seat("members.revoke_invitation", locked, by, is_over=True)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User, now: datetime) -> RoleSeat:
    """Give the seat to the person who was invited, whose address it is.

    Accepted twice, it gives the same seat. Raises ValidationError where it was taken back or has
    expired, ValidationError where it was sent to another address than theirs.
    """
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not answers_to(by, locked.address):
        raise ValidationError("Cette invitation a été envoyée à une autre adresse que la vôtre.")
    if not locked.is_open(now) and locked.person_id != by.pk:
        raise ValidationError("Cette invitation n’est plus ouverte. Demandez-en une autre.")
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
    DirectorContact.objects.filter(invitation=locked).delete()
    if locked.state == Invitation.State.OPEN:
        locked.state, locked.settled_at, locked.person = Invitation.State.ACCEPTED, now, by
        locked.save(update_fields=["state", "settled_at", "person"])
        note_seat("members.accept_invitation", locked, by)
    return seat


def answers_to(person: User, address: str) -> bool:
    """Whether an address is the one that a person signs in with, or another they confirmed."""
    if person.email.lower() == address.lower():
        return True
    own = EmailAddress.objects.filter(user=person, verified=True)
    return bool(own.filter(email__iexact=address).exists())


def _open(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.state != Invitation.State.OPEN:
        raise ValidationError("Cette invitation a déjà été acceptée ou retirée.")
    return locked


def _resend(invitation: Invitation, by: User | None, now: datetime) -> Invitation:
    if contact_of(invitation) is not None and invitation.times_sent >= MOST_MAILS:
        raise ValidationError("Trois courriers sont déjà partis à cette adresse. Appelez plutôt.")
    token = secrets.token_urlsafe(32)
    invitation.token_hash = fingerprint(token)
    invitation.times_sent += 1
    invitation.sent_at, invitation.expires_at = now, now + timedelta(days=VALID_DAYS)
    invitation.by = by or invitation.by
    invitation.save(update_fields=["token_hash", "times_sent", "sent_at", "expires_at", "by"])
    note_seat("members.resend_invitation", invitation, by)
    _write(invitation, token)
    return invitation


def _check_not_refused(address: str, by: User) -> None:
    """A network that an address stopped invites it by hand no more."""
    networks = Network.objects.filter(seats__in=RoleSeat.objects.held_by(by).of_networks())
    kinds = [given_kind(network) for network in networks]
    stops = MailRefusal.objects.filter(kind__in=kinds, address_sha256=mailing.print_of(address))
    if stops.exists():
        raise ValidationError(
            "Cette personne a arrêté les invitations de votre réseau, ou n’a pas répondu à trois "
            "courriers. Appelez-la plutôt."
        )


def contact_of(invitation: Invitation) -> DirectorContact | None:
    """Where a network's list gave the address."""
    rows = DirectorContact.objects.filter(invitation=invitation)
    found: DirectorContact | None = rows.select_related("network").first()
    return found


def _write(invitation: Invitation, token: str) -> None:
    contact = contact_of(invitation)
    context = {"invitation": invitation, "path": reverse("members:invitation", args=[token])}
    mailing.write_to_address(
        invitation.address,
        kind=given_kind(contact.network) if contact else MAIL,
        template=GIVEN_TEMPLATE if contact else "members/mail/invitation",
        context={**context, "contact": contact} if contact else context,
        key=f"invitation:{invitation.pk}:{invitation.times_sent}",
        is_secret=True,
    )
