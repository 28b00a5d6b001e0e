"""The whole question: packages and candidates, limits, and what somebody wants of the team."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from operator import attrgetter, is_
from typing import Any, Self

from cordee.engine.problem.candidate import Candidate
from cordee.engine.problem.certain import certain_candidates
from cordee.engine.problem.checks import MAX_CFTE, unique, within
from cordee.engine.problem.package import Package
from cordee.engine.problem.params import Params


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
