"""Every pair of a structure and a package within reach, with the note that `rank` gives."""

import numpy as np
import pytest

from cordee.engine.problem import Params
from cordee.engine.rank import rank
from cordee.engine.ranking import scan
from cordee.engine.ranking.block import block_of
from cordee.engine.ranking.package_columns import columns_of
from cordee.engine.ranking.run import pairs_of
from tests.engine.ranking.worlds import draw_world

LIMIT_KM = 70


@pytest.mark.parametrize("seed", range(20))
def test_the_pairs_are_those_of_rank_seen_from_the_structures(seed: int) -> None:
    world = draw_world(seed)
    block = block_of(sorted(world.candidates, key=lambda each: each.id))
    found = pairs_of(block, columns_of(world.packages, limit_km=LIMIT_KM))
    expected = set()
    for package in world.packages:
        ranking = rank(package, world.candidates, params=Params(max_distance_km=LIMIT_KM))
        expected |= {(r.candidate, package.id, r.points, r.out_of) for r in ranking.ranked}
    columns = (found.rows, found.packages, found.points, found.out_of)
    told = [
        (block.ids[row].decode(), world.packages[p].id, points, out_of)
        for row, p, points, out_of in zip(*(c.tolist() for c in columns), strict=True)
    ]
    assert set(told) == expected
    assert len(told) == len(expected), "no pair twice"
    assert found.rows.tolist() == sorted(found.rows.tolist())


def test_two_counts_that_differ_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = scan.in_reach

    def wrong(*arguments: object) -> tuple[np.ndarray, np.ndarray]:
        rows, points = right(*arguments)  # type: ignore[arg-type]
        return rows, points + 1

    monkeypatch.setattr(scan, "in_reach", wrong)
    world = draw_world(3)
    block = block_of(sorted(world.candidates, key=lambda each: each.id))
    with pytest.raises(RuntimeError, match="sum of their terms"):
        pairs_of(block, columns_of(world.packages, limit_km=LIMIT_KM))
