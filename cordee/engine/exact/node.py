"""One node: prices tried, columns found, and the bound raised as far as they go."""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.columns import EXCESS, add_found, first_table, near_table, solve_table
from cordee.engine.exact.pricing import evaluate, price_all, team_bound
from cordee.engine.exact.shapes import FORBIDDEN, FREE, prices_for

LEADS = 8
STALLS = 6


class Found(NamedTuple):
    """What a node leaves behind: best prices, values at them, and the fractions of its columns."""

    prices: Any  # Prices at the best bound
    trial: Any  # Prices tried
    column: Any  # indices in the pool
    weight: Any
    signs: Any  # organisations: how much of each signs
    holds: Any  # pairs: how much of each is held
    set_rows: Any  # packages x 3 and sets x 2: the rows of shares and of sets, -1 for none
    conv: Any  # organisations: the row that keeps each from signing twice, -1 for none
    told: Any  # bound, dear, how many weights, iterations, cost of the table


def found_for(arrays: Arrays, sets: int, rows: int) -> Found:
    """Return room for what one node leaves behind."""
    packages, orgs = len(arrays.need), len(arrays.org_cost)
    return Found(
        prices=prices_for(packages, sets),
        trial=prices_for(packages, sets),
        column=np.zeros(rows, dtype=np.int64),
        weight=np.zeros(rows),
        signs=np.zeros(orgs),
        holds=np.zeros(len(arrays.package)),
        set_rows=np.full(2 * sets + 3 * packages, -1, dtype=np.int64),
        conv=np.full(orgs, -1, dtype=np.int64),
        told=np.zeros(5),
    )


@entry
def run_node(arrays, node, pool, master, kept, scratch, found, upper, iterations):  # type: ignore[no-untyped-def]
    """Raise the bound of a node as far as columns do, from `found.prices`; return the bound.

    The table starts from the one kept, where there is one.

    Infinite where the node holds nothing cheaper than `upper`.
    """
    bound = -np.inf
    _copy(found.trial, found.prices)
    blend, started, stalls, used = 0.0, False, 0, 0
    total, dear = np.inf, np.inf
    set_rows, conv = found.set_rows, found.conv
    for iteration in range(iterations):
        used = iteration + 1
        price_all(arrays, node, found.trial, scratch)
        here, n_th, _ = team_bound(arrays, node, found.trial, scratch)
        if here > bound:
            gained = here - bound
            if started and gained < 2e-4 * max(1.0, abs(here)):
                stalls += 1
            else:
                stalls = 0
            bound = here
            _copy(found.prices, found.trial)
        else:
            stalls += 1
        if bound >= upper:
            break
        leads = _leads(arrays, node, scratch, n_th)
        if not started:
            if kept.size[0] > 0:
                near_table(arrays, node, pool, master, kept, leads, set_rows, conv)
                add_found(arrays, node, pool, master, scratch, leads, set_rows, conv)
            else:
                first_table(arrays, node, pool, master, scratch, found.trial, leads, set_rows, conv)
            started = True
            added = 1
        else:
            added = add_found(arrays, node, pool, master, scratch, leads, set_rows, conv)
        if added == 0:
            if blend == 0.0:
                break
            blend = 0.0
        else:
            total, dear = solve_table(arrays, node, pool, master, conv)
            blend = 0.5 if blend == 0.0 else min(0.8, blend + 0.05)
            if dear > EXCESS:
                blend = 0.0
            if total - bound <= 1e-6 * max(1.0, abs(total)):
                break
            if dear <= EXCESS and stalls >= STALLS:
                break
        _blend(arrays, node, master, found, set_rows, blend)
    _fractions(arrays, pool, master, found, started)
    found.told[0], found.told[1] = bound, dear
    found.told[3], found.told[4] = used, total
    return bound


@jit
def _copy(to, of):  # type: ignore[no-untyped-def]
    to.work[:] = of.work
    to.share_low[:] = of.share_low
    to.share_two[:] = of.share_two
    to.share_high[:] = of.share_high
    to.set_low[:] = of.set_low
    to.set_high[:] = of.set_high


@jit
def _leads(arrays, node, scratch, n_th):  # type: ignore[no-untyped-def]
    """Return the organisations that would lead at least cost, as columns of the table may use."""
    leads = np.full(LEADS, -1, dtype=np.int64)
    costs = np.full(LEADS, np.inf)
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN or arrays.org_lead[o] == np.inf:
            continue
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
            evaluate(arrays, node, scratch, leads[k], np.inf)
    return leads


@leaf
def _blend(arrays, node, master, found, set_rows, blend):  # type: ignore[no-untyped-def]
    """Put the prices to try between the best ones and those of the table."""
    packages = len(arrays.need)
    other = 1.0 - blend
    for p in range(packages):
        found.trial.work[p] = blend * found.prices.work[p] + other * master.dual[p]
        low = two = high = 0.0
        if set_rows[3 * p] >= 0:
            low = max(0.0, master.dual[set_rows[3 * p]])
        if set_rows[3 * p + 1] >= 0:
            two = max(0.0, master.dual[set_rows[3 * p + 1]])
        if set_rows[3 * p + 2] >= 0:
            high = max(0.0, -master.dual[set_rows[3 * p + 2]])
        found.trial.share_low[p] = blend * found.prices.share_low[p] + other * low
        found.trial.share_two[p] = blend * found.prices.share_two[p] + other * two
        found.trial.share_high[p] = blend * found.prices.share_high[p] + other * high
    at = 3 * packages
    for s in range(len(node.set_low)):
        low = high = 0.0
        if set_rows[at + 2 * s] >= 0:
            low = max(0.0, master.dual[set_rows[at + 2 * s]])
        if set_rows[at + 2 * s + 1] >= 0:
            high = max(0.0, -master.dual[set_rows[at + 2 * s + 1]])
        found.trial.set_low[s] = blend * found.prices.set_low[s] + other * low
        found.trial.set_high[s] = blend * found.prices.set_high[s] + other * high


@leaf
def _fractions(arrays, pool, master, found, started):  # type: ignore[no-untyped-def]
    """Write the columns of the last table with their weights, and what they sum to."""
    found.signs[:] = 0.0
    found.holds[:] = 0.0
    n = 0
    if started:
        for r in range(master.sizes[0]):
            origin = master.origin[master.basis[r]]
            if origin >= 0 and master.amount[r] > 1e-9 and n < len(found.column):
                found.column[n], found.weight[n] = origin, master.amount[r]
                n += 1
                found.signs[pool.org[origin]] += master.amount[r]
                for j in range(pool.count[origin]):
                    found.holds[pool.pairs[origin, j]] += master.amount[r]
    found.told[2] = n
