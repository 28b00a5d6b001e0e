"""Who acts on the life of an alliance. Each docstring is the rule."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from cordee.agreement import PartyRole
from cordee.alliances.life.taking_over import successors, unled
from cordee.alliances.models import (
    Alliance,
    AllianceCoordinator,
    AllianceFile,
    AllianceMessage,
    AllianceParty,
    Approval,
    ApprovedText,
    Withdrawal,
)
from cordee.alliances.workspace.access import (
    INSIDE,
    Person,
    Seat,
    inside_for,
    led_party_for,
    party_for,
    seat_for,
    taking_part_for,
)


def may_file(seat: Seat) -> bool:
    """Whether she files the offer and notes what the buyer says: who coordinates, and the lead
    or the sole holder."""
    if seat.coordinates:
        return True
    lead = seat.alliance.terms.speaker
    return lead is not None and any(party.key == lead for party in seat.own)


def filer_for(person: Person, pk: uuid.UUID) -> Seat:
    """The seat of somebody of `may_file`, or 404."""
    seat = inside_for(person, pk)
    if not may_file(seat):
        raise Http404("Cette page est celle de qui coordonne, et de qui dépose l’offre.")
    return seat


def leaver_for(person: Person, pk: uuid.UUID, party_pk: int) -> tuple[Seat, AllianceParty]:
    """A party whose withdrawal she may tell: her own, or any where she coordinates; or 404."""
    seat = seat_for(person, pk)
    if seat.coordinates:
        seat, party = led_party_for(person, pk, party_pk)
    else:
        seat, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure ne prend pas part à l’alliance.")
    return seat, party


def withdrawal_for(person: Person, pk: uuid.UUID, withdrawal_pk: int) -> tuple[Seat, Withdrawal]:
    """A withdrawal that she reads (`reads_withdrawal`), or 404."""
    seat = taking_part_for(person, pk)
    row = _withdrawal(seat, withdrawal_pk)
    if not reads_withdrawal(seat, row):
        raise Http404("Ce retrait n’existe pas.")
    return seat, row


def reads_withdrawal(seat: Seat, row: Withdrawal) -> bool:
    """Whether she reads that a structure leaves: a subcontractor, of itself and of whom it works
    for alone."""
    return seat.reads_shares or seat.names(row.party)


def may_cancel(seat: Seat, row: Withdrawal) -> bool:
    """Whether she may say that the structure stays after all: those of the structure itself.

    Who coordinates may where she announced it for the structure, and nowhere else: nobody takes
    back what another one said for itself. The lead of the group may not.
    """
    return seat.speaks_for(row.party) or (row.told_by_lead and seat.coordinates)


def led_withdrawal_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int
) -> tuple[Seat, Withdrawal]:
    """A withdrawal of an alliance for which she files, or 404."""
    seat = filer_for(person, pk)
    return seat, _withdrawal(seat, withdrawal_pk)


def takeover_for(
    person: Person, pk: uuid.UUID, withdrawal_pk: int, party_pk: int
) -> tuple[Seat, Withdrawal, AllianceParty]:
    """What a withdrawal makes of the share of a party she speaks for, the one asked in included."""
    seat, party = party_for(person, pk, party_pk)
    row = _withdrawal(seat, withdrawal_pk)
    if party.state != AllianceParty.State.INTERESTED and row.successor_id != party.pk:
        raise Http404("Rien ne vous est demandé.")
    return seat, row, party


def _withdrawal(seat: Seat, pk: int) -> Withdrawal:
    rows = seat.alliance.withdrawals.select_related(
        "party__structure__organisation", "successor__structure"
    )
    found: Withdrawal | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("Ce retrait n’existe pas.")
    return found


def file_for(seat: Seat, file_pk: int) -> AllianceFile:
    """A file that those inside keep together, or 404."""
    rows = seat.alliance.files.filter(removed_at=None).select_related("stored")
    found: AllianceFile | None = rows.filter(pk=file_pk).first()
    if found is None:
        raise Http404("Ce fichier n’existe pas, ou plus.")
    return found


def text_for(seat: Seat, text_pk: int) -> ApprovedText:
    """A text that was approved and that she reads (`reads_text_of`), or 404.

    One that is no longer the text of its fingerprint is shown to nobody: the proof says so.
    """
    found: ApprovedText | None = seat.alliance.approved_texts.filter(pk=text_pk).first()
    if found is None or not found.is_whole or not _reads(seat, found):
        raise Http404("Ce texte n’est pas gardé, ou n’est plus celui qui a été approuvé.")
    return found


def _reads(seat: Seat, text: ApprovedText) -> bool:
    lines = seat.alliance.approvals.filter(document_sha256=text.sha256).select_related("revision")
    return seat.reads_shares or any(reads_text_of(seat, line) for line in lines)


def reads_text_of(seat: Seat, line: Approval) -> bool:
    """Whether she reads the text that a line approved. A subcontractor, what was approved while one
    answered alone: it names no other. A convention of the group that came before names all."""
    return seat.reads_shares or (seat.reads_paper and line.revision.read().holder is not None)


def partner_for(
    person: Person, pk: uuid.UUID, party_pk: int, about_pk: int
) -> tuple[Seat, AllianceParty, AllianceParty]:
    """A party that she speaks for and that takes part, and one whom she knows that does; or 404."""
    seat, party = party_for(person, pk, party_pk)
    rows = seat.alliance.parties.select_related("structure")
    rows = rows.exclude(pk__in=[own.pk for own in seat.own])
    about = rows.filter(pk=about_pk, state=AllianceParty.State.INTERESTED).first()
    if about is None or not seat.names(about) or party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure n’a pas pris part avec vous.")
    return seat, party, about


def page_of_words(seat: Seat) -> str:
    """The route of the page on which she says with whom she would work again."""
    return "life:result" if seat.reads_shares else "workspace:detail"


def messages_for(seat: Seat) -> QuerySet[AllianceMessage]:
    """Those that `Seat.reads` lets her read: all, or what is exchanged with her subcontractor."""
    rows = seat.alliance.messages.all()
    return rows if seat.reads_shares else rows.filter(about__in=map(int, seat.own_keys))


def exchanges_of(seat: Seat) -> list[AllianceParty]:
    """The subcontractors with whom she may exchange apart from the team; where she is one, itself.

    Only those that said yes: whoever did not reads nothing.
    """
    terms = seat.alliance.terms
    keys = {p.key for p in terms.parties if p.role is PartyRole.SUBCONTRACTOR}
    rows = seat.alliance.parties.select_related("structure").filter(state__in=INSIDE)
    wanted = keys if seat.reads_shares else seat.own_keys
    return [row for row in rows.order_by("pk") if row.key in wanted]


def message_for(seat: Seat, message_pk: int) -> AllianceMessage:
    """A message that she reads (`messages_for`), or 404."""
    found = messages_for(seat).filter(pk=message_pk).first()
    if found is None:
        raise Http404("Ce message n’existe pas.")
    return found


def unled_alliance_for(person: Person, pk: uuid.UUID) -> Alliance:
    """An alliance that nobody leads and that is hers to take over (`successors`), or 404.

    Whoever leads a rival on the lot opens it too, and reads why she may not, and nothing of it.
    """
    rows = unled().select_related("network", "structure", "opportunity")
    found = rows.filter(pk=pk).first()
    if found is None or isinstance(person, AnonymousUser) or person not in successors(found):
        raise Http404("Cette alliance n’existe pas, ou quelqu’un la coordonne.")
    return found


def coordination_for(seat: Seat, coordinator_pk: int) -> AllianceCoordinator:
    """Somebody who leads the alliance, for who leads it too; or 404."""
    rows = seat.alliance.coordinators.select_related("person")
    found: AllianceCoordinator | None = rows.filter(pk=coordinator_pk).first()
    if found is None:
        raise Http404("Cette personne ne coordonne pas l’alliance.")
    return found


def side_of(seat: Seat) -> str:
    """For whom she speaks, as the others know her side."""
    party = seat.party
    if seat.coordinates or party is None:
        return seat.alliance.coordinator_name[:200]
    return party.structure.shown_name[:200]
