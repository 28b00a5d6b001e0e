"""The one place that turns rows into engine packages and candidates.

A figure reaches the engine only where the asking viewer may compose with it; everything else is
unknown, as if the structure had never told it. Nothing here looks at what a page may show.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from math import cos, radians
from pathlib import Path
from typing import Any

import numpy as np

from cordee.economics.models import AccountingYear as AccountingYearRow
from cordee.engine.problem import (
    MAX_MONTHS,
    AccountingYear,
    Certainty,
    Params,
    Problem,
    Skill,
)

# Named again for the night, which handles them without speaking to the engine.
from cordee.engine.problem import Candidate as Candidate
from cordee.engine.problem import Package as Package
from cordee.engine.rank import Ranked, rank
from cordee.engine.ranking.aside import by_reason
from cordee.engine.ranking.asked import asked_of
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.run import Stored as Stored
from cordee.engine.ranking.run import rank_stored, ranked_rows, tally_stored
from cordee.engine.ranking.warm import warm
from cordee.engine.result import Obstacle
from cordee.engine.serialise import problem_to_json
from cordee.members.models import (
    Activity,
    CapacityBooking,
    CapacityException,
    Chantier,
    Crew,
    Structure,
)
from cordee.members.sharing import Viewer
from cordee.mobilisation.rights import Rights
from cordee.opportunities.models import WorkPackage
from cordee.rules import capacity, ceiling
from cordee.rules.kinds import Kind
from cordee.rules.months import month_number
from cordee.rules.parameters import UnknownParameter
from cordee.rules.reservation import Reservation, eligible_kinds

# Ordinary companies take part by subcontracting or as future employers, which a person decides:
# the composer ropes together the structures of insertion and of adapted work.
TEAM_KINDS = frozenset(kind for kind in Kind if kind is not Kind.ENTREPRISE)

COORDINATION_COST_CENTS = 150_000
LEAD_COST_CENTS = 100_000
# The smallest thing a supervisor plans is one day a week of one crew (docs/decisions/0004).
CREW_DAYS_A_WEEK = 5
# Rises when a ranking of the same inputs may come out otherwise.
ENGINE_VERSION = "1"
# Structures around whose trades nobody told: counted, and so many of them named.
NAMED_WITHOUT_TRADE = 20
_FOR_EVER = 12 * 9_999


@dataclass(frozen=True, slots=True)
class Known:
    """What stands behind a candidate, for pages: its row, and how it is named."""

    candidate: str
    structure_id: int
    chantier_id: int
    name: str
    kind: str
    city: str


@dataclass(frozen=True, slots=True)
class Field:
    """The candidates around some packages, and who they are."""

    candidates: tuple[Candidate, ...]
    known: Mapping[str, Known]


class NotComposable(Exception):
    """A work package lacks a size, a time or a place: `what` names it, in French."""

    def __init__(self, package: str, what: str) -> None:
        super().__init__(package, what)
        self.package = package
        self.what = what

    def __str__(self) -> str:
        return f"{self.package} : {self.what}"


def params_for(packages: Sequence[Package]) -> Params:
    """A team may count one partner more than there are packages, and eight at most."""
    return Params(max_partners=max(4, min(8, len(packages) + 1)))


def engine_packages(work_packages: Iterable[WorkPackage], *, on: date) -> tuple[Package, ...]:
    """Packages of a breakdown, with the reservation of their lot (RULE-15).

    Raises `NotComposable` where a package has no size, time or place.
    """
    packages = []
    for row in work_packages:
        if row.latitude is None or row.longitude is None:
            raise NotComposable(row.label, "le lieu est inconnu. Indiquez la commune.")
        if row.first_month is None or row.months is None:
            raise NotComposable(row.label, "les dates sont inconnues. Indiquez-les.")
        if row.months > MAX_MONTHS:
            raise NotComposable(row.label, f"{row.months} mois sont trop longs. Corrigez la durée.")
        if row.need_cfte is None or row.amount_cents is None:
            raise NotComposable(row.label, "la taille est inconnue. Indiquez un montant.")
        packages.append(
            Package(
                id=f"{row.position:02d}",
                lot_id=row.lot_id or "1",
                label=row.label,
                trade=row.trade,
                latitude_deg=row.latitude,
                longitude_deg=row.longitude,
                first_month=row.first_month,
                months=row.months,
                need_cfte=row.need_cfte,
                amount_cents=row.amount_cents,
                min_share_cfte=min(row.need_cfte, max(50, -(-row.need_cfte // 10))),
                eligible_kinds=_eligible_kinds(row, on),
            )
        )
    return tuple(packages)


def _eligible_kinds(row: WorkPackage, on: date) -> frozenset[str] | None:
    """Kinds that may take the package; a reservation nobody told of is none."""
    try:
        return eligible_kinds(Reservation(row.reserved or Reservation.NONE), on=on)
    except UnknownParameter as gap:
        raise NotComposable(
            row.label, f"nous ne connaissons pas ce droit le {on:%d/%m/%Y} ({gap.name})."
        ) from gap


def engine_candidates(
    packages: Sequence[Package],
    *,
    viewer: Viewer,
    on: date,
    params: Params,
    shown_only: bool = False,
    trades: Collection[str] = (),
    rights: Rights | None = None,
) -> Field:
    """Every chantier within the distance limit of a package, as this viewer may compose with it.

    What is made for a network holds what that network may use, whoever asks. `shown_only` leaves
    out what may be used but not seen, for answers that show each structure by itself; `trades`
    keeps the structures that work in one of them, known or guessed. `rights`: others than those
    of the viewer.
    """
    rights = rights or Rights.of(viewer.asker, on)
    if shown_only:
        rights = rights.shown_only
    first = min(package.first_month for package in packages)
    months = max(package.end_month for package in packages) - first
    structures = _structures_around(packages, params.max_distance_km, trades)
    return field_of(structures, rights=rights, first_month=first, months=months, on=on)


def field_of(
    structures: Sequence[Structure], *, rights: Rights, first_month: int, months: int, on: date
) -> Field:
    """Every chantier of some structures, with the figures that rights open for those months."""
    ids = {structure.pk for structure in structures}
    chantiers = _by(Chantier.objects.filter(structure__in=ids).order_by("pk"), "structure_id")
    activities = _by(Activity.objects.filter(chantier__structure__in=ids), "chantier_id")
    free = _free_capacity(ids, rights, first_month, months, on)
    crews = _by(Crew.objects.filter(chantier__structure__in=ids & rights.crews), "chantier_id")
    years = _accounting_years(ids, rights, on)
    full_time = Decimal(capacity.full_time_weekly_hours(on=on))
    candidates, known = [], {}
    for structure in structures:
        own = chantiers[structure.pk]
        for number, chantier in enumerate(own, start=1):
            who = known_as(structure, own, number)
            candidates.append(
                _candidate(
                    who.candidate,
                    who.name,
                    structure,
                    chantier,
                    activities[chantier.pk],
                    free.get(chantier.pk),
                    [crew_size_cfte(crew, full_time) for crew in crews[chantier.pk]],
                    years.get(chantier.pk, ()),
                )
            )
            known[who.candidate] = who
    return Field(tuple(candidates), known)


def known_as(structure: Structure, chantiers: Sequence[Chantier], number: int) -> Known:
    """The chantier of that number (from 1, in the order of their making), as pages name it."""
    chantier = chantiers[number - 1]
    return Known(
        f"{structure.siret}-{structure.kind}-{number}",
        structure.pk,
        chantier.pk,
        _name(structure, chantier, len(chantiers)),
        structure.kind,
        structure.city,
    )


def _name(structure: Structure, chantier: Chantier, chantiers: int) -> str:
    """The structure's name; with its chantier's where it has several."""
    return structure.shown_name if chantiers < 2 else f"{structure.shown_name}, {chantier.name}"


def problem_json(packages: Sequence[Package], field: Field, *, params: Params) -> dict[str, Any]:
    """Every input of a ranking or a composition, with its unit, as the engine writes it."""
    problem = Problem(packages=tuple(packages), candidates=field.candidates, params=params)
    stored: dict[str, Any] = json.loads(problem_to_json(problem))
    return stored


def ranking_of(
    packages: Sequence[Package], field: Field, *, params: Params
) -> list[dict[str, Any]]:
    """The ranking of each package as plain JSON, with those set aside counted by reason."""
    return [_package_ranking(package, field, params) for package in packages]


def _package_ranking(package: Package, field: Field, params: Params) -> dict[str, Any]:
    ranking = rank(package, field.candidates, params=params)
    unknown_trades = [
        field.known[each.candidate].name
        for each in ranking.set_aside
        if each.obstacle is Obstacle.UNKNOWN_TRADE
    ]
    return {
        "package": package.id,
        "lot": package.lot_id,
        "label": package.label,
        "trade": package.trade,
        "set_aside": {str(k): n for k, n in ranking.set_aside_by_obstacle.items()},
        "unknown_trade_names": sorted(unknown_trades)[:NAMED_WITHOUT_TRADE],
        "ranked": [_row(each, field.known[each.candidate]) for each in ranking.ranked],
    }


def _row(ranked: Ranked, known: Known) -> dict[str, Any]:
    return {**asdict(known), **_note(ranked)}


def _note(ranked: Ranked) -> dict[str, Any]:
    return {
        "points": ranked.points,
        "out_of": ranked.out_of,
        "terms": [
            {"name": t.name, "points": t.points, "out_of": t.out_of, "certainty": t.certainty}
            for t in ranked.terms
        ],
        "facts": asdict(ranked.facts),
    }


@dataclass(frozen=True, slots=True)
class Listed:
    """The first structures of a package among all there are; `notes` by candidate, best first."""

    package: str
    compared: int
    ranked: int
    set_aside: Mapping[str, int]
    notes: Mapping[str, dict[str, Any]]


def known_by_candidate(candidates: Collection[str]) -> dict[str, Known]:
    """Who stands behind identifiers of candidates; one whose chantier is gone is absent."""
    sirets = {name.split("-", 1)[0] for name in candidates}
    structures = Structure.objects.active().filter(siret__in=sirets)
    own = _by(Chantier.objects.filter(structure__in=structures).order_by("pk"), "structure_id")
    known = {}
    for structure in structures:
        chantiers = own[structure.pk]
        for number in range(1, len(chantiers) + 1):
            who = known_as(structure, chantiers, number)
            if who.candidate in candidates:
                known[who.candidate] = who
    return known


def store_block(candidates: Iterable[Candidate], path: Path) -> Stored | None:
    """Write candidates as a block of the ranking; nothing where there are none."""
    block = block_of(sorted(candidates, key=lambda candidate: candidate.id))
    if not len(block):
        return None
    block.save(path)
    return Stored(str(path), block.version, len(block))


def blocks_version(blocks: Sequence[Stored]) -> str:
    """One digest of all that a ranking on these blocks was computed from, packages apart."""
    return sha256("".join(block.version for block in blocks).encode()).hexdigest()


def first_of_all(
    packages: Sequence[Package], blocks: Sequence[Stored], executor: Executor
) -> list[Listed]:
    """The first structures of each package, each with its terms and facts as `rank` writes them.

    Every note is counted again by the readable function: raises `RuntimeError` where they differ.
    """
    params = Params()
    asked = asked_of(packages, limit_km=params.max_distance_km)
    lists = rank_stored(blocks, asked, executor)
    tallies = executor.map(tally_stored, blocks, [asked] * len(blocks))
    aside = by_reason(np.sum(list(tallies), axis=0), lists.ranked)
    compared = sum(block.rows for block in blocks)
    ranked_by_package = ranked_rows(lists, packages, blocks, params)
    return [
        Listed(
            package.id,
            compared,
            ranked_count,
            {str(reason): count for reason, count in reasons.items()},
            {each.candidate: _note(each) for each in ranked},
        )
        for package, ranked_count, reasons, ranked in zip(
            packages, lists.ranked.tolist(), aside, ranked_by_package, strict=True
        )
    ]


def _free_capacity(
    structure_ids: set[int], rights: Rights, first_month: int, months: int, on: date
) -> dict[int, dict[int, int]]:
    """Free cFTE by chantier and month; a chantier that told neither crews nor FTE is absent."""
    allowed = structure_ids & rights.crews
    chantiers = Chantier.objects.filter(structure__in=allowed).prefetch_related(
        "crews", "profiles", "capacity_exceptions", "bookings"
    )
    full_time = Decimal(capacity.full_time_weekly_hours(on=on))
    free = {}
    for chantier in chantiers:
        offered = _offered(chantier, first_month, months, full_time)
        if offered is not None:
            for exception in chantier.capacity_exceptions.all():
                for month in _span(exception) & offered.keys():
                    offered[month] = exception.cfte
            for booking in chantier.bookings.all():
                for month in _span(booking) & offered.keys():
                    offered[month] = max(0, offered[month] - booking.cfte)
            free[chantier.pk] = {
                month: rights.crews_cfte(chantier.structure_id, cfte)
                for month, cfte in offered.items()
            }
    return free


def _offered(
    chantier: Chantier, first_month: int, months: int, full_time: Decimal
) -> dict[int, int] | None:
    """cFTE by month that crews and seasons give, before exceptions and bookings."""
    profiles = tuple(
        capacity.SeasonalProfile(
            tuple(profile.percent_by_month),
            month_number(profile.valid_from),
            month_number(profile.valid_to) if profile.valid_to else None,
        )
        for profile in chantier.profiles.all()
    )
    crews = [
        capacity.Crew(crew_size_cfte(crew, full_time), profiles, _absences(crew))
        for crew in chantier.crews.all()
    ]
    if not crews and chantier.declared_cfte is not None:
        crews = [capacity.Crew(chantier.declared_cfte, profiles)]
    if not crews:
        return None
    return capacity.monthly_cfte(crews, first_month=first_month, months=months)


def crew_size_cfte(crew: Crew, full_time_weekly_hours: Decimal) -> int:
    """The capacity of one full crew, in cFTE."""
    return capacity.crew_cfte(
        crew.places,
        Decimal(crew.weekly_minutes) / 60,
        full_time_weekly_hours=full_time_weekly_hours,
    )


def _absences(crew: Crew) -> tuple[capacity.MonthSpan, ...]:
    """Months before a crew exists and after it ends, as exceptions that give nothing."""
    spans = []
    if crew.valid_from:
        spans.append(capacity.MonthSpan(0, month_number(crew.valid_from) - 1, 0))
    if crew.valid_to:
        spans.append(capacity.MonthSpan(month_number(crew.valid_to) + 1, _FOR_EVER, 0))
    return tuple(spans)


def _span(row: CapacityException | CapacityBooking) -> set[int]:
    return set(range(row.first_month, row.first_month + row.months))


def _accounting_years(
    structure_ids: set[int], rights: Rights, on: date
) -> dict[int, tuple[AccountingYear, ...]]:
    """Accounting years by chantier, each with the headroom the viewer may compose with."""
    years: dict[int, list[AccountingYear]] = defaultdict(list)
    allowed = structure_ids & rights.accounts
    rows = AccountingYearRow.objects.filter(chantier__structure__in=allowed)
    for row in rows.select_related("chantier"):
        headroom = ceiling.headroom_cents(
            row.receipts_cents,
            row.charges_cents,
            marginal_cost_share=row.marginal_cost_share,
            derogation=row.derogation_in_force(),
            on=on,
        )
        headroom = rights.headroom_cents(row.chantier.structure_id, headroom)
        years[row.chantier_id].append(
            AccountingYear(first_month=row.first_month, months=row.months, headroom_cents=headroom)
        )
    return {chantier: tuple(found) for chantier, found in years.items()}


def _structures_around(
    packages: Sequence[Package], limit_km: int, trades: Collection[str]
) -> list[Structure]:
    """Rows inside the box that holds every package's circle; the engine cuts the circles."""
    south = min(package.latitude_deg for package in packages) - limit_km / 111.0
    north = max(package.latitude_deg for package in packages) + limit_km / 111.0
    widest = max(abs(south), abs(north))
    margin = limit_km / 111.0 / max(0.05, cos(radians(widest)))
    west = min(package.longitude_deg for package in packages) - margin
    east = max(package.longitude_deg for package in packages) + margin
    rows = Structure.objects.active().filter(
        kind__in=TEAM_KINDS, latitude__range=(south, north), longitude__range=(west, east)
    )
    if trades:
        rows = rows.in_trade(*trades)
    return list(rows.select_related("organisation").order_by("siret", "kind"))


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, name)].append(row)
    return grouped


def _candidate(
    identifier: str,
    name: str,
    structure: Structure,
    chantier: Chantier,
    activities: list[Activity],
    free: Mapping[int, int] | None,
    crew_sizes: list[int],
    years: tuple[AccountingYear, ...],
) -> Candidate:
    smallest = min(crew_sizes, default=None)
    return Candidate(
        id=identifier,
        organisation=structure.organisation.siren,
        name=name,
        kind=structure.kind,
        latitude_deg=structure.latitude,
        longitude_deg=structure.longitude,
        skills=tuple(
            Skill(
                trade=activity.trade,
                certainty=Certainty(activity.certainty),
                proficiency=activity.proficiency,
                reach_km=activity.reach_km,
            )
            for activity in activities
        ),
        capacity_cfte_by_month=free,
        capacity_certainty=Certainty.UNKNOWN if free is None else Certainty.KNOWN,
        is_capped=ceiling.is_capped(structure.kind),
        accounting_years=years,
        max_packages=max(1, len(crew_sizes)) * CREW_DAYS_A_WEEK,
        can_lead=chantier.can_lead is not False,
        min_crew_cfte=None if smallest is None else max(1, smallest // CREW_DAYS_A_WEEK),
        coordination_cost_cents=COORDINATION_COST_CENTS,
        lead_cost_cents=LEAD_COST_CENTS,
    )


def warm_ranking() -> None:
    """Compile what a ranking runs, or read it from the cache."""
    warm()
