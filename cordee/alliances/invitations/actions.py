"""Writes of who takes part: brought in, invited, answering, taken out.

Each one locks the row of the alliance first, so that two people never write over each other.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.agreement.edits import without
from cordee.alliances import parties
from cordee.alliances.law import refuse_shut_out, refuse_two_teams, role_on_return
from cordee.alliances.models import Alliance, AllianceParty
from cordee.alliances.parties import new_party, party_of, refuse_rivals
from cordee.alliances.revisions import locked, refuse_frozen, write_revision
from cordee.alliances.withdrawals.leaving import note_no
from cordee.members.models import Structure
from cordee.rules.kinds import Kind

State = AllianceParty.State


@transaction.atomic
def add_party(
    *,
    alliance: Alliance,
    structure: Structure,
    role: PartyRole,
    of: AllianceParty | None = None,
    by: User,
    now: datetime,
) -> AllianceParty:
    """Think of one structure more; nobody is written to yet. It may come back after it left.

    Raises `ValidationError` where it is a party already, or where the terms are frozen.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    row = alliance.parties.filter(structure=structure).first()
    if row is not None and row.is_active:
        raise ValidationError(f"{structure.shown_name} figure déjà dans l’alliance.")
    refuse_shut_out(alliance, Kind(structure.kind), role, on=timezone.localdate(now))
    if row is None:
        row = new_party(alliance, structure, now=now, by=by)
    else:
        row.state, row.invited_at, row.answered_at = State.PROPOSED, None, None
        row.answered_by, row.reason = None, ""
        row.save()
    terms = alliance.terms
    new = party_of(row, role, _works_for(terms, role, of))
    write_revision(
        alliance, replace(terms, parties=(*terms.parties, new)), "PARTIES", by=by, now=now
    )
    journal.record("alliances.add_party", alliance, by=by, after={"party": row.pk, "role": role})
    return row


def _works_for(terms: Terms, role: PartyRole, of: AllianceParty | None) -> str | None:
    """For whom a structure comes: who was told, else the only one that answers, if it is one."""
    if role is PartyRole.MEMBER:
        return None
    if of is None and role is not PartyRole.EMPLOYER and len(terms.members) == 1:
        return terms.members[0].key
    return None if of is None else of.key


@transaction.atomic
def remove_party(*, party: AllianceParty, by: User, now: datetime) -> None:
    """Take a structure out of the alliance, and its share with it, before filing."""
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure").get(pk=party.pk)
    refuse_frozen(alliance)
    if not party.is_active:
        return
    # Whoever was only thought of never knew of it: only who was asked hears that it is over.
    was_asked = party.state != State.PROPOSED
    party.state = State.REMOVED
    party.save(update_fields=["state"])
    write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)
    if was_asked:
        parties.notify_removed(party)
    journal.record("alliances.remove_party", alliance, by=by, after={"party": party.pk})


@transaction.atomic
def invite(*, party: AllianceParty, by: User, now: datetime, word: str = "") -> None:
    """Ask a structure whether it wants to explore, with a word of who asks; twice asks once."""
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure").get(pk=party.pk)
    refuse_frozen(alliance)
    if party.state != State.PROPOSED:
        return
    party.state, party.invited_at, party.word = State.INVITED, now, word.strip()
    party.save(update_fields=["state", "invited_at", "word"])
    parties.notify_invited(party)
    journal.record("alliances.invite", alliance, by=by, after={"party": party.pk})


@transaction.atomic
def invite_all(*, parties: Iterable[AllianceParty], word: str, by: User, now: datetime) -> None:
    """`invite` of several, all or none."""
    for party in parties:
        invite(party=party, by=by, now=now, word=word)


@transaction.atomic
def call_in(*, alliance: Alliance, structure: Structure, by: User, now: datetime) -> AllianceParty:
    """Bring a structure in and ask it, in one gesture; one that is asked already is let be.

    A member where a lot lets it work, a subcontractor of who answers alone. Raises
    `ValidationError` where the terms are frozen.
    """
    alliance = locked(alliance)
    row = alliance.parties.filter(structure=structure).first()
    if row is None or not row.is_active:
        role = _role_on_return(alliance, structure, now)
        row = add_party(alliance=alliance, structure=structure, role=role, by=by, now=now)
    invite(party=row, by=by, now=now)
    return row


@transaction.atomic
def answer_invitation(
    *, party: AllianceParty, is_yes: bool, reason: str = "", by: User, now: datetime
) -> None:
    """A structure agrees to explore, or does not. It may change its mind before filing: a no after
    a yes is told to those who stay, as a withdrawal is.

    Raises `ValidationError` where whoever answers leads another team on the lot (RULE-38).
    """
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure").get(pk=party.pk)
    refuse_frozen(alliance)
    if party.state not in {State.INVITED, State.INTERESTED, State.DECLINED}:
        raise ValidationError("Cette invitation n’attend plus de réponse.")
    if _is_answered(alliance, party, is_yes=is_yes, reason=reason):
        return
    if is_yes:
        _refuse_yes(party, by, now=now)
    was_inside, before = party.state == State.INTERESTED, alliance.revision()
    party.state = State.INTERESTED if is_yes else State.DECLINED
    party.answered_at, party.answered_by, party.reason = now, by, "" if is_yes else reason.strip()
    party.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    if not is_yes:
        write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)
    # It comes back after a no took it out of the terms. Row and terms change in one transaction, so
    # that no table shows a party without a place, nor a place without a party.
    elif alliance.terms.find(party.key) is None:
        terms = alliance.terms
        role = _role_on_return(alliance, party.structure, now)
        back = (*terms.parties, party_of(party, role, _works_for(terms, role, None)))
        write_revision(alliance, replace(terms, parties=back), "PARTIES", by=by, now=now)
    parties.notify_answered(party)
    if was_inside and not is_yes:
        note_no(party, before, by=by, now=now)
    journal.record(
        "alliances.answer_invitation", alliance, by=by, after={"party": party.pk, "is_yes": is_yes}
    )


def _role_on_return(alliance: Alliance, structure: Structure, now: datetime) -> PartyRole:
    kind, on = Kind(structure.kind), timezone.localdate(now)
    return role_on_return(alliance, alliance.terms, kind, on=on)


def _refuse_yes(party: AllianceParty, by: User, *, now: datetime) -> None:
    alliance = party.alliance
    there = alliance.terms.find(party.key)
    role = _role_on_return(alliance, party.structure, now) if there is None else there.role
    refuse_rivals(alliance, by, works_for_another=role is PartyRole.SUBCONTRACTOR)
    refuse_two_teams(party)


def yes_refusal(party: AllianceParty, person: User, *, now: datetime) -> str:
    """Why the user cannot say yes for a party that is asked before filing; "" where they can.

    Read by whoever speaks for the party, and by nobody else (RULE-38).
    """
    try:
        _refuse_yes(party, person, now=now)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _is_answered(alliance: Alliance, party: AllianceParty, *, is_yes: bool, reason: str) -> bool:
    """Whether it said exactly that already: a second click writes to nobody again."""
    if is_yes:
        return party.state == State.INTERESTED and alliance.terms.find(party.key) is not None
    return party.state == State.DECLINED and party.reason == reason.strip()
