"""What a team costs at least, at given prices: the bound that everything rests on.

Cover is priced instead of asked: a team pays each structure for the work it takes. Any N distinct
structures, one of them leading, then cost at least the sum of the N least values. This holds for
any prices whatever, so nothing that proposes prices need be believed.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.shares import cheapest_shares

FORBIDDEN, FREE, NEEDED = -1, 0, 1
# Patterns looked at for one chantier; beyond that its cruder bound stands.
PATTERNS = 2_000


class Node(NamedTuple):
    """One part of the search: a team size and what branching decided.

    `orgs` and `pairs` hold FORBIDDEN, FREE or NEEDED. `few[p]` and `many[p]` bound how many shares
    package p is cut into. `sets` are groups of organisations, as 0 or 1 by organisation, of which
    at least `set_low` and at most `set_high` sign.
    """

    size: int
    orgs: Any
    pairs: Any
    few: Any
    many: Any
    sets: Any
    set_low: Any
    set_high: Any


class Prices(NamedTuple):
    """What is paid: per cFTE of a package, per share of a package, per signature of a set."""

    work: Any
    share_low: Any
    share_high: Any
    set_low: Any
    set_high: Any


class Scratch(NamedTuple):
    """Room to work in, one per thread; `columns` are what evaluated organisations do best."""

    price: Any  # pairs: euros per cFTE at the prices
    once: Any  # pairs: euros once at the prices
    best: Any  # pairs: least euros of the share alone
    base: Any  # organisations: what each costs before any share
    value: Any  # organisations: at least what each costs
    exact: Any  # organisations: whether that is met
    slot: Any  # organisations: where its column is, -1 for none
    order: Any  # organisations
    found_org: Any  # columns
    found_count: Any
    found_pairs: Any
    found_shares: Any
    found: Any  # one number: how many columns
    patterns: Any  # one number: how many are looked at for one chantier


def scratch_for(arrays: Arrays, longest: int) -> Scratch:
    """Return room for one thread; `longest` is the most shares of an organisation."""
    pairs, orgs = len(arrays.package), len(arrays.org_cost)
    return Scratch(
        price=np.zeros(pairs),
        once=np.zeros(pairs),
        best=np.zeros(pairs),
        base=np.zeros(orgs),
        value=np.zeros(orgs),
        exact=np.zeros(orgs, dtype=np.bool_),
        slot=np.full(orgs, -1, dtype=np.int64),
        order=np.zeros(orgs, dtype=np.int64),
        found_org=np.zeros(orgs, dtype=np.int64),
        found_count=np.zeros(orgs, dtype=np.int64),
        found_pairs=np.zeros((orgs, longest), dtype=np.int64),
        found_shares=np.zeros((orgs, longest)),
        found=np.zeros(1, dtype=np.int64),
        patterns=np.full(1, PATTERNS, dtype=np.int64),
    )


def prices_for(packages: int, sets: int) -> Prices:
    """Return prices of nothing."""
    return Prices(
        work=np.zeros(packages),
        share_low=np.zeros(packages),
        share_high=np.zeros(packages),
        set_low=np.zeros(sets),
        set_high=np.zeros(sets),
    )


def longest_column(arrays: Arrays) -> int:
    """Return the most shares that one organisation can hold."""
    held = np.minimum(arrays.most_packages, np.diff(arrays.start))
    if not len(held):
        return 1
    return int(np.add.reduceat(held, arrays.org_start[:-1]).max())


@jit
def price_all(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Price every pair, and bound every organisation by its best shares, its limits left out."""
    scratch.found[0] = 0
    for i in range(len(arrays.package)):
        if node.pairs[i] == FORBIDDEN:
            scratch.best[i] = np.inf
            continue
        p = arrays.package[i]
        price = arrays.unit[i] - prices.work[p]
        once = arrays.once[i] - prices.share_low[p] + prices.share_high[p]
        scratch.price[i] = price
        scratch.once[i] = once
        scratch.best[i] = once + price * (arrays.most[i] if price < 0.0 else arrays.least[i])
    for o in range(len(arrays.org_cost)):
        scratch.exact[o] = False
        scratch.slot[o] = -1
        scratch.value[o] = np.inf
        if node.orgs[o] == FORBIDDEN:
            continue
        base = arrays.org_cost[o]
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                base -= prices.set_low[s] - prices.set_high[s]
        scratch.base[o] = base
        total, least, held = 0.0, np.inf, False
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            value, must = box(arrays, node, scratch, c)
            if must or value < 0.0:
                total += value
                held = True
            else:
                least = min(least, value)
        scratch.value[o] = base + (total if held else least)


@jit
def box(arrays, node, scratch, c):  # type: ignore[no-untyped-def]
    """Return the least cost of a chantier without its limits, and whether it must hold some."""
    most = arrays.most_packages[c]
    needed, total, least, count = 0, 0.0, np.inf, 0
    limit = min(most, arrays.start[c + 1] - arrays.start[c])
    kept = np.empty(limit)
    for i in range(arrays.start[c], arrays.start[c + 1]):
        best = scratch.best[i]
        if node.pairs[i] == NEEDED:
            needed += 1
            total += best
        elif best < 0.0:
            at = count if count < limit else limit - 1
            if count < limit or best < kept[at]:
                while at > 0 and kept[at - 1] > best:
                    kept[at] = kept[at - 1]
                    at -= 1
                kept[at] = best
                count = min(count + 1, limit)
        else:
            least = min(least, best)
    if needed > most:
        return np.inf, True
    for k in range(min(count, most - needed)):
        total += kept[k]
    if needed > 0 or count > 0:
        return total, needed > 0
    return least, False


@jit
def evaluate(arrays, node, scratch, o, enough):  # type: ignore[no-untyped-def]
    """Find what organisation `o` does best, keep it as a column, and sharpen its value.

    Where its limits show that it costs `enough` at least, that is all that is found out.
    """
    if scratch.exact[o]:
        return
    longest = scratch.found_pairs.shape[1]
    least, held = np.inf, False
    total = 0.0
    for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
        value, must = box(arrays, node, scratch, c)
        if value < 0.0:
            value = max(value, _limited(arrays, node, scratch, c))
        if must or value < 0.0:
            total += value
            held = True
        else:
            least = min(least, value)
    value = scratch.base[o] + (total if held else least)
    scratch.value[o] = max(value, scratch.value[o])
    if scratch.value[o] >= enough:
        return
    at = scratch.found[0]
    pattern = np.empty(longest, dtype=np.int64)
    shares = np.empty(longest)
    total, count, held = 0.0, 0, False
    alone = np.inf
    scratch.exact[o] = True
    for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
        bound, must = box(arrays, node, scratch, c)
        if bound == np.inf:
            if must:
                scratch.value[o] = np.inf
                return
            continue
        value, k = _best_pattern(arrays, node, scratch, c, pattern, shares)
        keep = must or value < 0.0
        if not keep and not held and value < alone:
            # Nothing pays: the least bad share is kept until a chantier has one that does.
            alone = value
            count = 0
            keep = True
        elif keep and not held:
            count = 0
        if must or value < 0.0:
            held = True
            total += value
        if keep:
            for j in range(k):
                scratch.found_pairs[at, count] = arrays.start[c] + pattern[j]
                scratch.found_shares[at, count] = shares[j]
                count += 1
    value = scratch.base[o] + (total if held else alone)
    scratch.value[o] = max(value, scratch.value[o])
    if count > 0 and value < np.inf:
        scratch.found_org[at] = o
        scratch.found_count[at] = count
        scratch.slot[o] = at
        scratch.found[0] = at + 1


@jit
def _limited(arrays, node, scratch, c):  # type: ignore[no-untyped-def]
    """Return what a chantier costs at least under each of its limits, taken apart."""
    first, last = arrays.start[c], arrays.start[c + 1]
    pays = np.empty(last - first, dtype=np.int64)
    n, fixed = 0, 0.0
    for k in range(last - first):
        if node.pairs[first + k] == NEEDED:
            fixed += scratch.best[first + k]
        elif scratch.best[first + k] < 0.0:
            pays[n] = k
            n += 1
    order = np.empty((arrays.row_start[c + 1] - arrays.row_start[c], n), dtype=np.int64)
    rows = np.empty(len(order), dtype=np.int64)
    hard = _by_worth(arrays, scratch, c, pays, n, rows, order)
    taken = np.zeros(n, dtype=np.bool_)
    return fixed + _knapsack(arrays, scratch, c, pays, n, rows, order, hard, taken, 0)


@jit
def _by_worth(arrays, scratch, c, pays, n, rows, order):  # type: ignore[no-untyped-def]
    """Sort the shares that pay by what a unit of each hard limit brings; return how many limits."""
    first = arrays.start[c]
    hard = 0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        if arrays.row_slope[r] < np.inf:
            continue
        at = arrays.row_at[r]
        worth = np.empty(n)
        for t in range(n):
            use = arrays.row_coef[at + pays[t]] * arrays.most[first + pays[t]]
            value = scratch.best[first + pays[t]] - min(0.0, scratch.once[first + pays[t]])
            worth[t] = value / use if use > 0.0 else -np.inf
            spot = t
            while spot > 0 and worth[order[hard, spot - 1]] > worth[t]:
                order[hard, spot] = order[hard, spot - 1]
                spot -= 1
            order[hard, spot] = t
        rows[hard] = r
        hard += 1
    return hard


@jit
def _knapsack(arrays, scratch, c, pays, n, rows, order, hard, taken, tail):  # type: ignore[no-untyped-def]
    """Return the least worth of the shares taken and of those from `tail` on, under each limit.

    A share of any size is worth at most its part of the largest one, so the best use of one limit
    is to fill it by worth per unit. What is paid for holding a share at all comes beside.
    """
    first = arrays.start[c]
    least = -np.inf
    for h in range(hard):
        at, left, total = arrays.row_at[rows[h]], arrays.row_limit[rows[h]], 0.0
        for spot in range(n):
            t = order[h, spot]
            if t < tail and not taken[t]:
                continue
            use = arrays.row_coef[at + pays[t]] * arrays.most[first + pays[t]]
            paid = min(0.0, scratch.once[first + pays[t]])
            value = scratch.best[first + pays[t]] - paid
            total += paid
            if use <= left or value >= 0.0:
                total += value
                left -= use
            else:
                total += value * max(left, 0.0) / use
                left = 0.0
        least = max(least, total)
    return least


@jit
def _best_pattern(arrays, node, scratch, c, pattern, shares):  # type: ignore[no-untyped-def]
    """Return the least cost of chantier `c` and how many shares its best pattern has.

    Depth first over sets of the shares that pay, the best first; a set is left where even the best
    shares taken apart, or under one limit alone, cannot better what was found.
    """
    first, last = arrays.start[c], arrays.start[c + 1]
    pays = np.empty(last - first, dtype=np.int64)
    needed, n = 0, 0
    chosen = np.empty(last - first, dtype=np.int64)
    trial = np.empty(last - first)
    fixed = 0.0
    for k in range(last - first):
        state, best = node.pairs[first + k], scratch.best[first + k]
        if state == NEEDED:
            chosen[needed] = k
            needed += 1
            fixed += best
        elif best < 0.0:
            at = n
            while at > 0 and scratch.best[first + pays[at - 1]] > best:
                pays[at] = pays[at - 1]
                at -= 1
            pays[at] = k
            n += 1
    found, size = np.inf, 0
    if needed > 0:
        found = _cost(arrays, scratch, c, chosen, needed, trial)
        size = needed
        for j in range(needed):
            pattern[j], shares[j] = chosen[j], trial[j]
    elif n == 0:
        for k in range(last - first):
            if scratch.best[first + k] < found:
                chosen[0] = k
                cost = _cost(arrays, scratch, c, chosen, np.int64(1), trial)
                if cost < found:
                    found, size = cost, 1
                    pattern[0], shares[0] = k, trial[0]
        return found, size
    return _deepest(
        arrays, scratch, c, pays, n, chosen, needed, fixed, found, size, pattern, shares
    )


@jit
def _deepest(  # type: ignore[no-untyped-def]
    arrays, scratch, c, pays, n, chosen, needed, fixed, found, size, pattern, shares
):
    first = arrays.start[c]
    most = min(arrays.most_packages[c] - needed, n)
    trial = np.empty(needed + n)
    sums = np.zeros(n + 1)
    for t in range(n):
        sums[t + 1] = sums[t] + scratch.best[first + pays[t]]
    order = np.empty((arrays.row_start[c + 1] - arrays.row_start[c], n), dtype=np.int64)
    rows = np.empty(len(order), dtype=np.int64)
    hard = _by_worth(arrays, scratch, c, pays, n, rows, order)
    taken = np.zeros(n, dtype=np.bool_)
    at = np.full(most + 1, -1, dtype=np.int64)
    mine = np.full(most + 1, -1, dtype=np.int64)
    so_far = np.zeros(most + 1)
    so_far[0] = found if needed > 0 else 0.0
    depth, tried = 0, 0
    while depth >= 0:
        if mine[depth] >= 0:
            taken[mine[depth]] = False
            mine[depth] = -1
        at[depth] += 1
        t = at[depth]
        left = most - depth
        if (
            left <= 0
            or t >= n
            or so_far[depth] + sums[min(t + left, n)] - sums[t] >= found
            or fixed + _knapsack(arrays, scratch, c, pays, n, rows, order, hard, taken, t) >= found
        ):
            depth -= 1
            continue
        if tried >= scratch.patterns[0]:
            # Too many to look at: what the rest could be worth at best is the answer.
            taken[:] = False
            rest = _knapsack(arrays, scratch, c, pays, n, rows, order, hard, taken, 0)
            return min(found, fixed + max(sums[most], rest)), size
        tried += 1
        chosen[needed + depth] = pays[t]
        cost = _cost(arrays, scratch, c, chosen, needed + depth + 1, trial)
        if cost < found:
            found, size = cost, needed + depth + 1
            for j in range(size):
                pattern[j], shares[j] = chosen[j], trial[j]
        # A larger set costs at least this much and what the others are worth taken apart.
        if cost < np.inf and depth + 1 < most and t + 1 < n:
            taken[t] = True
            mine[depth] = t
            depth += 1
            so_far[depth] = cost
            at[depth] = t
    return found, size


@jit
def _cost(arrays, scratch, c, chosen, count, trial):  # type: ignore[no-untyped-def]
    cost = cheapest_shares(arrays, c, chosen, count, scratch.price, trial)
    for j in range(count):
        cost += scratch.once[arrays.start[c] + chosen[j]]
    return cost


@jit
def team_bound(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Return what any team of this node costs at least, the dearest of its N values, its lead.

    Only the organisations that could be among the N least are evaluated; the others keep a value
    that is lower, so the bound holds. Infinite where there are not N organisations.
    """
    orgs = len(arrays.org_cost)
    alive = 0
    free = node.size
    total = 0.0
    for p in range(len(arrays.need)):
        total += prices.work[p] * arrays.need[p]
        total += prices.share_low[p] * node.few[p]
        if prices.share_high[p] > 0.0:
            total -= prices.share_high[p] * node.many[p]
    for s in range(len(node.set_low)):
        total += prices.set_low[s] * node.set_low[s] - prices.set_high[s] * node.set_high[s]
    for o in range(orgs):
        if node.orgs[o] == NEEDED:
            evaluate(arrays, node, scratch, o, np.inf)
            total += scratch.value[o]
            free -= 1
        elif node.orgs[o] == FREE and scratch.value[o] < np.inf:
            scratch.order[alive] = o
            alive += 1
    if free < 0 or alive < free or total == np.inf:
        return np.inf, np.inf, np.inf
    order = scratch.order[:alive]
    values = np.empty(alive)
    for k in range(alive):
        values[k] = scratch.value[order[k]]
    queue = np.argsort(values)
    best = np.full(free + 1, np.inf)
    # Exact values of the N least, in order; stop where a box exceeds the N-th.
    for k in range(alive):
        o = order[queue[k]]
        if free == 0 or values[queue[k]] >= best[free - 1]:
            break
        evaluate(arrays, node, scratch, o, best[free - 1])
        value = scratch.value[o]
        at = free - 1
        if value < best[at]:
            while at > 0 and best[at - 1] > value:
                best[at] = best[at - 1]
                at -= 1
            best[at] = value
    last = -np.inf
    for k in range(free):
        total += best[k]
        last = best[k]
    lead = _least_lead(arrays, node, scratch, last)
    return total + lead, last, lead


@jit
def _least_lead(arrays, node, scratch, last):  # type: ignore[no-untyped-def]
    """Return what a lead adds at least: its cost, and its place among the N where it has none."""
    while True:
        least, who = np.inf, -1
        for o in range(len(arrays.org_cost)):
            if node.orgs[o] == FORBIDDEN or arrays.org_lead[o] == np.inf:
                continue
            extra = 0.0
            if node.orgs[o] == FREE and scratch.value[o] > last:
                extra = scratch.value[o] - last
            if arrays.org_lead[o] + extra < least:
                least, who = arrays.org_lead[o] + extra, o
        if who < 0 or scratch.exact[who]:
            return least
        evaluate(arrays, node, scratch, who, np.inf)
