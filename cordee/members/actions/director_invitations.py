"""Inviting the directors of a network's members, at addresses that the network's list gave.

The sending is asked for once, after it was read over; the schedule writes the mails, one contact a
transaction, so that a run that is killed goes on where it stopped.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import MailRefusal, User
from cordee.base.mail.models import DeadAddress, OutgoingMail
from cordee.members.actions import invitations
from cordee.members.actions.invitations import GIVEN_MAIL, MOST_MAILS, given_kind
from cordee.members.models import DirectorContact, Invitation, Membership, Network, RoleSeat
from cordee.members.models.networks import PeriodQuerySet
from cordee.members.structure_list import ListLine

REMIND_AFTER = timedelta(days=7)
# An address that nobody wrote to is kept no longer.
KEEP_UNUSED = timedelta(days=90)
# In one round, which comes back each minute.
MOST_AT_ONCE = 200
OPEN = Invitation.State.OPEN


def keep_given(
    lines: Iterable[ListLine], *, network: Network | None, by: User | None, now: datetime
) -> int:
    """Keep the addresses that a list gives of who directs members; how many are new.

    Neither of a structure that somebody directs, nor one that wants none of this network; one that
    differs takes the place of the one kept, unless its mail is asked for already.
    """
    given = {(line.siret, line.kind): line for line in lines if line.director_email}
    if network is None or not given:
        return 0
    members = Membership.objects.filter(
        network=network, structure__siret__in={siret for siret, _ in given}
    )
    held = {c.structure_id: c for c in network.director_contacts.all()}
    refused, new = _refused(network), []
    for member in members.exclude(_is_directed()).select_related("structure"):
        structure = member.structure
        line = given.get((structure.siret, structure.kind))
        known = held.get(structure.pk)
        if line is None or mailing.print_of(line.director_email) in refused:
            continue
        if known is not None and (known.asked_at or known.address == line.director_email):
            continue
        held[structure.pk] = DirectorContact(
            network=network,
            structure=structure,
            address=line.director_email,
            name=line.director_name,
            given_by=by,
            given_at=now,
        )
        new.append(held[structure.pk])
    network.director_contacts.filter(structure__in=[c.structure for c in new]).delete()
    DirectorContact.objects.bulk_create(new)
    return len(new)


def ready(contacts: PeriodQuerySet) -> PeriodQuerySet:
    """Those that a sending takes: nobody directs the structure or is invited to, the box works."""
    pending = Invitation.objects.pending().filter(role=RoleSeat.Role.DIRECTOR)
    return (
        contacts.filter(~Exists(pending.filter(structure=OuterRef("structure"))), asked_at=None)
        .exclude(_is_directed())
        .exclude(
            Q(structure__is_closed=True) | Q(address__in=DeadAddress.objects.values("address"))
        )
    )


@transaction.atomic
def ask_sending(*, contacts: PeriodQuerySet, network: Network, by: User, now: datetime) -> int:
    """Have invitations leave to contacts that were read over; asked twice, they leave once."""
    chosen = ready(contacts).values("pk")
    asked = DirectorContact.objects.filter(pk__in=chosen).update(asked_at=now, asked_by=by)
    if asked:
        journal.record("members.invite_directors", network, by=by, after={"invitations": asked})
    return asked


def run(now: datetime) -> int:
    """What the schedule does each minute: invitations asked for, then reminders; how many leave.

    Addresses whose owner stopped them are erased first.
    """
    for network in Network.objects.filter(director_contacts__isnull=False).distinct():
        if refused := _refused(network):
            for contact in _contacts().filter(network=network):
                if mailing.print_of(contact.address) in refused:
                    erase(contact)
    silent = {"invitation__times_sent__lt": MOST_MAILS, "invitation__state": OPEN}
    due = Q(asked_at__isnull=False, invitation=None) | Q(
        **silent, invitation__sent_at__lte=now - REMIND_AFTER
    )
    keys = DirectorContact.objects.filter(due).order_by("asked_at", "pk").values_list("pk")
    return sum(_write(pk, now) for (pk,) in keys[:MOST_AT_ONCE])


@transaction.atomic
def _write(pk: int, now: datetime) -> bool:
    # Locked: two processes that take up the same round write once.
    contact = _contacts().select_for_update(of=("self",)).filter(pk=pk).first()
    if contact is None:
        return False
    on, structure = timezone.localdate(now), contact.structure
    joined = Membership.objects.current(on).under(contact.network).filter(structure=structure)
    try:
        if not joined.exclude(_is_directed()).exists() or structure.is_closed:
            raise ValidationError("La structure n’attend plus d’invitation.")
        if contact.invitation is not None:
            invitations.remind(invitation=contact.invitation, now=now)
        else:
            invitations.send_invitation(
                address=contact.address,
                role=RoleSeat.Role.DIRECTOR,
                by=contact.asked_by,
                now=now,
                structure=structure,
                contact=contact,
            )
    except ValidationError:
        erase(contact)
        return False
    return True


def erase_old(now: datetime) -> int:
    """What the schedule does each day: addresses that served, stayed unused, or found no answer.

    Three mails without answer count as a stop. Gives how many addresses are gone.
    """
    silent = Q(invitation__expires_at__lte=now, invitation__times_sent__gte=MOST_MAILS)
    unused = Q(asked_at=None, given_at__lt=now - KEEP_UNUSED)
    served = Q(invitation__isnull=False) & ~Q(invitation__state=OPEN)
    gone = list(_contacts().filter(silent | unused | served))
    for contact in gone:
        with transaction.atomic():
            if contact.invitation is not None and contact.invitation.state == OPEN:
                MailRefusal.objects.get_or_create(
                    address_sha256=mailing.print_of(contact.address),
                    kind=given_kind(contact.network),
                    defaults={"since": now},
                )
            erase(contact)
    return len(gone)


def erase(contact: DirectorContact) -> None:
    """The address goes from everywhere: contact, invitation that nobody accepted, its mails."""
    invited, structure = contact.invitation, contact.structure
    contact.delete()
    # Accepted, it is the address of an account, whose owner looks after it.
    if invited is not None and invited.state != Invitation.State.ACCEPTED:
        OutgoingMail.objects.filter(key__startswith=f"invitation:{invited.pk}:").delete()
        invited.delete()
    journal.record("members.erase_director_address", structure, by=None)


def _contacts() -> PeriodQuerySet:
    return DirectorContact.objects.select_related("structure", "network", "invitation", "asked_by")


def _is_directed() -> Exists:
    return Exists(RoleSeat.objects.live().directors().filter(structure=OuterRef("structure")))


def _refused(network: Network) -> set[str]:
    """Prints of the addresses to which this network, or any, is not to write."""
    refusals = MailRefusal.objects.filter(kind__in=(GIVEN_MAIL, given_kind(network)))
    by_people = refusals.filter(person__isnull=False).values_list("person__email", flat=True)
    prints = set(refusals.exclude(address_sha256="").values_list("address_sha256", flat=True))
    return prints | {mailing.print_of(email) for email in by_people}
