"""Where a node is split in two: a number that must be whole and is not."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from cordee.engine.compiled import entry
from cordee.engine.exact.arrays import Arrays
from cordee.engine.exact.shapes import FORBIDDEN, FREE, NEEDED, Node
from cordee.engine.table import Floats

FRACTION = 1e-5


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
    """Return the most promising splits, the kinds in turn; empty where all is whole."""
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
    """Return the two parts of a node, which share nothing and leave nothing out."""
    below, above = copy_node(node), copy_node(node)
    floor = int(np.floor(split.value))
    if split.kind is Kind.SHARES:
        below.many[split.index] = floor
        above.few[split.index] = floor + 1
        follow_count(arrays, below, split.index)
        follow_count(arrays, above, split.index)
    elif split.kind is Kind.SIGNS:
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
    node.pairs[pair] = NEEDED
    node.orgs[arrays.org[pair]] = NEEDED
    if arrays.least[pair] >= arrays.need[package]:
        node.many[package] = 1
    elif arrays.most[pair] < arrays.need[package]:
        node.few[package] = max(2, node.few[package])
    follow_count(arrays, node, package)


def follow_count(arrays: Arrays, node: Node, package: int) -> None:
    """Forbid the sizes that the number of shares of a package leaves no place for."""
    mine = (arrays.package == package) & (node.pairs == FREE)
    if node.many[package] == 1:
        node.pairs[mine & (arrays.most < arrays.need[package])] = FORBIDDEN
    if node.few[package] >= 2:
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
        few=node.few.copy(),
        many=node.many.copy(),
    )
