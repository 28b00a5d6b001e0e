"""Writes of the workspace: the parties of an alliance, its terms, its steps.

Each one locks the row of the alliance first, so that two people never write over each other.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import PartyRole, Terms
from cordee.agreement.changes import Conflict, merge
from cordee.agreement.edits import with_parties_of, without
from cordee.agreement.life import Phase, obstacles
from cordee.agreement.slices import fingerprint
from cordee.alliances.actions.leaving import note_no
from cordee.alliances.actions.parties import new_party, party_of, refuse_rivals
from cordee.alliances.actions.revisions import (
    locked,
    refuse_frozen,
    write_revision,
)
from cordee.alliances.legal.reading import refuse_two_teams
from cordee.alliances.legal.reserved import refuse_shut_out, role_on_return
from cordee.alliances.models import (
    Acceptance,
    Alliance,
    AllianceParty,
    AllianceRevision,
)
from cordee.alliances.workspace import mails
from cordee.alliances.workspace.state import names_of, state_of
from cordee.members.models import Structure
from cordee.rules.kinds import Kind

State = AllianceParty.State


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write: the state in force, or what somebody else wrote meanwhile."""

    revision: AllianceRevision
    conflicts: tuple[Conflict, ...] = ()
    # Whether somebody else had written, elsewhere, since the one it began from.
    was_merged: bool = False


# --- Parties ------------------------------------------------------------------------------------


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
    journal.record(
        by=by, verb="alliances.add_party", target=alliance, after={"party": row.pk, "role": role}
    )
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
    was_asked = party.state != State.PROPOSED
    party.state = State.REMOVED
    party.save(update_fields=["state"])
    write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)
    if was_asked:
        mails.tell_removed(party)
    journal.record(by=by, verb="alliances.remove_party", target=alliance, after={"party": party.pk})


@transaction.atomic
def invite(*, party: AllianceParty, by: User, now: datetime) -> None:
    """Ask a structure whether it wants to explore; asking twice asks once."""
    alliance = locked(party.alliance)
    party = alliance.parties.select_related("structure").get(pk=party.pk)
    refuse_frozen(alliance)
    if party.state != State.PROPOSED:
        return
    party.state, party.invited_at = State.INVITED, now
    party.save(update_fields=["state", "invited_at"])
    mails.tell_invited(party)
    journal.record(by=by, verb="alliances.invite", target=alliance, after={"party": party.pk})


@transaction.atomic
def call_in(*, alliance: Alliance, structure: Structure, by: User, now: datetime) -> AllianceParty:
    """Bring a structure in and ask it, in one gesture; one that is asked already is let be.

    A member where a lot lets it work, a subcontractor of who answers alone. Raises
    `ValidationError` where the terms are frozen.
    """
    alliance = locked(alliance)
    row = alliance.parties.filter(structure=structure).first()
    if row is None or not row.is_active:
        kind, on = Kind(structure.kind), timezone.localdate(now)
        role = role_on_return(alliance, alliance.terms, kind, on=on)
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
        terms = alliance.terms
        place = {each.key: each.role for each in terms.parties}.get(party.key)
        if place is None:
            kind, on = Kind(party.structure.kind), timezone.localdate(now)
            place = role_on_return(alliance, terms, kind, on=on)
        refuse_rivals(alliance, by, works_for_another=place is PartyRole.SUBCONTRACTOR)
        refuse_two_teams(party)
    had_said_yes, before = party.state == State.INTERESTED, alliance.revision()
    party.state = State.INTERESTED if is_yes else State.DECLINED
    party.answered_at, party.answered_by, party.reason = now, by, "" if is_yes else reason.strip()
    party.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    if not is_yes:
        write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)
    elif party.key not in {each.key for each in alliance.terms.parties}:
        terms = alliance.terms
        kind, on = Kind(party.structure.kind), timezone.localdate(now)
        role = role_on_return(alliance, terms, kind, on=on)
        back = (*terms.parties, party_of(party, role, _works_for(terms, role, None)))
        write_revision(alliance, replace(terms, parties=back), "PARTIES", by=by, now=now)
    mails.tell_answered(party)
    if had_said_yes and not is_yes:
        note_no(party, before, by=by, now=now)
    journal.record(
        by=by,
        verb="alliances.answer_invitation",
        target=alliance,
        after={"party": party.pk, "is_yes": is_yes},
    )


def _is_answered(alliance: Alliance, party: AllianceParty, *, is_yes: bool, reason: str) -> bool:
    """Whether it said exactly that already: a second click writes to nobody again."""
    if is_yes:
        in_terms = party.key in {each.key for each in alliance.terms.parties}
        return party.state == State.INTERESTED and in_terms
    return party.state == State.DECLINED and party.reason == reason.strip()


# --- Terms --------------------------------------------------------------------------------------


@transaction.atomic
def write_terms(
    *,
    alliance: Alliance,
    base: int,
    terms: Terms,
    by: User,
    now: datetime,
    origin: str = "EDIT",
) -> Written:
    """Keep new terms that somebody made from version `base`.

    What others wrote meanwhile, elsewhere in the table, is kept too. Where they wrote in the same
    place, nothing is kept, and the conflicts say what each wrote. Raises `ValidationError` where
    the terms are frozen, or `base` is no version.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    current = alliance.revision()
    if base == current.number:
        return Written(write_revision(alliance, terms, origin, by=by, now=now))
    begun = alliance.revisions.filter(number=base).first()
    if begun is None:
        raise ValidationError("Cette version n’existe pas. Rouvrez le tableau.")
    merged = merge(begun.read(), terms, current.read())
    if merged.terms is None:
        return Written(current, merged.conflicts)
    return Written(write_revision(alliance, merged.terms, origin, by=by, now=now), was_merged=True)


@transaction.atomic
def return_to(*, alliance: Alliance, number: int, base: int, by: User, now: datetime) -> Written:
    """Write again the terms of an earlier version, with the parties of today.

    Raises `ValidationError` where the terms are frozen or no such version exists. Where somebody
    wrote since `base`, nothing is done: what she wrote would be undone unseen.
    """
    alliance = locked(alliance)
    refuse_frozen(alliance)
    current = alliance.revision()
    wanted = alliance.revisions.filter(number=number).first()
    if wanted is None:
        raise ValidationError("Cette version n’existe pas.")
    if base != current.number:
        raise ValidationError(
            "Quelqu’un a modifié le tableau entre-temps. Relisez-le, puis recommencez."
        )
    terms = with_parties_of(wanted.read(), current.read())
    return Written(write_revision(alliance, terms, "UNDO", by=by, now=now, returns_to=number))


@transaction.atomic
def accept(*, party: AllianceParty, version: int, by: User, now: datetime) -> Acceptance:
    """A party accepts its share and the common terms as they stood at `version`.

    Raises `ValidationError` where they changed since for it: it reads them again first.
    """
    alliance = locked(party.alliance)
    if not alliance.step.is_editable:
        raise ValidationError("L’offre est déposée : il n’y a plus rien à accepter ici.")
    party = alliance.parties.get(pk=party.pk)
    if party.state != State.INTERESTED:
        raise ValidationError("Dites d’abord que vous prenez part à l’alliance.")
    refuse_two_teams(party)
    terms = alliance.terms
    read = alliance.revisions.filter(number=version).first()
    if read is None or party.key not in {each.key for each in read.read().parties}:
        raise ValidationError("Cette version n’existe pas. Relisez votre part.")
    agreed = fingerprint(terms, party.key)
    if fingerprint(read.read(), party.key) != agreed:
        raise ValidationError("Votre part a changé depuis que vous l’avez lue. Relisez-la.")
    found, is_new = Acceptance.objects.get_or_create(
        party=party,
        fingerprint=agreed,
        taken_back_at=None,
        defaults={"revision": read, "accepted_at": now, "accepted_by": by},
    )
    if is_new:
        journal.record(
            by=by,
            verb="alliances.accept",
            target=alliance,
            after={"party": party.pk, "version": version, "fingerprint": agreed},
        )
    return found


@transaction.atomic
def take_back_acceptance(*, party: AllianceParty, by: User, now: datetime) -> None:
    """A party takes its acceptance back, before filing."""
    alliance = locked(party.alliance)
    if not alliance.step.is_editable:
        raise ValidationError("L’offre est déposée : une acceptation ne se reprend plus.")
    taken = Acceptance.objects.standing().filter(party=party).update(taken_back_at=now)
    if taken:
        journal.record(
            by=by,
            verb="alliances.take_back_acceptance",
            target=alliance,
            after={"party": party.pk},
        )


# --- Steps --------------------------------------------------------------------------------------


@transaction.atomic
def move(*, alliance: Alliance, to: Phase, by: User, now: datetime) -> None:
    """Make a step in the life of an alliance. Raises `ValidationError` with all that is missing."""
    alliance = locked(alliance)
    missing = obstacles(state_of(alliance, now=now), to, names_of(alliance))
    if missing:
        raise ValidationError([each.text for each in missing])
    before, alliance.phase = alliance.phase, to
    alliance.ended_at = now if to.is_over else None
    alliance.save(update_fields=["phase", "ended_at"])
    journal.record(
        by=by,
        verb="alliances.move",
        target=alliance,
        before={"phase": before},
        after={"phase": to},
    )
