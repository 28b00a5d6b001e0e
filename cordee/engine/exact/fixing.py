"""What no better team holds, and what every team of a part must have at least."""

import numpy as np

from cordee.engine.compiled import entry, jit, leaf
from cordee.engine.exact.pricing import box, price_all, team_bound
from cordee.engine.exact.shapes import FORBIDDEN, FREE, NEEDED


@entry
def fewest_shares(arrays, node):  # type: ignore[no-untyped-def]
    """Raise `few` to what the largest shares allowed need to cover each package.

    Return whether all can be covered.
    """
    for p in range(len(arrays.need)):
        most = np.zeros(len(arrays.group_at) - 1)
        n = 0
        for g in range(len(arrays.group_at) - 1):
            if arrays.package[arrays.group_at[g]] != p:
                continue
            largest = 0.0
            for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
                if node.pairs[i] != FORBIDDEN:
                    largest = max(largest, arrays.most[i])
            if largest > 0.0:
                most[n] = largest
                n += 1
        ordered = np.sort(most[:n])
        count, left = 0, arrays.need[p]
        while left > 0.0 and count < n:
            left -= ordered[n - 1 - count]
            count += 1
        if left > 0.0:
            return False
        node.few[p] = max(node.few[p], count)
        if node.few[p] > node.many[p]:
            return False
    return True


@entry
def bounds_with(arrays, node, scratch, prices, bounds):  # type: ignore[no-untyped-def]
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
        without = bound - lead + min(lead, arrays.org_lead[o]) - (value if inside else last)
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            others = _other_boxes(arrays, node, scratch, o, c)
            _pair_bounds(arrays, node, scratch, c, others, value, without, bounds)
    return bound


@entry
def drop(arrays, node, scratch, prices, upper, bounds):  # type: ignore[no-untyped-def]
    """Forbid what no team cheaper than `upper` holds; return how many pairs are left."""
    bounds_with(arrays, node, scratch, prices, bounds)
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
        if kept == 0 and node.orgs[o] == FREE:
            node.orgs[o] = FORBIDDEN
        left += kept
    return left


@leaf
def _other_boxes(arrays, node, scratch, o, c):  # type: ignore[no-untyped-def]
    total = scratch.base[o]
    for other in range(arrays.org_start[o], arrays.org_start[o + 1]):
        if other != c:
            value, must = box(arrays, node, scratch, other)
            if must or value < 0.0:
                total += value
    return total


@jit
def _pair_bounds(arrays, node, scratch, c, others, value, without, bounds):  # type: ignore[no-untyped-def]
    needed, total = 0, 0.0
    first, last = arrays.group_start[c], arrays.group_start[c + 1]
    for g in range(first, last):
        if scratch.state[g] == NEEDED:
            needed += 1
            total += scratch.top[g]
    limit = arrays.most_packages[c] - needed
    below = np.empty(last - first)
    n = 0
    for g in range(first, last):
        if scratch.state[g] == FREE and scratch.top[g] < 0.0:
            below[n] = scratch.top[g]
            n += 1
    ordered = np.sort(below[:n])
    worst = 0.0
    for k in range(min(n, limit)):
        total += ordered[k]
        worst = ordered[k]
    for i in range(arrays.start[c], arrays.start[c + 1]):
        g = arrays.group[i]
        if node.pairs[i] == FORBIDDEN or (scratch.state[g] == FREE and limit <= 0):
            continue
        forced = total
        if scratch.state[g] == FREE:
            best = scratch.best[i]
            if scratch.top[g] < 0.0 and scratch.top[g] <= worst:
                # Among those counted already, in its best size.
                forced += best - scratch.top[g]
            elif n >= limit:
                forced += max(0.0, best - worst)
            elif best > 0.0:
                forced += best
        bounds[i] = without + max(value, others + forced)
