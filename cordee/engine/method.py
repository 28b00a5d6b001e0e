"""What a method of composition must offer; `compose` trusts none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

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
class Budget:
    """Seconds that may be spent, and the seed of any random choice."""

    time_limit_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method claims.

    `quantities` are cFTE by candidate and package; `bound`, in micro-cents, is a cost below which
    no plan exists; `is_infeasible` claims that there is no plan at all.
    """

    quantities: Mapping[tuple[str, str], int] | None
    bound: int | None
    is_infeasible: bool
    nodes: int


class Method(Protocol):
    """Find the cheapest plan; `start` is a plan that may serve as a first one."""

    name: str
    version: str

    def solve(
        self,
        problem: Problem,
        pairs: Pairs,
        rule: TeamRule,
        budget: Budget,
        start: Mapping[tuple[str, str], int] | None = None,
    ) -> Outcome:
        """Return the claim of the method."""
        ...
