"""What the engine is asked: packages of work, candidates, limits and weights, all immutable.

Units are in the names. A month is an absolute number, ``year * 12 + month - 1``. Work is in cFTE
(1/100 of a full-time equivalent, per month), money in integer cents. What is not known is `None`
or carries a `Certainty`: nothing here is ever filled in. Work done once for a problem is kept with
it (`memoised`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, wraps
from operator import attrgetter, is_
from typing import Any, Self

from cordee.engine.problem.candidate import (
    BEST_PROFICIENCY,
    MAX_CENTS,
    MAX_CFTE,
    MAX_MONTHS,
    AccountingYear,
    Candidate,
    Certainty,
    Package,
    Skill,
    certain_candidates,
    month_name,
    month_number,
    unique,
    within,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each term of the cost is worth; every one can be put to 0, none can be negative.

    Defaults are the assumptions of `docs/algorithms/compose.md`, in 2026 euros.
    """

    travel_millicents_per_hm_cfte_month: int = 730
    fit_permille_by_proficiency: tuple[int, int, int, int] = (100, 60, 30, 0)
    no_reference_cents: int = 40_000
    interface_cents: int = 30_000
    coordination_permille: int = 1_000
    lead_permille: int = 1_000
    ceiling_tightness_permille: int = 120
    ceiling_tight_from_permille: int = 900
    capacity_tightness_cents_per_cfte_month: int = 60
    capacity_tight_from_permille: int = 700
    learning_cents_per_level_cfte_month: int = 0

    def __post_init__(self) -> None:
        """Refuse weights outside their bounds; proficiency may never cost more."""
        bounds = {
            "travel_millicents_per_hm_cfte_month": 100_000,
            "no_reference_cents": 10_000_000,
            "interface_cents": 10_000_000,
            "coordination_permille": 100_000,
            "lead_permille": 100_000,
            "ceiling_tightness_permille": 10_000,
            "ceiling_tight_from_permille": 1_000,
            "capacity_tightness_cents_per_cfte_month": 100_000,
            "capacity_tight_from_permille": 1_000,
            "learning_cents_per_level_cfte_month": 10_000,
        }
        for name, most in bounds.items():
            within(f"Weights.{name}", getattr(self, name), 0, most)
        steps = tuple(self.fit_permille_by_proficiency)
        if len(steps) != BEST_PROFICIENCY + 1 or sorted(steps, reverse=True) != list(steps):
            raise ValueError(
                f"Weights.fit_permille_by_proficiency is {steps}; give four values that never rise."
            )
        for step in steps:
            within("Weights.fit_permille_by_proficiency", step, 0, 1_000)
        object.__setattr__(self, "fit_permille_by_proficiency", steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Limits of the team and weights of the cost."""

    max_partners: int = 4
    max_distance_km: int = 100
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        """Refuse a team that could not be one."""
        within("Params.max_partners", self.max_partners, 2, 100)
        within("Params.max_distance_km", self.max_distance_km, 0, 2_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """A team to differ from: at least `least_absent` of these organisations do not sign."""

    organisations: frozenset[str]
    least_absent: int

    def __post_init__(self) -> None:
        """Refuse what no team could do."""
        within("Unlike.least_absent", self.least_absent, 1, max(1, len(self.organisations)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLimit:
    """A wish about one share: this chantier holds the package, within these cFTE."""

    candidate: str
    package: str
    least_cfte: int
    most_cfte: int

    def __post_init__(self) -> None:
        """Refuse an empty interval."""
        where = f"ShareLimit {self.candidate}/{self.package}"
        within(f"{where}: least_cfte", self.least_cfte, 1, MAX_CFTE)
        within(f"{where}: most_cfte", self.most_cfte, self.least_cfte, MAX_CFTE)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """All that a composition depends on; kept in the order of identifiers, whatever order is given.

    `pinned` organisations must be in the team, `excluded` ones must not. `unlike` names the teams
    to differ from, `share_limits` the shares that somebody wants held within limits.
    """

    packages: tuple[Package, ...]
    candidates: tuple[Candidate, ...]
    params: Params = field(default=Params())
    pinned: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    unlike: tuple[Unlike, ...] = ()
    share_limits: tuple[ShareLimit, ...] = ()

    def __post_init__(self) -> None:
        """Refuse doubles and contradictions, and sort by identifier."""
        if not self.packages:
            raise ValueError("Problem.packages is empty; give at least one package.")
        unique("Problem.packages: ids", map(attrgetter("id"), self.packages))
        unique("Problem.candidates: ids", map(attrgetter("id"), self.candidates))
        both = sorted(self.pinned & self.excluded)
        if both:
            raise ValueError(f"Problem: {both[0]} is pinned and excluded; keep one of the two.")
        unique(
            "Problem.share_limits: shares",
            (f"{limit.candidate}/{limit.package}" for limit in self.share_limits),
        )
        packages = tuple(sorted(self.packages, key=attrgetter("id")))
        candidates = tuple(sorted(self.candidates, key=attrgetter("id")))
        object.__setattr__(self, "packages", packages)
        object.__setattr__(self, "candidates", candidates)

    def __getstate__(self) -> dict[str, Any]:
        """Copy and pickle the fields alone: the rest is worked out again where it is asked for."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def memo(self) -> dict[Callable[..., Any], Any]:
        """What functions marked `memoised` returned for this problem."""
        return {}

    @cached_property
    def memo_of_candidates(self) -> dict[Callable[..., Any], Any]:
        """What functions marked `memoised_for_candidates` returned, for the same packages too."""
        return {}

    @cached_property
    def packages_by_id(self) -> dict[str, Package]:
        """The packages by identifier."""
        return {package.id: package for package in self.packages}

    @cached_property
    def candidates_by_id(self) -> dict[str, Candidate]:
        """The candidates by identifier."""
        return {candidate.id: candidate for candidate in self.candidates}

    @cached_property
    def months(self) -> tuple[int, ...]:
        """The months in which at least one package is active, in order."""
        active = {m for p in self.packages for m in range(p.first_month, p.end_month)}
        return tuple(sorted(active))

    def replace(self, **changes: Any) -> Self:
        """Return the same problem with some fields changed."""
        made = replace(self, **changes)
        if changes.keys().isdisjoint({"packages", "candidates"}):
            made.__dict__["memo_of_candidates"] = self.memo_of_candidates
        return made

    def certain_only(self) -> Self:
        """Return the problem restricted to what is known, itself where everything is.

        Skills that are not known are dropped; a candidate stays when its capacity, its ceiling and
        its certifications are known wherever the packages of its trades would use them.
        """
        certain = tuple(certain_candidates(self.candidates, self.packages))
        if len(certain) == len(self.candidates) and all(map(is_, certain, self.candidates)):
            return self
        return self.replace(candidates=certain)


def memoised[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep with a problem what a function of it alone returns; nobody may change that."""
    return _once(function, attrgetter("memo"))


def memoised_for_candidates[T](function: Callable[[Problem], T]) -> Callable[[Problem], T]:
    """Keep what a function of packages and candidates alone returns, whatever else is changed."""
    return _once(function, attrgetter("memo_of_candidates"))


def _once[T](
    function: Callable[[Problem], T], place: Callable[[Problem], dict[Callable[..., Any], Any]]
) -> Callable[[Problem], T]:
    @wraps(function)
    def found(problem: Problem) -> T:
        known = place(problem)
        if function not in known:
            known[function] = function(problem)
        value: T = known[function]
        return value

    return found
