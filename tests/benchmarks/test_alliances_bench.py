"""The bench of repairs runs, on alliances that hold until something breaks."""

import pytest

from benchmarks import alliances
from cordee.engine.repair import repair
from cordee.engine.result import Status


def test_four_small_alliances_are_repaired(capsys: pytest.CaptureFixture[str]) -> None:
    assert alliances.run(("--size", "4", "--count", "4")) == 0
    printed = capsys.readouterr().out
    assert "4 alliances of 4 partners and 4 lots" in printed
    assert "times the bare solver call" in printed


def test_the_same_number_gives_the_same_alliance_and_the_same_repair() -> None:
    first, again = (repair(alliances.alliance(2, 5), time_limit_s=10) for _ in range(2))
    assert first.split == again.split
    assert first.status in {Status.OPTIMAL, Status.IMPOSSIBLE}
    assert first.changed
