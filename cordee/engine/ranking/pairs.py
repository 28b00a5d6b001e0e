"""The other way round: for each structure, every package within its reach, with its note.

The lists of the night hold the first fifty structures of a package, so a structure may stand in
none of them; what is said to a structure needs all of its own. Nothing is cut here: a structure
is in reach of few packages, so all pairs of a country fit in memory as four columns.
"""

from dataclasses import dataclass

import numpy as np

from cordee.engine.ranking.block import Block
from cordee.engine.ranking.chords import Array
from cordee.engine.ranking.kernel import LAST_ROW, ROW_BITS, TERMS
from cordee.engine.ranking.package_columns import PackageColumns
from cordee.engine.ranking.run import fill_terms
from cordee.engine.ranking.scan import in_reach


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Columns: a row of the block, a package by its place in `asked`, and the note of the two.

    In the order of rows, then of packages.
    """

    rows: Array
    packages: Array
    points: Array
    out_of: Array

    def __len__(self) -> int:
        return len(self.rows)


def pairs_of(block: Block, asked: PackageColumns) -> ScoredPairs:
    """Return every structure of a block with every package that it may take and reach.

    Each note is counted by NumPy and again term by term by the kernel: raises `RuntimeError` where
    they differ.
    """
    verdicts = block.verdicts(asked.conditions)
    codes = block.trade_codes(asked.trades)
    found = [in_reach(block, asked, p, verdicts, codes) for p in range(len(asked))]
    none = np.zeros(0, np.int64)
    rows = np.concatenate([none, *(rows for rows, _ in found)])
    totals = np.concatenate([none, *(points for _, points in found)])
    packages = np.repeat(np.arange(len(asked), dtype=np.int32), [len(rows) for rows, _ in found])
    order = np.lexsort((packages, rows))
    rows, totals, packages = rows[order], totals[order], packages[order]
    points = np.zeros((len(rows), len(TERMS)), np.uint8)
    out_of = np.zeros_like(points)
    keys = (totals << ROW_BITS) + (LAST_ROW - rows)
    fill_terms(block, asked, packages, keys, 0, points, out_of)
    return ScoredPairs(rows, packages, totals, out_of.sum(axis=1, dtype=np.int64))
