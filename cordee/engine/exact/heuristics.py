"""Primal heuristics: plans in whole cFTE, and the incumbent that they better.

The bound closes nothing without a good plan to close it against. Two sorts of search find plans,
both led by the relaxation of a node:

- A restricted integer program (`SubMip`): HiGHS among few pairs, those of the incumbent, of the
  fractional solution, and those whose bound is least. It is a neighbourhood in the manner of RINS
  (E. Danna, E. Rothberg, C. Le Pape, Exploring relaxation induced neighborhoods to improve MIP
  solutions, Mathematical Programming 102, 2005), with the bound of a pair in the place of
  agreement.
- An iterated local search over teams (`SwapSearch`): one partner leaves and another comes in where
  that is cheaper, and some are exchanged at random where no swap is (H. Lourenço, O. Martin, T.
  Stützle, Iterated local search, 2003). A team is estimated by the columns of its members alone, in
  half a millisecond; what it leaves undone costs M, so the search first makes teams possible, then
  cheap.

Both only propose: costs are recomputed in integers, and `compose` verifies the plan.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from time import perf_counter

import numpy as np

from cordee.engine.exact.arrays import UNITS_PER_EURO, Arrays, Compact, subset
from cordee.engine.exact.bounds import team_bound
from cordee.engine.exact.branching import FORBIDDEN, FREE, NEEDED, fewest_shares, slice_node
from cordee.engine.exact.node import OpenNode, Workspace
from cordee.engine.exact.pricing import Prices, copy_prices, price_all
from cordee.engine.exact.simplex import BIG_M
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
SWAP_ORGS = 70
TEAMS_A_TURN = 8
AROUND_S = 1.5
SWAP_S = 1.0
# Turns for a first team before splitting; from then on, swaps are thorough.
FIRST_TURNS = 4
# At first, and once a quick look was not enough.
TEAM_ITERATIONS = 6, 12
ENTERING = 4, 8
# Fewer fall back into the same local optimum, more forget what was good.
PERTURBED = 3
WHOLE = 1e-6
# A team is estimated, not proven: a few patterns of each member are enough.
FEW_PATTERNS = 20


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
        self, compact: Compact, chosen: Iterable[int], seconds: float, *, any_plan: bool = False
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
            outcome = Milp().solve(smaller, few, self.rule, budget)
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


def pairs_left(open_node: OpenNode) -> Ints:
    """Return the pairs that a node still allows."""
    return np.flatnonzero(open_node.node.pairs != FORBIDDEN)


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
        self.last_team: list[str] = []
        self.spent_s = 0.0

    def by_swaps(
        self, workspace: Workspace, open_node: OpenNode, until: float, turn: int
    ) -> Solution | None:
        """Search by swaps from the fractions of a node, later turns from a perturbed team."""
        began, compact = perf_counter(), workspace.compact
        # A few iterations for fractions that are of now; the bound is a by-product.
        workspace.run(open_node, self.best.upper, 3)
        signs, bounds = workspace.relaxation.signs.copy(), workspace.pair_bounds(open_node)
        # From the incumbent, or else from where the last search for a first team ended.
        team = self.best.orgs(compact) or [
            index for index, name in enumerate(compact.organisations) if name in self.last_team
        ]
        orgs = best_orgs(compact, bounds, [*np.flatnonzero(signs > 1e-6), *team], SWAP_ORGS)
        thorough = turn > FIRST_TURNS
        swaps = SwapSearch(compact, orgs, open_node, self.seed + turn, thorough=thorough)
        first = swaps.first(signs, open_node.node.size)
        if turn and len(swaps.named(team)) == open_node.node.size:
            first = swaps.named(team)
            if self.best.quantities is not None:
                first = swaps.perturbed(first)
        solution = None
        until = min(until, began + (SWAP_S if turn else PIECE_S / 2))
        for _ in range(TEAMS_A_TURN):
            found = swaps.descend(first, until)
            self.last_team = [compact.organisations[org] for org in swaps.orgs[list(found)]]
            # Below M everything is covered; below the incumbent it is worth making whole.
            if swaps.estimate(found) < min(self.best.upper, BIG_M):
                chosen = swaps.team_pairs(found).tolist()
                seconds = min(AROUND_S, max(0.05, self._left_s())) if turn else self.piece_s()
                any_plan = self.best.quantities is None
                solution = self.sub_mip.solve(compact, chosen, seconds, any_plan=any_plan)
                if solution.cost is not None:
                    break
            if perf_counter() > until:
                break
            first = swaps.perturbed(found)
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


class SwapSearch:
    """The search among some organisations of a node: the same work at a tenth of the price."""

    def __init__(
        self, compact: Compact, orgs: list[int], open_node: OpenNode, seed: int, *, thorough: bool
    ) -> None:
        arrays, node = compact.arrays, open_node.node
        allowed = [org for org in orgs if node.orgs[org] != FORBIDDEN]
        self.pairs = np.flatnonzero(np.isin(arrays.org, allowed) & (node.pairs != FORBIDDEN))
        self.compact, self.orgs = subset(compact, self.pairs)
        self.node = slice_node(node, self.orgs, self.pairs)
        self.prices = copy_prices(open_node.prices)
        self.workspace = Workspace(self.compact, len(node.set_low))
        self.iterations, self.entering = TEAM_ITERATIONS[thorough], ENTERING[thorough]
        self.workspace.scratch.patterns[0] = FEW_PATTERNS
        self.dice = Random(seed)
        # Teams come back often: each is estimated once.
        self.seen: dict[frozenset[int], float] = {}

    def team_pairs(self, team: frozenset[int]) -> Ints:
        """Return the pairs of a team, as the whole problem numbers them."""
        mine = np.isin(self.compact.arrays.org, list(team))
        found: Ints = self.pairs[mine]
        return found

    def named(self, orgs: list[int]) -> frozenset[int]:
        """Return a team of the whole problem as this search numbers it."""
        place = {int(org): index for index, org in enumerate(self.orgs)}
        return frozenset(place[org] for org in orgs if org in place)

    def estimate(self, team: frozenset[int]) -> float:
        """Return what the relaxation of a team costs, with a price M for what it leaves undone."""
        if team not in self.seen:
            self.seen[team] = self._run(team)
        return self.seen[team]

    def _run(self, team: frozenset[int]) -> float:
        orgs = np.full(len(self.node.orgs), FORBIDDEN, dtype=np.int8)
        orgs[list(team)] = NEEDED
        pairs = np.where(orgs[self.compact.arrays.org] == NEEDED, self.node.pairs, FORBIDDEN)
        least_shares = self.node.least_shares.copy()
        node = self.node._replace(orgs=orgs, pairs=pairs, least_shares=least_shares)
        # Fewer organisations may need more shares: the cuts get sharper for free.
        fewest_shares(self.compact.arrays, node)
        open_node = OpenNode(-np.inf, 0, node, self.prices)
        self.workspace.run(open_node, np.inf, self.iterations)
        self.at = open_node.prices
        return min(float(self.workspace.relaxation.summary[4]), 1e300)

    def descend(self, team: frozenset[int], until: float) -> frozenset[int]:
        """Return a team that no single swap tried makes cheaper."""
        value = self.estimate(team)
        while perf_counter() < until:
            # For the prices at this very team, which say who would help and who is of little worth.
            self._run(team)
            better = self._swap(team, value, until)
            if better is None:
                return team
            team, value = better
        return team

    def _swap(
        self, team: frozenset[int], value: float, until: float
    ) -> tuple[frozenset[int], float] | None:
        for entrant in self._entering(team):
            for leaving in self._leaving(team):
                trial = team - {leaving} | {entrant}
                cost = self.estimate(trial)
                if cost < value - WHOLE:
                    return trial, cost
                if perf_counter() > until:
                    return None
        return None

    def _entering(self, team: frozenset[int]) -> list[int]:
        """Return who would help most at the prices of the team: the least reduced costs."""
        values = self._values(self.at)
        order = np.argsort(values, kind="stable")
        able = [int(o) for o in order if int(o) not in team and self.node.orgs[o] != FORBIDDEN]
        return able[: self.entering]

    def _leaving(self, team: frozenset[int]) -> list[int]:
        """Return the members that may leave, those of least worth first."""
        values = self._values(self.at)
        return sorted(
            (o for o in team if self.node.orgs[o] != NEEDED), key=lambda o: (-values[o], o)
        )

    def _values(self, prices: Prices) -> Floats:
        price_all(self.compact.arrays, self.node, prices, self.workspace.scratch)
        team_bound(self.compact.arrays, self.node, prices, self.workspace.scratch)
        values: Floats = self.workspace.scratch.value.copy()
        return values

    def first(self, signs: Floats, size: int) -> frozenset[int]:
        """Return the team of the largest fractions, then of the least values."""
        mine = signs[self.orgs]
        values = self._values(self.prices)
        needed = [int(o) for o in np.flatnonzero(self.node.orgs == NEEDED)]
        order = sorted(range(len(mine)), key=lambda o: (-round(float(mine[o]), 6), values[o], o))
        team = dict.fromkeys([*needed, *order])
        return frozenset(list(team)[:size])

    def perturbed(self, team: frozenset[int]) -> frozenset[int]:
        """Return a team of which some members were changed at random."""
        movable = sorted(o for o in team if self.node.orgs[o] == FREE)
        outside = sorted(set(range(len(self.orgs))) - team)
        count = min(PERTURBED, len(movable), len(outside))
        # Seeded: the same search makes the same moves.
        leave = self.dice.sample(movable, count)
        return team - set(leave) | set(self.dice.sample(outside, count))
