"""The search over nodes: best bound first, one queue for every team size, on one core or two."""

from dataclasses import dataclass, field

import numpy as np

from cordee.engine.exact.arrays import Compact
from cordee.engine.exact.branching import children, copy_node, splits
from cordee.engine.exact.columns import keep_table
from cordee.engine.exact.fixing import bounds_with, drop, fewest_shares
from cordee.engine.exact.master import kept_for, master_for
from cordee.engine.exact.node import found_for, run_node
from cordee.engine.exact.pool import pool_for
from cordee.engine.exact.shapes import Node, Prices, longest_column, scratch_for
from cordee.engine.table import Floats

ROOT_ITERATIONS = 60
NODE_ITERATIONS = 20
LAST_ITERATIONS = 150
TRIAL_ITERATIONS = 4
HEARD_OUT = 1e-6
TRIALS = 2
POOL = 12_000
TABLE = 2_500


@dataclass(order=True, slots=True)
class Part:
    """A node waiting: its bound in euros, its place in line, and where to start from."""

    bound: float
    number: int
    node: Node = field(compare=False)
    prices: Prices = field(compare=False)
    # Cost of the last table: what the bound may still rise to.
    guess: float = field(compare=False, default=0.0)


class Bench:
    """The room of one thread."""

    def __init__(self, compact: Compact, sets: int) -> None:
        self.compact, arrays = compact, compact.arrays
        longest = longest_column(arrays)
        rows = 4 * len(arrays.need) + 2 + 2 * sets + 60
        self.arrays = arrays
        self.pool = pool_for(len(arrays.org_cost), longest, POOL)
        entries = 4 * longest + 2 * sets + 4
        self.master = master_for(rows, TABLE, entries)
        self.kept = kept_for(
            rows, TABLE, entries, 2 * sets + 3 * len(arrays.need), len(arrays.org_cost)
        )
        self.scratch = scratch_for(arrays, longest)
        self.found = found_for(arrays, sets, rows)
        self.pair_bounds = np.zeros(len(arrays.package))

    def run(self, part: Part, upper: float, iterations: int) -> float:
        """Raise the bound of a part as far as it goes, and keep the best prices in it."""
        for to, of in zip(self.found.prices, part.prices, strict=True):
            to[:] = of
        bound = run_node(
            self.arrays, part.node, self.pool, self.master, self.kept, self.scratch, self.found,
            upper, iterations,
        )  # fmt: skip
        part.bound = max(part.bound, bound)
        part.guess = max(part.bound, min(upper, float(self.found.told[4])))
        part.prices = copy_prices(self.found.prices)
        return part.bound

    def remember(self) -> None:
        """Start the next tables near the one just solved."""
        keep_table(self.master, self.found, self.kept)

    def forget(self) -> None:
        """Start the next table from nothing."""
        self.kept.size[0] = 0

    def drop(self, part: Part, upper: float) -> int:
        """Forbid what is in no cheaper team of a part; return how many pairs are left."""
        left: int = drop(self.arrays, part.node, self.scratch, part.prices, upper, self.pair_bounds)
        return left

    def bounds_with(self, part: Part) -> Floats:
        """Return what a team of a part costs at least with each pair, in euros."""
        bounds_with(self.arrays, part.node, self.scratch, part.prices, self.pair_bounds)
        return self.pair_bounds.copy()


def copy_prices(prices: Prices) -> Prices:
    """Return prices of their own."""
    return Prices(*(each.copy() for each in prices))


def copy_part(part: Part) -> Part:
    """Return a part of its own, to look around in while the first is split."""
    return Part(part.bound, part.number, copy_node(part.node), copy_prices(part.prices))


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a part: its children, or the pairs of a pattern where all is whole."""

    part: Part
    children: tuple[Part, ...] = ()
    whole: bool = False
    holds: Floats | None = None


def split_part(bench: Bench, part: Part, upper: float) -> Step:
    """Raise the bound of a part, drop what cannot better `upper`, and split it in two.

    Of each kind of split `TRIALS` are tried for a few iterations, and the one kept that raises the
    bounds of both children most.
    """
    bench.forget()
    for iterations in (NODE_ITERATIONS, LAST_ITERATIONS):
        if bench.run(part, upper, iterations) >= upper:
            return Step(part)
        bench.remember()
        bench.drop(part, upper)
        if not fewest_shares(bench.arrays, part.node):
            part.bound = upper
            return Step(part)
        signs, holds = bench.found.signs.copy(), bench.found.holds.copy()
        options = splits(bench.arrays, part.node, signs, holds, TRIALS)
        # Where all is whole in a table that has more to say, it is heard out.
        if options or part.guess - part.bound < HEARD_OUT * part.bound:
            break
    if not options:
        return Step(part, whole=True, holds=holds)
    best: tuple[Part, ...] | None = None
    score = -1.0
    for split in options[: 2 * TRIALS]:
        iterations = 0 if len(options) == 1 else TRIAL_ITERATIONS
        pair, gains = [], 1.0
        for node in children(bench.arrays, part.node, split):
            each = Part(part.bound, 0, node, copy_prices(part.prices))
            if iterations:
                bench.run(each, upper, iterations)
            pair.append(each)
            gains *= max(min(each.guess, upper) - part.bound, 1e-3)
            # What the other side may bring at most.
            if len(pair) == 1 and gains * (upper - part.bound) <= score:
                break
        if gains > score and len(pair) == 2:
            best, score = tuple(pair), gains
        if len(pair) == 2 and all(each.bound >= upper for each in pair):
            break
    assert best is not None
    return Step(part, tuple(each for each in best if each.bound < upper))
