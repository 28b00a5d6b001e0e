"""The pricing problem of one chantier: its best *pattern*, which shares and in which sizes.

A knapsack with several limits, where each item comes in a few sizes of which one is taken, at most
so many items, and the quantity of an item is open between two bounds. It is solved by branch and
bound, depth first over the items that pay (S. Martello, P. Toth, Knapsack Problems, 1990), with the
linear program of `shares` at the leaves. A set is left where one of two relaxations shows that it
cannot better what was found:

- the limits dropped: the best other items, each alone, as many as may be held;
- all limits but one dropped, and fractions allowed: Dantzig's bound of the knapsack, items by
  falling worth per unit. An item whose size is still open is worth at most the lower hull over its
  sizes, as in the multiple-choice knapsack (P. Sinha, A. Zoltners, Operations Research 27, 1979; H.
  Kellerer, U. Pferschy, D. Pisinger, Knapsack Problems, 2004).

Everything is a minimum here: what an item is worth is a negative cost.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.branching import NEEDED
from cordee.engine.exact.shares import cheapest_shares


class Paying(NamedTuple):
    """The groups of a chantier that pay, the best first; `fixed`: what those needed cost alone."""

    groups: Any
    number: int
    fixed: float


class Pieces(NamedTuple):
    """What fills each hard limit, by limit and piece; see `knapsack_pieces`."""

    count: Any  # limits: how many pieces
    order: Any  # the pieces in line, by falling worth per unit
    who: Any  # position among those that pay
    size: Any  # the pair; HULL for a piece of a hull, ALONE where the share has one size
    use: Any  # units of the limit
    worth: Any  # euros, never positive
    limit: Any  # limits
    rate: Any  # room for the worth per unit of one limit
    open_cost: Any  # those that pay: the constant of the hull
    first_seen: Any  # one number: which limit to look at first


class Begun(NamedTuple):
    """Where the search over patterns starts: the needed shares, and the best pattern so far."""

    chosen: Any
    needed: int
    alone: float  # what the needed shares cost together
    found: float
    size: int


HULL, ALONE = -1, -2


@jit
def paying_groups(arrays, scratch, c):  # type: ignore[no-untyped-def]
    """Return the groups that pay, as `Paying`: only they can better a pattern without them."""
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
    return Paying(pays, n, fixed)


@leaf
def _fixed_cost(scratch, i):  # type: ignore[no-untyped-def]
    """Return what a share costs at least whatever its size: the part no limit touches."""
    return min(0.0, scratch.once[i]) if scratch.price[i] < 0.0 else scratch.best[i]


@jit
def knapsack_pieces(arrays, scratch, c, paying):  # type: ignore[no-untyped-def]
    """Return, for each hard limit, what fills it in order of worth per unit, as `Pieces`.

    A size of a share is worth at most its part of the largest one. A share whose size is open is
    worth at most the hull over its sizes, cut into pieces of falling worth.
    """
    pays, n, _ = paying
    first = arrays.start[c]
    # Each size may stand twice: by itself, and as a piece of the hull.
    sizes = 0
    for t in range(n):
        sizes += 2 * (arrays.group_at[pays[t] + 1] - arrays.group_at[pays[t]])
    hard = 0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        if arrays.row_slope[r] == np.inf:
            hard += 1
    pieces = Pieces(
        np.zeros(hard, dtype=np.int64),
        np.empty((hard, sizes), dtype=np.int64),
        np.empty((hard, sizes), dtype=np.int64),
        np.empty((hard, sizes), dtype=np.int64),
        np.empty((hard, sizes)),
        np.empty((hard, sizes)),
        np.empty(hard),
        np.empty(sizes),
        np.zeros(n),
        np.zeros(1, dtype=np.int64),
    )
    open_cost = pieces.open_cost
    for t in range(n):
        for i in range(arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]):
            if scratch.best[i] < 0.0:
                # Where nothing of the limit is used: the best constant part of any size.
                open_cost[t] = min(open_cost[t], _fixed_cost(scratch, i))
    h = 0
    for r in range(arrays.row_start[c], arrays.row_start[c + 1]):
        # Soft limits are left out: they only add to a cost.
        if arrays.row_slope[r] < np.inf:
            continue
        pieces.limit[h] = arrays.row_limit[r]
        for t in range(n):
            low, high = arrays.group_at[pays[t]], arrays.group_at[pays[t] + 1]
            # The sizes of a share weigh the same by unit: one coefficient for the group.
            coefficient = arrays.row_coef[arrays.row_at[r] + low - first]
            single = high - low == 1
            for i in range(low, high):
                value = scratch.best[i] - _fixed_cost(scratch, i)
                if scratch.best[i] < 0.0 and value < 0.0:
                    kind = ALONE if single else i
                    _add_piece(pieces, h, t, kind, coefficient * arrays.most[i], value)
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
                # No size is better than where the hull stands: it ends here.
                if to < 0:
                    break
                value = scratch.best[to] - open_cost[t] - at_value
                more = max(0.0, coefficient * arrays.most[to] - at_use)
                _add_piece(pieces, h, t, HULL, more, value)
                at_use += more
                at_value += value
        h += 1
    return pieces


@leaf
def _add_piece(pieces, h, t, kind, more, value):  # type: ignore[no-untyped-def]
    """Add a piece to limit `h`, in line by worth per unit."""
    rate, order = pieces.rate, pieces.order
    k = pieces.count[h]
    pieces.who[h, k], pieces.size[h, k] = t, kind
    pieces.use[h, k], pieces.worth[h, k] = more, value
    rate[k] = value / more if more > 0.0 else -np.inf
    at = k
    while at > 0 and rate[order[h, at - 1]] > rate[k]:
        order[h, at] = order[h, at - 1]
        at -= 1
    order[h, at] = k
    pieces.count[h] = k + 1


@leaf
def knapsack_bound(scratch, n, pieces, taken, tail, goal):  # type: ignore[no-untyped-def]
    """Return Dantzig's bound: what the shares taken and those from `tail` on cost at least.

    The best use of one limit is to fill it by worth per unit, the last piece in part; the largest
    over the limits is returned. `taken[t]` is the pair taken, or -1. One limit that reaches `goal`
    is enough: it is looked at first the next time.
    """
    count, order, who, size, use, worth, limit, _, open_cost, first_seen = pieces
    # What no limit touches is paid in full by all that is taken or open.
    paid = 0.0
    for t in range(n):
        if taken[t] >= 0:
            paid += _fixed_cost(scratch, taken[t])
        elif t >= tail:
            paid += open_cost[t]
    least = -np.inf
    hard = len(limit)
    for turn in range(hard):
        # The limit that sufficed the last time goes first: it mostly suffices again.
        h = first_seen[0] + turn
        if h >= hard:
            h -= hard
        left, total = limit[h], paid
        for place in range(count[h]):
            spot = order[h, place]
            t, kind = who[h, spot], size[h, spot]
            # Of a share taken only its size counts; of those passed over nothing.
            if taken[t] >= 0:
                if kind != ALONE and kind != taken[t]:
                    continue
            elif t < tail or kind >= 0:
                continue
            # Dantzig: whole pieces while they fit, then the part that does.
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
    arrays, node, scratch, c, paying, pieces, pattern, shares, most
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
    alone = found if needed > 0 else 0.0
    # A pattern at `most` or above is of no use: `most` stands for all of them.
    if found > most:
        found, size = most, 0
    begun = Begun(chosen, needed, alone, found, size)
    return _search_patterns(arrays, scratch, c, paying, pieces, begun, pattern, shares)


@jit
def _search_patterns(arrays, scratch, c, paying, pieces, begun, pattern, shares):  # type: ignore[no-untyped-def]
    """Search depth first from what is needed, with a stack of its own instead of a recursion.

    At each depth one group and one size of it are added; groups are taken in the order in which
    they pay, so that a set is met once.
    """
    pays, n, fixed = paying
    chosen, needed, alone, found, size = begun
    first = arrays.start[c]
    most = min(arrays.most_packages[c] - needed, n)
    trial = np.empty(needed + n)
    # `sums[b] - sums[a]` is what the groups from a to b are worth, each alone and in its best size.
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
    # `depth` shares are taken beyond those needed; `tried` counts against endless searches.
    depth, tried = 0, 0
    while depth >= 0:
        # Back from a larger set: what was taken here is given back.
        if mine[depth] >= 0:
            taken[mine[depth]] = -1
            mine[depth] = -1
        left = most - depth
        t = at[depth]
        # All sizes of this group were tried: on to the next one, if it may still pay.
        if t < 0 or next_size[depth] >= line_at[t + 1]:
            t += 1
            at[depth] = t
            if (
                left <= 0
                or t >= n
                or so_far[depth] + sums[min(t + left, n)] - sums[t] >= found
                or knapsack_bound(scratch, n, pieces, taken, t, found - fixed) >= found - fixed
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
        # The set itself may be too dear and yet the way to a larger one that is not.
        own = so_far[depth] + scratch.best[i]
        # Is this very set worth solving, by its limits?
        may_pay = own < found and knapsack_bound(scratch, n, pieces, taken, n, goal) < goal
        if not may_pay:
            # If not, may one of its larger sets be?
            may_grow = left > 1 and t + 1 < n
            if may_grow and line_at[t + 1] - line_at[t] > 1:
                may_grow = knapsack_bound(scratch, n, pieces, taken, t + 1, goal) < goal
            if not may_grow:
                taken[t] = -1
                continue
        if tried >= scratch.patterns[0]:
            # Too many to look at: what the rest could be worth at best is the answer.
            taken[:] = -1
            rest = knapsack_bound(scratch, n, pieces, taken, 0, np.inf)
            return min(found, fixed + max(sums[most], rest)), size
        tried += 1
        chosen[needed + depth] = i - first
        if may_pay:
            cost = _pattern_cost(arrays, scratch, c, chosen, needed + depth + 1, trial)
            own = max(own, cost)
            if cost < found:
                found, size = cost, needed + depth + 1
                for j in range(size):
                    pattern[j], shares[j] = chosen[j], trial[j]
        # A larger set costs at least this much and what the others are worth taken apart.
        # A set that is impossible stays so when more is added: only others go deeper.
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
def _pattern_cost(arrays, scratch, c, chosen, count, trial):  # type: ignore[no-untyped-def]
    cost = cheapest_shares(arrays, scratch.space, c, chosen, count, scratch.price, trial)
    for j in range(count):
        cost += scratch.once[arrays.start[c] + chosen[j]]
    return cost
