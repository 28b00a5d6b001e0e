"""The exact index: every activity by class of reach, trade and band of latitude, then by longitude.

An inverted list for each cell of a grid. A package reads only the bands and the longitudes within
the class's reach: the few that go far do not widen the box of the many that go near. The box is a
little too large, never too small; the chord decides.

Distances without a square root: the squared chord up to which a distance stays within a limit.

`cordee.rules.territory.distance_hm` never falls when the squared chord grows, because each of its
rounded operations is monotone. So "within 412 hm" is exactly "squared chord <= a number", found
here once by bisection, with the same operations in the same order.
"""

from functools import lru_cache
from math import degrees
from typing import TYPE_CHECKING

import numpy as np

from cordee.engine.points import GUESSED_TRADE_POINTS, MAXIMUM, TermName
from cordee.engine.ranking.kernel import BANDS_PER_DEGREE, MONTH_BITS, Index
from cordee.rules.territory import EARTH_RADIUS_KM

if TYPE_CHECKING:
    from cordee.engine.ranking.block import Block
from typing import Any

from cordee.engine.points import DISTANCE_POINTS
from cordee.engine.ranking.kernel import OUT_OF_QUESTION
from cordee.engine.table import distances_hm

type Array = np.ndarray[Any, Any]

_LARGEST_CHORD2 = 4.0
REACH_CLASSES_KM = np.array((25, 60, 2_000))
ENTRY = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        # By bit from the first month of the block: months in which one crew is free, is known.
        ("free", "i8"),
        ("known", "i8"),
        ("row", "i4"),
        ("capacity_row", "i4"),
        ("first_year", "i4"),
        ("crew_cfte", "i4"),
        ("profile", "u2"),
        ("reach_km", "i2"),
        ("most", "u1"),  # points of all but distance and capacity, at most
        # 0: headroom brings nothing; 1: it is not capped; 2 + n: it has n accounting years.
        ("room", "u1"),
    ],
    align=True,
)
MOST_YEARS = 253


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


# One line of the processor's cache: what decides nearly every entry lies in one read.
assert ENTRY.itemsize == 64


def of_trade(index: Index, trade: int) -> Array:
    """Return all entries of a trade."""
    size = index.trades * index.bands
    first = [each * size + trade * index.bands for each in range(len(REACH_CLASSES_KM))]
    starts = index.starts
    return np.concatenate([index.entries[starts[n] : starts[n + index.bands]] for n in first])


@lru_cache(maxsize=4)
def half_heights_deg(limit_km: int) -> Array:
    """Return by class how far north or south of a package an entry may lie, rounded up."""
    # 50 m for the rounding to hectometres; a millionth for the series of the distance.
    km = np.minimum(REACH_CLASSES_KM, limit_km) + 0.06
    return np.array([degrees(each / EARTH_RADIUS_KM) * 1.000_001 + 1e-9 for each in km])


def build_index(block: "Block") -> Index:
    """Return the index of a block: one entry for each trade, known or guessed, with a place."""
    skills, structures = block.skills, block.structures
    owner = np.repeat(
        np.arange(len(block)), structures["end_skill"] - structures["first_skill"]
    ).astype(np.int32)
    kept = np.flatnonzero((skills["certainty"] > 0) & ~np.isnan(block.latitude_deg[owner]))
    skills, owner = skills[kept], owner[kept]
    reach = skills["reach_km"].astype(np.int64)
    # The class is the least whose reach is not below the entry's own.
    classes = np.searchsorted(REACH_CLASSES_KM, reach)
    bands = np.floor(block.latitude_deg[owner] * BANDS_PER_DEGREE).astype(np.int64)
    first = int(bands.min()) if len(bands) else 0
    height = int(bands.max()) - first + 1 if len(bands) else 1
    trades = max(1, len(block.trades))
    cell = (classes * trades + skills["trade"]) * height + (bands - first)
    order = np.lexsort((owner, block.longitude_deg[owner], cell))
    entries = np.zeros(len(kept), ENTRY)
    for n, axis in enumerate("xyz"):
        entries[axis] = block.points[owner, n][order]
    entries["row"] = owner[order]
    for name in ("profile", "capacity_row", "first_year", "crew_cfte"):
        entries[name] = structures[name][owner][order]
    entries["reach_km"] = reach[order]
    room = _room(block)[owner]
    sure = np.where(skills["certainty"] == 2, MAXIMUM[TermName.TRADE], GUESSED_TRADE_POINTS)
    headroom = np.where(room > 0, MAXIMUM[TermName.HEADROOM], 0)
    entries["most"] = (sure + headroom + MAXIMUM[TermName.RESERVATION])[order]
    entries["room"] = room[order]
    known, free = _months(block)
    entries["known"], entries["free"] = known[owner][order], free[owner][order]
    cells = len(REACH_CLASSES_KM) * trades * height
    starts = np.searchsorted(cell[order], np.arange(cells + 1)).astype(np.int64)
    # Single precision halves what the bisection reads; the box is wider than its rounding.
    longitudes = block.longitude_deg[owner][order].astype(np.float32)
    return Index(entries, longitudes, starts, trades, first, height)


def _room(block: "Block") -> Array:
    """Return what headroom can bring each structure, as `ENTRY` says it."""
    structures = block.structures
    known = block.years["headroom_cents"] > 0
    before = np.concatenate(([0], np.cumsum(known)))
    has_room = before[structures["end_year"]] > before[structures["first_year"]]
    years = structures["end_year"] - structures["first_year"]
    if int(years.max(initial=0)) > MOST_YEARS:
        raise ValueError(f"A structure has {int(years.max())} accounting years; keep {MOST_YEARS}.")
    return np.where(structures["is_capped"] == 0, 1, np.where(has_room, 2 + years, 0))


def _months(block: "Block") -> tuple[Array, Array]:
    """Return by structure the known months, and those in which its crew is free."""
    with_capacity = np.flatnonzero(block.structures["capacity_row"] >= 0)
    crews = block.structures["crew_cfte"][with_capacity]
    cfte = block.capacity_cfte[block.structures["capacity_row"][with_capacity], :MONTH_BITS]
    bits = np.int64(1) << np.arange(cfte.shape[1], dtype=np.int64)
    known, free = np.zeros(len(block), np.int64), np.zeros(len(block), np.int64)
    known[with_capacity] = ((cfte >= 0) * bits).sum(axis=1)
    free[with_capacity] = ((cfte >= np.maximum(crews, 1)[:, None]) * bits).sum(axis=1)
    return known, free
