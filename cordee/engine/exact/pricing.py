"""The pricing problem: at given prices, what each organisation costs at least, and its best column.

A column is what one organisation does: which packages, in which sizes, how much of each. Its
reduced cost is its true cost less what its work, and its place in the rows of the master problem,
are worth. The least of them over all columns of an organisation is its *value*; it splits over the
chantiers, each a small knapsack (`patterns`).

Most organisations are never priced exactly. `price_all` bounds all of them by their best shares
taken apart, which is lower; `price_organisation` sharpens one, first by the prices of its limits,
then by the search, and only as far as somebody asks (see `bounds.team_bound`). Where a search grows
too long its lower bound stands, and is no less a bound.
"""

from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import jit, leaf
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.branching import FORBIDDEN, FREE, NEEDED, cut_coefficient
from cordee.engine.exact.patterns import (
    best_pattern,
    paying_groups,
    price_limits,
)
from cordee.engine.exact.shares import Room, room_for

# Patterns looked at for one chantier; beyond that its cruder bound stands. A safeguard, far above
# what hard notices need: where it is met the bound no longer follows the master problem.
PATTERNS = 50_000


class Prices(NamedTuple):
    """Multipliers of the linking rows, of any value; all but those of cover are not negative."""

    cover: Any  # packages: euros per cFTE
    cut_one: Any  # packages: euros per unit of the first Chvátal cut
    cut_two: Any  # of the second
    count_most: Any  # packages: euros per share, where branching allows only so many
    set_low: Any  # sets: euros per signature
    set_high: Any


class Scratch(NamedTuple):
    """Room to work in, one per thread; `found_*` are the columns of the organisations priced.

    Allocated once: what runs for every pair makes no array.
    """

    price: Any  # pairs: euros per cFTE at the prices
    once: Any  # pairs: euros once at the prices
    best: Any  # pairs: least euros of the share alone
    top: Any  # groups: least euros of any size of the share
    state: Any  # groups: FORBIDDEN, FREE or NEEDED
    base: Any  # organisations: what each costs before any share
    value: Any  # organisations: at least what each costs
    exact: Any  # organisations: whether that is met, not only bounded
    slot: Any  # organisations: where its column is, -1 for none
    order: Any  # organisations
    found_org: Any  # columns
    found_count: Any
    found_pairs: Any
    found_shares: Any
    found: Any  # one number: how many columns
    by_unit: Any  # pairs: euros per cFTE, and once, with the limits at their prices
    by_share: Any
    eased: Any  # pairs: least euros of the share alone at those
    eased_top: Any  # groups: of any size that pays
    charge: Any  # rows: the price of a limit, euros per unit; kept from one pricing to the next
    best_boxes: Any  # room for the best shares of a chantier, and what they use of a limit
    best_uses: Any
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
        by_unit=np.zeros(pairs),
        by_share=np.zeros(pairs),
        eased=np.zeros(pairs),
        eased_top=np.zeros(groups),
        charge=np.zeros(len(arrays.row_limit)),
        best_boxes=np.zeros(int(np.diff(arrays.group_start).max(initial=1))),
        best_uses=np.zeros(int(np.diff(arrays.group_start).max(initial=1))),
        space=room_for(arrays, longest),
        patterns=np.full(1, PATTERNS, dtype=np.int64),
    )


def prices_for(packages: int, sets: int) -> Prices:
    """Return prices of nothing."""
    return Prices(
        cover=np.zeros(packages),
        cut_one=np.zeros(packages),
        cut_two=np.zeros(packages),
        count_most=np.zeros(packages),
        set_low=np.zeros(sets),
        set_high=np.zeros(sets),
    )


def longest_column(arrays: Arrays) -> int:
    """Return the most shares that one organisation can hold."""
    held = np.minimum(arrays.most_packages, np.diff(arrays.group_start))
    if not len(held):
        return 1
    return int(np.add.reduceat(held, arrays.org_start[:-1]).max())


def copy_prices(prices: Prices) -> Prices:
    """Return prices of their own."""
    return Prices(*(each.copy() for each in prices))


@leaf
def price_all(arrays, node, prices, scratch):  # type: ignore[no-untyped-def]
    """Price every pair, and bound every organisation by its best shares, its limits left out.

    Linear in the pairs, it is run for all of them at every change of prices.
    """
    scratch.found[0] = 0
    for g in range(len(arrays.group_at) - 1):
        top, state = np.inf, FORBIDDEN
        for i in range(arrays.group_at[g], arrays.group_at[g + 1]):
            if node.pairs[i] == FORBIDDEN:
                scratch.best[i] = np.inf
                continue
            p = arrays.package[i]
            price = arrays.unit[i] - prices.cover[p]
            once = arrays.once[i] + prices.count_most[p]
            if prices.cut_one[p] > 0.0:
                once -= prices.cut_one[p] * cut_coefficient(arrays, node, i, 1)
            if prices.cut_two[p] > 0.0:
                once -= prices.cut_two[p] * cut_coefficient(arrays, node, i, 2)
            scratch.price[i] = price
            scratch.once[i] = once
            best = once + price * (arrays.most[i] if price < 0.0 else arrays.least[i])
            scratch.best[i] = best
            # A group is as cheap as its cheapest size, unless one size is asked for.
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
        # What signing costs before any share: coordination, and the sets it counts in.
        base = arrays.org_cost[o]
        for s in range(len(node.set_low)):
            if node.sets[s, o]:
                base -= prices.set_low[s] - prices.set_high[s]
        scratch.base[o] = base
        # A chantier that does not pay holds nothing; an organisation that signs holds something.
        total, least, held = 0.0, np.inf, False
        for c in range(arrays.org_start[o], arrays.org_start[o + 1]):
            value, must = box_bound(arrays, node, scratch, c)
            if must or value < 0.0:
                total += value
                held = True
            else:
                least = min(least, value)
        scratch.value[o] = base + (total if held else least)


@leaf
def box_bound(arrays, node, scratch, c):  # type: ignore[no-untyped-def]
    """Return the least cost of a chantier without its limits, and whether it must hold some.

    With the number of shares as the only limit the best shares are simply the cheapest ones.
    """
    most = arrays.most_packages[c]
    needed, total, least, count = 0, 0.0, np.inf, 0
    limit = min(most, arrays.group_start[c + 1] - arrays.group_start[c])
    # The cheapest so far in order, by insertion: a chantier holds a handful of shares.
    kept = scratch.best_boxes
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
    # More is asked of it than it may hold.
    if needed > most:
        return np.inf, True
    for k in range(min(count, most - needed)):
        total += kept[k]
    if needed > 0 or count > 0:
        return total, needed > 0
    return least, False


@jit
def price_organisation(arrays, node, scratch, o, enough):  # type: ignore[no-untyped-def]
    """Find the column of least reduced cost of organisation `o`, and sharpen its value.

    Where it turns out to cost `enough` at least, that is all that is found out. Only one column is
    kept; the table of the master problem gets many at a time since there are many organisations.
    """
    if scratch.exact[o]:
        return
    first, last = arrays.org_start[o], arrays.org_start[o + 1]
    # First pass: every chantier by its limits at their best prices.
    lows = np.empty(last - first)
    musts = np.zeros(last - first, dtype=np.bool_)
    least, held = np.inf, False
    total = 0.0
    for c in range(first, last):
        value, must = box_bound(arrays, node, scratch, c)
        price_limits(arrays, scratch, c)
        paying = paying_groups(arrays, scratch, c)
        if value < 0.0:
            value = max(value, paying.least)
        lows[c - first], musts[c - first] = value, must
        if must or value < 0.0:
            total += value
            held = True
        else:
            least = min(least, value)
    value = scratch.base[o] + (total if held else least)
    scratch.value[o] = max(value, scratch.value[o])
    # Too dear already: the search over patterns is spared.
    if scratch.value[o] >= enough:
        return
    # Second pass: the best pattern of each chantier, joined into one column.
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
        # Nothing of it is allowed; whether that matters depends on what it must hold.
        if low == np.inf:
            if must:
                scratch.value[o] = np.inf
                return
            continue
        # What this chantier may cost at most, for the organisation to stay below `enough`.
        most = enough - value + low if (must or low < 0.0) and enough < np.inf else np.inf
        if last - first > 1:
            paying = paying_groups(arrays, scratch, c)
        found, k = best_pattern(arrays, node, scratch, c, paying, pattern, shares, most)
        # Too dear even if all others cost only their bounds.
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
    # The column stays where it is; the next one is written behind it.
    if count > 0 and value < np.inf:
        scratch.found_org[at] = o
        scratch.found_count[at] = count
        scratch.slot[o] = at
        scratch.found[0] = at + 1
