"""What a repair is given, held work taken for work that can be done, and what it gives back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from cordee.engine.pairs import eligible_kinds_by_lot, obstacle
from cordee.engine.problem import Candidate, Certainty, Package, Problem, Skill
from cordee.engine.result import Obstacle, Plan, Shortage, Status

# Candidate and package.
Key = tuple[str, str]
FARTHEST_KM = 2_000
_WAIVED = {
    Obstacle.NO_PLACE,
    Obstacle.NO_TRADE,
    Obstacle.UNKNOWN_TRADE,
    Obstacle.OUT_OF_REACH,
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a chantier holds of a package: cFTE in each month, cents in all."""

    cfte: int
    cents: int

    def __post_init__(self) -> None:
        """Refuse what nobody can hold."""
        if self.cfte < 0 or self.cents < 0:
            raise ValueError(f"Held({self.cfte}, {self.cents}): neither is below 0.")


NOTHING = Held(0, 0)


@dataclass(frozen=True, kw_only=True)
class RepairQuestion:
    """A present split, which may break limits, and what may be done about it.

    `present` holds the cells that are not empty. A pinned cell keeps its cFTE and its cents; one
    that holds nothing stays empty; money without work stays where it is, as if pinned. `most`:
    cells that may hold no more than so many cFTE. Nobody takes part but those of the problem.
    """

    problem: Problem
    present: Mapping[Key, Held]
    pinned: frozenset[Key] = frozenset()
    most: Mapping[Key, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that are not there and wishes of another sort."""
        problem = self.problem
        if problem.share_limits or problem.unlike:
            raise ValueError(
                "RepairQuestion.problem has share limits or teams to differ from: pin cells."
            )
        candidates = {candidate.id for candidate in problem.candidates}
        packages = {package.id for package in problem.packages}
        for candidate, package in [*self.present, *self.pinned]:
            if candidate not in candidates or package not in packages:
                raise ValueError(f"RepairQuestion: {candidate}/{package} is not in the problem.")
        held = {key: each for key, each in sorted(self.present.items()) if each != NOTHING}
        paid = {key for key, each in held.items() if not each.cfte}
        object.__setattr__(self, "present", MappingProxyType(held))
        object.__setattr__(self, "pinned", self.pinned | paid)

    @cached_property
    def posed(self) -> Problem:
        """The problem, with what is held taken for doable."""
        return with_assumed_skills(self.problem, [*self.present, *sorted(self.pinned)])

    def held(self, key: Key) -> Held:
        """What a cell holds now."""
        return self.present.get(key, NOTHING)

    def without_pins(self, lifted: frozenset[Key]) -> "RepairQuestion":
        """The same with some pins lifted; money without work stays."""
        return replace(self, pinned=self.pinned - lifted)


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """Pinned cells that break a limit by themselves, and by how much.

    `candidate` is absent where a line is meant, `package` where a chantier is. `excess_cents` may
    be negative: the pins take all the work of a line and leave so much of its price to nobody.
    """

    limit: Shortage
    pins: tuple[Key, ...]
    candidate: str | None = None
    package: str | None = None
    months: tuple[int, ...] = ()
    excess_cfte: int = 0
    excess_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """Why no split keeps the pins, and the nearest ways out.

    `in_the_way`: pins that alone break a limit. `short_cfte`: the least work without a taker, by
    package, where pins alone break nothing. `lift`: pins whose lifting makes a split possible;
    `is_smallest` where fewer are proven not to be enough.
    """

    in_the_way: tuple[InTheWay, ...] = ()
    short_cfte: tuple[tuple[str, int], ...] = ()
    lift: tuple[Key, ...] = ()
    is_smallest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The nearest split with its proof, or why there is none.

    `status` speaks of the euros moved: `optimal` where no split moves less (to a cent, amounts
    taken before they are rounded), `gap` where `bound_cents` is all that is proven. `is_fewest` and
    `is_cheapest` say whether the next two aims are proven too. `moved_cents` counts each euro where
    it leaves and where it arrives.
    """

    status: Status
    split: Mapping[Key, Held] | None = None
    changed: tuple[Key, ...] = ()
    moved_cents: int = 0
    bound_cents: int = 0
    is_fewest: bool = False
    is_cheapest: bool = False
    plan: Plan | None = None
    blocked: Blocked | None = None
    seconds: float = 0.0
    nodes: int = 0


# What people put in their table is work they can do: the trade and the road are theirs to judge.
# Only the law still forbids a cell that is held (a reserved lot, staff supply, a certification).
# New cells are proposed by what each declares, and by the trades it is seen to hold.


def with_assumed_skills(problem: Problem, cells: Iterable[tuple[str, str]]) -> Problem:
    """Return the problem in which whoever holds a cell has its trade and comes that far.

    What is added is a guess without reference. Nobody else comes farther than before.
    """
    candidates = {each.id: each for each in problem.candidates}
    packages = {each.id: each for each in problem.packages}
    kinds = eligible_kinds_by_lot(problem.packages)
    limit = farthest = problem.params.max_distance_km
    wide = replace(problem.params, max_distance_km=FARTHEST_KM)
    held = sorted({cell for cell in cells if cell[0] in candidates})
    for name, package_id in held:
        candidate, package = candidates[name], packages[package_id]
        for _ in _WAIVED:
            hurdle, _ = obstacle(candidate, package, kinds[package.lot_id], wide)
            if hurdle in _WAIVED:
                candidate = _able(candidate, package, hurdle)
        candidates[name] = candidate
        if candidate.latitude_deg is not None:
            farthest = max(farthest, _km(candidate, package))
    if farthest > limit:
        holders = {name for name, _ in held}
        for name in candidates.keys() - holders:
            candidates[name] = _kept_near(candidates[name], limit)
    elif all(candidates[each.id] is each for each in problem.candidates):
        return problem
    wider = replace(problem.params, max_distance_km=farthest)
    return problem.replace(params=wider, candidates=tuple(candidates.values()))


def _able(candidate: Candidate, package: Package, hurdle: Obstacle | None) -> Candidate:
    if hurdle is Obstacle.NO_PLACE:
        return replace(
            candidate, latitude_deg=package.latitude_deg, longitude_deg=package.longitude_deg
        )
    others = tuple(skill for skill in candidate.skills if skill.trade != package.trade)
    skill = candidate.skill(package.trade)
    reach = _km(candidate, package)
    if skill is None or skill.certainty is Certainty.UNKNOWN:
        skill = Skill(
            trade=package.trade, certainty=Certainty.GUESSED, proficiency=0, reach_km=reach
        )
    return replace(candidate, skills=(*others, replace(skill, reach_km=max(reach, skill.reach_km))))


def _km(candidate: Candidate, package: Package) -> int:
    hm = candidate.hm_to(package)
    assert hm is not None
    return min(FARTHEST_KM, -(-hm // 10))


def _kept_near(candidate: Candidate, limit_km: int) -> Candidate:
    if all(skill.reach_km <= limit_km for skill in candidate.skills):
        return candidate
    skills = tuple(replace(s, reach_km=min(s.reach_km, limit_km)) for s in candidate.skills)
    return replace(candidate, skills=skills)
