"""The best that one chantier can do at given prices: which shares, and in which sizes.

Depth first over the sets of shares that pay, under two bounds: the best shares taken apart, and
each limit alone filled by worth per unit.
"""

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.shapes import NEEDED
from cordee.engine.exact.shares import cheapest_shares


@jit
def paying(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Return the groups that pay, the best first, how many, and what those needed cost alone."""
    first, last = arrays.group_start[c], arrays.group_start[c + 1]
    pays = np.empty(last - first, dtype=np.int64)
    n, fixed = 0, 0.0
    for g in range(first, last):
        best = scratch.top[g]
        if scratch.state[g] == NEEDED:
            fixed += best
        elif best < 0.0:
            at = n
            while at > 0 and scratch.top[pays[at - 1]] > best:
                pays[at] = pays[at - 1]
                at -= 1
            pays[at] = g
            n += 1
    return pays, n, fixed


@leaf
def _fixed(scratch, i):  # type: ignore[no-untyped-def]
    """Return what a share costs at least whatever its size: the part no limit touches."""
    return min(0.0, scratch.once[i]) if scratch.price[i] < 0.0 else scratch.best[i]


@jit
def pieces_of(arrays, scratch, c, pays, n):  # type: ignore[no-untyped-def]
    """Return, for each hard limit, what fills it in order of worth per unit.

    A size of a share is worth at most its part of the largest one. A share whose size is open is
    worth at most the hull over its sizes, cut into pieces of falling worth. Returns the count of
    pieces by limit, and by limit and place in line: the position in `pays`, the pair (-1 for a
    piece of a hull, -2 where a share has one size), use and worth; the limits; the constant of each
    hull; and which limit to look at first.
    """
    first = arrays.start[c]
    sizes = 0
    for t in range(n):
        sizes += 2 * (arrays.group_at[pays[t] + 1] - arrays.group_at[pays[t]])
    hard = 0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        if arrays.row_slope[r] == np.inf:
            hard += 1
    count = np.zeros(hard, dtype=np.int64)
    order = np.empty((hard, sizes), dtype=np.int64)
    rate = np.empty(sizes)
    who = np.empty((hard, sizes), dtype=np.int64)
    size = np.empty((hard, sizes), dtype=np.int64)
    use = np.empty((hard, sizes))
    worth = np.empty((hard, sizes))
    limit = np.empty(hard)
    open_cost = np.zeros(n)
    for t in range(n):
        for i in range(arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]):
            if scratch.best[i] < 0.0:
                open_cost[t] = min(open_cost[t], _fixed(scratch, i))
    h = 0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        if arrays.row_slope[r] < np.inf:
            continue
        limit[h] = arrays.row_limit[r]
        for t in range(n):
            low, high = arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]
            coefficient = arrays.row_coef[arrays.row_at[r] + low - first]
            single = high - low == 1
            for i in range(low, high):
                value = scratch.best[i] - _fixed(scratch, i)
                if scratch.best[i] < 0.0 and value < 0.0:
                    kind = -2 if single else i
                    _put(
                        count,
                        order,
                        rate,
                        who,
                        size,
                        use,
                        worth,
                        h,
                        t,
                        kind,
                        coefficient * arrays.most[i],
                        value,
                    )
            if single:
                continue
            # The hull: from where it stands, on to the size of most worth per unit.
            at_use, at_value = 0.0, 0.0
            while True:
                best, to = 0.0, -1
                for i in range(low, high):
                    value = scratch.best[i] - open_cost[t] - at_value
                    more = coefficient * arrays.most[i] - at_use
                    if scratch.best[i] >= 0.0 or value >= 0.0:
                        continue
                    steep = value / more if more > 0.0 else -np.inf
                    if steep < best:
                        best, to = steep, i
                if to < 0:
                    break
                value = scratch.best[to] - open_cost[t] - at_value
                more = max(0.0, coefficient * arrays.most[to] - at_use)
                _put(count, order, rate, who, size, use, worth, h, t, -1, more, value)
                at_use += more
                at_value += value
        h += 1
    return count, order, who, size, use, worth, limit, open_cost, np.zeros(1, dtype=np.int64)


@leaf
def _put(count, order, rate, who, size, use, worth, h, t, kind, more, value):  # type: ignore[no-untyped-def]
    """Add a piece, in line by worth per unit."""
    k = count[h]
    who[h, k], size[h, k], use[h, k], worth[h, k] = t, kind, more, value
    rate[k] = value / more if more > 0.0 else -np.inf
    at = k
    while at > 0 and rate[order[h, at - 1]] > rate[k]:
        order[h, at] = order[h, at - 1]
        at -= 1
    order[h, at] = k
    count[h] = k + 1


@leaf
def knapsack(scratch, n, pieces, taken, tail, goal):  # type: ignore[no-untyped-def]
    """Return the least worth of the shares taken and of those from `tail` on, under each limit.

    The best use of one limit is to fill it by worth per unit. `taken[t]` is the pair taken, or -1.
    One limit that reaches `goal` is enough: it is looked at first the next time.
    """
    count, order, who, size, use, worth, limit, open_cost, first_seen = pieces
    paid = 0.0
    for t in range(n):
        if taken[t] >= 0:
            paid += _fixed(scratch, taken[t])
        elif t >= tail:
            paid += open_cost[t]
    least = -np.inf
    hard = len(limit)
    for turn in range(hard):
        h = first_seen[0] + turn
        if h >= hard:
            h -= hard
        left, total = limit[h], paid
        for place in range(count[h]):
            spot = order[h, place]
            t, kind = who[h, spot], size[h, spot]
            if taken[t] >= 0:
                if kind != -2 and kind != taken[t]:
                    continue
            elif t < tail or kind >= 0:
                continue
            if use[h, spot] <= left:
                total += worth[h, spot]
                left -= use[h, spot]
            else:
                total += worth[h, spot] * max(left, 0.0) / use[h, spot]
                break
        if total >= goal:
            first_seen[0] = h
            return total
        least = max(least, total)
    return least


@jit
def best_pattern(  # type: ignore[no-untyped-def]
    arrays, node, scratch, c, pays, n, fixed, pieces, pattern, shares, most
):
    """Return the least cost of chantier `c` and how many shares its best pattern has.

    Where it costs `most` at least, `most` is returned.

    Depth first over sets of the shares that pay, the best first, and over the sizes of each; a set
    is left where even the best shares taken apart, or under one limit alone, cannot better what was
    found.
    """
    first, last = arrays.start[c], arrays.start[c + 1]
    needed = 0
    chosen = np.empty(last - first, dtype=np.int64)
    trial = np.empty(last - first)
    for k in range(last - first):
        if node.pairs[first + k] == NEEDED:
            chosen[needed] = k
            needed += 1
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
    alone = found if needed > 0 else 0.0
    if found > most:
        found, size = most, 0
    return _deepest(
        arrays, scratch, c, pays, n, fixed, pieces, chosen, needed, alone, found, size, pattern,
        shares,
    )  # fmt: skip


@jit
def _deepest(  # type: ignore[no-untyped-def]
    arrays, scratch, c, pays, n, fixed, pieces, chosen, needed, alone, found, size, pattern, shares
):
    first = arrays.start[c]
    most = min(arrays.most_packages[c] - needed, n)
    trial = np.empty(needed + n)
    sums = np.zeros(n + 1)
    for t in range(n):
        sums[t + 1] = sums[t] + scratch.top[pays[t]]
    taken = np.full(n, -1, dtype=np.int64)
    # The sizes of each group that pay, the best first.
    line = np.empty(arrays.start[c + 1] - first, dtype=np.int64)
    line_at = np.zeros(n + 1, dtype=np.int64)
    for t in range(n):
        end = line_at[t]
        for i in range(arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]):
            if scratch.best[i] < 0.0:
                spot = end
                while spot > line_at[t] and scratch.best[line[spot - 1]] > scratch.best[i]:
                    line[spot] = line[spot - 1]
                    spot -= 1
                line[spot] = i
                end += 1
        line_at[t + 1] = end
    # By depth: the group looked at, the next size in line, and the group taken there.
    at = np.full(most + 1, -1, dtype=np.int64)
    next_size = np.zeros(most + 1, dtype=np.int64)
    mine = np.full(most + 1, -1, dtype=np.int64)
    so_far = np.zeros(most + 1)
    so_far[0] = alone
    depth, tried = 0, 0
    while depth >= 0:
        if mine[depth] >= 0:
            taken[mine[depth]] = -1
            mine[depth] = -1
        left = most - depth
        t = at[depth]
        if t < 0 or next_size[depth] >= line_at[t + 1]:
            t += 1
            at[depth] = t
            if (
                left <= 0
                or t >= n
                or so_far[depth] + sums[min(t + left, n)] - sums[t] >= found
                or knapsack(scratch, n, pieces, taken, t, found - fixed) >= found - fixed
            ):
                depth -= 1
                continue
            next_size[depth] = line_at[t]
        i = line[next_size[depth]]
        next_size[depth] += 1
        # A share more costs at least what it costs alone.
        if so_far[depth] + scratch.best[i] + sums[min(t + left, n)] - sums[t + 1] >= found:
            next_size[depth] = line_at[t + 1]
            continue
        taken[t] = i
        goal = found - fixed
        own = so_far[depth] + scratch.best[i]
        may_pay = own < found and knapsack(scratch, n, pieces, taken, n, goal) < goal
        if not may_pay:
            may_grow = left > 1 and t + 1 < n
            if may_grow and line_at[t + 1] - line_at[t] > 1:
                may_grow = knapsack(scratch, n, pieces, taken, t + 1, goal) < goal
            if not may_grow:
                taken[t] = -1
                continue
        if tried >= scratch.patterns[0]:
            # Too many to look at: what the rest could be worth at best is the answer.
            taken[:] = -1
            rest = knapsack(scratch, n, pieces, taken, 0, np.inf)
            return min(found, fixed + max(sums[most], rest)), size
        tried += 1
        chosen[needed + depth] = i - first
        if may_pay:
            cost = _cost(arrays, scratch, c, chosen, needed + depth + 1, trial)
            own = max(own, cost)
            if cost < found:
                found, size = cost, needed + depth + 1
                for j in range(size):
                    pattern[j], shares[j] = chosen[j], trial[j]
        # A larger set costs at least this much and what the others are worth taken apart.
        if own < np.inf and left > 1 and t + 1 < n:
            mine[depth] = t
            depth += 1
            so_far[depth] = own
            at[depth] = t
            # Every size of that group is behind: the next depth begins with the next group.
            next_size[depth] = line_at[t + 1]
        else:
            taken[t] = -1
    return found, size


@leaf
def _cost(arrays, scratch, c, chosen, count, trial):  # type: ignore[no-untyped-def]
    cost = cheapest_shares(arrays, scratch.space, c, chosen, count, scratch.price, trial)
    for j in range(count):
        cost += scratch.once[arrays.start[c] + chosen[j]]
    return cost
