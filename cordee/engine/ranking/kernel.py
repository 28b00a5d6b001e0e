"""The loops over entries and structures, written for numba and readable as Python.

A search for the best k by a sum of terms, with an index and with upper bounds. The k best so far
are a heap whose least key is the bar; an entry is left as soon as the most it may still reach does
not pass the bar, cheapest terms first (as MaxScore does for words of a query: H. Turtle, J. Flood,
Query evaluation: strategies and optimizations, Information Processing & Management 31, 1995). All
is in integers, so the cut is exact and the list is that of the full sum, to the last place.

A key is `points << 40 | (2**40 - 1 - row)`: the larger key stands first in the list, so the order
(points, then identifier) is one comparison of integers, and the cut needs no tolerance.
"""

from math import asin, cos, degrees, floor, radians, sin, sqrt
from typing import Any, NamedTuple

import numpy as np

from cordee.engine.compiled import entry, is_ready, jit, uncompiled
from cordee.engine.points import (
    CAPACITY_POINTS,
    DISTANCE_POINTS,
    GUESSED_TRADE_POINTS,
    HEADROOM_POINTS,
    RESERVATION_POINTS,
    TRADE_POINTS,
    TermName,
)
from cordee.rules import territory

# Compiled in, and `rules` is not among the sources of the cache: it stands here as a number.
RADIUS_KM = 6371.0088
if territory.EARTH_RADIUS_KM != RADIUS_KM:
    raise ImportError("The radius of the earth changed: change it in ranking/kernel.py too.")
ROW_BITS = 40
LAST_ROW = (1 << ROW_BITS) - 1
BANDS_PER_DEGREE = 2
MONTH_BITS = 62
# No distance brings this many points: the column of `near.distance_cut` that nothing passes.
OUT_OF_QUESTION = DISTANCE_POINTS + 1
CUT_WIDTH = OUT_OF_QUESTION + 1
TERMS = tuple(TermName)
TRADE, DISTANCE, CAPACITY, HEADROOM, RESERVATION = range(5)
_KNOWN, _UNPROVEN, _UNKNOWN = 2, 2, -1
# More than the rounding of a longitude to single precision.
_SLACK_DEG = 1e-4


class BlockColumns(NamedTuple):
    """What the kernel reads of a block, described in `block.py`."""

    structures: Any
    skills: Any
    points: Any
    capacity_cfte: Any
    first_month: int
    years: Any


class Index(NamedTuple):
    """Entries in order; `starts[(class x trades + trade) x bands + band]` opens each band."""

    entries: Any
    longitudes_deg: Any
    starts: Any
    trades: int
    first_band: int
    bands: int


class Rules(NamedTuple):
    """What the packages ask, in the block's own codes.

    `verdicts[condition, profile]`; `trade_codes[trade]`; `heights_deg[class]`; `cut[reach, points]`
    is `near.distance_cut`.
    """

    verdicts: Any
    trade_codes: Any
    heights_deg: Any
    cut: Any


class PackageQuery(NamedTuple):
    """One package as the inner loop reads it."""

    asked: Any  # its row of `Asked.rows`
    allowed: Any  # verdict by profile
    cut: Any  # `near.distance_cut`, flat
    limit_km: int
    window: Any
    base: int  # rows in the blocks before


class PackageWindow(NamedTuple):
    """The months of one package among those of a block; `points` of capacity by months free."""

    is_in_table: bool
    is_in_bits: bool
    bits: int
    points: Any


@jit
def distance_points(chord2: float, reach_km: int) -> int:
    """Return the points of a distance; `territory.distance_hm` in the same operations."""
    # The series of the arc by its chord, in the operations of `territory`: the same bits.
    h = chord2 / 4.0
    series = 1.0 + h / 6.0 + 3.0 * h * h / 40.0 + 15.0 * h * h * h / 336.0
    hm = floor(2.0 * RADIUS_KM * sqrt(h) * series * 10.0 + 0.5)
    reach = max(10 * reach_km, 1)
    whole = 10 * reach
    return (2 * DISTANCE_POINTS * (whole - 9 * hm) + whole) // (2 * whole)


@jit
def least_share(crew_cfte: int, asked: Any) -> int:
    """Return one crew where crews are known, else the minimum of the package."""
    least = int(asked["min_share_cfte"]) if crew_cfte == 0 else int(crew_cfte)
    return min(int(asked["need_cfte"]), least)


@jit
def window_of(columns: Any, asked: Any, points: Any) -> Any:
    """Return the months of a package, as bits where all of them have one; fills `points`."""
    start, months = int(asked["first_month"]) - columns.first_month, int(asked["months"])
    in_table = start >= 0 and start + months <= columns.capacity_cfte.shape[1]
    in_bits = in_table and start + months <= MONTH_BITS
    # By months free, the points that they bring: one look-up in the loop instead of a division.
    if in_bits:
        for free in range(months + 1):
            points[free] = (2 * CAPACITY_POINTS * free + months) // (2 * months)
    return PackageWindow(in_table, in_bits, ((1 << months) - 1) << start if in_bits else 0, points)


@jit
def capacity_points(columns: Any, row: int, least: int, asked: Any) -> int:
    """Return the points of free months, -1 where a month is unknown."""
    months = int(asked["months"])
    start = int(asked["first_month"]) - columns.first_month
    # Nothing told, or a package that reaches beyond the months told.
    if row < 0 or start < 0 or start + months > columns.capacity_cfte.shape[1]:
        return _UNKNOWN
    # Unknown months make the term unknown, however many others are free.
    free = 0
    for month in range(start, start + months):
        here = columns.capacity_cfte[row, month]
        if here < 0:
            return _UNKNOWN
        if here >= least:
            free += 1
    return (2 * CAPACITY_POINTS * free + months) // (2 * months)


@jit
def headroom_points(years: Any, first: int, end: int, least: int, asked: Any) -> int:
    """Return the points of the year where one least share fits worst, -1 where one is unknown."""
    first_month = int(asked["first_month"])
    end_month = first_month + int(asked["months"])
    whole = int(asked["whole"])
    covered = 0
    points = HEADROOM_POINTS
    for n in range(first, end):
        headroom = int(years[n]["headroom_cents"])
        since = max(int(years[n]["first_month"]), first_month)
        months = min(int(years[n]["end_month"]), end_month) - since
        if months <= 0 or headroom < 0:
            continue
        covered += months
        part = months * least
        if headroom >= (int(asked["amount_quotient"]) + 1) * part:
            continue  # the receipts are not larger: no need to divide
        receipts = int(asked["amount_quotient"]) * part
        # Rounded up: a share must fit its ceiling to the cent.
        receipts += -(-int(asked["amount_rest"]) * part // whole)
        points = min(points, HEADROOM_POINTS * min(headroom, receipts) // receipts)
    return points if covered == end_month - first_month else _UNKNOWN


@jit
def headroom_may_bring(
    years: Any, first: int, end: int, least: int, asked: Any, wanted: int
) -> bool:
    """Tell, without a division, that `headroom_points` is below `wanted`; or that it may not be."""
    first_month = int(asked["first_month"])
    end_month = first_month + int(asked["months"])
    for n in range(first, end):
        headroom = int(years[n]["headroom_cents"])
        since = max(int(years[n]["first_month"]), first_month)
        months = min(int(years[n]["end_month"]), end_month) - since
        if months > 0 and headroom >= 0:
            receipts = int(asked["amount_quotient"]) * months * least
            # The product, and the quotient of the amount rounded down: never a false no.
            if HEADROOM_POINTS * headroom < wanted * receipts:
                return False
    return True


@jit
def bits_set(bits: int) -> int:
    """Return how many of the 62 lowest bits are set, added up pairwise in ever wider fields.

    H. Warren, Hacker's Delight, 2012, chapter 5; the sign bit is left alone.
    """
    bits = bits - ((bits >> 1) & 0x5555555555555555)
    bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333)
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F
    return ((bits * 0x0101010101010101) >> 56) & 0x7F


@jit
def push(heap: Any, key: int) -> None:
    """Put a key in the place of the least one of a heap whose least stands first.

    The hole sinks to where the key fits: one pass, no exchange.
    """
    size = heap.shape[0]
    hole = 0
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        # Down to the lesser of the two children.
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[hole] = heap[child]
        hole = child
    heap[hole] = key


@jit
def half_width_deg(latitude_deg: float, height_deg: float) -> float:
    """Return how far east or west a circle of that radius reaches; 400 where it holds a pole."""
    if abs(latitude_deg) + height_deg >= 89.9:
        return 400.0
    # Where a meridian touches the circle, from the right spherical triangle.
    ratio = sin(radians(height_deg)) / cos(radians(latitude_deg))
    return degrees(asin(ratio)) * 1.000_001 + _SLACK_DEG


@jit
def first_from(longitudes_deg: Any, low: int, high: int, longitude_deg: float) -> int:
    """Return the first of some entries that does not lie west of a longitude."""
    while low < high:
        middle = (low + high) // 2
        if longitudes_deg[middle] < longitude_deg:
            low = middle + 1
        else:
            high = middle
    return low


@jit
def offer(
    columns: Any,
    entry: Any,
    points: int,
    free: int,
    asked: Any,
    base: int,
    heap: Any,
) -> None:
    """Count an entry in full, unless what is not counted yet cannot bring it into the list.

    `points` are those of all but capacity, headroom at its most; `free` are those of capacity, -1
    where they are still to be counted.
    """
    order = LAST_ROW - base - int(entry["row"])
    if ((points + (CAPACITY_POINTS if free < 0 else free)) << ROW_BITS) + order <= heap[0]:
        return
    # What follows reads pages of memory of its own: only those who may still enter come here.
    least = least_share(entry["crew_cfte"], asked)
    if free < 0:
        free = max(capacity_points(columns, int(entry["capacity_row"]), least, asked), 0)
    points += free
    if (points << ROW_BITS) + order <= heap[0]:
        return
    if entry["room"] > 1:
        first = int(entry["first_year"])
        end = first + int(entry["room"]) - 2
        points -= HEADROOM_POINTS
        wanted = (heap[0] >> ROW_BITS) - points
        # Without a division, for most that fail.
        if not headroom_may_bring(columns.years, first, end, least, asked, wanted):
            return
        points += max(headroom_points(columns.years, first, end, least, asked), 0)
    key = (points << ROW_BITS) + order
    if key > heap[0]:
        push(heap, key)


@jit
def read_run(columns: Any, query: Any, entries: Any, low: int, high: int, heap: Any) -> int:
    """Offer the entries from `low` to `high` that may enter the list; return how many are in reach.

    Most fail one comparison: the chord against the largest that still brings the points lacking.
    """
    asked, allowed, cut, limit_km, window, base = query
    x, y, z, need = asked["x"], asked["y"], asked["z"], int(asked["need_cfte"])
    # Beyond the table nobody's capacity is known: it brings nothing to anybody.
    most_free = CAPACITY_POINTS if window.is_in_table else 0
    # The bar, and the last row that would still pass it at equal points.
    worst = heap[0]
    bar, last = worst >> ROW_BITS, LAST_ROW - base - (worst & LAST_ROW)
    count = 0
    for e in range(low, high):
        entry = entries[e]
        dx, dy, dz = entry["x"] - x, entry["y"] - y, entry["z"] - z
        chord2 = dx * dx + dy * dy + dz * dz
        verdict = allowed[entry["profile"]]
        line = min(int(entry["reach_km"]), limit_km) * CUT_WIDTH
        # Unsigned: numba then asks of no index whether it counts from the end.
        count += (chord2 <= cut[np.uint64(line)]) & (verdict > 0)
        # Points lacking to the bar, one more where its row would stand behind at equal points.
        lacking = bar - int(entry["most"]) + (entry["row"] > last)
        is_known = (entry["known"] & window.bits) == window.bits
        wanted = lacking - (most_free if is_known else 0)
        # More points than distance can bring: the last column, which no chord passes.
        near = min(max(wanted, 0), OUT_OF_QUESTION)
        if chord2 > cut[np.uint64(line + near)] or verdict == 0:
            continue
        points = int(entry["most"]) - (RESERVATION_POINTS if verdict == _UNPROVEN else 0)
        # Capacity from the bits of the entry where they tell it: the table is another page.
        free = _UNKNOWN
        if not is_known or not window.is_in_table:
            free = 0
        elif window.is_in_bits and 0 < entry["crew_cfte"] <= need:
            free = window.points[bits_set(entry["free"] & window.bits)]
        if free >= 0:
            lacking = bar - points + (entry["row"] > last)
            near = min(max(lacking - free, 0), OUT_OF_QUESTION)
            if chord2 > cut[np.uint64(line + near)]:
                continue
        # The points of distance are the column that the chord still passes.
        while chord2 <= cut[np.uint64(line + near + 1)]:
            near += 1
        offer(columns, entry, points + near, free, asked, base, heap)
        worst = heap[0]
        bar, last = worst >> ROW_BITS, LAST_ROW - base - (worst & LAST_ROW)
    return count


@entry
def search(
    structures: Any,
    skills: Any,
    points3: Any,
    capacity_cfte: Any,
    first_month: int,
    years: Any,
    entries: Any,
    longitudes_deg: Any,
    starts: Any,
    trades: int,
    first_band: int,
    bands: int,
    verdicts: Any,
    trade_codes: Any,
    heights_deg: Any,
    cut: Any,
    asked: Any,
    order: Any,
    base: int,
    heaps: Any,
    ranked: Any,
) -> None:
    """Bring into `heaps[package]` the best rows of a block, and count in `ranked` all in reach.

    It takes `BlockColumns`, `Index` and `Rules` in pieces, as `count_terms` does: whole tuples cost
    microseconds to hand over from Python, and one package takes few of them.
    Nearest bands first, and in each the widest reach first, so that the list is soon good.
    """
    columns = BlockColumns(structures, skills, points3, capacity_cfte, first_month, years)
    rules = Rules(verdicts, trade_codes, heights_deg, cut)
    index = Index(entries, longitudes_deg, starts, trades, first_band, bands)
    limit_km = cut.shape[0] - 1
    flat_cut = cut.ravel()
    classes = rules.heights_deg.shape[0]
    widths_deg = np.empty(classes)
    by_free = np.empty(MONTH_BITS + 1, np.int64)
    south, north = np.empty(classes, np.int64), np.empty(classes, np.int64)
    for p in order:
        its = asked[p]
        trade = rules.trade_codes[its["trade"]]
        if trade < 0:
            continue
        latitude, longitude = its["latitude_deg"], its["longitude_deg"]
        for c in range(classes):
            height = rules.heights_deg[c]
            widths_deg[c] = half_width_deg(latitude, height)
            south[c] = floor((latitude - height) * BANDS_PER_DEGREE)
            north[c] = floor((latitude + height) * BANDS_PER_DEGREE)
        allowed = rules.verdicts[its["condition"]]
        window = window_of(columns, its, by_free)
        query = PackageQuery(its, allowed, flat_cut, limit_km, window, base)
        home = floor(latitude * BANDS_PER_DEGREE)
        widest = max(home - south[classes - 1], north[classes - 1] - home)
        # Home, then one band north, one south, and so on outwards.
        for step in range(2 * widest + 1):
            band = home + ((step + 1) // 2 if step % 2 else -(step // 2))
            if band < index.first_band or band >= index.first_band + index.bands:
                continue
            # The widest reach first: near at hand it scores best, and the list is soon full.
            for c in range(classes - 1, -1, -1):
                if band < south[c] or band > north[c]:
                    continue
                cell = (c * index.trades + trade) * index.bands + band - index.first_band
                low, high = index.starts[cell], index.starts[cell + 1]
                west, east = longitude - widths_deg[c], longitude + widths_deg[c]
                # A box over the 180th meridian is read whole.
                if west >= -180.0 and east <= 180.0:
                    low = first_from(index.longitudes_deg, low, high, west)
                    high = first_from(index.longitudes_deg, low, high, east)
                ranked[p] += read_run(columns, query, index.entries, low, high, heaps[p])


@entry
def count_terms(
    structures: Any,
    skills: Any,
    points3: Any,
    capacity_cfte: Any,
    first_month: int,
    years: Any,
    verdicts: Any,
    trade_codes: Any,
    heights_deg: Any,
    cut: Any,
    asked: Any,
    packages: Any,
    keys: Any,
    base: int,
    points: Any,
    out_of: Any,
) -> int:
    """Fill the terms of keys whose rows lie in this block; return how many do not add up."""
    columns = BlockColumns(structures, skills, points3, capacity_cfte, first_month, years)
    rules = Rules(verdicts, trade_codes, heights_deg, cut)
    limit_km = cut.shape[0] - 1
    wrong = 0
    for n in range(keys.shape[0]):
        row = LAST_ROW - base - (keys[n] & LAST_ROW)
        # An empty place, or a row of another block.
        if keys[n] < 0 or row < 0 or row >= structures.shape[0]:
            continue
        ask = asked[packages[n]]
        its = columns.structures[row]
        skill = int(its["first_skill"])
        # It is in the list, so it has the trade: the walk ends.
        while columns.skills[skill]["trade"] != rules.trade_codes[ask["trade"]]:
            skill += 1
        sure = columns.skills[skill]["certainty"] == _KNOWN
        points[n, TRADE] = TRADE_POINTS if sure else GUESSED_TRADE_POINTS
        out_of[n, TRADE] = TRADE_POINTS
        reach = min(int(columns.skills[skill]["reach_km"]), limit_km)
        dx = columns.points[row, 0] - ask["x"]
        dy = columns.points[row, 1] - ask["y"]
        dz = columns.points[row, 2] - ask["z"]
        points[n, DISTANCE] = distance_points(dx * dx + dy * dy + dz * dz, reach)
        out_of[n, DISTANCE] = DISTANCE_POINTS
        least = least_share(its["crew_cfte"], ask)
        free = capacity_points(columns, int(its["capacity_row"]), least, ask)
        points[n, CAPACITY] = max(free, 0)
        out_of[n, CAPACITY] = CAPACITY_POINTS if free >= 0 else 0
        room = HEADROOM_POINTS
        if its["is_capped"]:
            room = headroom_points(
                columns.years, its["first_year"], np.int64(its["end_year"]), least, ask
            )
        points[n, HEADROOM] = max(room, 0)
        out_of[n, HEADROOM] = HEADROOM_POINTS if room >= 0 else 0
        proven = rules.verdicts[ask["condition"], its["profile"]] != _UNPROVEN
        points[n, RESERVATION] = RESERVATION_POINTS if proven else 0
        out_of[n, RESERVATION] = points[n, RESERVATION]
        # Twice counted: by the cut that put it in its place, and here term by term.
        total = 0
        for term in range(points.shape[1]):
            total += int(points[n, term])
        wrong += total != keys[n] >> ROW_BITS
    return wrong


IS_COMPILED = hasattr(search, "py_func")


def is_compiled() -> bool:
    """Tell whether the compiled functions answer at once; NumPy gives the same bits meanwhile."""
    return IS_COMPILED and is_ready()


plain_count_terms = uncompiled(globals())["count_terms"]
EMPTY = np.int64(-1)
