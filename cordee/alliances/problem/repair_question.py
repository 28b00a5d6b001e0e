"""What a repair is asked with: the present split of an alliance, as the engine reads it.

What comes out is written in a table that the whole team reads, so the figures of a party enter
only where it opened them to the network that coordinates, or to the team; and rounded down unless
the team reads them. A share cut to a limit then tells the step, never the limit.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from cordee.agreement import Party, PartyRole
from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms, canonical, terms_to_json
from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import booked_by, span_of
from cordee.engine.problem import Candidate, Package, Params, Problem
from cordee.engine.repair import Held, RepairQuestion
from cordee.engine.result import pack
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.opportunities.models import WorkPackage

type Key = tuple[str, str]


class NotRepairable(Exception):
    """A line lacks what a split is counted from: the sentence says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a repair is asked with, and where its candidates stand in the terms."""

    terms: Terms
    asked: RepairQuestion
    party_of: Mapping[str, str]
    chantier_of: Mapping[str, int]

    @property
    def print(self) -> str:
        """A fingerprint of all that the split of the parties depends on."""
        asked = self.asked
        # What was offered is shown only while it answers the same question (see `print`).
        held = [[*key, each.cfte, each.cents] for key, each in asked.present.items()]
        given = [
            json.dumps(pack(asked.posed), ensure_ascii=False, sort_keys=True),
            canonical(terms_to_json(self.terms)),
            sorted(held),
            sorted(asked.pinned),
            sorted(asked.most.items()),
        ]
        return sha256(json.dumps(given).encode()).hexdigest()


def table_viewer(
    parties: Sequence[AllianceParty], network: Viewer, structure_id: int | None
) -> Viewer:
    """Whose figures may enter what the whole team reads; exactly, those that the team sees."""
    # The structure that coordinates may use its own figures, and show them only where it said so.
    own = frozenset() if structure_id is None else frozenset({structure_id})
    shown = frozenset(
        party.structure_id
        for party in parties
        if party.shares_figures and party.state == AllianceParty.State.INTERESTED
    )
    return network.opening(own | shown).with_figures(seen=dict.fromkeys(FigureClass, shown))


def question_of(
    terms: Terms,
    parties: Sequence[AllianceParty],
    work_packages: Sequence[WorkPackage],
    team: Viewer,
) -> Question:
    """The present split as the engine reads it. Raises `NotRepairable`.

    A member's part is what it does itself: what its subcontractors do is theirs, and they never
    take more than now. Staff lent stays with the member that borrows it.
    """
    packages = _packages(terms, work_packages, team.on)
    rows = {party.key: party for party in parties}
    in_split = [p for p in terms.parties if p.role.has_share and p.role is not PartyRole.STAFFING]
    first, months = span_of(terms)
    structures = {rows[p.key].structure_id: rows[p.key].structure for p in in_split}
    own = booked_by(parties[0].alliance_id) if parties else ""
    field = mobilisation.field_of(
        list(structures.values()), viewer=team, first_month=first, months=months, apart_from=own
    )
    present, pinned, most, party_of = _split_of(terms, rows, in_split, field)
    candidates = tuple(_as_agreed(c, present) for c in field.candidates if c.id in party_of)
    parties_in = {candidate.organisation for candidate in candidates}
    # As far as any search for partners looks.
    params = Params(max_partners=max(2, len(parties_in)), max_distance_km=100)
    problem = Problem(packages=packages, candidates=candidates, params=params)
    asked = RepairQuestion(problem=problem, present=present, pinned=frozenset(pinned), most=most)
    chantier_of = {name: known.chantier_id for name, known in field.known.items()}
    return Question(terms, asked, party_of, chantier_of)


def _split_of(
    terms: Terms,
    rows: Mapping[str, AllianceParty],
    in_split: Sequence[Party],
    field: mobilisation.Field,
) -> tuple[dict[Key, Held], set[Key], dict[Key, int], dict[str, str]]:
    """Who carries which line today: how much, what is pinned, at most how much; and the party of
    each candidate."""
    own: dict[int, list[Candidate]] = {}
    for candidate in field.candidates:
        own.setdefault(field.known[candidate.id].structure_id, []).append(candidate)
    present: dict[Key, Held] = {}
    pinned: set[Key] = set()
    most: dict[Key, int] = {}
    party_of: dict[str, str] = {}
    for party in in_split:
        candidates = own.get(rows[party.key].structure_id, [])
        party_of.update({candidate.id: party.key for candidate in candidates})
        for line in terms.lines:
            cell = terms.cell(party.key, line.key)
            who = _who(candidates, cell, line, field)
            for candidate in candidates:
                # One chantier a line: the others of the same party take nothing of it.
                if candidate.id != who:
                    most[candidate.id, line.key] = 0
            if who is None:
                continue
            held = _own_part(terms, cell, line)
            if held != Held(0, 0):
                present[who, line.key] = held
            # Months of its own are an agreement between people: a split leaves them alone.
            if cell.pinned or cell.months is not None or cell.first_month is not None:
                pinned.add((who, line.key))
            # A subcontractor has a contract of its own: it may be asked for less, never for more.
            elif party.role is not PartyRole.MEMBER:
                most[who, line.key] = held.cfte
    return present, pinned, most, party_of


def _as_agreed(candidate: Candidate, present: Mapping[Key, Held]) -> Candidate:
    """What people agreed on is theirs to hold: shares under a day of a whole crew, many of them."""
    held = [each.cfte for (name, _), each in present.items() if name == candidate.id]
    least = candidate.min_crew_cfte
    return replace(
        candidate,
        min_crew_cfte=None if least is None else min([least, *filter(None, held)]),
        max_packages=max(candidate.max_packages, len(held)),
    )


def _packages(terms: Terms, work_packages: Sequence[WorkPackage], on: date) -> tuple[Package, ...]:
    wanted = {line.key for line in terms.lines}
    rows = [row for row in work_packages if f"{row.position:02d}" in wanted]
    try:
        packages = mobilisation.engine_packages(rows, on=on)
    except mobilisation.NotComposable as gap:
        raise NotRepairable(str(gap)) from gap
    found = []
    for package in packages:
        line = terms.line(package.id)
        need = line.need_cfte or package.need_cfte
        cells = [cell for cell in terms.cells if cell.line == line.key]
        held = [part.cfte for cell in cells if (part := _own_part(terms, cell, line)).cfte]
        if line.price_cents <= 0:
            raise NotRepairable(f"{line.label} : indiquez d’abord un prix.")
        found.append(
            replace(
                package,
                first_month=line.first_month,
                months=line.months,
                need_cfte=need,
                amount_cents=line.price_cents,
                # A share that people agreed on is worth signing, told in euros alone or not.
                min_share_cfte=min([package.min_share_cfte, need, *held]),
            )
        )
    return tuple(found)


def _who(
    candidates: Sequence[Candidate], cell: Cell, line: Line, field: mobilisation.Field
) -> str | None:
    """The chantier that does a line for a party: the one that is told, else one of the trade."""
    if not candidates:
        return None
    for candidate in candidates:
        if cell.chantier is not None and field.known[candidate.id].chantier_id == cell.chantier:
            return candidate.id
    if cell.cents or cell.cfte:
        return candidates[0].id
    return next((c.id for c in candidates if c.skill(line.trade)), candidates[0].id)


def _own_part(terms: Terms, cell: Cell, line: Line) -> Held:
    """What a party does itself of a line; what is not said is taken in proportion."""
    behind = [
        terms.cell(other.key, line.key)
        for other in terms.behind(cell.party)
        if other.role is PartyRole.SUBCONTRACTOR
    ]
    need = line.need_cfte or 0
    whole = _held(cell, line, need)
    parts = [_held(other, line, need) for other in behind]
    return Held(
        max(0, whole.cfte - sum(part.cfte for part in parts)),
        max(0, whole.cents - sum(part.cents for part in parts)),
    )


def _held(cell: Cell, line: Line, need: int) -> Held:
    cents, cfte = cell.cents, cell.cfte
    if cfte is None:
        # Rounded half up in whole numbers.
        cfte = (2 * need * (cents or 0) + line.price_cents) // (2 * line.price_cents)
    if cents is None:
        cents = line.price_cents * cfte // need if need else 0
    return Held(cfte, cents)
