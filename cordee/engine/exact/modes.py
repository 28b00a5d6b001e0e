"""A share cut into the sizes it may have: all of a package, the larger part of it, or less.

Whole plans obey rules that fractions of columns do not, unless the sizes are told apart: a share is
the whole package, or leaves at least the least share of somebody else. For any plan and k,

    sum over shares q of (floor(k q / F) + 1)  >  sum of k q / F  =  k,   so it is k + 1 at least

(Chvátal's cut of the cover row divided by just over F / k). `rung` gives the terms for k = 1 and 2.
"""

from dataclasses import replace

import numpy as np

from cordee.engine.compiled import leaf
from cordee.engine.exact.arrays import Compact, subset
from cordee.engine.table import Bools, Floats, Ints


@leaf
def rung(arrays, node, i, k):  # type: ignore[no-untyped-def]
    """Return what a pair counts for in the k-th rung of its package, where that rung is asked."""
    p = arrays.package[i]
    if node.few[p] > k:
        return 1.0 if k == 1 else 0.0
    return np.floor(k * arrays.most[i] / arrays.need[p] + 1e-9) + 1.0


@leaf
def rung_asked(node, p, k):  # type: ignore[no-untyped-def]
    """Return what the k-th rung of a package sums to at least; 0 where others say as much."""
    if node.few[p] > k:
        return float(node.few[p]) if k == 1 else 0.0
    return k + 1.0


def in_modes(whole: Compact) -> Compact:
    """Return the same problem with every share cut into the sizes it may have.

    Pairs that must be held stay as they are.
    """
    arrays = whole.arrays
    need = arrays.need[arrays.package]
    must = np.zeros(len(need), dtype=np.bool_)
    must[whole.must] = True
    # What is left to others is at least the least of their shares.
    beside = np.minimum(arrays.most, need - _least_beside(whole))
    half = np.ceil(need / 2)
    # Whoever is pinned signs, even where no size is left to it.
    must |= np.isin(arrays.org, whole.pinned)
    sizes: list[tuple[Bools, Floats, Floats]] = [
        (~must, arrays.least, np.minimum(beside, half - 1)),
        (~must, np.maximum(arrays.least, half), np.minimum(beside, need - 1)),
        (~must & (arrays.most >= need), need, need),
        (must, arrays.least, arrays.most),
    ]
    which, least, most = [], [], []
    for asked, low, high in sizes:
        found = np.flatnonzero(asked & (low <= high))
        which.append(found)
        least.append(low[found])
        most.append(high[found])
    index = np.concatenate(which)
    order = np.argsort(index, kind="stable")
    made, _ = subset(whole, index[order])
    return replace(
        made,
        arrays=made.arrays._replace(
            least=np.concatenate(least)[order], most=np.concatenate(most)[order]
        ),
    )


def _least_beside(whole: Compact) -> Floats:
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
    own = holder[arrays.package] == np.arange(len(arrays.package))
    found: Floats = np.where(own, second[arrays.package], least[arrays.package])
    return found
