"""Plans in whole cFTE from few pairs: what turns fractions and guesses into teams that hold.

The cheapest so far is the incumbent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from cordee.engine.exact.arrays import Compact
from cordee.engine.exact.shapes import FORBIDDEN
from cordee.engine.exact.tree import Part
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import Milp, first_whole
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT
from cordee.engine.table import Floats, Ints

UNITS_PER_EURO = 100 * UNITS_PER_CENT
# A team must be this much cheaper to count as better, in euros: a fifth of a cent.
BETTER = 0.002


@dataclass(frozen=True, slots=True)
class Whole:
    """A plan in whole cFTE, its exact cost in micro-cents, and a bound among the pairs asked."""

    quantities: Quantities | None
    cost: int | None
    bound: int | None
    nodes: int


class Incumbent:
    """The best team so far; while there is none, a better one costs less than `dearest` euros."""

    def __init__(self, dearest: float) -> None:
        self.dearest = dearest
        self.quantities: Quantities | None = None
        self.cost: int | None = None

    @property
    def upper(self) -> float:
        """Return the cost from which a team is no longer better, in euros."""
        if self.cost is None:
            return self.dearest
        return self.cost / UNITS_PER_EURO - BETTER

    def take(self, whole: Whole) -> bool:
        """Take a plan where it is cheaper than the best."""
        if whole.cost is None or (self.cost is not None and whole.cost >= self.cost):
            return False
        self.quantities, self.cost = whole.quantities, whole.cost
        return True

    def pairs_held(self, compact: Compact) -> list[int]:
        """Return the pairs of the best team."""
        if self.quantities is None:
            return []
        held = {key for key, cfte in self.quantities.items() if cfte > 0}
        return [index for index, pair in enumerate(compact.pairs) if pair.key in held]

    def orgs(self, compact: Compact) -> list[int]:
        """Return the organisations of the best team."""
        return sorted({int(compact.arrays.org[index]) for index in self.pairs_held(compact)})


class Workshop:
    """Solves the problem among a few of its pairs, exactly."""

    def __init__(self, problem: Problem, pairs: Pairs, rule: TeamRule, seed: int) -> None:
        self.problem, self.pairs, self.rule, self.seed = problem, pairs, rule, seed
        self.of: dict[str, list[int]] = {}
        for index, candidate in enumerate(problem.candidates):
            self.of.setdefault(candidate.organisation, []).append(index)

    def whole(
        self, compact: Compact, chosen: Iterable[int], seconds: float, *, any_plan: bool = False
    ) -> Whole:
        """Return the cheapest plan that uses the chosen pairs only, or any at all."""
        # A share comes in several sizes, each a pair of the arrays.
        some = list({compact.pairs[index].key: compact.pairs[index] for index in chosen}.values())
        if {pair.package.id for pair in some} != {p.id for p in self.problem.packages}:
            return Whole(None, None, None, 0)
        some.sort(key=lambda pair: (pair.candidate.id, pair.package.id))
        names = {pair.candidate.organisation for pair in some}
        kept = sorted(index for name in names for index in self.of[name])
        smaller = self.problem.replace(
            candidates=tuple(self.problem.candidates[index] for index in kept)
        )
        if any_plan:
            few, budget = replace(self.pairs, all=tuple(some)), Budget(seconds, self.seed)
            found = first_whole(smaller, few, self.rule, budget)
            if found is None:
                return Whole(None, None, None, 0)
            return Whole(found, build_plan(smaller, some, found).terms.total, None, 0)
        outcome = Milp().solve(
            smaller, replace(self.pairs, all=tuple(some)), self.rule, Budget(seconds, self.seed)
        )
        if outcome.quantities is None:
            return Whole(None, None, outcome.bound, outcome.nodes)
        cost = build_plan(smaller, some, outcome.quantities).terms.total
        return Whole(outcome.quantities, cost, outcome.bound, outcome.nodes)


def best_pairs(compact: Compact, bounds: Floats, always: Iterable[int], most: int) -> list[int]:
    """Return pairs: those asked for, then those with which a team may be cheapest.

    `most` shares at most, whatever their sizes.
    """
    group = compact.arrays.group
    chosen = {int(group[index]): int(index) for index in always}
    for index in np.argsort(bounds, kind="stable"):
        if len(chosen) >= most or not np.isfinite(bounds[index]):
            break
        chosen.setdefault(int(group[index]), int(index))
    return list(chosen.values())


def best_orgs(compact: Compact, bounds: Floats, always: Iterable[int], most: int) -> list[int]:
    """Return organisations: those asked for, then those with which a team may be cheapest."""
    chosen = dict.fromkeys([*always, *compact.pinned.tolist()])
    for index in np.argsort(bounds, kind="stable"):
        if len(chosen) >= most or not np.isfinite(bounds[index]):
            break
        chosen[int(compact.arrays.org[index])] = None
    return list(chosen)


def alive_pairs(part: Part) -> Ints:
    """Return the pairs that a part still allows."""
    return np.flatnonzero(part.node.pairs != FORBIDDEN)
