"""Structures as candidates of the engine, and who stands behind each.

Open packages seen from the structures: for each, what lies within its trades and reach.

Made for what is said to a structure itself. It is told of its own figures and of nobody else's:
each row of the block is read by its owner alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from math import cos, radians
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cordee.engine.points import TermName
from cordee.engine.problem import AccountingYear, Candidate, Certainty, Package, Params, Skill
from cordee.engine.rank import rank
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import pairs_of
from cordee.members.models import Activity, Chantier, Crew, Structure
from cordee.members.models.structures import StructureQuerySet
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import rounding
from cordee.mobilisation.problem.figures import accounting_years, crew_size_cfte, free_capacity
from cordee.mobilisation.problem.packages import span_of
from cordee.rules import capacity, crafts
from cordee.rules.kinds import Kind, is_capped

# Ordinary companies take part by subcontracting or as future employers, which a person decides:
# the composer ropes together the structures of insertion and of adapted work.
TEAM_KINDS = frozenset(kind for kind in Kind if kind is not Kind.ENTREPRISE)

COORDINATION_COST_CENTS = 150_000
LEAD_COST_CENTS = 100_000
# The smallest thing a supervisor plans is one day a week of one crew (docs/decisions/0004).
CREW_DAYS_A_WEEK = 5
# How far a structure is taken to go for a trade that it follows without having declared it.
USUAL_REACH_KM = 40


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
    rows = _structures_around(packages, params.max_distance_km)
    if trades:
        rows = rows.in_trade(*map(crafts.trade_of, trades))
    return field_of(
        list(rows),
        viewer=viewer.asker,
        first_month=first,
        months=months,
        apart_from=apart_from,
        asked={package.trade for package in packages},
    )


def ranked_candidates(
    packages: Sequence[Package], *, viewer: Viewer, params: Params
) -> tuple[Field, int]:
    """Whom a ranking of these packages weighs or names, and how many others are around: they told
    their trades, and none of those asked.

    Who is in reach depends on what is public; figures are read of those alone.
    """
    around = _structures_around(packages, params.max_distance_km)
    silent = Chantier.objects.filter(structure=OuterRef("pk"), activities__isnull=True)
    asked = {package.trade for package in packages}
    practising = Structure.objects.in_trade(*map(crafts.trade_of, asked))
    structures = list(around.filter(Exists(silent.order_by()) | Q(pk__in=practising.order_by())))
    first, months = span_of(packages)
    these = partial(field_of, first_month=first, months=months, asked=asked)
    public = these(structures, viewer=Viewer(None, viewer.on))
    in_reach = {
        public.known[each.candidate].structure_id
        for each in rank(packages, public.candidates, params=params).ranked
    }
    told = these([each for each in structures if each.pk in in_reach], viewer=viewer.asker)
    with_figures = {each.id: each for each in told.candidates}
    candidates = tuple(with_figures.get(each.id, each) for each in public.candidates)
    others = Chantier.objects.filter(structure__in=around.order_by().values("pk")).count()
    return Field(candidates, public.known), others - len(candidates)


def field_of(
    structures: Sequence[Structure],
    *,
    viewer: Viewer,
    first_month: int,
    months: int,
    apart_from: str = "",
    asked: Collection[str] | None = None,
) -> Field:
    """Every chantier of some structures, with the figures open to a viewer for those months.

    What `apart_from` booked is not taken from their headroom, nor from their crews. `asked`: the
    trades and crafts of the packages; left out, whoever told no craft may be asked for each.
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
                    asked,
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


def _structures_around(packages: Sequence[Package], limit_km: int) -> StructureQuerySet:
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
    return rows.select_related("organisation").order_by("siret", "kind")


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
    asked: Collection[str] | None,
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
                trade=trade,
                # Who does finishing works and told no craft is asked, as for a guessed trade.
                certainty=Certainty(activity.certainty) if is_told else Certainty.GUESSED,
                proficiency=activity.proficiency,
                reach_km=activity.reach_km,
            )
            for activity in activities
            for trade, is_told in crafts.answered(activity.trade, activity.crafts, asked)
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


@dataclass(frozen=True, slots=True)
class SearchOverride:
    """What a structure wants looked for, in the place of what it declared; empty: as declared."""

    trades: tuple[str, ...] = ()
    radius_km: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One chantier within reach of one package; `package` is its place among those asked."""

    structure_id: int
    candidate: str
    package: int
    points: int
    out_of: int

    @property
    def percent(self) -> int:
        """Points per hundred of what is known: the unknown neither helps nor harms."""
        return 100 * self.points // max(1, self.out_of)

    @property
    def order(self) -> tuple[int, int, str, int]:
        """What sorts matches, the best first."""
        return -self.percent, -self.points, self.candidate, self.package


@dataclass(frozen=True, slots=True)
class Matches:
    """All pairs within reach, by structure, and what they were counted from."""

    by_structure: Mapping[int, Sequence[Match]]
    packages: Sequence[Package]
    candidates: Mapping[str, Candidate]

    def trade_of(self, match: Match) -> str:
        """The trade of the work, whatever craft of it is asked."""
        return crafts.trade_of(self.packages[match.package].trade)

    def facts(self, match: Match) -> dict[str, Any]:
        """The facts of a match in plain values, counted again by the readable function.

        Raises `RuntimeError` where it gives another note.
        """
        package, candidate = self.packages[match.package], self.candidates[match.candidate]
        ranking = rank(package, [candidate], params=Params())
        ranked = ranking.ranked[0] if ranking.ranked else None
        if ranked is None or (ranked.points, ranked.out_of) != (match.points, match.out_of):
            raise RuntimeError(
                f"{match.candidate} for {package.id}: the columns and `rank` differ; trust neither."
            )
        facts = ranked.facts
        certainty = {term.name: term.certainty for term in ranked.terms}
        return {
            "trade": self.trade_of(match),
            "is_trade_guessed": certainty[TermName.TRADE] is not Certainty.KNOWN,
            "distance_hm": facts.distance_hm,
            "is_reserved": facts.is_reserved,
            "months": facts.months,
            "free_months": facts.free_months if facts.known_months == facts.months else None,
            "points": ranked.points,
            "out_of": ranked.out_of,
        }


def matches_of(
    packages: Sequence[Package],
    structures: Sequence[Structure],
    *,
    viewer: Viewer,
    wishes: Mapping[int, SearchOverride],
) -> Matches:
    """Every package within reach of some structures, each as its wish has it."""
    if not packages or not structures:
        return Matches({}, packages, {})
    first, months = span_of(packages)
    asked = {package.trade for package in packages}
    field = field_of(structures, viewer=viewer, first_month=first, months=months, asked=asked)
    candidates = {
        each.id: _wished(each, wishes.get(field.known[each.id].structure_id))
        for each in field.candidates
    }
    block = block_of([candidates[name] for name in sorted(candidates)])
    pairs = pairs_of(block, columns_of(packages, limit_km=Params().max_distance_km))
    names = [name.decode() for name in block.ids.tolist()]
    owners = [field.known[name].structure_id for name in names]
    found: dict[int, list[Match]] = {}
    columns = (pairs.rows, pairs.packages, pairs.points, pairs.out_of)
    for row, package, points, out_of in zip(*(each.tolist() for each in columns), strict=True):
        match = Match(owners[row], names[row], package, points, out_of)
        found.setdefault(owners[row], []).append(match)
    return Matches(found, packages, candidates)


def _wished(candidate: Candidate, wish: SearchOverride | None) -> Candidate:
    if wish is None or wish == SearchOverride():
        return candidate
    skills: Iterable[Skill] = candidate.skills
    if wish.trades:
        own = {crafts.trade_of(skill.trade) for skill in candidate.skills}
        reach = max((skill.reach_km for skill in candidate.skills), default=USUAL_REACH_KM)
        # A trade that nobody declared is no more than a guess, and is noted like one.
        skills = [each for each in skills if crafts.trade_of(each.trade) in wish.trades] + [
            Skill(trade=asked, certainty=Certainty.GUESSED, proficiency=0, reach_km=reach)
            for trade in wish.trades
            if trade not in own
            for asked, _ in crafts.answered(trade, ())
        ]
    if wish.radius_km is not None:
        skills = [replace(skill, reach_km=wish.radius_km) for skill in skills]
    return replace(candidate, skills=tuple(skills))
