"""What an answer says to people: teams as tables, reasons and guesses as French sentences.

A figure of somebody else is written only where `Sight` says that the reader may see it; the team
itself is always shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import french, months
from cordee.engine.explain import Limit, Tightness, explain
from cordee.engine.problem import Candidate, Certainty, Package, Problem
from cordee.engine.result import (
    Assumption,
    AssumptionKind,
    Plan,
    Reason,
    Result,
    Share,
    Shortage,
    Status,
)
from cordee.opportunities.models import WorkPackage
from cordee.rules.territory import distance_km
from cordee.rules.trades import TRADES

TERM_LABELS = {
    "travel": "Trajets",
    "fit": "Métier à consolider",
    "interface": "Suivi des parts",
    "coordination": "Coordination des structures",
    "lead": "Rôle de mandataire",
    "ceiling_tightness": "Plafonds serrés",
    "capacity_tightness": "Équipes chargées",
    "learning": "Apprentissage",
}
NEED_WORDS = {
    "trade": "le métier",
    "place": "le lieu exact",
    "first_month": "le début",
    "months": "la durée",
    "need_cfte": "la taille de l’équipe",
    "amount_cents": "le montant",
}
TIGHT_FROM_PERCENT = 90
DOUBT_WORDS = {
    AssumptionKind.TRADE: "Métier supposé",
    AssumptionKind.CAPACITY: "Équipe à confirmer",
    AssumptionKind.CEILING: "Plafond à confirmer",
    AssumptionKind.CERTIFICATION: "Papiers à confirmer",
}
UNITS_PER_CENT = 1_000_000


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose figures the reader may see: ids of structures, by class."""

    capacity_of: frozenset[int]
    accounts_of: frozenset[int]


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
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One partner's part of one package; both null where it has none."""

    title: str
    cents: int | None
    cfte: int | None
    is_supposed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A partner of a team."""

    number: int
    name: str
    kind: str
    city: str
    structure_id: int
    is_lead: bool
    distance_km: float
    cells: tuple[Cell, ...]
    cents: int
    share: float
    cfte: int
    state_kind: str
    state: str
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What a proof rests on without knowing it: a sentence, and "supposé" or "inconnu"."""

    text: str
    certainty: str
    structure_id: int


@dataclass(frozen=True, slots=True)
class CostLine:
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Team:
    """A team ready to be shown: rows by size of share, totals, cost by named term."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    knots: tuple[tuple[str, float], ...]
    total_cents: int
    total_cfte: int
    covered_percent: int
    mean_distance_km: float
    longest_distance_km: float
    cost_cents: int
    cost_lines: tuple[CostLine, ...]
    missing: tuple[str, ...]
    tight: tuple[str, ...]

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
                    TRADES[package.trade].short_label,
                    months.span(package.first_month, package.months),
                    package.need_cfte,
                    package.amount_cents,
                    package.latitude_deg,
                    package.longitude_deg,
                )
            )
    return tuple(columns)


def team_of(
    problem: Problem,
    plan: Plan,
    assumptions: Sequence[Assumption],
    tightness: Sequence[Tightness],
    people: Mapping[str, Mapping[str, Any]],
    sight: Sight,
) -> Team:
    """A plan of the engine as a team to show."""
    columns = columns_of(problem)
    candidates = {candidate.id: candidate for candidate in problem.candidates}
    packages = {package.id: package for package in problem.packages}
    rows, trips = [], []
    order = sorted(plan.partners, key=lambda p: (-sum(s.cents for s in p.shares), p.organisation))
    total = sum(package.amount_cents for package in problem.packages)
    for number, partner in enumerate(order, start=1):
        held = [(candidates[s.candidate], packages[s.package], s) for s in partner.shares]
        trips += [(c, p, s) for c, p, s in held]
        doubts = assumptions, tightness
        rows.append(_row(number, partner.is_lead, held, columns, doubts, people, sight, total))
    distances = [(_km(c, p), s.cfte * p.months, p.id) for c, p, s in trips]
    work = sum(weight for _, weight, _ in distances)
    need = sum(p.need_cfte * p.months for p in problem.packages)
    short = {column.id: column.short for column in columns}
    return Team(
        columns=columns,
        rows=tuple(rows),
        knots=tuple((short[p.id], _km(c, p)) for c, p, _ in trips),
        total_cents=sum(row.cents for row in rows),
        total_cfte=sum(row.cfte for row in rows),
        covered_percent=100 * work // need,
        mean_distance_km=sum(d * w for d, w, _ in distances) / work if work else 0.0,
        longest_distance_km=max((d for d, _, _ in distances), default=0.0),
        cost_cents=plan.objective_cents,
        cost_lines=tuple(
            CostLine(TERM_LABELS[name], _cents(units))
            for name, units in plan.terms.items()
            if units
        ),
        missing=tuple(
            f"{packages[i].label} : il manque {french.fte(cfte)}" for i, cfte in plan.missing_cfte
        ),
        tight=tuple(_tight(tightness, people, sight)),
    )


def _row(
    number: int,
    is_lead: bool,
    held: Sequence[tuple[Candidate, Package, Share]],
    columns: Sequence[Column],
    doubts: tuple[Sequence[Assumption], Sequence[Tightness]],
    people: Mapping[str, Mapping[str, Any]],
    sight: Sight,
    total_cents: int,
) -> Row:
    first = held[0][0]
    who = people[first.id]
    assumptions, tightness = doubts
    doubted = {each.candidate for each in assumptions}
    cells = []
    for column in columns:
        mine = [(c, s) for c, p, s in held if p.id == column.id]
        cells.append(
            Cell(
                f"{column.short}. {column.label}",
                sum(s.cents for _, s in mine) if mine else None,
                sum(s.cfte for _, s in mine) if mine else None,
                any(c.id in doubted for c, _ in mine),
            )
        )
    work = sum(s.cfte * p.months for _, p, s in held)
    cents = sum(s.cents for _, _, s in held)
    kind, state = _state(held, assumptions, tightness, who, sight)
    return Row(
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
    held: Sequence[tuple[Candidate, Package, Share]],
    assumptions: Sequence[Assumption],
    tightness: Sequence[Tightness],
    who: Mapping[str, Any],
    sight: Sight,
) -> tuple[str, str]:
    """Kind and words of a partner's means; a figure that may not be seen never tells."""
    mine = {candidate.id for candidate, _, _ in held}
    doubts = {each.kind for each in assumptions if each.candidate in mine}
    for kind, words in DOUBT_WORDS.items():
        if kind in doubts:
            return "inconnu", words
    tight = {each.kind for each in tightness if each.candidate in mine}
    if Limit.CEILING in tight and who["structure_id"] in sight.accounts_of:
        return "vigilance", "Plafond serré"
    if Limit.CAPACITY in tight and who["structure_id"] in sight.capacity_of:
        return "vigilance", "Équipe pleine"
    return "sur", "Dans ses moyens"


def tightness_of(problem: Problem, result: Result) -> tuple[Tightness, ...]:
    """Ceilings nearly reached and crews nearly full in the team of a result."""
    if result.plan is None:
        return ()
    return tuple(
        each
        for each in explain(problem, result).tightness
        if each.kind in (Limit.CEILING, Limit.CAPACITY)
        and 100 * each.used >= TIGHT_FROM_PERCENT * each.limit
    )


def _tight(
    tightness: Sequence[Tightness], people: Mapping[str, Mapping[str, Any]], sight: Sight
) -> list[str]:
    sentences = []
    for each in tightness:
        who = people[str(each.candidate)]
        if each.kind is Limit.CEILING and who["structure_id"] in sight.accounts_of:
            room = french.euros(each.room, rounded=True)
            year = months.month(each.months[0])
            sentences.append(
                f"{who['name']} ne peut prendre que {room} de plus sur l’exercice ouvert en {year}."
            )
        elif each.kind is Limit.CAPACITY and who["structure_id"] in sight.capacity_of:
            when = months.spans(each.months)
            left = f"n’a plus que {french.fte(each.room)}" if each.room else "n’a plus d’équipe"
            sentences.append(f"{who['name']} {left} libre {when}.")
    return sentences


def _km(candidate: Candidate, package: Package) -> float:
    return distance_km(
        candidate.latitude_deg or 0.0,
        candidate.longitude_deg or 0.0,
        package.latitude_deg,
        package.longitude_deg,
    )


def _cents(units: int) -> int:
    return (2 * units + UNITS_PER_CENT) // (2 * UNITS_PER_CENT)


def guesses_of(result: Result, people: Mapping[str, Mapping[str, Any]]) -> list[Guess]:
    """Each guess that the answer rests on, as a sentence."""
    return [
        Guess(
            _guess_text(each, str(people[each.candidate]["name"])),
            "supposé" if each.certainty is Certainty.GUESSED else "inconnu",
            int(people[each.candidate]["structure_id"]),
        )
        for each in result.assumptions
    ]


def _guess_text(each: Assumption, name: str) -> str:
    when = f" {months.spans(each.months)}" if each.months else ""
    match each.kind:
        case AssumptionKind.TRADE:
            return f"{name} exerce ce métier : {TRADES[each.detail].short_label.lower()}"
        case AssumptionKind.CAPACITY:
            return f"{name} a assez de monde{when}"
        case AssumptionKind.CEILING:
            return f"{name} reste sous son plafond{when}"
        case AssumptionKind.CERTIFICATION:
            return f"{name} a la certification {each.detail}"


def supposed_of(work_packages: Iterable[WorkPackage]) -> list[str]:
    """What the notice does not say and Cordée supposed, package by package, as sentences."""
    sentences = []
    for row in work_packages:
        states = {name: entry["state"] for name, entry in row.provenance.items()}
        if row.is_place_supposed:
            states["place"] = "supposed"
        words = [word for name, word in NEED_WORDS.items() if states.get(name) == "supposed"]
        if words:
            listed = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"
            sentences.append(f"{row.label} : {listed}")
    return sentences


def reasons_of(
    problem: Problem,
    result: Result,
    *,
    solo_only: bool,
    everything_shared: bool,
    known_only: bool = False,
) -> list[str]:
    """Why no team exists, in words. Euros of others are told only where all may be seen.

    `known_only`: the result leaves out candidates of whom something is guessed or unknown.
    """
    if solo_only and result.plan is not None and not result.solo:
        return [
            "L’acheteur interdit les groupements, et aucune structure ne peut tout tenir seule."
        ]
    if result.impossibility is None:
        return []
    packages = {package.id: package for package in problem.packages}
    if known_only:
        return [_known_only_reason(each, packages) for each in result.impossibility.reasons]
    return [
        _reason(each, packages, problem.params.max_distance_km, everything_shared)
        for each in result.impossibility.reasons
    ]


def _reason(
    reason: Reason, packages: Mapping[str, Package], limit_km: int, everything_shared: bool
) -> str:
    package = packages[reason.package] if reason.package else None
    label = package.label if package else "Tous les lots ensemble"
    when = months.spans(reason.months)
    missing = french.fte(reason.missing_cfte)
    match reason.shortage:
        case Shortage.TRADE:
            return (
                f"{label} : personne n’exerce ce métier à moins de {french.km(limit_km)}, {when}."
            )
        case Shortage.REACH:
            return f"{label} : aucune structure de ce métier ne va jusque-là, {when}."
        case Shortage.ELIGIBILITY:
            return f"{label} : le lot est réservé, et aucune structure proche n’y a droit, {when}."
        case Shortage.STAFF_SUPPLY:
            return (
                f"{label} : seules des structures qui mettent du personnel à disposition sont "
                f"proches {when} ; l’acheteur demande un résultat."
            )
        case Shortage.CERTIFICATION:
            return f"{label} : aucune structure proche n’a la certification demandée, {when}."
        case Shortage.MIN_SHARE:
            return f"{label} : les parts possibles sont trop petites pour une équipe, {when}."
        case Shortage.CAPACITY:
            return f"{label} : il manque {missing} {when}."
        case Shortage.CEILING:
            euros = f" ({french.euros(reason.missing_cents, rounded=True)})"
            return (
                f"{label} : les plafonds de commercialisation laissent {missing} sans preneur "
                f"{when}{euros if everything_shared else ''}."
            )
        case Shortage.PARTNERS:
            return (
                f"{label} : il faudrait {french.count(reason.needed, 'structure')}, "
                f"nous en cherchons {reason.available} au plus."
            )
        case Shortage.LEAD:
            return f"{label} : aucune structure ne peut être mandataire."
        case Shortage.PINNED:
            return f"{label} : une structure imposée ne peut rien prendre de ce marché."
        case Shortage.JOINT:
            return f"{label} : pris avec les autres lots, il manque {missing} {when}."


def _known_only_reason(reason: Reason, packages: Mapping[str, Package]) -> str:
    label = packages[reason.package].label if reason.package else "Tous les lots ensemble"
    missing = f" : il manque {french.fte(reason.missing_cfte)}" if reason.missing_cfte else ""
    when = f" {months.spans(reason.months)}" if reason.months else ""
    return (
        f"{label}{missing}{when}, parmi les structures dont tous les chiffres utiles sont connus."
    )


def proof_of(result: Result, studied: int) -> str:
    """The proof in one sentence."""
    among = french.count(studied, "candidat")
    if result.solo:
        others = "" if studied < 2 else f" Parmi {among}, aucune autre seule ne coûte moins."
        return f"Une structure peut tout tenir : aucune équipe n’est proposée.{others}"
    if result.status is Status.OPTIMAL:
        return f"Aucune meilleure équipe n’existe parmi {among}."
    gap = french.percent(result.gap or 0.0, 1)
    return f"Meilleure équipe trouvée : une autre coûterait au plus {gap} de moins."


def is_proven(result: Result) -> bool:
    """Whether no cheaper plan can exist, guesses apart."""
    return result.status is Status.OPTIMAL
