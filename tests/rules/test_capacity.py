"""Monthly capacity from crews. Months are absolute: 24312 is January 2026."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.rules.capacity import (
    Crew,
    MonthSpan,
    SeasonalProfile,
    crew_cfte,
    full_time_weekly_hours,
    monthly_cfte,
)

JANUARY = 24312
NO_WINTER = SeasonalProfile((0, 0, 100, 100, 100, 100, 100, 50, 100, 100, 100, 0))


@pytest.mark.parametrize(
    ("places", "weekly_hours", "expected_cfte"),
    [(10, "35", 1000), (8, "26", 594), (1, "20", 57), (0, "35", 0)],
)
def test_crew_capacity_is_rounded_down(places: int, weekly_hours: str, expected_cfte: int) -> None:
    full_time = Decimal(full_time_weekly_hours(on=date(2026, 11, 25)))
    found = crew_cfte(places, Decimal(weekly_hours), full_time_weekly_hours=full_time)
    assert found == expected_cfte


def test_impossible_crew_is_refused() -> None:
    with pytest.raises(ValueError, match="places -1"):
        crew_cfte(-1, Decimal(26), full_time_weekly_hours=Decimal(35))


def test_season_exception_and_booking_in_that_order() -> None:
    crew = Crew(
        base_cfte=600,
        profiles=(NO_WINTER,),
        exceptions=(MonthSpan(JANUARY, JANUARY, 300),),
        bookings=(MonthSpan(JANUARY, JANUARY + 2, 200),),
    )
    assert monthly_cfte([crew], first_month=JANUARY, months=8) == {
        JANUARY: 100,
        JANUARY + 1: 0,
        JANUARY + 2: 400,
        JANUARY + 3: 600,
        JANUARY + 4: 600,
        JANUARY + 5: 600,
        JANUARY + 6: 600,
        JANUARY + 7: 300,
    }


def test_profile_holds_only_within_its_dates_and_survives_the_new_year() -> None:
    closed = SeasonalProfile((0,) * 12, first_month=JANUARY + 12, last_month=JANUARY + 12)
    crew = Crew(base_cfte=100, profiles=(closed,))
    found = monthly_cfte([crew], first_month=JANUARY + 11, months=3)
    assert list(found.values()) == [100, 0, 100]


def test_profile_needs_twelve_figures() -> None:
    with pytest.raises(ValueError, match="twelve figures"):
        SeasonalProfile((100,) * 11)


@given(st.lists(st.integers(0, 2000), max_size=5), st.integers(0, 3000))
@settings(max_examples=30)
def test_crews_add_up_and_a_booking_never_makes_capacity_negative(
    bases: list[int], booked: int
) -> None:
    free = [Crew(base) for base in bases]
    held = [Crew(base, bookings=(MonthSpan(JANUARY, JANUARY, booked),)) for base in bases]
    assert monthly_cfte(free, first_month=JANUARY, months=1) == {JANUARY: sum(bases)}
    left = monthly_cfte(held, first_month=JANUARY, months=1)[JANUARY]
    assert left == sum(max(0, base - booked) for base in bases)
