"""What a team costs at least, at given prices: the bound that everything rests on.

Cover is priced instead of asked: a team pays each structure for the work it takes. Any N distinct
structures, one of them leading, then cost at least the sum of the N least values. This holds for
any prices whatever, so nothing that proposes prices need be believed.
"""

import numpy as np

from cordee.engine.compiled import entry, jit, leaf, leaf_entry
from cordee.engine.exact.modes import rung, rung_asked
from cordee.engine.exact.patterns import best_pattern, knapsack, paying, pieces_of
from cordee.engine.exact.shapes import FORBIDDEN, FREE, NEEDED


@leaf_entry
def price_all(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Price every pair, and bound every organisation by its best shares, its limits left out."""
    scratch.found[0] = 0
    for g in range(len(arrays.group_at) - 1):
        top, state = np.inf, FORBIDDEN
        for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
            if node.pairs[i] == FORBIDDEN:
                scratch.best[i] = np.inf
                continue
            p = arrays.package[i]
            price = arrays.unit[i] - prices.work[p]
            once = arrays.once[i] + prices.share_high[p]
            if prices.share_low[p] > 0.0:
                once -= prices.share_low[p] * rung(arrays, node, i, 1)
            if prices.share_two[p] > 0.0:
                once -= prices.share_two[p] * rung(arrays, node, i, 2)
            scratch.price[i] = price
            scratch.once[i] = once
            best = once + price * (arrays.most[i] if price < 0.0 else arrays.least[i])
            scratch.best[i] = best
            if node.pairs[i] == NEEDED:
                top, state = best, NEEDED
            elif state != NEEDED:
                top, state = min(top, best), FREE
        scratch.top[g] = top
        scratch.state[g] = state
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


@leaf
def box(arrays, node, scratch, c):  # type: ignore[no-untyped-def]
    """Return the least cost of a chantier without its limits, and whether it must hold some."""
    most = arrays.most_packages[c]
    needed, total, least, count = 0, 0.0, np.inf, 0
    limit = min(most, arrays.group_start[c + 1] - arrays.group_start[c])
    kept = scratch.kept
    for g in range(arrays.group_start[c], arrays.group_start[c + 1]):
        best = scratch.top[g]
        if scratch.state[g] == NEEDED:
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

    Where it turns out to cost `enough` at least, that is all that is found out.
    """
    if scratch.exact[o]:
        return
    first, last = arrays.org_start[o], arrays.org_start[o + 1]
    # At least what each chantier costs, by its limits taken apart.
    lows = np.empty(last - first)
    musts = np.zeros(last - first, dtype=np.bool_)
    least, held = np.inf, False
    total = 0.0
    for c in range(first, last):
        value, must = box(arrays, node, scratch, c)
        pays, n, fixed = paying(arrays, scratch, c)
        pieces = pieces_of(arrays, scratch, c, pays, n)
        taken = np.full(n, -1, dtype=np.int64)
        if value < 0.0:
            value = max(value, fixed + knapsack(scratch, n, pieces, taken, 0, np.inf))
        lows[c - first], musts[c - first] = value, must
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
    longest = scratch.found_pairs.shape[1]
    pattern = np.empty(longest, dtype=np.int64)
    shares = np.empty(longest)
    count, got = 0, False
    sum_found = 0.0
    alone = np.inf
    scratch.exact[o] = True
    for c in range(first, last):
        low, must = lows[c - first], musts[c - first]
        if low == np.inf:
            if must:
                scratch.value[o] = np.inf
                return
            continue
        # What this chantier may cost at most, for the organisation to stay below `enough`.
        most = enough - value + low if (must or low < 0.0) and enough < np.inf else np.inf
        if last - first > 1:
            pays, n, fixed = paying(arrays, scratch, c)
            pieces = pieces_of(arrays, scratch, c, pays, n)
        found, k = best_pattern(
            arrays, node, scratch, c, pays, n, fixed, pieces, pattern, shares, most
        )
        if found >= most:
            scratch.exact[o] = False
            scratch.value[o] = max(scratch.value[o], enough)
            return
        keep = must or found < 0.0
        if not keep and not got and found < alone:
            # Nothing pays: the least bad share is kept until a chantier has one that does.
            alone = found
            count = 0
            keep = True
        elif keep and not got:
            count = 0
        if must or found < 0.0:
            got = True
            sum_found += found
        if keep:
            for j in range(k):
                scratch.found_pairs[at, count] = arrays.start[c] + pattern[j]
                scratch.found_shares[at, count] = shares[j]
                count += 1
    value = scratch.base[o] + (sum_found if got else alone)
    scratch.value[o] = max(value, scratch.value[o])
    if count > 0 and value < np.inf:
        scratch.found_org[at] = o
        scratch.found_count[at] = count
        scratch.slot[o] = at
        scratch.found[0] = at + 1


@entry
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
        total += prices.share_low[p] * rung_asked(node, p, 1)
        total += prices.share_two[p] * rung_asked(node, p, 2)
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
