"""Counts that say nothing of any one of those counted."""

import pytest

from cordee.base.masking import band


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "moins de 5"),
        (1, "moins de 5"),
        (4, "moins de 5"),
        (5, "5 à 9"),
        (9, "5 à 9"),
        (10, "10 à 14"),
        (752, "750 à 754"),
    ],
)
def test_counts_are_told_in_bands_of_five(count: int, words: str) -> None:
    assert band(count) == words
