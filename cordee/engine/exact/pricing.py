"""What a team costs at least, at given prices: the bound that everything rests on.

Cover is priced instead of asked: a team pays each structure for the work it takes. Any N distinct
structures, one of them leading, then cost at least the sum of the N least values. This holds for
any prices whatever, so nothing that proposes prices need be believed.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.modes import rung, rung_asked
from cordee.engine.exact.shares import Room, cheapest_shares, room_for

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
    share_low: Any  # first rung: at least so many shares
    share_two: Any  # second rung
    share_high: Any
    set_low: Any
    set_high: Any


class Scratch(NamedTuple):
    """Room to work in, one per thread; `columns` are what evaluated organisations do best."""

    price: Any  # pairs: euros per cFTE at the prices
    once: Any  # pairs: euros once at the prices
    best: Any  # pairs: least euros of the share alone
    top: Any  # groups: least euros of any size of the share
    state: Any  # groups: FORBIDDEN, FREE or NEEDED
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
    kept: Any  # room for the best shares of a chantier
    space: Room
    patterns: Any  # one number: how many are looked at for one chantier


def scratch_for(arrays: Arrays, longest: int) -> Scratch:
    """Return room for one thread; `longest` is the most shares of an organisation."""
    pairs, orgs = len(arrays.package), len(arrays.org_cost)
    groups = len(arrays.group_at) - 1
    return Scratch(
        price=np.zeros(pairs),
        once=np.zeros(pairs),
        best=np.zeros(pairs),
        top=np.zeros(groups),
        state=np.zeros(groups, dtype=np.int8),
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
        kept=np.zeros(int(np.diff(arrays.group_start).max(initial=1))),
        space=room_for(arrays, longest),
        patterns=np.full(1, PATTERNS, dtype=np.int64),
    )


def prices_for(packages: int, sets: int) -> Prices:
    """Return prices of nothing."""
    return Prices(
        work=np.zeros(packages),
        share_low=np.zeros(packages),
        share_two=np.zeros(packages),
        share_high=np.zeros(packages),
        set_low=np.zeros(sets),
        set_high=np.zeros(sets),
    )


def longest_column(arrays: Arrays) -> int:
    """Return the most shares that one organisation can hold."""
    held = np.minimum(arrays.most_packages, np.diff(arrays.group_start))
    if not len(held):
        return 1
    return int(np.add.reduceat(held, arrays.org_start[:-1]).max())


@leaf
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
        pays, n, fixed = _paying(arrays, scratch, c)
        pieces = _pieces(arrays, scratch, c, pays, n)
        taken = np.full(n, -1, dtype=np.int64)
        if value < 0.0:
            value = max(value, fixed + _knapsack(scratch, n, pieces, taken, 0, np.inf))
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
            pays, n, fixed = _paying(arrays, scratch, c)
            pieces = _pieces(arrays, scratch, c, pays, n)
        found, k = _best_pattern(
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


@jit
def _paying(arrays, scratch, c):  # type: ignore[no-untyped-def]
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
def _pieces(arrays, scratch, c, pays, n):  # type: ignore[no-untyped-def]
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
def _knapsack(scratch, n, pieces, taken, tail, goal):  # type: ignore[no-untyped-def]
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
def _best_pattern(  # type: ignore[no-untyped-def]
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
                or _knapsack(scratch, n, pieces, taken, t, found - fixed) >= found - fixed
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
        may_pay = own < found and _knapsack(scratch, n, pieces, taken, n, goal) < goal
        if not may_pay:
            may_grow = left > 1 and t + 1 < n
            if may_grow and line_at[t + 1] - line_at[t] > 1:
                may_grow = _knapsack(scratch, n, pieces, taken, t + 1, goal) < goal
            if not may_grow:
                taken[t] = -1
                continue
        if tried >= scratch.patterns[0]:
            # Too many to look at: what the rest could be worth at best is the answer.
            taken[:] = -1
            rest = _knapsack(scratch, n, pieces, taken, 0, np.inf)
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
