"""Bounds: what a team costs at least, and what follows for single pairs.

The rows that link organisations (cover, cuts, counts, sets) are relaxed in Lagrange's way: a team
pays each structure for the work it takes. With prices λ of cover alone, and a team of N
organisations one of which leads,

    L_N(λ) = Σ_p λ_p F_p + the N least values + the least lead, and its place if not among the N

is a lower bound (A. Geoffrion, Lagrangean relaxation for integer programming, 1974). Since columns
solve the inner problem, its best λ gives the bound of the master problem, and every λ on the way a
bound that is valid already: a search need not wait for column generation to end (M. Lübbecke, J.
Desrosiers, Selected topics in column generation, Operations Research 53, 2005).

So nothing that proposes prices need be believed: not the simplex method, not its tolerances, not
the columns at hand. It is the principle of safe bounds (A. Neumaier, O. Shcherbina, Safe bounds in
linear and mixed-integer linear programming, Mathematical Programming 99, 2004), here with a margin
for the noise of floats instead of directed rounding (`search.NOISE`).

*Fixing* turns the bound round: with one more condition, "this pair is held", it still is one. A
pair whose bound reaches the cost of the best plan is in no better plan, and is forbidden for good
in this node and below: reduced-cost fixing (L. Wolsey, Integer Programming, 1998), on what is
inside a column.
"""

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.branching import FORBIDDEN, FREE, NEEDED, cut_right_side
from cordee.engine.exact.patterns import charge_limits, limits_worth
from cordee.engine.exact.pricing import box_bound, price_all, price_organisation


@jit
def team_bound(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Return what any team of this node costs at least, the dearest of its N values, its lead.

    Only the organisations that could be among the N least are priced exactly; the others keep a
    value that is lower, so the bound holds. Infinite where there are not N organisations.
    """
    orgs = len(arrays.org_cost)
    alive = 0
    free = node.size
    total = 0.0
    # What the relaxed rows are worth: each price times the right-hand side of its row.
    for p in range(len(arrays.need)):
        total += prices.cover[p] * arrays.need[p]
        total += prices.cut_one[p] * cut_right_side(node, p, 1)
        total += prices.cut_two[p] * cut_right_side(node, p, 2)
        if prices.count_most[p] > 0.0:
            total -= prices.count_most[p] * node.most_shares[p]
    for s in range(len(node.set_low)):
        total += prices.set_low[s] * node.set_low[s] - prices.set_high[s] * node.set_high[s]
    # Whoever must sign is paid whatever it costs; the N least are sought among the others.
    for o in range(orgs):
        if node.orgs[o] == NEEDED:
            price_organisation(arrays, node, scratch, o, np.inf)
            total += scratch.value[o]
            free -= 1
        elif node.orgs[o] == FREE and scratch.value[o] < np.inf:
            scratch.order[alive] = o
            alive += 1
    # No team of this size is left in the node.
    if free < 0 or alive < free or total == np.inf:
        return np.inf, np.inf, np.inf
    # By the cheap bounds first, so that few are priced exactly.
    order = scratch.order[:alive]
    values = np.empty(alive)
    for k in range(alive):
        values[k] = scratch.value[order[k]]
    queue = np.argsort(values)
    best = np.full(free + 1, np.inf)
    # Exact values of the N least, in order; stop where a cheap bound exceeds the N-th.
    for k in range(alive):
        o = order[queue[k]]
        if free == 0 or values[queue[k]] >= best[free - 1]:
            break
        # Dearer than the N-th so far is all that need be known of it.
        price_organisation(arrays, node, scratch, o, best[free - 1])
        value = scratch.value[o]
        # Insertion into the N least, which are in order.
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
    # The lead is relaxed too: whoever leads cheapest, if need be in the place of the N-th.
    lead = _least_lead(arrays, node, scratch, last)
    return total + lead, last, lead


@jit
def _least_lead(arrays, node, scratch, last):  # type: ignore[no-untyped-def]
    """Return what a lead adds at least: its cost, and its place among the N where it has none.

    Whoever seems to lead cheapest is priced exactly, until the cheapest is exact already.
    """
    while True:
        least, who = np.inf, -1
        for o in range(len(arrays.org_cost)):
            if node.orgs[o] == FORBIDDEN or arrays.org_lead[o] == np.inf:
                continue
            # Whoever is not among the N would take the place of the dearest of them.
            extra = 0.0
            if node.orgs[o] == FREE and scratch.value[o] > last:
                extra = scratch.value[o] - last
            if arrays.org_lead[o] + extra < least:
                least, who = arrays.org_lead[o] + extra, o
        if who < 0 or scratch.exact[who]:
            return least
        price_organisation(arrays, node, scratch, who, np.inf)


@entry
def pair_bounds(arrays, node, scratch, prices, bounds):  # type: ignore[no-untyped-def]
    """Write what a team that holds each pair costs at least; infinite where it is forbidden.

    The bound with one more condition is still a bound: an organisation that must sign takes the
    place of the dearest of the N least, a pair that must be held raises what its organisation pays.
    """
    price_all(arrays, node, prices, scratch)
    bound, last, lead = team_bound(arrays, node, prices, scratch)
    bounds[:] = np.inf
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN:
            continue
        value = scratch.value[o]
        inside = node.orgs[o] == NEEDED or value <= last
        # The others of its team: one place less, and at best itself as the lead.
        without = bound - lead + min(lead, arrays.org_lead[o]) - (value if inside else last)
        # A pair of one chantier changes nothing in the other chantiers of its organisation.
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            others = _other_boxes(arrays, node, scratch, o, c)
            alone = scratch.best, scratch.top, 0.0
            for i in range(arrays.start[c], arrays.start[c + 1]):
                bounds[i] = -np.inf
            # Without the limits on work and money, then with these at the prices they have.
            _pair_bounds(arrays, node, scratch, c, alone, others, value, without, bounds)
            if arrays.row_start[c + 1] > arrays.row_start[c]:
                charge_limits(arrays, scratch, c)
                alone = scratch.eased, scratch.eased_top, limits_worth(arrays, scratch, c)
                _pair_bounds(arrays, node, scratch, c, alone, others, value, without, bounds)
    return bound


@entry
def fix_pairs(arrays, node, scratch, prices, upper, bounds):  # type: ignore[no-untyped-def]
    """Forbid what no team cheaper than `upper` holds; return how many pairs are left."""
    pair_bounds(arrays, node, scratch, prices, bounds)
    left = 0
    for o in range(len(arrays.org_cost)):
        if node.orgs[o] == FORBIDDEN:
            continue
        kept = 0
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            for i in range(arrays.start[c], arrays.start[c + 1]):
                if node.pairs[i] == NEEDED or bounds[i] < upper:
                    kept += 1
                else:
                    node.pairs[i] = FORBIDDEN
        # With no pair left it cannot sign.
        if kept == 0 and node.orgs[o] == FREE:
            node.orgs[o] = FORBIDDEN
        left += kept
    return left


@leaf
def _other_boxes(arrays, node, scratch, o, c):  # type: ignore[no-untyped-def]
    total = scratch.base[o]
    for other in range(arrays.org_start[o], arrays.org_start[o + 1]):
        if other != c:
            value, must = box_bound(arrays, node, scratch, other)
            if must or value < 0.0:
                total += value
    return total


@jit
def _pair_bounds(arrays, node, scratch, c, alone, others, value, without, bounds):  # type: ignore[no-untyped-def]
    """Raise the bounds of the pairs of a chantier by what each of them costs alone."""
    best_of, top_of, total = alone
    needed = 0
    first, last = arrays.group_start[c], arrays.group_start[c + 1]
    for g in range(first, last):
        if scratch.state[g] == NEEDED:
            needed += 1
            total += top_of[g]
    # Shares that may still be added to those needed.
    limit = arrays.most_packages[c] - needed
    below = np.empty(last - first)
    n = 0
    for g in range(first, last):
        if scratch.state[g] == FREE and top_of[g] < 0.0:
            below[n] = top_of[g]
            n += 1
    ordered = np.sort(below[:n])
    # The dearest share counted; zero where there is room for one more.
    worst = 0.0
    for k in range(min(n, limit)):
        total += ordered[k]
        worst = ordered[k]
    for i in range(arrays.start[c], arrays.start[c + 1]):
        g = arrays.group[i]
        if node.pairs[i] == FORBIDDEN or (scratch.state[g] == FREE and limit <= 0):
            bounds[i] = np.inf
            continue
        forced = total
        if scratch.state[g] == FREE:
            best = best_of[i]
            if top_of[g] < 0.0 and top_of[g] <= worst:
                # Among those counted already, in its best size.
                forced += best - top_of[g]
            elif n >= limit:
                # It takes the place of the dearest of those counted.
                forced += max(0.0, best - worst)
            elif best > 0.0:
                forced += best
        # Its own value is a bound whatever it holds, often the sharper one.
        bounds[i] = max(bounds[i], without + max(value, others + forced))
