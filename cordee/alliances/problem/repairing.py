"""Asks the engine for the nearest split of an alliance that holds, and says what it changes.

What comes out is written in a table that the whole team reads, so the figures of a party enter
only where it opened them to the network that coordinates, or to the team; and rounded down unless
the team reads them. A share cut to a limit then tells the step, never the limit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cordee.alliances.models import AllianceParty
from cordee.alliances.problem.means import span_of
from cordee.alliances.terms.model import Cell, Line, PartyRole, Terms
from cordee.engine.problem import Candidate, Package, Params, Problem
from cordee.engine.repair import Asked, Blocked, Held, Repair, repair
from cordee.engine.result import Status
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation.rights import Rights
from cordee.opportunities.models import WorkPackage
from cordee.rules.sharing_out import shared_out

SECONDS = 6.0
# So many outsiders at most are asked whether one of them would make a split possible.
MOST_OUTSIDERS = 30

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair in the words of the terms; `terms` is None where no split holds.

    `lift`: pinned cells that would have to be freed, by party and line, with the terms that follow
    in `once_lifted`. `newcomer` names the structure that would make a split possible, with what it
    would take. `in_the_way`: pinned cells that break a limit alone.
    """

    terms: Terms | None
    answer: Repair
    lift: tuple[Key, ...] = ()
    once_lifted: Terms | None = None
    newcomer: str = ""
    newcomer_cents: int = 0
    in_the_way: tuple["Pinned", ...] = ()
    short: tuple[tuple[str, int], ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether no split moves less."""
        return self.answer.status is Status.OPTIMAL

    @property
    def is_undecided(self) -> bool:
        """Whether the time was out before anything was known."""
        return self.answer.status is Status.UNDECIDED


@dataclass(frozen=True, slots=True)
class Pinned:
    """Pinned cells that break a limit by themselves: of whom, on which lines, by how much."""

    limit: str
    party: str | None
    lines: tuple[str, ...]
    cfte: int
    cents: int

    @property
    def is_private(self) -> bool:
        """Whether the excess tells a figure of the party."""
        return self.limit in {"capacity", "ceiling"}


class NotRepairable(Exception):
    """A line lacks what a split is counted from: the sentence says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a repair is asked with, and where its candidates stand in the terms."""

    terms: Terms
    asked: Asked
    party_of: Mapping[str, str]
    chantier_of: Mapping[str, int]
    names: Mapping[str, str]


def table_rights(
    parties: Sequence[AllianceParty], network: Viewer | None, structure_id: int | None, *, on: date
) -> Rights:
    """Which figures may enter what the whole team reads, and which of them exactly."""
    opened = Rights.of(network or Viewer(None), on)
    own = frozenset() if structure_id is None else frozenset({structure_id})
    shown = frozenset(
        party.structure_id
        for party in parties
        if party.shares_figures and party.state == AllianceParty.State.INTERESTED
    )
    return Rights(opened.crews | own | shown, opened.accounts | own | shown, shown, shown)


def question_of(
    terms: Terms,
    parties: Sequence[AllianceParty],
    work_packages: Sequence[WorkPackage],
    rights: Rights,
    *,
    on: date,
    outside: Viewer | None = None,
) -> Question:
    """The present split as the engine reads it. Raises `NotRepairable`.

    A member's part is what it does itself: what its subcontractors do is theirs, and they never
    take more than now. Staff lent stays with the member that borrows it. `outside`: for whom
    structures that are not in the alliance may be thought of.
    """
    packages = _packages(terms, work_packages, on)
    rows = {party.key: party for party in parties}
    in_split = [p for p in terms.parties if p.role.has_share and p.role is not PartyRole.STAFFING]
    first, months = span_of(terms)
    structures = {rows[p.key].structure_id: rows[p.key].structure for p in in_split}
    field = mobilisation.field_of(
        list(structures.values()), rights=rights, first_month=first, months=months, on=on
    )
    own: dict[int, list[Candidate]] = {}
    for candidate in field.candidates:
        own.setdefault(field.known[candidate.id].structure_id, []).append(candidate)
    present: dict[Key, Held] = {}
    most: dict[Key, int] = {}
    pinned: set[Key] = set()
    party_of: dict[str, str] = {}
    for party in in_split:
        candidates = own.get(rows[party.key].structure_id, [])
        party_of |= {candidate.id: party.key for candidate in candidates}
        for line in terms.lines:
            cell = terms.cell(party.key, line.key)
            who = _who(candidates, cell, line, field)
            for candidate in candidates:
                if candidate.id != who:
                    most[candidate.id, line.key] = 0
            if who is None:
                continue
            held = _own_part(terms, cell, line)
            if held != Held(0, 0):
                present[who, line.key] = held
            if cell.pinned or cell.months is not None or cell.first_month is not None:
                pinned.add((who, line.key))
            elif party.role is not PartyRole.MEMBER:
                most[who, line.key] = held.cfte
    candidates_in = [_with_small_shares(c, present) for c in field.candidates if c.id in party_of]
    parties_in = frozenset(c.organisation for c in candidates_in)
    others = () if outside is None else _outsiders(packages, parties_in, outside, on)
    params = Params(max_partners=max(2, len(parties_in) + 1), max_distance_km=100)
    problem = Problem(
        packages=packages, candidates=(*candidates_in, *(c for c, _ in others)), params=params
    )
    asked = Asked(
        problem=problem,
        present=present,
        pinned=frozenset(pinned),
        most=most,
        parties=parties_in,
    )
    chantier_of = {name: known.chantier_id for name, known in field.known.items()}
    names = {candidate.organisation: name for candidate, name in others}
    return Question(terms, asked, party_of, chantier_of, names)


def _with_small_shares(candidate: Candidate, present: Mapping[Key, Held]) -> Candidate:
    """A share that people agreed on is worth signing, though a day of a whole crew be more."""
    told = [held.cfte for (name, _), held in present.items() if name == candidate.id and held.cfte]
    if candidate.min_crew_cfte is None or not told:
        return candidate
    return replace(candidate, min_crew_cfte=min(candidate.min_crew_cfte, *told))


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
        told = [cell.cfte for cell in terms.cells if cell.line == line.key and cell.cfte]
        if line.price_cents <= 0:
            raise NotRepairable(f"{line.label} : indiquez d’abord un prix.")
        found.append(
            replace(
                package,
                first_month=line.first_month,
                months=line.months,
                need_cfte=need,
                amount_cents=line.price_cents,
                # A share that people agreed on is worth signing.
                min_share_cfte=min([package.min_share_cfte, need, *told]),
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
        cfte = (2 * need * (cents or 0) + line.price_cents) // (2 * line.price_cents)
    if cents is None:
        cents = line.price_cents * cfte // need if need else 0
    return Held(cfte, cents)


def _outsiders(
    packages: Sequence[Package], inside: frozenset[str], viewer: Viewer, on: date
) -> tuple[tuple[Candidate, str], ...]:
    params = mobilisation.params_for(packages)
    field = mobilisation.engine_candidates(packages, viewer=viewer, on=on, params=params)
    trades = {package.trade for package in packages}
    able = [
        (candidate, field.known[candidate.id].name)
        for candidate in field.candidates
        if candidate.organisation not in inside
        and any(skill.trade in trades for skill in candidate.skills)
    ]
    middle = packages[0]
    able.sort(key=lambda each: (_far(each[0], middle), each[0].id))
    return tuple(able[:MOST_OUTSIDERS])


def _far(candidate: Candidate, package: Package) -> float:
    if candidate.latitude_deg is None or candidate.longitude_deg is None:
        return float("inf")
    north = candidate.latitude_deg - package.latitude_deg
    return north * north + (candidate.longitude_deg - package.longitude_deg) ** 2


def repaired(question: Question, *, seconds: float = SECONDS) -> Repaired:
    """The nearest terms that hold, or why there are none."""
    answer = repair(question.asked, time_limit_s=seconds)
    if answer.split is not None:
        return Repaired(terms_of(question, answer.split), answer)
    if answer.blocked is None:
        return Repaired(None, answer)
    return _blocked(question, answer, answer.blocked)


def _blocked(question: Question, answer: Repair, blocked: Blocked) -> Repaired:
    once_lifted = blocked.once_lifted
    newcomer, cents = "", 0
    if blocked.with_one_more is not None and blocked.with_one_more.split is not None:
        more = blocked.with_one_more
        newcomer = ", ".join(question.names.get(name, name) for name in more.newcomers)
        cents = sum(
            held.cents
            for (candidate, _), held in (more.split or {}).items()
            if candidate not in question.party_of
        )
    lifted = None
    if once_lifted is not None and once_lifted.split is not None:
        lifted = terms_of(question, once_lifted.split)
    return Repaired(
        None,
        answer,
        lift=tuple((question.party_of[c], p) for c, p in blocked.lift if c in question.party_of),
        once_lifted=lifted,
        newcomer=newcomer,
        newcomer_cents=cents,
        in_the_way=tuple(
            Pinned(
                limit=str(each.limit),
                party=None if each.candidate is None else question.party_of.get(each.candidate),
                lines=tuple(sorted({package for _, package in each.pins})),
                cfte=each.excess_cfte,
                cents=each.excess_cents,
            )
            for each in blocked.in_the_way
        ),
        short=blocked.short_cfte,
    )


def terms_of(question: Question, split: Mapping[Key, Held]) -> Terms:
    """The terms with a split of the engine in them; cells it leaves alone are left alone.

    A member's amount is what it does itself and what is done for it. Hours of insertion of the
    cells that changed are shared again among them in proportion to euros.
    """
    terms, asked = question.terms, question.asked
    parts: dict[Key, Held] = {}
    chantiers: dict[Key, int] = {}
    for (candidate, line), held in split.items():
        if candidate in question.party_of:
            parts[question.party_of[candidate], line] = held
            chantiers[question.party_of[candidate], line] = question.chantier_of[candidate]
    before = {
        (question.party_of[c], line): held
        for (c, line), held in asked.present.items()
        if c in question.party_of
    }
    changed = {key for key in before.keys() | parts.keys() if before.get(key) != parts.get(key)}
    found = terms
    for row in terms.lines:
        mine = {party for party, name in changed if name == row.key}
        if mine:
            found = _with_line(found, row, mine, parts, chantiers)
    return found


def _with_line(
    terms: Terms,
    line: Line,
    changed: set[str],
    parts: Mapping[Key, Held],
    chantiers: Mapping[Key, int],
) -> Terms:
    members = [p.key for p in terms.members]
    touched = set(changed)
    # A member whose subcontractor moves has another amount too.
    touched |= {p.of for p in terms.parties if p.key in changed and p.of is not None}
    old = {key: terms.cell(key, line.key) for key in [p.key for p in terms.parties]}
    found = terms
    for party in terms.parties:
        if party.key not in touched or not party.role.has_share:
            continue
        if party.role is PartyRole.STAFFING:
            continue
        own = parts.get((party.key, line.key), Held(0, 0))
        behind = [
            parts.get((other.key, line.key), Held(0, 0))
            for other in terms.behind(party.key)
            if other.role is PartyRole.SUBCONTRACTOR
        ]
        cents = own.cents + sum(each.cents for each in behind)
        cfte = own.cfte + sum(each.cfte for each in behind)
        cell = old[party.key]
        if cents == 0 and cfte == 0:
            cell = Cell(party=party.key, line=line.key, pinned=cell.pinned)
        else:
            chantier = cell.chantier or chantiers.get((party.key, line.key))
            cell = replace(cell, cents=cents, cfte=cfte, chantier=chantier)
        found = found.with_cell(cell)
    found = _lent_within(found, line, old)
    return _with_hours(found, line, [key for key in members if key in touched], old)


def _lent_within(terms: Terms, line: Line, old: Mapping[str, Cell]) -> Terms:
    """Staff lent shrinks with the member's amount, where it would pass it or the amount is less."""
    for party in terms.parties:
        cell = terms.cell(party.key, line.key)
        if party.role is not PartyRole.STAFFING or party.of is None or cell.is_empty:
            continue
        was, now = old[party.of].cents or 0, terms.cell(party.of, line.key).cents or 0
        if now < was and cell.cents:
            terms = terms.with_cell(
                replace(
                    cell,
                    cents=cell.cents * now // was,
                    cfte=None if cell.cfte is None else cell.cfte * now // was,
                )
            )
    return terms


def _with_hours(terms: Terms, line: Line, touched: Sequence[str], old: Mapping[str, Cell]) -> Terms:
    hours = [old[key].insertion_hours for key in touched]
    if not any(hours):
        return terms
    total = sum(each or 0 for each in hours)
    cells = [terms.cell(key, line.key) for key in touched]
    cells = [cell for cell in cells if cell.cents]
    if not cells:
        return terms
    parts = shared_out(total, [cell.cents or 0 for cell in cells])
    for cell, part in zip(cells, parts, strict=True):
        terms = terms.with_cell(replace(cell, insertion_hours=part))
    for party in terms.parties:
        cell = terms.cell(party.key, line.key)
        was = old[party.key]
        if party.role is PartyRole.MEMBER or not was.insertion_hours or not was.cents:
            continue
        if cell.cents is not None and cell.cents < was.cents:
            kept = was.insertion_hours * cell.cents // was.cents
            terms = terms.with_cell(replace(cell, insertion_hours=kept))
    return terms
