"""Opening an alliance: its lots, who leads it, whom one thinks of, the first terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.agreement import Cell, Party, PartyRole, Terms
from cordee.agreement.edits import with_hours
from cordee.alliances.models import (
    Alliance,
    AllianceCoordinator,
    AllianceLot,
    AllianceRevision,
    StandingTeam,
)
from cordee.alliances.parties import new_party, party_of, refuse_rivals
from cordee.alliances.ready_teams.actions import carry_signatories
from cordee.alliances.requirements import line_of, lot_of
from cordee.alliances.revisions import store_revision
from cordee.composing.models import Proposal
from cordee.composing.problem.proposal_shares import ProposalShare
from cordee.members.models import Network, Structure
from cordee.opportunities.models import Breakdown, WorkPackage


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From what an alliance starts, and what comes along.

    `structures` are thought of, and asked later; `shares` fill the table; a `standing` team tells
    who signs.
    """

    origin: Alliance.Origin
    structures: Sequence[Structure] = ()
    shares: Sequence[ProposalShare] = ()
    proposal: Proposal | None = None
    previous: Alliance | None = None
    standing: StandingTeam | None = None


@transaction.atomic
def start_alliance(
    *,
    breakdown: Breakdown,
    lots: Iterable[str],
    title: str,
    start: Start,
    by: User,
    now: datetime,
    network: Network | None = None,
    structure: Structure | None = None,
) -> Alliance:
    """Open an alliance on some lots of a breakdown; who opens it coordinates it.

    A structure that coordinates takes part at once. Raises `ValidationError` where who opens it
    already leads or takes part in a team on one of the lots (RULE-38), or where a lot has no
    package.
    """
    packages = [each for each in breakdown.packages.all() if lot_of(each) in set(lots)]
    if not packages:
        raise ValidationError("Choisissez au moins un lot.")
    alliance = Alliance(
        title=title.strip() or breakdown.opportunity.title[:200],
        opportunity=breakdown.opportunity,
        breakdown=breakdown,
        origin=start.origin,
        proposal=start.proposal,
        previous=start.previous,
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
    _open_terms(alliance, packages, start, by=by, now=now)
    if start.standing is not None:
        carry_signatories(alliance=alliance, team=start.standing)
    noted = {"origin": start.origin, "lots": len(packages), "parties": len(start.structures)}
    journal.record("alliances.start_alliance", alliance, by=by, after=noted)
    return alliance


def _open_terms(
    alliance: Alliance, packages: Sequence[WorkPackage], start: Start, *, by: User, now: datetime
) -> None:
    lines = tuple(line_of(package) for package in packages)
    keys = {line.key for line in lines}
    people = list(start.structures)
    if alliance.structure is not None and alliance.structure not in people:
        people.insert(0, alliance.structure)
    # Two structures of one organisation are one operator: it signs once (RULE-19).
    by_siren: dict[str, Party] = {}
    of_structure: dict[int, Party] = {}
    for structure in people:
        siren = structure.organisation.siren
        if siren not in by_siren:
            row = new_party(alliance, structure, now=now, by=by)
            by_siren[siren] = party_of(row, PartyRole.MEMBER)
        of_structure[structure.pk] = by_siren[siren]
    held = [s for s in start.shares if s.structure_id in of_structure and s.package in keys]
    cells: dict[tuple[str, str], Cell] = {}
    for share in held:
        at = (of_structure[share.structure_id].key, share.package)
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
        lead=next((of_structure[s.structure_id].key for s in held if s.is_lead), None),
    )
    store_revision(alliance, terms, AllianceRevision.Origin.START, number=1, by=by, now=now)
