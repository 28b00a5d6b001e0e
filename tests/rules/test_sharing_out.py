"""Parts always add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.rules.sharing_out import shared_out


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_parts_add_up_and_stay_near_their_due(total: int, weights: list[int]) -> None:
    parts = shared_out(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part * whole - total * weight) < whole


def test_equal_remainders_go_to_the_first() -> None:
    assert shared_out(100, [1, 1, 1]) == [34, 33, 33]
    assert shared_out(10, [55, 28, 17]) == [5, 3, 2]
    assert shared_out(5, [0, 0]) == [3, 2]
    assert shared_out(0, []) == []


@pytest.mark.parametrize(("total", "weights"), [(1, []), (-1, [1]), (1, [-1, 2])])
def test_what_cannot_be_shared_out_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="none below 0"):
        shared_out(total, weights)
