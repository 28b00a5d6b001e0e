"""Distances without a square root: the squared chord up to which a distance stays within a limit.

`cordee.rules.territory.distance_hm` never falls when the squared chord grows, because each of its
rounded operations is monotone. So "within 412 hm" is exactly "squared chord <= a number", found
here once by bisection, with the same operations in the same order.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from cordee.engine.points import DISTANCE_POINTS
from cordee.engine.ranking.kernel import OUT_OF_QUESTION
from cordee.engine.table import distances_hm

type Array = np.ndarray[Any, Any]

_LARGEST_CHORD2 = 4.0


@lru_cache(maxsize=4)
def farthest_chord2(most_hm: int) -> Array:
    """Return, for 0 to `most_hm`, the largest squared chord whose distance is not above it."""
    wanted = np.arange(most_hm + 1)
    # All distances at once, each between the least and the largest chord there is.
    low = np.zeros(most_hm + 1, np.int64)
    high = np.full(most_hm + 1, np.float64(_LARGEST_CHORD2).view(np.int64))
    # Positive floats stand in the order of their bits: 63 halvings find the last one exactly.
    for _ in range(63):
        middle = low + (high - low + 1) // 2
        within = distances_hm(middle.view(np.float64)) <= wanted
        low = np.where(within, middle, low)
        high = np.where(within, high, middle - 1)
    found: Array = low.view(np.float64)
    found.flags.writeable = False
    return found


@lru_cache(maxsize=4)
def distance_cut(limit_km: int) -> Array:
    """Return the table [reach in km, points wanted]: the largest squared chord that brings them.

    -1 where no distance does. Column 0 is the reach itself.
    """
    chord2 = farthest_chord2(10 * limit_km)
    reach_hm = 10 * np.arange(limit_km + 1)[:, None]
    scale = np.maximum(reach_hm, 1)
    points = np.arange(OUT_OF_QUESTION + 1)[None, :]
    # `distance_points` solved for the distance: P x (10 reach - 9 distance) / (10 reach), halves
    # upwards, is at least so many points up to (2 P + 1 - 2 points) x 10 reach / (18 P).
    most = (2 * DISTANCE_POINTS + 1 - 2 * points) * (10 * scale) // (18 * DISTANCE_POINTS)
    farthest = np.minimum(reach_hm, most)
    table: Array = np.where(farthest >= 0, chord2[np.maximum(farthest, 0)], -1.0)
    table.flags.writeable = False
    return table
