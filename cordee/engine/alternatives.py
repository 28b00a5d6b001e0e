"""Other proposals: the next best teams that differ enough from the best and from each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Unpack

from cordee.engine.compare import Comparison, compare
from cordee.engine.compose import compose
from cordee.engine.method import How
from cordee.engine.problem import Problem, Unlike
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Plan, Result, Status


class End(StrEnum):
    """Why no further alternative was sought."""

    COUNT = "count"
    NO_OTHER = "no_other"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A next best team with a proof of its own, and what it changes against the best.

    `result.status` is about the teams that differ enough: `optimal` says that no cheaper one does.
    """

    result: Result
    comparison: Comparison

    @property
    def plan(self) -> Plan:
        """The team."""
        assert self.result.plan is not None
        return self.result.plan

    @property
    def is_tie(self) -> bool:
        """Whether it costs what the best costs, to the cent."""
        return abs(self.comparison.cost) <= OPTIMAL_WITHIN_UNITS


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Those found, the cheapest first as far as each is proven, and why they end.

    `NO_OTHER` is a proof: no further team differs by as many partners from all of these.
    """

    found: tuple[Alternative, ...]
    end: End

    def __iter__(self) -> Iterator[Alternative]:
        """Yield those found."""
        return iter(self.found)

    def __len__(self) -> int:
        """Return how many were found."""
        return len(self.found)


def alternatives(
    problem: Problem,
    result: Result,
    *,
    count: int,
    least_difference: int,
    time_limit_s: float,
    **how: Unpack[How],
) -> Alternatives:
    """Return up to `count` next best teams, each without `least_difference` partners of the others.

    At least that many partners of the best team, and of each alternative before, are absent from
    the next one; all of them where a team has fewer. Where one alone answers, the others able
    alone are the alternatives, and no team is proposed (RULE-38). Raises `ValueError` where the
    result has no plan.
    """
    for name, value in (("count", count), ("least_difference", least_difference)):
        if value < 1:
            raise ValueError(f"{name} is {value}; give 1 or more.")
    asked, best = problem.replace(params=result.params), result.plan
    if best is None:
        raise ValueError(f"a result that is {result.status} has no plan to differ from.")
    ends = perf_counter() + time_limit_s
    team, found = best, list[Alternative]()
    other = asked
    for place in range(count):
        # A row for each team before: so many of its members are absent. A no-good cut on members
        # alone: another split of the same partners is no other team.
        names = frozenset(team.organisations)
        unlike = Unlike(organisations=names, least_absent=min(least_difference, len(names)))
        other = other.replace(unlike=(*other.unlike, unlike))
        nearby = compose(
            other,
            # What one leaves of its part goes to the next ones.
            time_limit_s=max(0.0, ends - perf_counter()) / (count - place),
            near=result,
            groups_allowed=not result.solo,
            **how,
        )
        if nearby.plan is None:
            # No other team exists, or none was found in time.
            proven = nearby.status is Status.IMPOSSIBLE
            return Alternatives(tuple(found), End.NO_OTHER if proven else End.TIME)
        team = nearby.plan
        found.append(Alternative(nearby, compare(asked, best, nearby.plan)))
    return Alternatives(tuple(found), End.COUNT)
