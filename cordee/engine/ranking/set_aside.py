"""Who is set aside and why, counted from tallies: no structure is looked at one by one.

Every reason but distance depends on trade, kind and certifications alone; those out of reach are
the others less those in reach, whom the search counts.
"""

from typing import TYPE_CHECKING

import numpy as np

from cordee.engine.ranking.chords import Array
from cordee.engine.ranking.package_columns import PackageColumns
from cordee.engine.result import Obstacle

if TYPE_CHECKING:
    from cordee.engine.ranking.block import Block

REASONS = (
    Obstacle.NO_PLACE,
    Obstacle.UNKNOWN_TRADE,
    Obstacle.NO_TRADE,
    Obstacle.NOT_ELIGIBLE,
    Obstacle.STAFF_SUPPLY,
    Obstacle.CERTIFICATION,
    Obstacle.OUT_OF_REACH,
)
_COLUMNS = {reason: column for column, reason in enumerate(REASONS)}


def tally(block: "Block", asked: PackageColumns) -> Array:
    """Return [package, reason] counts of a block, with all who pass counted as out of reach."""
    structures, trades = block.structures, len(block.trades)
    placed = ~np.isnan(block.latitude_deg)
    skill_counts = structures["end_skill"] - structures["first_skill"]
    owners = np.repeat(np.arange(len(block)), skill_counts)
    skills, owners = block.skills[placed[owners]], owners[placed[owners]]
    unsure = skills["certainty"] == 0
    silent = np.bincount(skills["trade"][unsure], minlength=trades)
    profiles = len(block.profiles)
    # One number by trade and profile, so that one count gives the whole table.
    pairs = skills["trade"][~unsure].astype(np.int64) * profiles
    pairs += structures["profile"][owners[~unsure]]
    practising = np.bincount(pairs, minlength=trades * profiles).reshape(trades, profiles)
    counts = np.zeros((len(asked), len(REASONS)), np.int64)
    counts[:, _COLUMNS[Obstacle.NO_PLACE]] = (~placed).sum()
    mute = int((placed & (skill_counts == 0)).sum())
    codes = block.trade_codes(asked.trades)[asked.rows["trade"]]
    known = codes >= 0
    counts[:, _COLUMNS[Obstacle.UNKNOWN_TRADE]] = mute
    counts[known, _COLUMNS[Obstacle.UNKNOWN_TRADE]] += silent[codes[known]]
    reasons = _reasons(block, asked)[asked.rows["condition"][known]]
    here = practising[codes[known]]
    for reason in REASONS[3:]:
        column = _COLUMNS[reason]
        counts[known, column] = np.where(reasons == column, here, 0).sum(axis=1)
    # Whoever no other reason counts does not practise the trade.
    counts[:, _COLUMNS[Obstacle.NO_TRADE]] = len(block) - counts.sum(axis=1)
    return counts


def _reasons(block: "Block", asked: PackageColumns) -> Array:
    """Return [condition, profile]: the column of the reason, out of reach for those who pass."""
    found = [
        [
            _COLUMNS[profile.obstacle(condition) or Obstacle.OUT_OF_REACH]
            for profile in block.profiles
        ]
        for condition in asked.conditions
    ]
    return np.array(found, np.int64).reshape(len(asked.conditions), len(block.profiles))


def by_reason(counts: Array, ranked: Array) -> list[dict[Obstacle, int]]:
    """Return, by package, how many are set aside for each reason that somebody meets."""
    rest = counts.copy()
    rest[:, _COLUMNS[Obstacle.OUT_OF_REACH]] -= ranked
    return [
        {reason: n for reason, n in zip(REASONS, line, strict=True) if n} for line in rest.tolist()
    ]
