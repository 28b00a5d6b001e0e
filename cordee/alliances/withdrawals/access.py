"""Who tells, reads and settles a withdrawal. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.accounts.access import Person
from cordee.alliances.access import (
    AllianceAccess,
    access_for,
    filer_for,
    led_party_for,
    party_for,
    taking_part_for,
)
from cordee.alliances.models import AllianceParty, Withdrawal
from cordee.base.found import first_or_404


def leaver_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party whose withdrawal the user may tell: their own, or any that they lead; or 404."""
    access = access_for(person, pk)
    if access.coordinates:
        access, party = led_party_for(person, pk, party_pk)
    else:
        access, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure ne prend pas part à l’alliance.")
    return access, party


def withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal that the user reads (`reads_withdrawal`), or 404."""
    access = taking_part_for(person, pk)
    row = _withdrawal(access, withdrawal_pk)
    if not reads_withdrawal(access, row):
        raise Http404("Ce retrait n’existe pas.")
    return access, row


def reads_withdrawal(access: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user reads that a structure leaves: a subcontractor, of itself and of whom it
    works for alone."""
    return access.reads_shares or access.names(row.party)


def may_cancel(access: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user may say that the structure stays after all: those of the structure itself.

    Who coordinates may where the coordinator announced it for the structure, and nowhere else:
    nobody takes back what another one said for itself. The lead of the group may not.
    """
    return access.speaks_for(row.party) or (row.announced_by_lead and access.coordinates)


def led_withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal of an alliance for which the user files, or 404."""
    access = filer_for(person, pk)
    return access, _withdrawal(access, withdrawal_pk)


def takeover_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int, party_pk: int
) -> tuple[AllianceAccess, Withdrawal, AllianceParty]:
    """What a withdrawal makes of the share of a party the user speaks for, the one asked in
    included."""
    access, party = party_for(person, pk, party_pk)
    row = _withdrawal(access, withdrawal_pk)
    if party.state != AllianceParty.State.INTERESTED and row.successor_id != party.pk:
        raise Http404("Rien ne vous est demandé.")
    return access, row, party


def _withdrawal(access: AllianceAccess, pk: int) -> Withdrawal:
    rows = access.alliance.withdrawals.select_related(
        "party__structure__organisation", "successor__structure"
    )
    return first_or_404(rows.filter(pk=pk), "Ce retrait n’existe pas.")
