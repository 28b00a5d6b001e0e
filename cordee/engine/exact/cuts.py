"""What a package asks of its shares beyond their sum: sizes, Chvátal-Gomory cuts, covers.

The relaxation may cut a package into fractions of columns, which no whole plan does. Three things
that every whole plan obeys are added to it, all of them *robust*: they hang on pairs, so they are
one more price on a pair and the pricing problem stays what it is.

Sizes. A share is the whole package, or leaves at least the least share of somebody else: each pair
is disaggregated into at most three (whole, the larger part, the smaller part) of one *group*.

Cuts. For any shares q that make up the demand F and any whole k,

    sum over shares of (floor(k q / F) + 1)  >  sum of k q / F  =  k,   so it is k + 1 at least

which is Chvátal's cut of the cover row divided by just over F / k (V. Chvátal, Edmonds polytopes
and a hierarchy of combinatorial problems, Discrete Mathematics 4, 1973). k = 1 and 2 are used; a
larger k counts the same shares again and adds little.

Covers. A package needs at least as many shares as the largest ones allowed take to cover it.
"""

from dataclasses import replace

import numpy as np

from cordee.engine.compiled import entry, leaf
from cordee.engine.exact.arrays import Compact, subset
from cordee.engine.exact.branching import FORBIDDEN
from cordee.engine.table import Bools, Floats, Ints


@leaf
def cut_coefficient(arrays, node, i, k):  # type: ignore[no-untyped-def]
    """Return the coefficient of a pair in the k-th cut of its package.

    Once branching asks for more than k shares, the first row counts shares and the second is idle:
    the cut would be weaker than that count.
    """
    p = arrays.package[i]
    if node.least_shares[p] > k:
        return 1.0 if k == 1 else 0.0
    # The noise of floats may only raise a coefficient: that weakens the cut, and never breaks it.
    return np.floor(k * arrays.most[i] / arrays.need[p] + 1e-9) + 1.0


@leaf
def cut_right_side(node, p, k):  # type: ignore[no-untyped-def]
    """Return what the k-th cut of a package sums to at least; 0 where other rows say as much."""
    if node.least_shares[p] > k:
        return float(node.least_shares[p]) if k == 1 else 0.0
    return k + 1.0


def in_modes(whole: Compact) -> Compact:
    """Return the same problem with every share cut into the sizes it may have.

    Pairs that must be held stay as they are.
    """
    arrays = whole.arrays
    # By pair: the demand of its package.
    need = arrays.need[arrays.package]
    must = np.zeros(len(need), dtype=np.bool_)
    must[whole.must] = True
    # What is left to others is at least the least of their shares.
    most_if_split = np.minimum(arrays.most, need - _least_of_others(whole))
    # The larger part counts for 2 in the second cut, the smaller for 1: that is why they are apart.
    half = np.ceil(need / 2)
    # Whoever is pinned signs, even where no size is left to it.
    must |= np.isin(arrays.org, whole.pinned)
    sizes: list[tuple[Bools, Floats, Floats]] = [
        (~must, arrays.least, np.minimum(most_if_split, half - 1)),
        (~must, np.maximum(arrays.least, half), np.minimum(most_if_split, need - 1)),
        (~must & (arrays.most >= need), need, need),
        (must, arrays.least, arrays.most),
    ]
    which, least, most = [], [], []
    for asked, low, high in sizes:
        found = np.flatnonzero(asked & (low <= high))
        which.append(found)
        least.append(low[found])
        most.append(high[found])
    # Sizes of a share stay together and in order: they are one group of the new arrays.
    index = np.concatenate(which)
    order = np.argsort(index, kind="stable")
    made, _ = subset(whole, index[order])
    return replace(
        made,
        arrays=made.arrays._replace(
            least=np.concatenate(least)[order], most=np.concatenate(most)[order]
        ),
    )


def _least_of_others(whole: Compact) -> Floats:
    """Return the least share of each package that another chantier may hold; endless where none."""
    arrays = whole.arrays
    order: Ints = np.lexsort((arrays.least, arrays.package))
    first = np.searchsorted(arrays.package[order], np.arange(len(arrays.need)))
    ends = np.append(first[1:], len(order))
    least = np.full(len(arrays.need), np.inf)
    second = np.full(len(arrays.need), np.inf)
    holder = np.full(len(arrays.need), -1)
    some, two = ends > first, ends > first + 1
    least[some] = arrays.least[order[first[some]]]
    holder[some] = order[first[some]]
    second[two] = arrays.least[order[first[two] + 1]]
    # For the holder of the least share the others' least is the second.
    own = holder[arrays.package] == np.arange(len(arrays.package))
    found: Floats = np.where(own, second[arrays.package], least[arrays.package])
    return found


@entry
def fewest_shares(arrays, node):  # type: ignore[no-untyped-def]
    """Raise `least_shares` to what the largest shares allowed need to cover each package.

    Return whether all can be covered.
    """
    for p in range(len(arrays.need)):
        # One share per group, in the largest size that is allowed.
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
        # The largest first: no fewer shares can reach the demand.
        count, left = 0, arrays.need[p]
        while left > 0.0 and count < n:
            left -= ordered[n - 1 - count]
            count += 1
        if left > 0.0:
            return False
        # Never lowered: branching may have asked for more.
        node.least_shares[p] = max(node.least_shares[p], count)
        if node.least_shares[p] > node.most_shares[p]:
            return False
    return True
