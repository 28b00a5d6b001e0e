"""A local search over teams: one partner leaves and another comes in where that is cheaper.

A team is judged by the columns of its members alone, in half a millisecond. What it leaves undone
is dear, so the search first makes teams possible, then cheap.
"""

from random import Random
from time import perf_counter

import numpy as np

from cordee.engine.exact.arrays import Compact, subset
from cordee.engine.exact.fixing import fewest_shares
from cordee.engine.exact.pricing import price_all, team_bound
from cordee.engine.exact.shapes import FORBIDDEN, FREE, NEEDED, Prices
from cordee.engine.exact.tree import Bench, Part, copy_prices
from cordee.engine.table import Floats, Ints

# At first, and once a quick look was not enough.
TEAM_ITERATIONS = 6, 12
COMERS = 4, 8
PERTURBED = 3
WHOLE = 1e-6
# A team is judged, not proven: a few patterns of each member are enough.
FEW_PATTERNS = 20


class Corner:
    """The problem among some organisations of a part: the same work at a tenth of the price."""

    def __init__(self, compact: Compact, orgs: list[int], part: Part) -> None:
        arrays = compact.arrays
        allowed = [org for org in orgs if part.node.orgs[org] != FORBIDDEN]
        chosen = np.isin(arrays.org, allowed) & (part.node.pairs != FORBIDDEN)
        self.pairs = np.flatnonzero(chosen)
        self.compact, self.orgs = subset(compact, self.pairs)
        self.node = part.node._replace(
            orgs=part.node.orgs[self.orgs].copy(),
            pairs=part.node.pairs[self.pairs].copy(),
            few=part.node.few.copy(),
            many=part.node.many.copy(),
            sets=part.node.sets[:, self.orgs].copy(),
        )
        self.prices = copy_prices(part.prices)
        self.bench = Bench(self.compact, len(part.node.set_low))


class Swaps(Corner):
    """The search among some organisations of a part, from prices that point the way."""

    def __init__(
        self, compact: Compact, orgs: list[int], part: Part, seed: int, *, thorough: bool
    ) -> None:
        super().__init__(compact, orgs, part)
        self.iterations, self.comers = TEAM_ITERATIONS[thorough], COMERS[thorough]
        self.bench.scratch.patterns[0] = FEW_PATTERNS
        self.dice = Random(seed)
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

    def judge(self, team: frozenset[int]) -> float:
        """Return what the relaxation of a team costs, with what it leaves undone dear."""
        if team not in self.seen:
            self.seen[team] = self._run(team)
        return self.seen[team]

    def _run(self, team: frozenset[int]) -> float:
        orgs = np.full(len(self.node.orgs), FORBIDDEN, dtype=np.int8)
        orgs[list(team)] = NEEDED
        pairs = np.where(orgs[self.compact.arrays.org] == NEEDED, self.node.pairs, FORBIDDEN)
        node = self.node._replace(orgs=orgs, pairs=pairs, few=self.node.few.copy())
        fewest_shares(self.compact.arrays, node)
        part = Part(-np.inf, 0, node, self.prices)
        self.bench.run(part, np.inf, self.iterations)
        self.at = part.prices
        return min(float(self.bench.found.told[4]), 1e300)

    def descend(self, team: frozenset[int], until: float) -> frozenset[int]:
        """Return a team that no single swap tried makes cheaper."""
        value = self.judge(team)
        while perf_counter() < until:
            self._run(team)
            better = self._swap(team, value, until)
            if better is None:
                return team
            team, value = better
        return team

    def _swap(
        self, team: frozenset[int], value: float, until: float
    ) -> tuple[frozenset[int], float] | None:
        for comer in self._comers(team):
            for leaver in self._leavers(team):
                trial = team - {leaver} | {comer}
                cost = self.judge(trial)
                if cost < value - WHOLE:
                    return trial, cost
                if perf_counter() > until:
                    return None
        return None

    def _comers(self, team: frozenset[int]) -> list[int]:
        """Return who would help most at the prices of the team."""
        values = self._values(self.at)
        order = np.argsort(values, kind="stable")
        able = [int(o) for o in order if int(o) not in team and self.node.orgs[o] != FORBIDDEN]
        return able[: self.comers]

    def _leavers(self, team: frozenset[int]) -> list[int]:
        """Return the members that may leave, those of least worth first."""
        values = self._values(self.at)
        return sorted(
            (o for o in team if self.node.orgs[o] != NEEDED), key=lambda o: (-values[o], o)
        )

    def _values(self, prices: Prices) -> Floats:
        price_all(self.compact.arrays, self.node, prices, self.bench.scratch)
        team_bound(self.compact.arrays, self.node, prices, self.bench.scratch)
        values: Floats = self.bench.scratch.value.copy()
        return values

    def first(self, signs: Floats, size: int) -> frozenset[int]:
        """Return the team of the largest fractions, then of the least values."""
        mine = signs[self.orgs]
        values = self._values(self.prices)
        needed = [int(o) for o in np.flatnonzero(self.node.orgs == NEEDED)]
        order = sorted(range(len(mine)), key=lambda o: (-round(float(mine[o]), 6), values[o], o))
        team = dict.fromkeys([*needed, *order])
        return frozenset(list(team)[:size])

    def shaken(self, team: frozenset[int]) -> frozenset[int]:
        """Return a team of which some members were changed at random."""
        movable = sorted(o for o in team if self.node.orgs[o] == FREE)
        outside = sorted(set(range(len(self.orgs))) - team)
        count = min(PERTURBED, len(movable), len(outside))
        leave = self.dice.sample(movable, count)
        return team - set(leave) | set(self.dice.sample(outside, count))
