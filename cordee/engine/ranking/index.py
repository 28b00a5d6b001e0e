"""The exact index: every activity by class of reach, trade and band of latitude, then by longitude.

A package reads only the bands and the longitudes within the class's reach. The box is a little too
large, never too small; the chord decides.
"""

from math import degrees
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cordee.engine.rank import GUESSED_TRADE_POINTS, MAXIMUM, TermName
from cordee.engine.ranking.near import Array, farthest_chord2
from cordee.rules.territory import EARTH_RADIUS_KM

if TYPE_CHECKING:
    from cordee.engine.ranking.block import Block

REACH_CLASSES_KM = np.array((25, 50, 80, 2_000))
BANDS_PER_DEGREE = 4
ENTRY = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        ("reach_chord2", "f8"),
        ("longitude_deg", "f4"),
        ("row", "i4"),
        ("profile", "u2"),
        ("reach_km", "i2"),
        # All points but those of distance, at most; then at most where capacity is unknown.
        ("most", "u1"),
        ("most_without_capacity", "u1"),
        ("room", "u1"),  # 0 where headroom can bring nothing
    ],
    align=True,
)


class Index(NamedTuple):
    """Entries in order; `starts[(class x trades + trade) x bands + band]` opens each band."""

    entries: Array
    starts: Array
    trades: int
    first_band: int
    bands: int

    def of_trade(self, trade: int) -> Array:
        """Return all entries of a trade."""
        size = self.trades * self.bands
        first = [each * size + trade * self.bands for each in range(len(REACH_CLASSES_KM))]
        return np.concatenate(
            [self.entries[self.starts[n] : self.starts[n + self.bands]] for n in first]
        )


def half_heights_deg(limit_km: int) -> Array:
    """Return by class how far north or south of a package an entry may lie, rounded up."""
    # 50 m for the rounding to hectometres; a millionth for the series of the distance.
    km = np.minimum(REACH_CLASSES_KM, limit_km) + 0.06
    return np.array([degrees(each / EARTH_RADIUS_KM) * 1.000_001 + 1e-9 for each in km])


def build_index(block: "Block") -> Index:
    """Return the index of a block: one entry for each trade that is known or guessed, and placed."""
    skills, structures = block.skills, block.structures
    owner = np.repeat(
        np.arange(len(block)), structures["end_skill"] - structures["first_skill"]
    ).astype(np.int32)
    kept = np.flatnonzero((skills["certainty"] > 0) & ~np.isnan(block.latitude_deg[owner]))
    skills, owner = skills[kept], owner[kept]
    reach = skills["reach_km"].astype(np.int64)
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
    entries["reach_chord2"] = farthest_chord2(20_000)[10 * reach][order]
    entries["longitude_deg"] = block.longitude_deg[owner][order]
    entries["row"] = owner[order]
    entries["profile"] = structures["profile"][owner][order]
    entries["reach_km"] = reach[order]
    most, without, room = _most_points(block, owner, skills["certainty"])
    entries["most"], entries["most_without_capacity"] = most[order], without[order]
    entries["room"] = room[order]
    cells = len(REACH_CLASSES_KM) * trades * height
    starts = np.searchsorted(cell[order], np.arange(cells + 1)).astype(np.int64)
    return Index(entries, starts, trades, first, height)


def _most_points(block: "Block", owner: Array, certainty: Array) -> tuple[Array, Array, Array]:
    """Return the most that all but distance can bring, the same without capacity, and headroom's."""
    structures = block.structures
    known = block.years["headroom_cents"] > 0
    before = np.concatenate(([0], np.cumsum(known)))
    has_room = before[structures["end_year"]] > before[structures["first_year"]]
    headroom = np.where((structures["is_capped"] == 0) | has_room, MAXIMUM[TermName.HEADROOM], 0)
    capacity = np.where(structures["capacity_row"] >= 0, MAXIMUM[TermName.CAPACITY], 0)
    trade = np.where(certainty == 2, MAXIMUM[TermName.TRADE], GUESSED_TRADE_POINTS)
    without = trade + headroom[owner] + MAXIMUM[TermName.RESERVATION]
    return without + capacity[owner], without, headroom[owner]
