"""What the ranking is measured against: plain scans, and the arithmetic of one entry."""

from typing import Any

import numpy as np

from cordee.engine.compiled import entry
from cordee.engine.points import (
    GUESSED_TRADE_POINTS,
    HEADROOM_POINTS,
    RESERVATION_POINTS,
    TRADE_POINTS,
)
from cordee.engine.ranking.block import GUESSED, Block
from cordee.engine.ranking.index import Array
from cordee.engine.ranking.kernel import (
    LAST_ROW,
    RADIUS_KM,
    ROW_BITS,
    capacity_points,
    distance_points,
    headroom_points,
    least_share,
    push,
)
from cordee.engine.ranking.package_columns import PackageColumns
from cordee.engine.ranking.run import LISTED, Lists, best_first, with_terms
from cordee.engine.ranking.scan import points_of

UNPROVEN = 2


class PlainScan:
    """A country in whole columns, read from end to end with NumPy for each package."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.owners = [
            np.repeat(
                np.arange(len(block)),
                block.structures["end_skill"] - block.structures["first_skill"],
            )
            for block in blocks
        ]

    def rank(self, asked: PackageColumns) -> Lists:
        """Return the list of one package: mask of the trade, formulas on what it leaves, sort."""
        its = asked.rows[0]
        keys, base, ranked = [np.empty(0, np.int64)], 0, 0
        for block, owners in zip(self.blocks, self.owners, strict=True):
            trade = block.trade_codes(asked.trades)[0]
            mine = np.flatnonzero(
                (block.skills["trade"] == trade) & (block.skills["certainty"] > 0)
            )
            rows = owners[mine]
            verdict = block.verdicts(asked.conditions)[0, block.structures["profile"][rows]]
            skills = block.skills[mine]
            sure = skills["certainty"] > GUESSED
            rows, points = points_of(
                block, its, rows, skills["reach_km"], sure, verdict, asked.limit_km
            )
            keys.append((points << ROW_BITS) + (LAST_ROW - base - rows))
            ranked += len(rows)
            base += len(block)
        every = np.concatenate(keys)
        if len(every) > LISTED:
            every = np.partition(every, len(every) - LISTED)[-LISTED:]
        every = np.concatenate((every, np.full(LISTED - len(every), -1)))
        ordered = best_first(every[None, :])
        return with_terms(self.blocks, asked, ordered, np.array([ranked]))


def trade_masks(block: Block) -> Array:
    """Return one bit by trade for each structure."""
    masks = np.zeros(len(block), np.int64)
    counts = block.structures["end_skill"] - block.structures["first_skill"]
    bits = np.int64(1) << block.skills["trade"].astype(np.int64)
    kept = block.skills["certainty"] > 0
    np.bitwise_or.at(masks, np.repeat(np.arange(len(block)), counts)[kept], bits[kept])
    return masks


@entry
def full_scan(
    masks: Any,
    columns: Any,
    rules: Any,
    asked: Any,
    packages: Any,
    base: int,
    heaps: Any,
    ranked: Any,
) -> None:
    """Count every structure that practises the trade: compiled, without index or cut."""
    limit_km = rules.cut.shape[0] - 1
    structures, skills, points3 = columns.structures, columns.skills, columns.points
    for p in packages:
        its = asked[p]
        trade = rules.trade_codes[its["trade"]]
        for row in range(structures.shape[0]):
            if not (masks[row] >> trade) & 1:
                continue
            who = structures[row]
            verdict = rules.verdicts[its["condition"], who["profile"]]
            if verdict == 0:
                continue
            skill = int(who["first_skill"])
            while skills[skill]["trade"] != trade:
                skill += 1
            reach = min(int(skills[skill]["reach_km"]), limit_km)
            dx, dy = points3[row, 0] - its["x"], points3[row, 1] - its["y"]
            dz = points3[row, 2] - its["z"]
            chord2 = dx * dx + dy * dy + dz * dz
            h = chord2 / 4.0
            series = 1.0 + h / 6.0 + 3.0 * h * h / 40.0 + 15.0 * h * h * h / 336.0
            if np.floor(2.0 * RADIUS_KM * np.sqrt(h) * series * 10.0 + 0.5) > 10 * reach:
                continue
            ranked[p] += 1
            points = distance_points(chord2, reach)
            points += TRADE_POINTS if skills[skill]["certainty"] == 2 else GUESSED_TRADE_POINTS
            points += RESERVATION_POINTS if verdict != UNPROVEN else 0
            least = least_share(who["crew_cfte"], its)
            capacity_row = int(who["capacity_row"])
            points += max(capacity_points(columns, capacity_row, least, its), 0)
            room = HEADROOM_POINTS
            if who["is_capped"]:
                first, end = who["first_year"], who["end_year"]
                room = max(headroom_points(columns.years, first, end, least, its), 0)
            points += room
            key = (points << ROW_BITS) + LAST_ROW - base - row
            if key > heaps[p, 0]:
                push(heaps[p], key)


def compiled_scan(
    blocks: list[Block], masks: list[Array], asked: PackageColumns, packages: Array
) -> Lists:
    """Return the lists of some packages, counting every structure of the trade."""
    keys = np.full((len(asked), LISTED), -1)
    ranked = np.zeros(len(asked), np.int64)
    bases = np.array([0, *(len(block) for block in blocks)], np.int64).cumsum()[:-1]
    for block, mask, base in zip(blocks, masks, bases.tolist(), strict=True):
        rules = block.rules(asked)
        full_scan(mask, block.columns, rules, asked.rows, packages, base, keys, ranked)
    return with_terms(blocks, asked, best_first(keys), ranked)


@entry
def whole_formula(x: Any, y: Any, z: Any, reach_km: Any, rounds: int) -> float:
    """Work out each entry's distance and its share of the note, in scalar arithmetic.

    The sum runs in one order, so nothing here is vectorised.
    """
    total = 0.0
    for turn in range(rounds):
        px, py, pz = 0.7 + turn * 1e-9, 0.1, 0.7
        for e in range(x.shape[0]):
            dx, dy, dz = x[e] - px, y[e] - py, z[e] - pz
            h = (dx * dx + dy * dy + dz * dz) * 0.25
            series = 1.0 + h * (1.0 / 6.0 + h * (3.0 / 40.0 + h * (15.0 / 336.0)))
            near = 2.0 * RADIUS_KM * np.sqrt(h) * series * reach_km[e]
            total += 0.35 + 0.20 * (1.0 - 0.9 * min(1.0, near))
    return total
