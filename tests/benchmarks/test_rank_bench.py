"""The benchmark of the ranking counts what the index opens without a way into compiled code."""

from benchmarks.rank import _entries_read
from benchmarks.rank_country import country, packages
from cordee.engine.ranking.package_columns import columns_of


def test_what_the_index_opens_is_counted_in_python() -> None:
    """A function that only compiled code calls ends the process where Python calls it."""
    blocks, asked = country(2_000), columns_of(packages(100), limit_km=50)
    assert 0 < _entries_read(blocks, asked) < 2_000
