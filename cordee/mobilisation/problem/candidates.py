"""Structures as candidates of the engine, and who stands behind each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Any

from cordee.engine.problem import AccountingYear, Candidate, Certainty, Package, Params, Skill
from cordee.members.models import Activity, Chantier, Crew, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import rounding
from cordee.mobilisation.problem.figures import accounting_years, crew_size_cfte, free_capacity
from cordee.mobilisation.problem.packages import span_of
from cordee.rules import capacity
from cordee.rules.kinds import Kind, is_capped

# Ordinary companies take part by subcontracting or as future employers, which a person decides:
# the composer ropes together the structures of insertion and of adapted work.
TEAM_KINDS = frozenset(kind for kind in Kind if kind is not Kind.ENTREPRISE)

COORDINATION_COST_CENTS = 150_000
LEAD_COST_CENTS = 100_000
# The smallest thing a supervisor plans is one day a week of one crew (docs/decisions/0004).
CREW_DAYS_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class CandidateRow:
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
    known: Mapping[str, CandidateRow]


def engine_candidates(
    packages: Sequence[Package],
    *,
    viewer: Viewer,
    params: Params,
    trades: Collection[str] = (),
    apart_from: str = "",
) -> Field:
    """Every chantier within the distance limit of a package, as this viewer may compose with it.

    What is made for a network holds what that network may use, whoever asks. An answer that shows
    each structure by itself is for `viewer.asker.shown_only`. `trades` keeps the structures that
    work in one of them, known or guessed. `apart_from`: whose commitments are counted anew.
    """
    first, months = span_of(packages)
    structures = _structures_around(packages, params.max_distance_km, trades)
    return field_of(
        structures, viewer=viewer.asker, first_month=first, months=months, apart_from=apart_from
    )


def field_of(
    structures: Sequence[Structure],
    *,
    viewer: Viewer,
    first_month: int,
    months: int,
    apart_from: str = "",
) -> Field:
    """Every chantier of some structures, with the figures open to a viewer for those months.

    What `apart_from` booked is not taken from their headroom, nor from their crews.
    """
    ids = {structure.pk for structure in structures}
    chantiers = _by(Chantier.objects.filter(structure__in=ids).order_by("pk"), "structure_id")
    activities = _by(Activity.objects.filter(chantier__structure__in=ids), "chantier_id")
    free = free_capacity(ids, viewer, first_month, months, apart_from=apart_from)
    opened = ids & viewer.usable[FigureClass.NETWORK]
    crews = _by(Crew.objects.filter(chantier__structure__in=opened), "chantier_id")
    years = accounting_years(ids, viewer, apart_from=apart_from)
    full_time = Decimal(capacity.full_time_weekly_hours(on=viewer.on))
    candidates, known = [], {}
    for structure in structures:
        own = chantiers[structure.pk]
        for number, chantier in enumerate(own, start=1):
            who = candidate_row(structure, own, number)
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
                    viewer,
                )
            )
            known[who.candidate] = who
    return Field(tuple(candidates), known)


def candidate_row(structure: Structure, chantiers: Sequence[Chantier], number: int) -> CandidateRow:
    """The chantier of that number (from 1, in the order of their making), as pages name it."""
    chantier = chantiers[number - 1]
    return CandidateRow(
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


def rows_by_candidate(candidates: Collection[str]) -> dict[str, CandidateRow]:
    """Who stands behind identifiers of candidates; one whose chantier is gone is absent."""
    sirets = {name.split("-", 1)[0] for name in candidates}
    structures = Structure.objects.active().filter(siret__in=sirets)
    own = _by(Chantier.objects.filter(structure__in=structures).order_by("pk"), "structure_id")
    known = {}
    for structure in structures:
        chantiers = own[structure.pk]
        for number in range(1, len(chantiers) + 1):
            who = candidate_row(structure, chantiers, number)
            if who.candidate in candidates:
                known[who.candidate] = who
    return known


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
    viewer: Viewer,
) -> Candidate:
    least = max(1, min(crew_sizes) // CREW_DAYS_A_WEEK) if crew_sizes else None
    packages = max(1, len(crew_sizes)) * CREW_DAYS_A_WEEK
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
        is_capped=is_capped(structure.kind),
        accounting_years=years,
        max_packages=rounding.most_packages(viewer, structure.pk, packages),
        can_lead=chantier.can_lead is not False,
        min_crew_cfte=None
        if least is None
        else rounding.least_share_cfte(viewer, structure.pk, least),
        coordination_cost_cents=COORDINATION_COST_CENTS,
        lead_cost_cents=LEAD_COST_CENTS,
    )
