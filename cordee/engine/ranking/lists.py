"""The lists that a ranking gives, and their digest."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cordee.engine.ranking.asked import Asked
from cordee.engine.ranking.kernel import LAST_ROW, ROW_BITS, TERMS
from cordee.engine.ranking.near import Array


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """The best structures of each package: row `p`, from the first to the last.

    `found[p]` of them; beyond it the columns are empty. `points` and `out_of` are by term, in the
    order of `TermName`; `rows` count through all blocks; `ranked` counts all in reach, listed or not.
    """

    found: Array
    ids: Array
    rows: Array
    points: Array
    out_of: Array
    ranked: Array

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
class Part:
    """Winners of one block: where they stand in the lists, who they are, and their terms."""

    where: Array
    ids: Array
    points: Array
    out_of: Array


def best_first(keys: Array) -> Array:
    """Return keys from the largest to the smallest in each row."""
    ordered: Array = np.sort(keys, axis=1)[:, ::-1]
    return ordered


def merged(keys: Array, more: Array) -> Array:
    """Return the best of two sets of lists: in whatever order lists come, the end is the same."""
    both = np.concatenate((keys, more), axis=1)
    return np.sort(both, axis=1)[:, -keys.shape[1] :]


def rows_of(keys: Array) -> Array:
    """Return the rows that keys stand for, -1 for empty places."""
    return np.where(keys >= 0, LAST_ROW - (keys & LAST_ROW), -1)


def assembled(asked: Asked, keys: Array, ranked: Array, parts: Sequence[Part]) -> Lists:
    """Return lists from their keys, best first, and the parts of all blocks.

    Raises `RuntimeError` where terms do not add up to the points that put a row in its place.
    """
    size = keys.size
    width = max((part.ids.dtype.itemsize for part in parts), default=1)
    ids = np.zeros(size, f"S{max(width, 1)}")
    points = np.zeros((size, len(TERMS)), np.uint8)
    out_of = np.zeros((size, len(TERMS)), np.uint8)
    for part in parts:
        ids[part.where] = part.ids
        points[part.where], out_of[part.where] = part.points, part.out_of
    sums = points.sum(axis=1, dtype=np.int64).reshape(keys.shape)
    if not bool(((keys < 0) | (sums == keys >> ROW_BITS)).all()):
        raise RuntimeError("Terms do not add up to their points: a block changed on the way.")
    shape = keys.shape
    return Lists(
        found=(keys >= 0).sum(axis=1),
        ids=ids.reshape(shape),
        rows=rows_of(keys),
        points=points.reshape(*shape, len(TERMS)),
        out_of=out_of.reshape(*shape, len(TERMS)),
        ranked=ranked,
    )
