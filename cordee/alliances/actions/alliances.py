"""Writes of the workspace: opening an alliance, its parties, its terms, its steps.

Each one locks the row of the alliance first, so that two people never write over each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.actions.revisions import (
    locked,
    refuse_frozen,
    store_revision,
    write_revision,
)
from cordee.alliances.legal.reading import refuse_two_teams
from cordee.alliances.legal.reserved import refuse_shut_out, role_on_return
from cordee.alliances.models import (
    Acceptance,
    Alliance,
    AllianceCoordinator,
    AllianceLot,
    AllianceParty,
    AllianceRevision,
    Proposal,
)
from cordee.alliances.problem.keeping import KeptShare
from cordee.alliances.terms import Cell, Party, PartyRole, Terms
from cordee.alliances.terms.changes import Conflict, merge
from cordee.alliances.terms.life import Phase, obstacles
from cordee.alliances.terms.slices import fingerprint
from cordee.alliances.workspace import mails
from cordee.alliances.workspace.asked import line_of, lot_of
from cordee.alliances.workspace.state import names_of, state_of
from cordee.members.models import Network, Structure
from cordee.opportunities.models import Breakdown
from cordee.rules.kinds import Kind
from cordee.rules.sharing_out import shared_out

State = AllianceParty.State


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write: the state in force, or what somebody else wrote meanwhile."""

    revision: AllianceRevision
    conflicts: tuple[Conflict, ...] = ()
    # Whether somebody else had written, elsewhere, since the one it began from.
    was_merged: bool = False


# --- Opening ------------------------------------------------------------------------------------


@transaction.atomic
def start_alliance(
    *,
    breakdown: Breakdown,
    lots: Iterable[str],
    title: str,
    origin: Alliance.Origin,
    by: User,
    now: datetime,
    network: Network | None = None,
    structure: Structure | None = None,
    structures: Sequence[Structure] = (),
    shares: Sequence[KeptShare] = (),
    proposal: Proposal | None = None,
    previous: Alliance | None = None,
) -> Alliance:
    """Open an alliance on some lots of a breakdown; who opens it coordinates it.

    `structures` are thought of, and asked later; a structure that coordinates takes part at once.
    `shares` fill the table. Raises `ValidationError` where she already leads or takes part in a
    team on one of the lots (RULE-38), or where a lot has no package.
    """
    packages = [each for each in breakdown.packages.all() if lot_of(each) in set(lots)]
    if not packages:
        raise ValidationError("Choisissez au moins un lot.")
    alliance = Alliance(
        title=title.strip() or breakdown.opportunity.title[:200],
        opportunity=breakdown.opportunity,
        breakdown=breakdown,
        origin=origin,
        proposal=proposal,
        previous=previous,
        network=network,
        structure=structure,
        made_by=by,
    )
    alliance.full_clean(exclude=["made_by"])
    alliance.save(force_insert=True)
    AllianceLot.objects.bulk_create(
        [
            AllianceLot(alliance=alliance, lot_id=lot)
            for lot in sorted({lot_of(p) for p in packages})
        ]
    )
    refuse_rivals(alliance, by)
    AllianceCoordinator.objects.create(alliance=alliance, person=by)
    _open_terms(alliance, packages, structures, shares, by=by, now=now)
    journal.record(
        by=by,
        verb="alliances.start_alliance",
        target=alliance,
        after={"origin": origin, "lots": len(packages), "parties": len(structures)},
    )
    return alliance


def refuse_rivals(alliance: Alliance, person: User) -> None:
    """Refuse to let somebody read two teams on one lot (RULE-38)."""
    rivals = Alliance.objects.filter(pk=alliance.pk).rivals().exclude(pk=alliance.pk).running()
    if rivals.filter(pk__in=Alliance.objects.coordinated_by(person).order_by().values("pk")):
        raise ValidationError(
            "Vous coordonnez déjà une équipe sur ce lot. Ouvrez-la, ou abandonnez-la d’abord."
        )
    inside = Alliance.objects.with_party(person, [State.INTERESTED.value])
    if rivals.filter(pk__in=inside.order_by().values("pk")):
        raise ValidationError(
            "Votre structure prend déjà part à une équipe sur ce lot. Retirez-la d’abord."
        )


def _open_terms(
    alliance: Alliance,
    packages: Sequence[Any],
    structures: Sequence[Structure],
    shares: Sequence[KeptShare],
    *,
    by: User,
    now: datetime,
) -> None:
    lines = tuple(line_of(package) for package in packages)
    keys = {line.key for line in lines}
    people = list(structures)
    if alliance.structure is not None and alliance.structure not in people:
        people.insert(0, alliance.structure)
    # Two structures of one organisation are one operator: it signs once (RULE-19).
    by_siren: dict[str, Party] = {}
    party_of: dict[int, Party] = {}
    for structure in people:
        siren = structure.organisation.siren
        if siren not in by_siren:
            row = _new_party(alliance, structure, now=now, by=by)
            by_siren[siren] = _party_of(row, PartyRole.MEMBER)
        party_of[structure.pk] = by_siren[siren]
    held = [s for s in shares if s.structure_id in party_of and s.package in keys]
    cells: dict[tuple[str, str], Cell] = {}
    for share in held:
        at = (party_of[share.structure_id].key, share.package)
        known = cells.get(at)
        cells[at] = Cell(
            party=at[0],
            line=at[1],
            chantier=known.chantier if known else share.chantier_id,
            cents=(known.cents or 0 if known else 0) + share.cents,
            cfte=(known.cfte or 0 if known else 0) + share.cfte,
        )
    terms = Terms(
        lines=lines,
        parties=tuple(by_siren.values()),
        cells=tuple(with_hours(lines, list(cells.values()))),
        lead=next((party_of[s.structure_id].key for s in held if s.is_lead), None),
    )
    store_revision(alliance, terms, AllianceRevision.Origin.START, number=1, by=by, now=now)


def with_hours(lines: Sequence[Any], cells: Sequence[Cell]) -> list[Cell]:
    """Cells with the hours of insertion asked of each line shared out in proportion to euros."""
    found = list(cells)
    for line in lines:
        places = [n for n, cell in enumerate(found) if cell.line == line.key and cell.cents]
        if line.insertion_hours is None or not places:
            continue
        parts = shared_out(line.insertion_hours, [found[n].cents or 0 for n in places])
        for n, hours in zip(places, parts, strict=True):
            found[n] = replace(found[n], insertion_hours=hours)
    return found


def _new_party(
    alliance: Alliance, structure: Structure, *, now: datetime, by: User
) -> AllianceParty:
    party = AllianceParty(alliance=alliance, structure=structure)
    if structure.pk == alliance.structure_id:
        party.state, party.invited_at = State.INTERESTED, now
        party.answered_at, party.answered_by = now, by
    party.full_clean(exclude=["answered_by"])
    party.save(force_insert=True)
    return party


def _party_of(row: AllianceParty, role: PartyRole, of: str | None = None) -> Party:
    structure = row.structure
    return Party(
        key=row.key,
        siren=structure.organisation.siren,
        kind=Kind(structure.kind),
        role=role,
        of=of,
    )


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
        row = _new_party(alliance, structure, now=now, by=by)
    else:
        row.state, row.invited_at, row.answered_at = State.PROPOSED, None, None
        row.answered_by, row.reason = None, ""
        row.save()
    terms = alliance.terms
    new = _party_of(row, role, None if of is None or role is PartyRole.MEMBER else of.key)
    write_revision(
        alliance, replace(terms, parties=(*terms.parties, new)), "PARTIES", by=by, now=now
    )
    journal.record(
        by=by, verb="alliances.add_party", target=alliance, after={"party": row.pk, "role": role}
    )
    return row


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


def without(terms: Terms, key: str) -> Terms:
    """Terms without a party, its cells, and what pointed to it."""
    if key not in {party.key for party in terms.parties}:
        return terms
    return replace(
        terms,
        parties=tuple(
            replace(party, of=None) if party.of == key else party
            for party in terms.parties
            if party.key != key
        ),
        cells=tuple(cell for cell in terms.cells if cell.party != key),
        lead=None if terms.lead == key else terms.lead,
    )


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
def answer_invitation(
    *, party: AllianceParty, is_yes: bool, reason: str = "", by: User, now: datetime
) -> None:
    """A structure agrees to explore, or does not. It may change its mind before filing.

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
        refuse_rivals(alliance, by)
        refuse_two_teams(party)
    party.state = State.INTERESTED if is_yes else State.DECLINED
    party.answered_at, party.answered_by, party.reason = now, by, "" if is_yes else reason.strip()
    party.save(update_fields=["state", "answered_at", "answered_by", "reason"])
    if not is_yes:
        write_revision(alliance, without(alliance.terms, party.key), "PARTIES", by=by, now=now)
    elif party.key not in {each.key for each in alliance.terms.parties}:
        terms = alliance.terms
        role = role_on_return(alliance, Kind(party.structure.kind), on=timezone.localdate(now))
        back = (*terms.parties, _party_of(party, role))
        write_revision(alliance, replace(terms, parties=back), "PARTIES", by=by, now=now)
    mails.tell_answered(party)
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


def with_parties_of(old: Terms, today: Terms) -> Terms:
    """Old terms for the parties of today: who left stays out, who came keeps what it has."""
    present = {party.key for party in today.parties}
    known = {party.key for party in old.parties}
    then = {party.key: party for party in old.parties}
    members = {
        key for key in present if (then.get(key) or today.party(key)).role is PartyRole.MEMBER
    }
    parties = []
    for party in today.parties:
        kept = then.get(party.key, party)
        parties.append(replace(kept, of=kept.of if kept.of in members else None))
    cells = [cell for cell in old.cells if cell.party in present]
    cells += [cell for cell in today.cells if cell.party not in known]
    return replace(
        old,
        parties=tuple(parties),
        cells=tuple(cells),
        lead=old.lead if old.lead in members else None,
    )


@transaction.atomic
def accept(*, party: AllianceParty, version: int, by: User, now: datetime) -> Acceptance:
    """A party accepts its share and the common terms as they stood at `version`.

    Raises `ValidationError` where they changed since for it: it reads them again first.
    """
    alliance = locked(party.alliance)
    if not alliance.step.is_editable:
        raise ValidationError("L’offre est déposée : il n’y a plus rien à accepter ici.")
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
        raise ValidationError("L’offre est déposée : une acceptation ne se reprend plus.")
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
        raise ValidationError(list(missing))
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
