"""What an answer shows to people: teams as tables, with their distances and costs.

A figure of somebody else is written only where the viewer sees it; the team itself is always shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cordee.base.ui import french, months
from cordee.composing.problem.reader import TERM_LABELS, Reader
from cordee.engine.explain import Limit, Tightness, limits
from cordee.engine.problem import Candidate, Package, Problem
from cordee.engine.result import (
    UNITS_PER_CENT,
    Assumption,
    AssumptionKind,
    Plan,
    Result,
    Share,
    round_half_up,
)
from cordee.rules import crafts
from cordee.rules.grammar import agreed
from cordee.rules.territory import distance_km

TIGHT_FROM_PERCENT = 90
LONGEST_TITLE = 40
DOUBT_WORDS = {
    AssumptionKind.TRADE: "Métier supposé",
    AssumptionKind.CAPACITY: "Équipe à confirmer",
    AssumptionKind.CEILING: "Plafond à confirmer",
    AssumptionKind.CERTIFICATION: "Papiers à confirmer",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A package as a column of the table: short number, name, and what is asked."""

    id: str
    short: str
    label: str
    trade: str
    when: str
    need_cfte: int
    amount_cents: int
    is_reserved: bool


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One partner's part of one package; both null where it has none."""

    package: str
    title: str
    cents: int | None
    cfte: int | None
    is_supposed: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A partner of a team."""

    number: int
    name: str
    kind: str
    city: str
    structure_id: int
    is_lead: bool
    distance_km: float
    cells: tuple[ShareCell, ...]
    cents: int
    share: float
    cfte: int
    state_kind: str
    state: str
    latitude_deg: float
    longitude_deg: float

    @property
    def takes(self) -> str:
        """What it takes, by name while these are few: "1. Tonte", "travaux 1, 2 et 4"."""
        titles = [cell.title for cell in self.cells if cell.cents is not None]
        if len(titles) == 1:
            return french.cut(titles[0], LONGEST_TITLE)
        *first, last = [title.partition(".")[0] for title in titles]
        return f"travaux {', '.join(first)} et {last}"


@dataclass(frozen=True, slots=True)
class CostLine:
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class TeamTable:
    """A team ready to be shown: rows by size of share, totals, cost by named term."""

    columns: tuple[Column, ...]
    rows: tuple[TeamRow, ...]
    knots: tuple[tuple[str, float], ...]
    total_cents: int
    total_cfte: int
    covered_percent: int
    mean_distance_km: float
    longest_distance_km: float
    cost_cents: int
    cost_lines: tuple[CostLine, ...]
    hides_costs: bool
    missing: tuple[str, ...]
    tight: tuple[str, ...]

    @property
    def is_on_spot(self) -> bool:
        """Whether nobody travels: no figure says that better."""
        return french.is_on_spot(self.mean_distance_km)

    @property
    def covered(self) -> float:
        """Share of the work that is held, rounded down to the per cent."""
        return self.covered_percent / 100


def columns_of(problem: Problem) -> tuple[Column, ...]:
    """Packages numbered by lot: 1, 2, or 1a, 1b where a lot has several."""
    lots: dict[str, list[Package]] = {}
    for package in problem.packages:
        lots.setdefault(package.lot_id, []).append(package)
    columns = []
    for number, packages in enumerate(lots.values(), start=1):
        for letter, package in zip("abcdefghijklmnopqrstuvwxyz" * 9, packages, strict=False):
            columns.append(
                Column(
                    package.id,
                    f"{number}{letter}" if len(packages) > 1 else str(number),
                    package.label,
                    crafts.label_of(package.trade),
                    months.span(package.first_month, package.months),
                    package.need_cfte,
                    package.amount_cents,
                    # One reserved package reserves its lot (RULE-15).
                    any(each.eligible_kinds is not None for each in packages),
                )
            )
    return tuple(columns)


def team_of(
    plan: Plan,
    reader: Reader,
    assumptions: Sequence[Assumption] = (),
    tightness: Sequence[Tightness] = (),
) -> TeamTable:
    """A plan of the engine as a team to show, without the terms that are hidden in its cost."""
    problem = reader.problem
    terms = {name: units for name, units in plan.terms.items() if name not in reader.hidden}
    columns = columns_of(problem)
    rows, trips = [], []
    order = sorted(plan.partners, key=lambda p: (-sum(s.cents for s in p.shares), p.organisation))
    total = sum(package.amount_cents for package in problem.packages)
    for number, partner in enumerate(order, start=1):
        held = [
            (problem.candidates_by_id[s.candidate], problem.packages_by_id[s.package], s)
            for s in partner.shares
        ]
        trips += held
        doubts = assumptions, tightness
        rows.append(_row(number, partner.is_lead, held, columns, doubts, reader, total))
    distances = [(_km(c, p), s.cfte * p.months, p.id) for c, p, s in trips]
    work = sum(weight for _, weight, _ in distances)
    need = sum(p.need_cfte * p.months for p in problem.packages)
    short = {column.id: column.short for column in columns}
    return TeamTable(
        columns=columns,
        rows=tuple(rows),
        knots=tuple((short[p.id], _km(c, p)) for c, p, _ in trips),
        total_cents=sum(row.cents for row in rows),
        total_cfte=sum(row.cfte for row in rows),
        covered_percent=100 * work // need,
        mean_distance_km=sum(d * w for d, w, _ in distances) / work if work else 0.0,
        longest_distance_km=max((d for d, _, _ in distances), default=0.0),
        cost_cents=round_half_up(sum(terms.values()), UNITS_PER_CENT),
        cost_lines=tuple(
            CostLine(TERM_LABELS[name], round_half_up(units, UNITS_PER_CENT))
            for name, units in terms.items()
            if units
        ),
        hides_costs=bool(reader.hidden),
        missing=tuple(
            f"{problem.packages_by_id[i].label}\u00a0: il manque {french.fte(cfte)}"
            for i, cfte in plan.missing_cfte
        ),
        tight=tuple(_tight(tightness, reader)),
    )


def _row(
    number: int,
    is_lead: bool,
    held: Sequence[tuple[Candidate, Package, Share]],
    columns: Sequence[Column],
    doubts: tuple[Sequence[Assumption], Sequence[Tightness]],
    reader: Reader,
    total_cents: int,
) -> TeamRow:
    first = held[0][0]
    who = reader.people[first.id]
    doubted = {each.candidate for each in doubts[0]}
    cells = []
    for column in columns:
        mine = [(c, s) for c, p, s in held if p.id == column.id]
        cells.append(
            ShareCell(
                column.id,
                f"{column.short}. {column.label}",
                sum(s.cents for _, s in mine) if mine else None,
                sum(s.cfte for _, s in mine) if mine else None,
                any(c.id in doubted for c, _ in mine),
            )
        )
    work = sum(s.cfte * p.months for _, p, s in held)
    cents = sum(s.cents for _, _, s in held)
    kind, state = _state({c.id for c, _, _ in held}, *doubts, reader)
    return TeamRow(
        number=number,
        name=str(who["name"]),
        kind=first.kind,
        city=str(who["city"]),
        structure_id=int(who["structure_id"]),
        is_lead=is_lead,
        distance_km=sum(_km(c, p) * s.cfte * p.months for c, p, s in held) / work,
        cells=tuple(cells),
        cents=cents,
        share=cents / total_cents,
        cfte=sum(s.cfte for _, _, s in held),
        state_kind=kind,
        state=state,
        latitude_deg=first.latitude_deg or 0.0,
        longitude_deg=first.longitude_deg or 0.0,
    )


def _state(
    mine: set[str],
    assumptions: Sequence[Assumption],
    tightness: Sequence[Tightness],
    reader: Reader,
) -> tuple[str, str]:
    """Kind and words of a partner's means; a figure that may not be seen never tells."""
    doubts = {each.kind for each in assumptions if each.candidate in mine}
    for kind, words in DOUBT_WORDS.items():
        if kind in doubts:
            return "inconnu", words
    tight = {e.kind for e in tightness if e.candidate in mine and _is_seen(e, reader)}
    if Limit.CEILING in tight:
        return "vigilance", "Plafond serré"
    if Limit.CAPACITY in tight:
        return "vigilance", "Équipe pleine"
    return "sur", "Dans ses moyens"


def _is_seen(tight: Tightness, reader: Reader) -> bool:
    """Whether a ceiling, or a capacity, may be told."""
    sees = reader.sees_accounts if tight.kind is Limit.CEILING else reader.sees_capacity
    return sees(str(tight.candidate))


def tightness_of(problem: Problem, result: Result) -> tuple[Tightness, ...]:
    """Ceilings nearly reached and crews nearly full in the team of a result."""
    if result.plan is None:
        return ()
    asked = problem.replace(params=result.params)
    return tuple(
        each
        for each in limits.tightness_of(asked, result.plan, solo=result.solo)
        if each.kind in (Limit.CEILING, Limit.CAPACITY)
        and 100 * each.used >= TIGHT_FROM_PERCENT * each.limit
    )


def _tight(tightness: Iterable[Tightness], reader: Reader) -> Iterator[str]:
    for each in tightness:
        if not _is_seen(each, reader):
            continue
        name = reader.name(str(each.candidate))
        if each.kind is Limit.CEILING:
            room = french.euros(each.room, rounded=True)
            year = months.month(each.months[0])
            can = agreed(name, "ne peut", "ne peuvent")
            yield f"{can} prendre que {room} de plus sur l’exercice ouvert en {year}."
        else:
            when = months.spans(each.months)
            left = f"n’a plus que {french.fte(each.room)}" if each.room else "n’a plus d’équipe"
            yield f"{name} {left} libre {when}."


def _km(candidate: Candidate, package: Package) -> float:
    return distance_km(
        candidate.latitude_deg or 0.0,
        candidate.longitude_deg or 0.0,
        package.latitude_deg,
        package.longitude_deg,
    )
