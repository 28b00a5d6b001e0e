"""The lists that a ranking gives, and their digest."""

import hashlib
from dataclasses import dataclass

import numpy as np

from cordee.engine.ranking.chords import Array
from cordee.engine.ranking.kernel import LAST_ROW


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The best structures of each package: line `p`, from the first to the last.

    `found[p]` of them; what stands beyond means nothing. `points` and `out_of` are by term, in the
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
        """Rows counted through all blocks."""
        return rows_of(self.keys)

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


def best_first(keys: Array) -> Array:
    """Return keys from the largest to the smallest in each line."""
    ordered: Array = np.sort(keys, axis=1)[:, ::-1]
    return ordered


def merged(keys: Array, more: Array) -> Array:
    """Return the best of two sets of lists: in whatever order lists come, the end is the same."""
    both = np.concatenate((keys, more), axis=1)
    return np.sort(both, axis=1)[:, -keys.shape[1] :]


def rows_of(keys: Array) -> Array:
    """Return the rows that keys stand for; those of empty places mean nothing."""
    return LAST_ROW - (keys & LAST_ROW)


def places_by_block(keys: Array, bases: Array) -> list[Array]:
    """Return, for each block that begins at one of `bases`, the flat places that it fills."""
    filled = np.flatnonzero(keys.ravel() >= 0)
    owner = np.searchsorted(bases, rows_of(keys.ravel()[filled]), side="right") - 1
    return [filled[owner == n] for n in range(len(bases))]
