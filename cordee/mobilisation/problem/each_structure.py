"""Open packages seen from the structures: for each, what lies within its trades and reach.

Made for what is said to a structure itself. It is told of its own figures and of nobody else's:
each row of the block is read by its owner alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cordee.engine.points import TermName
from cordee.engine.problem import Candidate, Certainty, Package, Params, Skill
from cordee.engine.rank import rank
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.pairs import pairs_of
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem.candidates import field_of
from cordee.mobilisation.problem.packages import span_of
from cordee.rules import territory

# How far a structure is taken to go for a trade that it follows without having declared it.
USUAL_REACH_KM = 40


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

    def distance_km(self, match: Match) -> float:
        """From the structure to the work."""
        package, candidate = self.packages[match.package], self.candidates[match.candidate]
        if candidate.latitude_deg is None or candidate.longitude_deg is None:
            raise ValueError(f"{match.candidate} has no place: it is within reach of nothing.")
        home = candidate.latitude_deg, candidate.longitude_deg
        return territory.distance_km(*home, package.latitude_deg, package.longitude_deg)

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
            "trade": package.trade,
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
    field = field_of(structures, viewer=viewer, first_month=first, months=months)
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
        own = {skill.trade: skill for skill in candidate.skills}
        reach = max((skill.reach_km for skill in candidate.skills), default=USUAL_REACH_KM)
        # A trade that nobody declared is no more than a guess, and is noted like one.
        skills = [
            own.get(trade)
            or Skill(trade=trade, certainty=Certainty.GUESSED, proficiency=0, reach_km=reach)
            for trade in wish.trades
        ]
    if wish.radius_km is not None:
        skills = [replace(skill, reach_km=wish.radius_km) for skill in skills]
    return replace(candidate, skills=tuple(skills))
