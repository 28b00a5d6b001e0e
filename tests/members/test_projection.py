"""From degrees to the viewBox of a map."""

import math

import pytest

from cordee.members.projection import Bounds, bounds_of, fit


def test_the_box_is_centred_and_touches_two_sides() -> None:
    project = fit(Bounds(45.0, 4.0, 46.0, 5.0), width=400, height=400)
    left, top = project(46.0, 4.0)
    right, bottom = project(45.0, 5.0)
    assert (top, bottom) == pytest.approx((0, 400))
    assert left > 0
    assert left == pytest.approx(400 - right)


def test_north_is_up_and_east_is_right() -> None:
    project = fit(Bounds(45.0, 4.0, 46.0, 5.0), width=400, height=300)
    assert project(45.9, 4.5)[1] < project(45.1, 4.5)[1]
    assert project(45.5, 4.1)[0] < project(45.5, 4.9)[0]


@pytest.mark.parametrize("lat", [-21.1, 4.0, 45.5, 50.9])
def test_a_kilometre_is_as_long_in_both_directions(lat: float) -> None:
    project = fit(Bounds(lat - 0.2, 2.0, lat + 0.2, 2.4), width=500, height=500)
    x, y = project(lat, 2.2)
    north = y - project(lat + 0.01, 2.2)[1]
    east = project(lat, 2.2 + 0.01 / math.cos(math.radians(lat)))[0] - x
    assert north == pytest.approx(east)


def test_a_wide_box_is_bounded_by_the_width() -> None:
    project = fit(Bounds(45.0, 0.0, 45.1, 6.0), width=300, height=300)
    assert project(45.05, 0.0)[0] == pytest.approx(0)
    assert project(45.05, 6.0)[0] == pytest.approx(300)


def test_a_single_point_lands_in_the_middle() -> None:
    bounds = bounds_of([(48.85, 2.35)])
    assert fit(bounds, width=200, height=100)(48.85, 2.35) == pytest.approx((100, 50))


def test_bounds_with_a_margin() -> None:
    points = [(45.0, 4.0), (46.0, 6.0), (45.5, 5.0)]
    assert bounds_of(points) == Bounds(45.0, 4.0, 46.0, 6.0)
    assert bounds_of(points, margin_share=0.1) == pytest.approx((44.9, 3.8, 46.1, 6.2))


def test_what_makes_no_map_is_refused() -> None:
    with pytest.raises(ValueError, match="points is empty"):
        bounds_of([])
    with pytest.raises(ValueError, match="width and height are 0 and 10"):
        fit(Bounds(45, 4, 46, 5), width=0, height=10)
    with pytest.raises(ValueError, match="south <= north"):
        fit(Bounds(46, 4, 45, 5), width=10, height=10)
