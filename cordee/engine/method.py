"""What a method of composition must offer; `compose` trusts none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Required, TypedDict

from cordee.engine.pairs import Pairs
from cordee.engine.problem import Problem


@dataclass(frozen=True, slots=True)
class TeamRule:
    """How many organisations may sign, and whether one of them must lead."""

    least: int
    most: int

    @property
    def is_team(self) -> bool:
        """Whether a lead and a coordination are needed."""
        return self.most > 1


SOLO = TeamRule(1, 1)


@dataclass(frozen=True, slots=True)
class News:
    """How far a search is: the best quantities yet, their cost and the bound, in micro-cents."""

    seconds: float
    quantities: Mapping[tuple[str, str], int] | None
    cost: int | None
    bound: int | None


# Told several times a second while a method works; it stops soon after an answer of False.
Watch = Callable[[News], bool]


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds that may be spent, the seed of any random choice, and who is told meanwhile."""

    time_limit_s: float
    seed: int
    watch: Watch | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method claims.

    `quantities` are cFTE by candidate and package; `bound`, in micro-cents, is a cost below which
    no plan exists; `is_infeasible` claims that there is no plan at all. `multipliers`, in euros
    per cFTE by package, are what a later search near this one may start from.
    """

    quantities: Mapping[tuple[str, str], int] | None
    bound: int | None
    is_infeasible: bool
    nodes: int
    multipliers: Mapping[str, float] = field(default_factory=dict)


class Method(Protocol):
    """Find the cheapest plan; `start` and `multipliers` are what is known of a problem near it."""

    name: str
    version: str

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Mapping[tuple[str, str], int] | None = None,
        multipliers: Mapping[str, float] | None = None,
    ) -> Outcome:
        """Return the claim of the method."""
        ...


class How(TypedDict, total=False):
    """How `compose` searches, handed on by what asks it another question."""

    seed: Required[int]
    method: Method | None
