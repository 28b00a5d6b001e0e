"""Asks the engine for the nearest split of an alliance that holds, and says what it changes.

`repair_question` says with which figures; `terms_of` puts the answer into the terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cordee.agreement import PartyRole
from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms
from cordee.alliances.problem.repair_question import Key, Question
from cordee.engine.repair import Blocked, Held, Repair, repair
from cordee.engine.result import Status
from cordee.rules.sharing_out import shared_out


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


# Almost every repair takes less: a page is given within that. Asked for, it is sought longer.
SECONDS, LONG_SECONDS = 2.0, 6.0


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair in the words of the terms; `terms` is None where no split holds.

    `lift`: pinned cells that would have to be freed, by party and line. `in_the_way`: pinned cells
    that break a limit alone. `is_cut_short`: with more time, more might be told.
    """

    terms: Terms | None
    answer: Repair
    lift: tuple[Key, ...] = ()
    in_the_way: tuple["Pinned", ...] = ()
    short: tuple[tuple[str, int], ...] = ()
    is_cut_short: bool = False

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


def repaired(question: Question, *, seconds: float = SECONDS) -> Repaired:
    """The nearest terms that hold, or why there are none."""
    answer = repair(question.asked, time_limit_s=seconds)
    if answer.split is not None:
        is_gap = answer.status is not Status.OPTIMAL
        return Repaired(terms_of(question, answer.split), answer, is_cut_short=is_gap)
    if answer.blocked is None:
        return Repaired(None, answer, is_cut_short=True)
    is_late = answer.seconds >= seconds
    return _blocked(question, answer, answer.blocked, is_cut_short=is_late)


def _blocked(
    question: Question, answer: Repair, blocked: Blocked, *, is_cut_short: bool
) -> Repaired:
    return Repaired(
        None,
        answer,
        lift=tuple((question.party_of[c], p) for c, p in blocked.lift if c in question.party_of),
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
        is_cut_short=is_cut_short,
    )
