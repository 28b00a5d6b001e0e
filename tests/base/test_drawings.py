"""Geometry: what is drawn is where the figures say."""

import math
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.base.ui import maps
from cordee.base.ui.drawings import Gauge, HoursLine, Knot, ScoreTerm, pos, rope, total_of


def test_positions_never_carry_a_comma() -> None:
    assert [pos(v) for v in (0, 12, 12.04, 12.06, Decimal("3.25"))] == [
        "0",
        "12",
        "12",
        "12.1",
        "3.2",
    ]


def test_unknown_terms_count_zero_and_leave_the_maximum() -> None:
    terms = [
        ScoreTerm("Métier", 30, 30),
        ScoreTerm("Équipes", 16, 20, "guessed"),
        ScoreTerm("Réservé", None, 10, "unknown"),
    ]
    assert total_of(terms) == (Decimal(46), Decimal(50))
    assert [term.width for term in terms] == ["200", "160", "0"]


@pytest.mark.parametrize(
    "arguments",
    [("x", 5, 4), ("x", -1, 4), ("x", None, 4), ("x", 3, 4, "unknown")],
)
def test_an_impossible_term_is_refused(arguments: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="x:"):
        ScoreTerm(*arguments)  # type: ignore[arg-type]


def test_the_rope_keeps_its_scale_until_somebody_lives_beyond_it() -> None:
    near = rope([Knot("1", 4), Knot("2", 31)])
    assert [tick.text for tick in near.ticks] == ["0", "10\u202fkm", "20\u202fkm", "30\u202fkm"]
    far = rope([Knot("1", 4), Knot("2", 71)])
    assert far.ticks[-1].text == "50\u202fkm"
    assert near.label == "Trajets : 1 4\u202fkm ; 2 31\u202fkm."


@given(st.lists(st.floats(0, 300), min_size=1, max_size=9))
def test_knots_never_hide_one_another(distances: list[float]) -> None:
    drawn = rope([Knot(str(i), d) for i, d in enumerate(distances)])
    xs = [float(mark.x) for mark in drawn.knots]
    assert all(b - a > 17 for a, b in pairwise(xs))
    assert max(xs) <= 332.1


def test_a_gauge_says_everything_in_its_label() -> None:
    gauge = Gauge(
        today=Decimal("0.264"),
        ceiling=Decimal("0.30"),
        watch=Decimal("0.27"),
        forecast=Decimal("0.28"),
        low=Decimal("0.271"),
        high=Decimal("0.289"),
    )
    assert gauge.maximum == Decimal("0.40")
    assert gauge.at["today_width"] == pos(620 * 0.264 / 0.4)
    assert gauge.label.replace("\u202f", " ") == (
        "Jauge de 0 à 40 %. Aujourd’hui 26,4 %. Clôture prévue 28,0 %, entre 27,1 % et 28,9 %. "
        "Vigilance dès 27 %. Plafond à 30 %."
    )


def test_a_gauge_without_accounts_says_unknown() -> None:
    gauge = Gauge(today=None, ceiling=Decimal("0.30"), watch=Decimal("0.27"))
    assert gauge.at["today_width"] == "0"
    assert "Aujourd’hui inconnu." in gauge.label


def test_a_gauge_far_above_its_ceiling_still_fits() -> None:
    gauge = Gauge(today=Decimal("0.83"), ceiling=Decimal("0.30"), watch=Decimal("0.27"))
    assert float(gauge.at["today_width"]) < 620


@pytest.mark.parametrize(
    "wrong",
    [
        {"watch": Decimal("0.31")},
        {"low": Decimal("0.2"), "high": Decimal("0.3")},
        {"forecast": Decimal("0.28"), "low": Decimal("0.27")},
    ],
)
def test_an_impossible_gauge_is_refused(wrong: dict[str, Decimal]) -> None:
    values: Any = {
        "today": Decimal("0.2"),
        "ceiling": Decimal("0.30"),
        "watch": Decimal("0.27"),
        **wrong,
    }
    with pytest.raises(ValueError, match=r"^(watch|forecast|low)"):
        Gauge(**values)


def point(number: int, longitude: float, latitude: float) -> maps.MapPoint:
    return maps.MapPoint(number, longitude, latitude, "ACI", f"Structure {number}")


@given(st.lists(st.tuples(st.floats(-5, 9), st.floats(42, 51)), min_size=1, max_size=60))
def test_markers_stand_side_by_side_in_the_frame(spots: list[tuple[float, float]]) -> None:
    drawing = maps.draw([point(i, *spot) for i, spot in enumerate(spots)])
    xy = [(float(m.x), float(m.text_y) - 4) for m in drawing.markers]
    for i, one in enumerate(xy):
        assert 10 <= one[0] <= 390
        assert 10 <= one[1] <= 350
        assert all(math.dist(one, other) > 23 for other in xy[:i])


def test_sixty_structures_of_one_town_are_all_seen() -> None:
    drawing = maps.draw([point(i, 5.1, 44.9) for i in range(60)])
    assert len({(m.x, m.text_y) for m in drawing.markers}) == 60


def test_north_is_up_and_east_is_right() -> None:
    south_west, north_east = maps.draw([point(1, 5.0, 44.8), point(2, 5.2, 45.0)]).markers
    assert float(south_west.x) < float(north_east.x)
    assert float(south_west.text_y) > float(north_east.text_y)


def test_a_radius_has_the_scale_of_the_points() -> None:
    """Two points 22.2 km apart, on a circle of 11.1 km around their middle."""
    drawing = maps.draw(
        [point(1, 5.0, 44.9), point(2, 5.0, 45.1)], radius=maps.Radius(5.0, 45.0, 11.1195)
    )
    assert drawing.circle is not None
    ys = sorted(float(m.text_y) - 4 for m in drawing.markers)
    assert float(drawing.circle["r"]) == pytest.approx((ys[1] - ys[0]) / 2, abs=0.2)


def test_a_long_name_in_the_middle_stays_within_the_frame() -> None:
    name = "Saint-Aubin-sur-Verdoire"
    lettering = maps.draw(
        [point(1, 5.0, 45.0)],
        radius=maps.Radius(5.0, 45.0, 10),
        places=[maps.PlaceName(name, 5.0, 45.0)],
    ).places[0]
    half = maps.LETTER_WIDE * len(name) / 2
    assert lettering.anchor == "middle"
    assert half < float(lettering.x) < maps.WIDTH - half


@pytest.mark.parametrize("how_many", [0, 61])
def test_a_map_of_none_or_of_too_many_is_refused(how_many: int) -> None:
    with pytest.raises(ValueError, match="points:"):
        maps.draw([point(i, 5.0, 45.0) for i in range(how_many)])


@given(st.lists(st.integers(0, 40_000), max_size=40), st.data())
def test_hours_stay_in_their_frame_and_the_dashes_begin_where_they_are_done(
    months: list[int], data: st.DataObject
) -> None:
    sums = [Decimal(sum(months[:n])) for n in range(len(months) + 1)]
    done = data.draw(st.integers(1, len(sums)))
    due = Decimal(data.draw(st.integers(0, 2_000_000)))
    names = [str(n) for n in range(len(sums))]
    line = HoursLine(names, sums[:done], sums[done - 1 :], due, due)
    points = line.done_points + line.expected_points
    assert line.done_points[-1] == line.expected_points[0]
    assert len(points) == len(sums) + 1
    for x, y in points:
        assert HoursLine.LEFT - 0.1 <= float(x) <= HoursLine.RIGHT + 0.1
        assert HoursLine.TOP - 0.1 <= float(y) <= HoursLine.BOTTOM + 0.1
    assert bool(line.ceiling_text) == bool(due)
    with pytest.raises(ValueError, match="one that they share"):
        HoursLine(names, sums[:done], sums[done:], due, due)
