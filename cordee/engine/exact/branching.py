"""Nodes of the search tree, and how one is split in two.

Branching is on what the compact formulation counts, never on a column: how many shares a package is
cut into, which organisation signs, which pair is held. The first is a row of the master problem,
the others fix what the pricing problem may use, so columns stay as easy to price below a split as
above it (C. Barnhart et al., Branch-and-price: column generation for solving huge integer programs,
Operations Research 46, 1998). The size of the team is decided first of all: each size is a root of
its own.

Which candidate is taken is decided in `node.process`, by strong branching.

What a package asks of its shares beyond their sum: sizes, Chvátal-Gomory cuts, covers.

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

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import entry, leaf
from cordee.engine.exact.arrays import Arrays, Compact, subset
from cordee.engine.problem import Problem
from cordee.engine.table import Bools, Floats, Ints

FORBIDDEN, FREE, NEEDED = -1, 0, 1
# More shares than any package is ever cut into.
ANY_NUMBER = 1_000
# Nearer than this to a whole number is whole.
FRACTION = 1e-5


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


class Node(NamedTuple):
    """One node of the tree: a team size and what branching decided.

    `orgs` and `pairs` hold FORBIDDEN, FREE or NEEDED. `least_shares[p]` and `most_shares[p]` bound
    how many shares package p is cut into. `sets` are groups of organisations, as 0 or 1 by
    organisation, of which at least `set_low` and at most `set_high` sign.
    """

    size: int
    orgs: Any
    pairs: Any
    least_shares: Any
    most_shares: Any
    sets: Any
    set_low: Any
    set_high: Any


def root_node(problem: Problem, compact: Compact, size: int) -> Node:
    """Return the node of all teams of a size."""
    arrays = compact.arrays
    orgs = np.zeros(len(arrays.org_cost), dtype=np.int8)
    orgs[compact.pinned] = NEEDED
    # Wishes are decided at the root: pinned organisations sign, wanted shares are held.
    pairs = np.zeros(len(arrays.package), dtype=np.int8)
    pairs[compact.must] = NEEDED
    packages = len(arrays.need)
    names = compact.organisations
    sets = np.array(
        [[name in unlike.organisations for name in names] for unlike in problem.unlike],
        dtype=np.int8,
    ).reshape(len(problem.unlike), len(names))
    # A team unlike another one leaves out so many of its members at least.
    high = [len(unlike.organisations) - unlike.least_absent for unlike in problem.unlike]
    return Node(
        size,
        orgs,
        pairs,
        np.zeros(packages, dtype=np.int64),
        np.full(packages, ANY_NUMBER, dtype=np.int64),
        sets,
        np.zeros(len(high), dtype=np.int64),
        np.array(high, dtype=np.int64),
    )


def slice_node(node: Node, orgs: Ints, pairs: Ints) -> Node:
    """Return a node over fewer organisations and pairs."""
    made = copy_node(node)
    return made._replace(
        orgs=node.orgs[orgs].copy(), pairs=node.pairs[pairs].copy(), sets=node.sets[:, orgs].copy()
    )


class Kind(IntEnum):
    """What is counted: shares of a package, an organisation that signs, a pair that is held."""

    SHARES = 0
    SIGNS = 1
    HOLDS = 2


@dataclass(frozen=True, slots=True)
class Split:
    """A number with its fraction: below it one child, above it the other."""

    kind: Kind
    index: int
    value: float


@entry
def shares_by_package(arrays, holds):  # type: ignore[no-untyped-def]
    """Return how many shares each package is cut into, in fractions."""
    total = np.zeros(len(arrays.need))
    for i in range(len(arrays.package)):
        total[arrays.package[i]] += holds[i]
    return total


def splits(arrays: Arrays, node: Node, signs: Floats, holds: Floats, most: int) -> list[Split]:
    """Return the most fractional candidates of each kind; empty where all is whole.

    The kinds come in the order of what they decide: a count of shares touches many organisations, a
    signature several pairs, a pair itself alone.
    """
    found: list[Split] = []
    for kind, values in (
        (Kind.SHARES, shares_by_package(arrays, holds)),
        (Kind.SIGNS, signs),
        (Kind.HOLDS, holds),
    ):
        away = np.abs(values - np.round(values))
        candidates = np.flatnonzero(away > FRACTION)
        best = candidates[np.argsort(-away[candidates], kind="stable")][:most]
        found.extend(Split(kind, int(index), float(values[index])) for index in best)
    return found


def children(arrays: Arrays, node: Node, split: Split) -> tuple[Node, Node]:
    """Return the two children of a node, which share nothing and leave nothing out."""
    below, above = copy_node(node), copy_node(node)
    # A fraction lies strictly between two whole numbers: no plan is lost, none is in both.
    floor = int(np.floor(split.value))
    if split.kind is Kind.SHARES:
        below.most_shares[split.index] = floor
        above.least_shares[split.index] = floor + 1
        # What the count says of sizes is drawn at once: it is what makes the bound rise.
        follow_count(arrays, below, split.index)
        follow_count(arrays, above, split.index)
    elif split.kind is Kind.SIGNS:
        # Without its signature none of its pairs; with it, whichever of them.
        forbid(arrays, below, split.index)
        above.orgs[split.index] = NEEDED
    else:
        below.pairs[split.index] = FORBIDDEN
        hold(arrays, above, split.index)
    return below, above


def hold(arrays: Arrays, node: Node, pair: int) -> None:
    """Ask for a pair, with what follows for the other sizes and for its package."""
    group, package = arrays.group[pair], arrays.package[pair]
    node.pairs[arrays.group_at[group] : arrays.group_at[group + 1]] = FORBIDDEN
    # The other sizes of the share are out: at most one of a group is held.
    node.pairs[pair] = NEEDED
    node.orgs[arrays.org[pair]] = NEEDED
    # The whole package in one hand is one share; a part of it leaves some to a second.
    if arrays.least[pair] >= arrays.need[package]:
        node.most_shares[package] = 1
    elif arrays.most[pair] < arrays.need[package]:
        node.least_shares[package] = max(2, node.least_shares[package])
    follow_count(arrays, node, package)


def follow_count(arrays: Arrays, node: Node, package: int) -> None:
    """Forbid the sizes that the number of shares of a package leaves no place for."""
    mine = (arrays.package == package) & (node.pairs == FREE)
    if node.most_shares[package] == 1:
        node.pairs[mine & (arrays.most < arrays.need[package])] = FORBIDDEN
    if node.least_shares[package] >= 2:
        node.pairs[mine & (arrays.least >= arrays.need[package])] = FORBIDDEN


def forbid(arrays: Arrays, node: Node, org: int) -> None:
    """Forbid an organisation with its pairs."""
    node.orgs[org] = FORBIDDEN
    first, last = arrays.org_start[org], arrays.org_start[org + 1]
    node.pairs[arrays.start[first] : arrays.start[last]] = FORBIDDEN


def copy_node(node: Node) -> Node:
    """Return a node whose decisions can be changed; its sets are shared."""
    return node._replace(
        orgs=node.orgs.copy(),
        pairs=node.pairs.copy(),
        least_shares=node.least_shares.copy(),
        most_shares=node.most_shares.copy(),
    )
