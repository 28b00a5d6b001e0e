"""The points of a ranking: the one place where its weights are written.

Read by the readable `rank`, by the columns (`ranking.scan`, `greedy`), by the compiled loops
(`ranking.kernel`) and by the pages. The numbers are compiled into the loops, so this file counts
among the sources of `cordee.engine.compiled`: another number is another cache.
"""

from enum import StrEnum
from typing import Any


class TermName(StrEnum):
    """What is looked at."""

    TRADE = "trade"
    DISTANCE = "distance"
    CAPACITY = "capacity"
    HEADROOM = "headroom"
    RESERVATION = "reservation"


TRADE_POINTS = 30
# A trade that is supposed and not told brings half.
GUESSED_TRADE_POINTS = 15
DISTANCE_POINTS = 25
CAPACITY_POINTS = 20
HEADROOM_POINTS = 15
RESERVATION_POINTS = 10

MAXIMUM = {
    TermName.TRADE: TRADE_POINTS,
    TermName.DISTANCE: DISTANCE_POINTS,
    TermName.CAPACITY: CAPACITY_POINTS,
    TermName.HEADROOM: HEADROOM_POINTS,
    TermName.RESERVATION: RESERVATION_POINTS,
}


def distance_points(distance_hm: Any, reach_hm: Any) -> Any:
    """Return the points of distances in hectometres, 1 at least of reach; integers or arrays.

    Full at the door, a tenth of it at the end of the reach, to the nearest point.
    """
    whole = 10 * reach_hm
    return (2 * DISTANCE_POINTS * (whole - 9 * distance_hm) + whole) // (2 * whole)
