"""The lists that a ranking gives, and their digest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cordee.engine.ranking.kernel import LAST_ROW, ROW_BITS, TERMS
from cordee.engine.ranking.near import Array


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The best structures of each package: line `p`, from the first to the last.

    `found[p]` of them; beyond it the columns are empty. `points` and `out_of` are by term, in the
    order of `TermName`; `ranked` counts all in reach, listed or not.
    """

    keys: Array
    ids: Array
    points: Array
    out_of: Array
    ranked: Array

    @property
    def found(self) -> Array:
        """How many structures each list holds."""
        return (self.keys >= 0).sum(axis=1)

    @property
    def rows(self) -> Array:
        """Rows counted through all blocks; those of empty places mean nothing."""
        return LAST_ROW - (self.keys & LAST_ROW)

    @property
    def digest(self) -> str:
        """One digest of identifiers, points and terms, the same wherever they were computed."""
        whole = hashlib.sha256()
        for p, found in enumerate(self.found.tolist()):
            whole.update(f"{found} {int(self.ranked[p])}\n".encode())
            whole.update(b"\n".join(self.ids[p, :found].tolist()))
            whole.update(self.points[p, :found].tobytes())
            whole.update(self.out_of[p, :found].tobytes())
        return whole.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places in the lists that one block fills: which package, which of its rows, which points."""

    where: Array
    packages: Array
    rows: Array
    points: Array


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one block puts in its places: identifiers and terms."""

    where: Array
    ids: Array
    points: Array
    out_of: Array


def best_first(keys: Array) -> Array:
    """Return keys from the largest to the smallest in each line."""
    ordered: Array = np.sort(keys, axis=1)[:, ::-1]
    return ordered


def merged(keys: Array, more: Array) -> Array:
    """Return the best of two sets of lists: in whatever order lists come, the end is the same."""
    both = np.concatenate((keys, more), axis=1)
    return np.sort(both, axis=1)[:, -keys.shape[1] :]


def places_by_block(keys: Array, bases: Array) -> list[Places]:
    """Return, for each block that begins at one of `bases`, the places that it fills."""
    flat = keys.ravel()
    where = np.flatnonzero(flat >= 0)
    rows = LAST_ROW - (flat[where] & LAST_ROW)
    # Small, because they travel to whoever has the block.
    packages = (where // keys.shape[1]).astype(np.int32)
    points = (flat[where] >> ROW_BITS).astype(np.uint8)
    if len(bases) == 1:
        return [Places(where, packages, rows.astype(np.int32), points)]
    owner = np.searchsorted(bases, rows, side="right") - 1
    found = []
    for n, base in enumerate(bases):
        own = np.flatnonzero(owner == n)
        local = (rows[own] - base).astype(np.int32)
        found.append(Places(where[own], packages[own], local, points[own]))
    return found


def assembled(keys: Array, ranked: Array, parts: Sequence[Part]) -> Lists:
    """Return lists from their keys, best first, and the parts of all blocks."""
    shape = keys.shape
    width = max((part.ids.dtype.itemsize for part in parts), default=1)
    ids = np.zeros(keys.size, f"S{width}")
    points = np.zeros((keys.size, len(TERMS)), np.uint8)
    out_of = np.zeros((keys.size, len(TERMS)), np.uint8)
    for part in parts:
        ids[part.where] = part.ids
        points[part.where], out_of[part.where] = part.points, part.out_of
    terms = *shape, len(TERMS)
    return Lists(keys, ids.reshape(shape), points.reshape(terms), out_of.reshape(terms), ranked)
