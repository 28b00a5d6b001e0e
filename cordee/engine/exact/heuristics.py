"""Primal heuristics: plans in whole cFTE, and the incumbent that they better.

The bound closes nothing without a good plan to close it against. Two sorts of search find plans,
both led by the relaxation of a node:

- A restricted integer program (`SubMip`): HiGHS among few pairs, those of the incumbent, of the
  fractional solution, and those whose bound is least. It is a neighbourhood in the manner of RINS
  (E. Danna, E. Rothberg, C. Le Pape, Exploring relaxation induced neighborhoods to improve MIP
  solutions, Mathematical Programming 102, 2005), with the bound of a pair in the place of
  agreement.
- Diving (`Diving`): who signs most in the relaxation signs for good, and columns are generated
  again, so that those left answer to what is left undone; a few milliseconds a step. Where nobody
  can carry the rest, the last choice is taken back, a few times at each depth: limited discrepancy
  search (R. Sadykov, F. Vanderbeck, A. Pessoa, I. Tahiri, E. Uchoa, Primal heuristics for branch
  and price: the assets of diving methods, INFORMS Journal on Computing 31, 2019). Only who signs
  is fixed: the shares of a whole team are left to HiGHS.

Both only propose: costs are recomputed in integers, and `compose` verifies the plan.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from time import perf_counter

import numpy as np

from cordee.engine.exact.arrays import UNITS_PER_EURO, Arrays, Compact, subset
from cordee.engine.exact.branching import FORBIDDEN, NEEDED, Node, copy_node, slice_node
from cordee.engine.exact.node import OpenNode, Workspace
from cordee.engine.exact.pricing import Prices, copy_prices
from cordee.engine.method import Budget, Outcome, TeamRule
from cordee.engine.milp import Milp, first_whole
from cordee.engine.pairs import Pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.table import Floats, Ints

# A team must be this much cheaper to count as better, in euros: a fifth of a cent.
BETTER = 0.002
# A first team is sought in pieces of this many seconds.
PIECE_S = 0.25
# Small enough for HiGHS to close in a second, large enough to hold a better team mostly.
NEIGHBOUR_PAIRS = 120
DIVE_ORGS = 70
AROUND_S = 1.5
# For the dives of one turn, and for the shares of a team while there is no plan at all.
DIVES_S = 1.0
FIRST_S = 0.5
# Turns for a first team before splitting.
FIRST_TURNS = 4
# Iterations of column generation at the top of a dive, at each step, where something is undone.
FIRST_DIVE, DIVE, MORE_DIVE = 20, 8, 25
# Choices taken back at one depth before the one above is.
DISCREPANCIES = 3
# Among how many of the largest fractions is drawn, unless the largest is nearly one.
DRAWN, NEARLY_ONE = 4, 0.95
WHOLE = 1e-6
# What stays undone of all packages, as a share of one: below is the noise of the simplex.
UNDONE = 1e-5
# A team is estimated, not proven: a few patterns of each member are enough.
FEW_PATTERNS = 100


@dataclass(frozen=True, slots=True)
class Solution:
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

    def take(self, solution: Solution) -> bool:
        """Take a plan where it is cheaper than the best."""
        if solution.cost is None or (self.cost is not None and solution.cost >= self.cost):
            return False
        self.quantities, self.cost = solution.quantities, solution.cost
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


class SubMip:
    """Solves the problem among a few of its pairs, exactly."""

    def __init__(self, problem: Problem, pairs: Pairs, rule: TeamRule, seed: int) -> None:
        self.problem, self.pairs, self.rule, self.seed = problem, pairs, rule, seed
        # Candidates by organisation: one that is asked comes with all its chantiers.
        self.of: dict[str, list[int]] = {}
        for index, candidate in enumerate(problem.candidates):
            self.of.setdefault(candidate.organisation, []).append(index)

    def solve(
        self,
        compact: Compact,
        chosen: Iterable[int],
        seconds: float,
        *,
        any_plan: bool = False,
        by: Milp | None = None,
    ) -> Solution:
        """Return the cheapest plan that uses the chosen pairs only, or any at all."""
        # A share comes in several sizes, each a pair of the arrays.
        some = list({compact.pairs[index].key: compact.pairs[index] for index in chosen}.values())
        # A package without a pair has no plan: no model is needed to say so.
        if {pair.package.id for pair in some} != {p.id for p in self.problem.packages}:
            return Solution(None, None, None, 0)
        some.sort(key=lambda pair: (pair.candidate.id, pair.package.id))
        names = {pair.candidate.organisation for pair in some}
        kept = sorted(index for name in names for index in self.of[name])
        smaller = self.problem.replace(
            candidates=tuple(self.problem.candidates[index] for index in kept)
        )
        few, budget = replace(self.pairs, all=tuple(some)), Budget(seconds, self.seed)
        # Without any plan yet the first one counts for more than the best among these.
        if any_plan:
            outcome = Outcome(first_whole(smaller, few, self.rule, budget), None, False, 0)
        else:
            outcome = (by or Milp()).solve(smaller, few, self.rule, budget)
        if outcome.quantities is None:
            return Solution(None, None, outcome.bound, outcome.nodes)
        cost = build_plan(smaller, some, outcome.quantities).terms.total
        return Solution(outcome.quantities, cost, outcome.bound, outcome.nodes)


def best_pairs(compact: Compact, bounds: Floats, always: Iterable[int], most: int) -> list[int]:
    """Return pairs: those asked for, then those with which a team may be cheapest.

    `most` shares at most, whatever their sizes.
    """
    group = compact.arrays.group
    # By share: of several sizes the best is enough, since the model has the whole range.
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


def pairs_left(open_nodes: Iterable[OpenNode]) -> Ints:
    """Return the pairs that one node or another still allows."""
    return np.flatnonzero(np.any([each.node.pairs != FORBIDDEN for each in open_nodes], axis=0))


def dearest_plan(arrays: Arrays, most: int) -> float:
    """Return more than any plan costs, in euros, from a closed formula: the first upper bound."""
    if not len(arrays.package):
        return 1.0
    total = 1.0
    for p in range(len(arrays.need)):
        mine = arrays.package == p
        if mine.any():
            total += float(arrays.need[p] * arrays.unit[mine].max())
    shares = np.sort(arrays.once)[::-1]
    least = max(1.0, float(arrays.least.min()))
    total += float(shares[: int(arrays.need.sum() / least) + 1].sum())
    # Every partner the dearest, and one of them the dearest lead.
    total += most * float(arrays.org_cost.max(initial=0.0))
    leads = arrays.org_lead[np.isfinite(arrays.org_lead)]
    total += float(leads.max(initial=0.0))
    return total + most * dearest_rows(arrays)


def dearest_rows(arrays: Arrays) -> float:
    """Return the most that one organisation pays near its limits, in euros."""
    worst = np.zeros(len(arrays.org_cost))
    for o in range(len(arrays.org_cost)):
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            most = arrays.most[arrays.start[c] : arrays.start[c + 1]]
            for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
                if np.isfinite(arrays.row_slope[r]):
                    at = arrays.row_at[r]
                    used = float((arrays.row_coef[at : at + len(most)] * most).sum())
                    worst[o] += max(0.0, used - arrays.row_limit[r]) * arrays.row_slope[r]
    return float(worst.max(initial=0.0))


class PrimalHeuristics:
    """Looks for teams cheaper than the incumbent; `spent_s` is the time it took so far."""

    def __init__(self, best: Incumbent, sub_mip: SubMip, ends: float, seed: int) -> None:
        self.best, self.sub_mip, self.ends, self.seed = best, sub_mip, ends, seed
        self.spent_s = 0.0

    def by_dives(
        self, workspace: Workspace, open_node: OpenNode, until: float, turn: int
    ) -> Solution | None:
        """Dive from the fractions of a node: straight down at first, elsewhere in later turns."""
        began, compact = perf_counter(), workspace.compact
        # A few iterations for fractions that are of now; the bound is a by-product.
        workspace.run(open_node, self.best.upper, 3)
        signs, bounds = workspace.relaxation.signs.copy(), workspace.pair_bounds(open_node)
        always = [*np.flatnonzero(signs > WHOLE), *self.best.orgs(compact)]
        diving = Diving(compact, best_orgs(compact, bounds, always, DIVE_ORGS), open_node, turn)
        solution = None
        until = min(until, began + DIVES_S)
        # Without any plan yet the first one counts for more than the best of a team.
        is_first = self.best.quantities is None
        for held, pairs in diving.teams(self.best.upper, until):
            # The shares of the relaxation are whole half of the time, and soon tried.
            solution = self.sub_mip.solve(compact, held.tolist(), self.piece_s())
            if solution.cost is None or not is_first:
                seconds = max(0.05, min(FIRST_S if is_first else AROUND_S, self._left_s()))
                whole = self.sub_mip.solve(compact, pairs.tolist(), seconds, any_plan=is_first)
                solution = min(solution, whole, key=lambda each: each.cost or np.inf)
            # A team no cheaper than the best is none: the dive goes on.
            if solution.cost is not None and solution.cost < (self.best.cost or np.inf):
                break
        self.spent_s += perf_counter() - began
        return solution

    def by_sub_mip(self, workspace: Workspace, open_node: OpenNode, seconds: float) -> Solution:
        """Solve among the best team, the fractions, and the pairs that cost least to hold."""
        began, compact = perf_counter(), workspace.compact
        workspace.run(open_node, self.best.upper, 3)
        held = np.flatnonzero(workspace.relaxation.holds > 1e-6).tolist()
        always = [*self.best.pairs_held(compact), *held]
        chosen = best_pairs(compact, workspace.pair_bounds(open_node), always, NEIGHBOUR_PAIRS)
        solution = self.sub_mip.solve(compact, chosen, min(seconds, max(0.05, self._left_s())))
        self.spent_s += perf_counter() - began
        return solution

    def piece_s(self) -> float:
        """Return the seconds of one piece, fewer where fewer are left."""
        return max(0.05, min(PIECE_S, self._left_s()))

    def _left_s(self) -> float:
        return self.ends - perf_counter()


@dataclass(frozen=True, slots=True)
class DiveStep:
    """How far a dive is: who signs so far, the node that says so, and the prices to go on from."""

    node: Node
    prices: Prices
    team: tuple[int, ...]


class Diving:
    """Dives among some organisations of a node: the same work at a tenth of the price."""

    def __init__(self, compact: Compact, orgs: list[int], open_node: OpenNode, seed: int) -> None:
        arrays, node = compact.arrays, open_node.node
        allowed = [org for org in orgs if node.orgs[org] != FORBIDDEN]
        self.pairs = np.flatnonzero(np.isin(arrays.org, allowed) & (node.pairs != FORBIDDEN))
        self.compact, kept = subset(compact, self.pairs)
        self.node = slice_node(node, kept, self.pairs)
        self.prices = copy_prices(open_node.prices)
        self.workspace = Workspace(self.compact, len(node.set_low))
        self.workspace.scratch.patterns[0] = FEW_PATTERNS
        # The first dive goes straight down; later ones draw, so that they end elsewhere.
        self.dice = Random(seed) if seed else None

    def teams(self, upper: float, until: float) -> Iterator[tuple[Ints, Ints]]:
        """Yield teams whose relaxation carries everything for less than `upper` euros.

        Each by the pairs that its relaxation holds and by all that it may hold, as the whole
        problem numbers them. Whoever is not content with one asks for the next.
        """
        signed = tuple(np.flatnonzero(self.node.orgs == NEEDED).tolist())
        path = [DiveStep(self.node, self.prices, signed)]
        tried: set[tuple[frozenset[int], int]] = set()
        failed: dict[int, int] = {}
        while path and perf_counter() < until:
            here, depth = path[-1], len(path)
            open_node = OpenNode(-np.inf, 0, here.node, copy_prices(here.prices))
            signs = self._relaxed(open_node, upper, FIRST_DIVE if depth == 1 else DIVE)
            if signs is not None and len(here.team) >= self.node.size:
                held = self.workspace.relaxation.holds > WHOLE
                yield self.pairs[held], self.pairs[np.isin(self.compact.arrays.org, here.team)]
                signs = None
            org = None if signs is None else self._next(signs, here.team, tried)
            if org is not None:
                tried.add((frozenset(here.team), org))
                node = copy_node(here.node)
                node.orgs[org] = NEEDED
                path.append(DiveStep(node, open_node.prices, (*here.team, org)))
                continue
            # Nobody left can carry the rest: the last choice is taken back, and where too many
            # failed at one depth, the one before it.
            path.pop()
            failed = {at: times for at, times in failed.items() if at < depth}
            failed[depth - 1] = failed.get(depth - 1, 0) + 1
            while path and failed.get(len(path), 0) > DISCREPANCIES:
                path.pop()

    def _relaxed(self, open_node: OpenNode, upper: float, iterations: int) -> Floats | None:
        """Return how much of each organisation signs; none where the work is not carried, or for
        `upper` euros at least."""
        summary = self.workspace.relaxation.summary
        # A few columns are enough mostly; where they do not carry the work, more are looked for.
        for more in (iterations, MORE_DIVE):
            self.workspace.run(open_node, np.inf, more)
            if summary[1] <= UNDONE and summary[4] < upper:
                signs: Floats = self.workspace.relaxation.signs
                return signs
        return None

    def _next(
        self, signs: Floats, team: tuple[int, ...], tried: Collection[tuple[frozenset[int], int]]
    ) -> int | None:
        """Return who signs next: the largest fraction, or one drawn among the largest."""
        signed = frozenset(team)
        options = [
            org
            for org in np.flatnonzero(signs > WHOLE).tolist()
            if org not in signed and (signed, org) not in tried
        ]
        options.sort(key=lambda org: (-round(float(signs[org]), 6), org))
        if not options:
            return None
        if self.dice is None or signs[options[0]] > NEARLY_ONE:
            return int(options[0])
        largest = options[:DRAWN]
        return int(self.dice.choices(largest, [float(signs[org]) ** 2 for org in largest])[0])
