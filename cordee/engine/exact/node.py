"""One node of the tree: column generation, then what it leaves open is split by strong branching.

Column generation alternates two problems (`generate_columns`): the restricted master problem
proposes prices, pricing answers with columns and with the bound at those prices. Raw duals swing
from one extreme to the other, so the prices tried lie between the best ones and the duals (Wentges'
smoothing: P. Wentges, Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming,
International Transactions in Operational Research 4, 1997). Where smoothed prices bring no column
("mispricing"), the duals themselves are tried. It ends where the bound meets the cost of the master
problem, reaches the incumbent, or has not risen for some rounds: the bound need not be the best one
to be valid.

`process` then fixes, and tries a few splits on both sides for some iterations (strong branching, as
D. Applegate, R. Bixby, V. Chvátal and W. Cook do for the travelling salesman). The product of the
two gains is the score (T. Achterberg, T. Koch, A. Martin, Branching rules revisited, Operations
Research Letters 33, 2005).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.arrays import Arrays, Compact
from cordee.engine.exact.bounds import fix_pairs, pair_bounds, team_bound
from cordee.engine.exact.branching import (
    FORBIDDEN,
    FREE,
    Node,
    children,
    copy_node,
    fewest_shares,
    splits,
)
from cordee.engine.exact.master import (
    EXCESS,
    add_columns,
    cold_start,
    pool_for,
    save_lp,
    saved_lp_for,
    solve_master,
    warm_start,
)
from cordee.engine.exact.pricing import (
    Prices,
    copy_prices,
    longest_column,
    price_all,
    price_organisation,
    prices_for,
    scratch_for,
)
from cordee.engine.exact.simplex import linear_program_for
from cordee.engine.table import Floats

# Possible leads that get columns of their own.
LEADS = 8
# Column generation ends after so many prices in a row that hardly raised the bound.
STALLS = 6
# As far from the cost of the master problem as this, the bound may yet jump: more patience.
NEAR_MASTER = 0.02
FAR_STALLS = 20
# Weight of the best prices so far: at first, what is added at each step, and at most.
SMOOTHED, SMOOTHED_MORE, SMOOTHED_MOST = 0.5, 0.05, 0.8
ROOT_ITERATIONS = 60
NODE_ITERATIONS = 20
LAST_ITERATIONS = 150
TRIAL_ITERATIONS = 4
# A node without fractions is solved on where its bound may still rise by this share.
HEARD_OUT = 1e-6
TRIALS = 2
POOL = 12_000
TABLE = 2_500


class Relaxation(NamedTuple):
    """What column generation leaves behind: the best prices, and the fractional solution."""

    prices: Any  # Prices at the best bound
    trial: Any  # Prices tried
    column: Any  # indices in the pool
    weight: Any  # their values, above zero
    signs: Any  # organisations: how much of each signs
    holds: Any  # pairs: how much of each is held
    cut_rows: Any  # packages x 3 and sets x 2: the rows of shares and of sets, -1 for none
    convexity: Any  # organisations: the row that keeps each from signing twice, -1 for none
    summary: Any  # bound, artificials, how many columns, iterations, cost of the master problem


def relaxation_for(arrays: Arrays, sets: int, rows: int) -> Relaxation:
    """Return room for what one node leaves behind."""
    packages, orgs = len(arrays.need), len(arrays.org_cost)
    return Relaxation(
        prices=prices_for(packages, sets),
        trial=prices_for(packages, sets),
        column=np.zeros(rows, dtype=np.int64),
        weight=np.zeros(rows),
        signs=np.zeros(orgs),
        holds=np.zeros(len(arrays.package)),
        cut_rows=np.full(2 * sets + 3 * packages, -1, dtype=np.int64),
        convexity=np.full(orgs, -1, dtype=np.int64),
        summary=np.zeros(5),
    )


@entry
def generate_columns(arrays, node, pool, lp, saved, scratch, relaxation, upper, iterations):  # type: ignore[no-untyped-def]
    """Raise the bound of a node as far as columns do, from `relaxation.prices`; return the bound.

    The master problem starts from the one saved, where there is one. Infinite where no team of the
    node exists; ends early where none is cheaper than `upper`.
    """
    bound = -np.inf
    _copy_prices(relaxation.trial, relaxation.prices)
    blend, started, stalls, used = 0.0, False, 0, 0
    total, dear = np.inf, np.inf
    cut_rows, convexity = relaxation.cut_rows, relaxation.convexity
    for iteration in range(iterations):
        used = iteration + 1
        price_all(arrays, node, relaxation.trial, scratch)
        # The bound at the prices tried: valid whatever they are, kept where it is the best.
        here, n_th, _ = team_bound(arrays, node, relaxation.trial, scratch)
        if here > bound:
            gained = here - bound
            # A gain of two in ten thousand is none: the tail of column generation is long and flat.
            if started and gained < 2e-4 * max(1.0, abs(here)):
                stalls += 1
            else:
                stalls = 0
            bound = here
            _copy_prices(relaxation.prices, relaxation.trial)
        else:
            stalls += 1
        # No better plan in this node, whatever the master problem would say.
        if bound >= upper:
            break
        leads = _candidate_leads(arrays, node, scratch, n_th)
        # The first prices come from the parent, so the first columns fit them before any solve.
        if not started:
            if saved.size[0] > 0:
                warm_start(arrays, node, pool, lp, saved, leads, cut_rows, convexity)
                add_columns(arrays, node, pool, lp, scratch, leads, cut_rows, convexity)
            else:
                cold_start(
                    arrays, node, pool, lp, scratch, relaxation.trial, leads, cut_rows, convexity
                )
            started = True
            added = 1
        else:
            added = add_columns(arrays, node, pool, lp, scratch, leads, cut_rows, convexity)
        if added == 0:
            # Mispricing: the duals themselves are tried, and if they bring nothing all is solved.
            if blend == 0.0:
                break
            blend = 0.0
        else:
            total, dear = solve_master(arrays, node, pool, lp, convexity)
            blend = SMOOTHED if blend == 0.0 else min(SMOOTHED_MOST, blend + SMOOTHED_MORE)
            # While artificials stand, duals are of the size of M: nothing to stay near to.
            if dear > EXCESS:
                blend = 0.0
            # Bound and master problem meet: no column is missing.
            if total - bound <= 1e-6 * max(1.0, abs(total)):
                break
            is_near = total - bound <= NEAR_MASTER * abs(total)
            if dear <= EXCESS and stalls >= (STALLS if is_near else FAR_STALLS):
                break
        _smooth(arrays, node, lp, relaxation, cut_rows, blend)
    _write_fractions(arrays, pool, lp, relaxation, started)
    relaxation.summary[0], relaxation.summary[1] = bound, dear
    relaxation.summary[3], relaxation.summary[4] = used, total
    return bound


@jit
def _copy_prices(to, of):  # type: ignore[no-untyped-def]
    to.cover[:] = of.cover
    to.cut_one[:] = of.cut_one
    to.cut_two[:] = of.cut_two
    to.count_most[:] = of.count_most
    to.set_low[:] = of.set_low
    to.set_high[:] = of.set_high


@jit
def _candidate_leads(arrays, node, scratch, n_th):  # type: ignore[no-untyped-def]
    """Return the organisations that would lead at least cost: they get columns that lead."""
    leads = np.full(LEADS, -1, dtype=np.int64)
    costs = np.full(LEADS, np.inf)
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN or arrays.org_lead[o] == np.inf:
            continue
        # As in the bound: its own cost, and its place where it is not among the N.
        cost = arrays.org_lead[o]
        if node.orgs[o] == FREE and scratch.value[o] > n_th:
            cost += scratch.value[o] - n_th
        at = LEADS - 1
        if cost < costs[at]:
            while at > 0 and costs[at - 1] > cost:
                costs[at], leads[at] = costs[at - 1], leads[at - 1]
                at -= 1
            costs[at], leads[at] = cost, o
    for k in range(LEADS):
        if leads[k] >= 0:
            price_organisation(arrays, node, scratch, leads[k], np.inf)
    return leads


@leaf
def _smooth(arrays, node, lp, relaxation, cut_rows, blend):  # type: ignore[no-untyped-def]
    """Put the prices to try between the best ones and the duals, in signs that give a bound."""
    packages = len(arrays.need)
    other = 1.0 - blend
    for p in range(packages):
        relaxation.trial.cover[p] = blend * relaxation.prices.cover[p] + other * lp.dual[p]
        # Duals of inequalities in the sign that a bound needs; the wrong one is noise.
        low = two = high = 0.0
        if cut_rows[3 * p] >= 0:
            low = max(0.0, lp.dual[cut_rows[3 * p]])
        if cut_rows[3 * p + 1] >= 0:
            two = max(0.0, lp.dual[cut_rows[3 * p + 1]])
        if cut_rows[3 * p + 2] >= 0:
            high = max(0.0, -lp.dual[cut_rows[3 * p + 2]])
        relaxation.trial.cut_one[p] = blend * relaxation.prices.cut_one[p] + other * low
        relaxation.trial.cut_two[p] = blend * relaxation.prices.cut_two[p] + other * two
        relaxation.trial.count_most[p] = blend * relaxation.prices.count_most[p] + other * high
    at = 3 * packages
    for s in range(len(node.set_low)):
        low = high = 0.0
        if cut_rows[at + 2 * s] >= 0:
            low = max(0.0, lp.dual[cut_rows[at + 2 * s]])
        if cut_rows[at + 2 * s + 1] >= 0:
            high = max(0.0, -lp.dual[cut_rows[at + 2 * s + 1]])
        relaxation.trial.set_low[s] = blend * relaxation.prices.set_low[s] + other * low
        relaxation.trial.set_high[s] = blend * relaxation.prices.set_high[s] + other * high


@leaf
def _write_fractions(arrays, pool, lp, relaxation, started):  # type: ignore[no-untyped-def]
    """Write the columns of the last solution with their weights, and what they sum to."""
    relaxation.signs[:] = 0.0
    relaxation.holds[:] = 0.0
    n = 0
    if started:
        for r in range(lp.sizes[0]):
            origin = lp.origin[lp.basis[r]]
            # Slacks and artificials hold nothing; a basic column at zero neither.
            if origin >= 0 and lp.amount[r] > 1e-9 and n < len(relaxation.column):
                relaxation.column[n], relaxation.weight[n] = origin, lp.amount[r]
                n += 1
                relaxation.signs[pool.org[origin]] += lp.amount[r]
                for j in range(pool.count[origin]):
                    relaxation.holds[pool.pairs[origin, j]] += lp.amount[r]
    relaxation.summary[2] = n


@dataclass(order=True, slots=True)
class OpenNode:
    """A node waiting: its bound in euros, its place in line, and the prices to start from."""

    bound: float
    number: int
    node: Node = field(compare=False)
    prices: Prices = field(compare=False)
    # Cost of the last master problem: what the bound may still rise to.
    guess: float = field(compare=False, default=0.0)


class Workspace:
    """All that one thread writes: nothing is shared between two, and nothing allocated twice."""

    def __init__(self, compact: Compact, sets: int) -> None:
        self.compact, arrays = compact, compact.arrays
        longest = longest_column(arrays)
        # Convexity rows come as they are needed: sixty of them at most, then none.
        rows = 4 * len(arrays.need) + 2 + 2 * sets + 60
        self.arrays = arrays
        self.pool = pool_for(len(arrays.org_cost), longest, POOL)
        entries = 4 * longest + 2 * sets + 4
        self.lp = linear_program_for(rows, TABLE, entries)
        self.saved = saved_lp_for(
            rows, TABLE, entries, 2 * sets + 3 * len(arrays.need), len(arrays.org_cost)
        )
        self.scratch = scratch_for(arrays, longest)
        self.relaxation = relaxation_for(arrays, sets, rows)
        self.bounds = np.zeros(len(arrays.package))
        # Nobody waits any more for what the thread of this workspace is at.
        self.is_abandoned = False

    def run(self, open_node: OpenNode, upper: float, iterations: int) -> float:
        """Raise the bound of a node as far as it goes, and keep the best prices in it."""
        # The bound of a child is at least that of its parent at the parent's prices.
        for to, of in zip(self.relaxation.prices, open_node.prices, strict=True):
            to[:] = of
        bound = generate_columns(
            self.arrays, open_node.node, self.pool, self.lp, self.saved, self.scratch,
            self.relaxation, upper, iterations,
        )  # fmt: skip
        open_node.bound = max(open_node.bound, bound)
        open_node.guess = max(open_node.bound, min(upper, float(self.relaxation.summary[4])))
        open_node.prices = copy_prices(self.relaxation.prices)
        return open_node.bound

    def remember(self) -> None:
        """Start the next master problems near the one just solved."""
        save_lp(self.lp, self.relaxation, self.saved)

    def forget(self) -> None:
        """Start the next master problem from the pool."""
        self.saved.size[0] = 0

    def fix(self, open_node: OpenNode, upper: float) -> int:
        """Forbid what is in no cheaper team of a node; return how many pairs are left."""
        node, prices = open_node.node, open_node.prices
        left: int = fix_pairs(self.arrays, node, self.scratch, prices, upper, self.bounds)
        return left

    def pair_bounds(self, open_node: OpenNode) -> Floats:
        """Return what a team of a node costs at least with each pair, in euros."""
        node, prices = open_node.node, open_node.prices
        pair_bounds(self.arrays, node, self.scratch, prices, self.bounds)
        return self.bounds.copy()


def copy_open_node(of: OpenNode) -> OpenNode:
    """Return a node of its own, to look around in while the first is split."""
    return OpenNode(of.bound, of.number, copy_node(of.node), copy_prices(of.prices))


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of a node: its children, or how much of each pair is held where all is whole."""

    open_node: OpenNode
    children: tuple[OpenNode, ...] = ()
    is_whole: bool = False
    holds: Floats | None = None


def process(workspace: Workspace, open_node: OpenNode, upper: float) -> Processed:
    """Raise the bound of a node, fix what cannot better `upper`, and split it in two.

    Of each kind of split `TRIALS` are tried for a few iterations, and the one kept that raises the
    bounds of both children most. A child whose bound reaches `upper` is dropped at once. Given up
    meanwhile, the node stays open as it is.
    """
    # First from the pool, then from what was just solved, for the trials below.
    workspace.forget()
    for iterations in (NODE_ITERATIONS, LAST_ITERATIONS):
        if workspace.run(open_node, upper, iterations) >= upper:
            return Processed(open_node)
        workspace.remember()
        workspace.fix(open_node, upper)
        if not fewest_shares(workspace.arrays, open_node.node):
            open_node.bound = upper
            return Processed(open_node)
        # Copies: the trials below write over them.
        signs, holds = workspace.relaxation.signs.copy(), workspace.relaxation.holds.copy()
        options = splits(workspace.arrays, open_node.node, signs, holds, TRIALS)
        # No fraction to split on, but the master problem is not solved to its end: it is now.
        if options or open_node.guess - open_node.bound < HEARD_OUT * open_node.bound:
            break
        if workspace.is_abandoned:
            return Processed(open_node, (open_node,))
    if not options:
        return Processed(open_node, is_whole=True, holds=holds)
    best: tuple[OpenNode, ...] | None = None
    score = -1.0
    # With one option there is nothing to compare: its children are solved when they are taken.
    for split in options[: 2 * TRIALS]:
        if workspace.is_abandoned:
            return Processed(open_node, (open_node,))
        iterations = 0 if len(options) == 1 else TRIAL_ITERATIONS
        pair, gains = [], 1.0
        for node in children(workspace.arrays, open_node.node, split):
            each = OpenNode(open_node.bound, 0, node, copy_prices(open_node.prices))
            if iterations:
                workspace.run(each, upper, iterations)
            pair.append(each)
            # Neither side may weigh nothing, or the product would forget the other.
            gains *= max(min(each.guess, upper) - open_node.bound, 1e-3)
            # With the most that the other side may bring it would still be second.
            if len(pair) == 1 and gains * (upper - open_node.bound) <= score:
                break
        if gains > score and len(pair) == 2:
            best, score = tuple(pair), gains
        # Both sides closed: nothing is left of this node.
        if len(pair) == 2 and all(each.bound >= upper for each in pair):
            break
    assert best is not None
    return Processed(open_node, tuple(each for each in best if each.bound < upper))
