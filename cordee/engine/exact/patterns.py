"""The pricing problem of one chantier: its best *pattern*, which shares and in which sizes.

A knapsack with several limits, where each item comes in a few sizes of which one is taken, at most
so many items, and the quantity of an item is open between two bounds. It is solved by branch and
bound, depth first over the items that pay (S. Martello, P. Toth, Knapsack Problems, 1990), with the
linear program of `shares` at the leaves. A set is left where the limits, each at a price by unit,
show that it cannot better what was found: the Lagrangian relaxation of the multiple-choice
knapsack (M. Fisher, The Lagrangian relaxation method for solving integer programming problems,
Management Science 27, 1981; H. Kellerer, U. Pferschy, D. Pisinger, Knapsack Problems, 2004). What
is left then is the number of items, so the best rest of a set is the next items in line: one sum.

Any price of a limit gives a bound, as long as it is not negative, nor above the slope of a limit
that only costs. They are kept from one pricing to the next and made better a little each time.

Everything is a minimum here: what an item is worth is a negative cost.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.branching import FORBIDDEN, NEEDED
from cordee.engine.exact.shares import cheapest_shares

# Times that the prices of the limits are gone through, and looks at one of them.
PASSES, LOOKS = 2, 8
# A price is good enough where the bound could rise by no more, in euros.
ENOUGH = 0.01
DOUBLINGS = 12


class Paying(NamedTuple):
    """The groups of a chantier that pay, the best first, at the prices of its limits.

    `fixed` is what those needed cost, less what the limits themselves are worth; `least` what any
    pattern costs at least.
    """

    groups: Any
    number: int
    fixed: float
    least: float


class Begun(NamedTuple):
    """Where the search over patterns starts: the needed shares, and the best pattern so far."""

    chosen: Any
    needed: int
    found: float
    size: int


@leaf
def price_limits(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Raise the bound of a chantier by the prices of its limits, one after the other."""
    if arrays.row_start[c + 1] > arrays.row_start[c]:
        charge_limits(arrays, scratch, c)
        for _ in range(PASSES):
            for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
                _price_limit(arrays, scratch, c, r)
    charge_limits(arrays, scratch, c)


@leaf
def charge_limits(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Write what each share and each group costs with the limits at their prices."""
    first, end = arrays.start[c], arrays.start[c + 1]
    for i in range(first, end):
        scratch.by_unit[i], scratch.by_share[i] = scratch.price[i], scratch.once[i]
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        charge = scratch.charge[r]
        if charge > 0.0:
            at = arrays.row_at[r] - first
            for i in range(first, end):
                coefficient = arrays.row_coef[at + i]
                if coefficient > 0.0:
                    scratch.by_unit[i] += charge * coefficient
                    scratch.by_share[i] += charge * arrays.row_hold[r]
    for g in range(arrays.group_start[c], arrays.group_start[c + 1]):
        scratch.eased_top[g] = np.inf
        for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
            if scratch.best[i] == np.inf:
                continue
            unit = scratch.by_unit[i]
            work = arrays.most[i] if unit < 0.0 else arrays.least[i]
            scratch.eased[i] = scratch.by_share[i] + unit * work
            # What does not pay without limits pays with none.
            if scratch.best[i] < 0.0 or scratch.state[g] == NEEDED:
                scratch.eased_top[g] = min(scratch.eased_top[g], scratch.eased[i])


@leaf
def _price_limit(arrays, scratch, c, r):  # type: ignore[no-untyped-def]
    """Find the best price of one limit while the others stay: cutting planes on a line.

    The bound is concave in it, so two tangents meet above its maximum (J. Kelley, The cutting-plane
    method for solving convex programs, SIAM Journal 8, 1960).
    """
    first, end = arrays.start[c], arrays.start[c + 1]
    at = arrays.row_at[r] - first
    old, slope = scratch.charge[r], arrays.row_slope[r]
    # The price of this limit is taken out: `_bound_at` puts a trial one in.
    if old > 0.0:
        for i in range(first, end):
            coefficient = arrays.row_coef[at + i]
            if coefficient > 0.0:
                scratch.by_unit[i] -= old * coefficient
                scratch.by_share[i] -= old * arrays.row_hold[r]
    low, high = 0.0, max(old, 1e-3)
    at_low, rise = _bound_at(arrays, scratch, c, r, 0.0)
    best, price = at_low, 0.0
    if rise > 0.0:
        # From a price at which the limit is kept too well.
        at_high, fall = at_low, rise
        for _ in range(DOUBLINGS):
            high = min(high, slope)
            at_high, fall = _bound_at(arrays, scratch, c, r, high)
            if at_high > best:
                best, price = at_high, high
            if fall <= 0.0 or high >= slope:
                break
            low, at_low, rise = high, at_high, fall
            high *= 4.0
        if fall < 0.0:
            for _ in range(LOOKS):
                middle = (at_high - at_low + rise * low - fall * high) / (rise - fall)
                # The tangents meet at what was found: there is nothing above it.
                if at_low + rise * (middle - low) <= best + ENOUGH:
                    break
                here, turn = _bound_at(arrays, scratch, c, r, middle)
                if here > best:
                    best, price = here, middle
                if turn > 0.0:
                    low, at_low, rise = middle, here, turn
                elif turn < 0.0:
                    high, at_high, fall = middle, here, turn
                else:
                    break
    scratch.charge[r] = price
    if price > 0.0:
        for i in range(first, end):
            coefficient = arrays.row_coef[at + i]
            if coefficient > 0.0:
                scratch.by_unit[i] += price * coefficient
                scratch.by_share[i] += price * arrays.row_hold[r]


@leaf
def _bound_at(arrays, scratch, c, r, price):  # type: ignore[no-untyped-def]
    """Return the bound with limit `r` at a price, and how steep it is there."""
    first = arrays.start[c]
    at, hold = arrays.row_at[r] - first, arrays.row_hold[r]
    total, steep = -price * arrays.row_limit[r], -arrays.row_limit[r]
    kept, use = scratch.best_boxes, scratch.best_uses
    needed, count = 0, 0
    for g in range(arrays.group_start[c], arrays.group_start[c + 1]):
        needed += scratch.state[g] == NEEDED
    limit = arrays.most_packages[c] - needed
    for g in range(arrays.group_start[c], arrays.group_start[c + 1]):
        state = scratch.state[g]
        if state == FORBIDDEN or (state != NEEDED and (scratch.top[g] >= 0.0 or limit <= 0)):
            continue
        cost, used = np.inf, 0.0
        for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
            if scratch.best[i] == np.inf or (scratch.best[i] >= 0.0 and state != NEEDED):
                continue
            coefficient = arrays.row_coef[at + i]
            unit, once = scratch.by_unit[i], scratch.by_share[i]
            if coefficient > 0.0:
                unit += price * coefficient
                once += price * hold
            work = arrays.most[i] if unit < 0.0 else arrays.least[i]
            if once + unit * work < cost:
                cost = once + unit * work
                used = hold + coefficient * work if coefficient > 0.0 else 0.0
        if state == NEEDED:
            total += cost
            steep += used
        elif cost < 0.0 and (count < limit or cost < kept[count - 1]):
            # The best so far in order, by insertion.
            spot = count if count < limit else limit - 1
            while spot > 0 and kept[spot - 1] > cost:
                kept[spot], use[spot] = kept[spot - 1], use[spot - 1]
                spot -= 1
            kept[spot], use[spot] = cost, used
            count = min(count + 1, limit)
    for k in range(count):
        total += kept[k]
        steep += use[k]
    return total, steep


@leaf
def limits_worth(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Return what the limits of a chantier are worth at their prices, as a cost."""
    total = 0.0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        total -= scratch.charge[r] * arrays.row_limit[r]
    return total


@jit
def paying_groups(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Return the groups that pay, as `Paying`: only they can better a pattern without them."""
    first, last = arrays.group_start[c], arrays.group_start[c + 1]
    pays = np.empty(last - first, dtype=np.int64)
    n, needed, fixed = 0, 0, limits_worth(arrays, scratch, c)
    for g in range(first, last):
        best = scratch.eased_top[g]
        if scratch.state[g] == NEEDED:
            fixed += best
            needed += 1
        elif scratch.top[g] < 0.0:
            at = n
            while at > 0 and scratch.eased_top[pays[at - 1]] > best:
                pays[at] = pays[at - 1]
                at -= 1
            pays[at] = g
            n += 1
    least = fixed
    for t in range(min(n, arrays.most_packages[c] - needed)):
        least += min(0.0, scratch.eased_top[pays[t]])
    return Paying(pays, n, fixed, least)


@jit
def best_pattern(  # type: ignore[no-untyped-def]
    arrays, node, scratch, c, paying, pattern, shares, most
):
    """Return the least cost of chantier `c` and how many shares its best pattern has.

    Where it costs `most` at least, `most` is returned.

    `pattern` and `shares` receive it, as local indices of pairs and cFTE. Where nothing pays and
    nothing is needed, the cheapest single share is the answer.
    """
    first, last = arrays.start[c], arrays.start[c + 1]
    needed = 0
    chosen = np.empty(last - first, dtype=np.int64)
    trial = np.empty(last - first)
    for k in range(last - first):
        if node.pairs[first + k] == NEEDED:
            chosen[needed] = k
            needed += 1
    # What is needed is the first pattern; without it, none has been found.
    found, size = np.inf, 0
    if needed > 0:
        found = _pattern_cost(arrays, scratch, c, chosen, needed, trial)
        size = needed
        for j in range(needed):
            pattern[j], shares[j] = chosen[j], trial[j]
    elif paying.number == 0:
        for k in range(last - first):
            if scratch.best[first + k] < found:
                chosen[0] = k
                cost = _pattern_cost(arrays, scratch, c, chosen, np.int64(1), trial)
                if cost < found:
                    found, size = cost, 1
                    pattern[0], shares[0] = k, trial[0]
        return found, size
    # A pattern at `most` or above is of no use: `most` stands for all of them.
    if found > most:
        found, size = most, 0
    begun = Begun(chosen, needed, found, size)
    return _search_patterns(arrays, scratch, c, paying, begun, pattern, shares)


@jit
def _search_patterns(arrays, scratch, c, paying, begun, pattern, shares):  # type: ignore[no-untyped-def]
    """Search depth first from what is needed, with a stack of its own instead of a recursion.

    At each depth one group and one size of it are added; groups are taken in the order in which
    they pay, so that a set is met once.
    """
    pays, n, fixed, least = paying
    chosen, needed, found, size = begun
    first = arrays.start[c]
    most = min(arrays.most_packages[c] - needed, n)
    trial = np.empty(needed + n)
    # `sums[b] - sums[a]` is what the groups from a to b are worth with the limits at their prices.
    sums = np.zeros(n + 1)
    for t in range(n):
        sums[t + 1] = sums[t] + min(0.0, scratch.eased_top[pays[t]])
    # The sizes of each group that pay, the best first.
    line = np.empty(arrays.start[c + 1] - first, dtype=np.int64)
    line_at = np.zeros(n + 1, dtype=np.int64)
    for t in range(n):
        end = line_at[t]
        for i in range(arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]):
            if scratch.best[i] < 0.0:
                spot = end
                while spot > line_at[t] and scratch.eased[line[spot - 1]] > scratch.eased[i]:
                    line[spot] = line[spot - 1]
                    spot -= 1
                line[spot] = i
                end += 1
        line_at[t + 1] = end
    # By depth: the group looked at, and the next size in line.
    at = np.full(most + 1, -1, dtype=np.int64)
    next_size = np.zeros(most + 1, dtype=np.int64)
    so_far = np.zeros(most + 1)
    so_far[0] = fixed
    # `depth` shares are taken beyond those needed; `tried` counts against endless searches.
    depth, tried = 0, 0
    while depth >= 0:
        left = most - depth
        t = at[depth]
        # All sizes of this group were tried: on to the next one, if it may still pay.
        if t < 0 or next_size[depth] >= line_at[t + 1]:
            t += 1
            at[depth] = t
            if left <= 0 or t >= n:
                depth -= 1
                continue
            next_size[depth] = line_at[t]
        i = line[next_size[depth]]
        own = so_far[depth] + scratch.eased[i]
        rest = sums[min(t + left, n)] - sums[t + 1]
        if own + rest >= found:
            # Sizes stand in order, and groups too: what comes after the best one is no better.
            if next_size[depth] == line_at[t]:
                depth -= 1
            else:
                next_size[depth] = line_at[t + 1]
            continue
        next_size[depth] += 1
        if tried >= scratch.patterns[0]:
            # Too many to look at: what the rest could be worth at best is the answer.
            return min(found, least), size
        tried += 1
        chosen[needed + depth] = i - first
        # This very set may be too dear and yet the way to a larger one that is not.
        cost = own
        if own < found:
            cost = _pattern_cost(arrays, scratch, c, chosen, needed + depth + 1, trial)
            if cost < found:
                found, size = cost, needed + depth + 1
                for j in range(size):
                    pattern[j], shares[j] = chosen[j], trial[j]
        # A set that is impossible stays so when more is added: only others go deeper.
        if cost < np.inf and left > 1 and t + 1 < n and own + rest < found:
            depth += 1
            so_far[depth] = own
            at[depth] = t
            # Every size of that group is behind: the next depth begins with the next group.
            next_size[depth] = line_at[t + 1]
    return found, size


@leaf
def _pattern_cost(arrays, scratch, c, chosen, count, trial):  # type: ignore[no-untyped-def]
    cost = cheapest_shares(arrays, scratch.space, c, chosen, count, scratch.price, trial)
    for j in range(count):
        cost += scratch.once[arrays.start[c] + chosen[j]]
    return cost
