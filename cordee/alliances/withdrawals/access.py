"""Who tells, reads and settles a withdrawal. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.alliances.access import (
    AllianceAccess,
    Person,
    filer_for,
    led_party_for,
    party_for,
    seat_for,
    taking_part_for,
)
from cordee.alliances.models import AllianceParty, Withdrawal


def leaver_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party whose withdrawal the user may tell, or 404.

    The user's own, or any where the user coordinates.
    """
    seat = seat_for(person, pk)
    if seat.coordinates:
        seat, party = led_party_for(person, pk, party_pk)
    else:
        seat, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure ne prend pas part à l’alliance.")
    return seat, party


def withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal that the user reads (`reads_withdrawal`), or 404."""
    seat = taking_part_for(person, pk)
    row = _withdrawal(seat, withdrawal_pk)
    if not reads_withdrawal(seat, row):
        raise Http404("Ce retrait n’existe pas.")
    return seat, row


def reads_withdrawal(seat: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user reads that a structure leaves: a subcontractor, of itself and of whom it
    works for alone."""
    return seat.reads_shares or seat.names(row.party)


def may_cancel(seat: AllianceAccess, row: Withdrawal) -> bool:
    """Whether the user may say that the structure stays after all: those of the structure itself.

    Who coordinates may where the coordinator announced it for the structure, and nowhere else:
    nobody takes back what another one said for itself. The lead of the group may not.
    """
    return seat.speaks_for(row.party) or (row.told_by_lead and seat.coordinates)


def led_withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[AllianceAccess, Withdrawal]:
    """A withdrawal of an alliance for which the user files, or 404."""
    seat = filer_for(person, pk)
    return seat, _withdrawal(seat, withdrawal_pk)


def takeover_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int, party_pk: int
) -> tuple[AllianceAccess, Withdrawal, AllianceParty]:
    """What a withdrawal makes of the share of a party the user speaks for, the one asked in
    included."""
    seat, party = party_for(person, pk, party_pk)
    row = _withdrawal(seat, withdrawal_pk)
    if party.state != AllianceParty.State.INTERESTED and row.successor_id != party.pk:
        raise Http404("Rien ne vous est demandé.")
    return seat, row, party


def _withdrawal(seat: AllianceAccess, pk: int) -> Withdrawal:
    rows = seat.alliance.withdrawals.select_related(
        "party__structure__organisation", "successor__structure"
    )
    found: Withdrawal | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("Ce retrait n’existe pas.")
    return found
