"""The same points with NumPy alone: the reference of the kernel, and what runs till it is compiled.

No index of places, no cut: every activity of the trade is counted in full, in the same integers and
the same order of operations, so that both give the same keys to the last bit.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from cordee.engine.points import GUESSED_TRADE_POINTS, MAXIMUM, TermName, distance_points
from cordee.engine.ranking.index import Array, of_trade
from cordee.engine.ranking.kernel import LAST_ROW, ROW_BITS
from cordee.engine.ranking.package_columns import PackageColumns
from cordee.engine.table import distances_hm

if TYPE_CHECKING:
    from cordee.engine.ranking.block import Block


def search(
    block: "Block", asked: PackageColumns, packages: Array, *, base: int, keys: Array, ranked: Array
) -> None:
    """Bring into `keys[package]` the best rows of a block, and count in `ranked` all in reach."""
    verdicts = block.verdicts(asked.conditions)
    codes = block.trade_codes(asked.trades)
    for p in packages:
        rows, points = in_reach(block, asked, p, verdicts, codes)
        found = (points << ROW_BITS) + (LAST_ROW - base - rows)
        ranked[p] += len(found)
        best = np.concatenate((keys[p], found))
        # Rising, so that the least stands first: a sorted row is a heap of the kernel too.
        keys[p] = np.sort(best)[len(best) - len(keys[p]) :]


def in_reach(
    block: "Block", asked: PackageColumns, p: int, verdicts: Array, codes: Array
) -> tuple[Array, Array]:
    """Return every row of a block that may take package `p` and reach it, with its points.

    `verdicts` and `codes` are the block's, for the conditions and trades of `asked`.
    """
    its = asked.rows[p]
    trade = codes[its["trade"]]
    if trade < 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    entries = of_trade(block.index, trade)
    headroom = np.where(entries["room"] > 0, MAXIMUM[TermName.HEADROOM], 0)
    sure = entries["most"] - headroom > _MOST_OF_GUESSED
    verdict = verdicts[its["condition"], entries["profile"]]
    return points_of(block, its, entries["row"], entries["reach_km"], sure, verdict, asked.limit_km)


_MOST_OF_GUESSED = GUESSED_TRADE_POINTS + MAXIMUM[TermName.RESERVATION]


def points_of(
    block: "Block",
    its: Any,
    rows: Array,
    reach_km: Array,
    is_known: Array,
    verdict: Array,
    limit_km: int,
) -> tuple[Array, Array]:
    """Return those of `rows` that may take a package and reach it, with their points."""
    kept = np.flatnonzero(verdict > 0)
    place = block.points[rows[kept]]
    dx, dy, dz = place[:, 0] - its["x"], place[:, 1] - its["y"], place[:, 2] - its["z"]
    hm = distances_hm(dx * dx + dy * dy + dz * dz)
    reach_hm = 10 * np.minimum(reach_km[kept].astype(np.int64), limit_km)
    near = hm <= reach_hm
    kept, hm, reach_hm = kept[near], hm[near], reach_hm[near]
    rows = rows[kept].astype(np.int64)
    structures = block.structures[rows]
    points = distance_points(hm, np.maximum(reach_hm, 1))
    points += np.where(is_known[kept], MAXIMUM[TermName.TRADE], GUESSED_TRADE_POINTS)
    points += np.where(verdict[kept] == 1, MAXIMUM[TermName.RESERVATION], 0)
    crews = structures["crew_cfte"]
    least = np.where(crews == 0, its["min_share_cfte"], crews).astype(np.int64)
    least = np.minimum(least, its["need_cfte"])
    points += _capacity(block, its, structures, least)
    points += _headroom(block, its, structures, least)
    return rows, points


def _capacity(block: "Block", its: Any, structures: Array, least: Array) -> Array:
    months = int(its["months"])
    start = int(its["first_month"]) - block.first_month
    points = np.zeros(len(structures), np.int64)
    if start < 0 or start + months > block.capacity_cfte.shape[1]:
        return points
    with_capacity = np.flatnonzero(structures["capacity_row"] >= 0)
    cfte = block.capacity_cfte[structures["capacity_row"][with_capacity], start : start + months]
    free = (cfte >= least[with_capacity, None]).sum(axis=1)
    # To the nearest point, halves upwards, as `round_half_up`.
    rounded = (2 * MAXIMUM[TermName.CAPACITY] * free + months) // (2 * months)
    points[with_capacity] = np.where((cfte >= 0).all(axis=1), rounded, 0)
    return points


def _headroom(block: "Block", its: Any, structures: Array, least: Array) -> Array:
    most = MAXIMUM[TermName.HEADROOM]
    points = np.full(len(structures), most, np.int64)
    capped = np.flatnonzero(structures["is_capped"])
    first, end = structures["first_year"][capped], structures["end_year"][capped]
    covered = np.zeros(len(capped), np.int64)
    worst = np.full(len(capped), most, np.int64)
    package_end = int(its["first_month"]) + int(its["months"])
    for n in range(int((end - first).max(initial=0))):
        here = np.flatnonzero(first + n < end)
        years = block.years[first[here] + n]
        since = np.maximum(years["first_month"], its["first_month"])
        months = (np.minimum(years["end_month"], package_end) - since).astype(np.int64)
        use = (months > 0) & (years["headroom_cents"] >= 0)
        here, months, headroom = here[use], months[use], years["headroom_cents"][use]
        part = months * least[capped[here]]
        receipts = its["amount_quotient"] * part - (-its["amount_rest"] * part // its["whole"])
        covered[here] += months
        worst[here] = np.minimum(worst[here], most * np.minimum(headroom, receipts) // receipts)
    points[capped] = np.where(covered == its["months"], worst, 0)
    return points
