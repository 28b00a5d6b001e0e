"""Distances by the squared chord: the same hectometres as `territory`, to the last one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cordee.engine.ranking.index import (
    OUT_OF_QUESTION,
    distance_cut,
    farthest_chord2,
)
from cordee.engine.result import round_half_up
from cordee.engine.table import distances_hm
from cordee.rules.territory import distance_hm, unit_vector

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)


def chord2(here: tuple[float, float], there: tuple[float, float]) -> float:
    (x1, y1, z1), (x2, y2, z2) = unit_vector(*here), unit_vector(*there)
    dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
    return dx * dx + dy * dy + dz * dz


@given(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES)
def test_hectometres_are_those_of_the_rules(a: float, b: float, c: float, d: float) -> None:
    (found,) = distances_hm(np.array([chord2((a, b), (c, d))])).tolist()
    assert found == distance_hm(a, b, c, d)


@given(st.floats(42, 51), st.floats(-5, 9), st.floats(-1.2, 1.2), st.floats(-1.2, 1.2))
def test_the_limit_of_a_distance_is_the_last_chord(
    lat: float, lon: float, north: float, east: float
) -> None:
    hm = distance_hm(lat, lon, lat + north, lon + east)
    limits = farthest_chord2(3_000)
    squared = chord2((lat, lon), (lat + north, lon + east))
    assert squared <= limits[hm]
    assert hm == 0 or squared > limits[hm - 1]


def test_the_next_float_is_one_hectometre_farther() -> None:
    limits = farthest_chord2(2_000)
    wanted = np.arange(2_001)
    assert (distances_hm(limits) == wanted).all()
    assert (distances_hm(np.nextafter(limits, 4)) == wanted + 1).all()


def test_the_table_holds_the_formula_of_the_points() -> None:
    """For every reach and every distance within it, against the integers of `rank`."""
    table, limits = distance_cut(40), farthest_chord2(400)
    for reach_km in range(41):
        reach_hm = max(10 * reach_km, 1)
        for hm in range(10 * reach_km + 1):
            points = round_half_up(25 * (10 * reach_hm - 9 * hm), 10 * reach_hm)
            assert limits[hm] <= table[reach_km, points]
            assert limits[hm] > table[reach_km, points + 1]
        assert table[reach_km, 0] == limits[10 * reach_km]
    assert (table[:, OUT_OF_QUESTION] == -1).all()
