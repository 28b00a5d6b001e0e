"""What serves hours that no team takes: the nearest staff first, then whole people."""

from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement.staffing_plan import Filling, Hire, Supplier, cfte_for, filling
from tests.agreement.makers import MARCH

# 1,607 hours a year.
FULL = 8_035
SPRING = dict.fromkeys(range(MARCH, MARCH + 3), 10_000)
MINUTES = st.integers(0, 60_000)
BY_MONTH = st.dictionaries(st.integers(MARCH, MARCH + 6), MINUTES, max_size=6)
SUPPLIERS = st.lists(
    st.builds(Supplier, st.uuids().map(str), st.floats(0, 90), st.none() | BY_MONTH), max_size=5
)


def test_the_nearest_supplier_takes_what_it_states_and_the_next_one_the_rest():
    near = Supplier("near", 4.0, {MARCH: 6_000, MARCH + 1: 90_000})
    far = Supplier("far", 12.0, dict.fromkeys(SPRING, 9_000))
    found = filling(SPRING, [far, near], full_month=FULL)
    assert list(found.staff) == ["near", "far"]
    assert found.staff["near"] == {MARCH: 6_000, MARCH + 1: 10_000}
    assert found.staff["far"] == {MARCH: 4_000, MARCH + 2: 9_000}
    assert (found.hires, found.uncovered) == ((), 1_000)


def test_a_supplier_that_says_nothing_is_asked_and_counts_for_nothing():
    found = filling(SPRING, [Supplier("silent", 2.0, None)], full_month=FULL)
    assert (found.staff, found.to_ask) == ({}, ("silent",))


def test_people_are_hired_whole_for_whole_months():
    found = filling(SPRING, [], full_month=FULL)
    # 30,000 minutes hold three months of one person: 24,105.
    assert found == Filling({}, (), (Hire(1, 3, 3 * FULL),), 30_000 - 3 * FULL)
    more = filling(dict.fromkeys(SPRING, 14_000), [], full_month=FULL)
    assert more.hires == (Hire(1, 3, 3 * FULL), Hire(1, 2, 2 * FULL))
    assert filling({MARCH: FULL - 1}, [], full_month=FULL).uncovered == FULL - 1


def test_nothing_left_needs_nobody():
    assert filling({}, [], full_month=FULL) == Filling({}, (), (), 0)


def test_hours_become_posts_rounded_up():
    assert cfte_for(833 * 60, 8, full_month=FULL) == 78
    assert cfte_for(1, 8, full_month=FULL) == 1


@given(BY_MONTH, SUPPLIERS)
def test_every_minute_is_served_once_or_uncovered(left, suppliers):
    found = filling(left, suppliers, full_month=FULL)
    served = sum(sum(months.values()) for months in found.staff.values())
    hired = sum(hire.minutes for hire in found.hires)
    assert served + hired + found.uncovered == sum(left.values())
    assert 0 <= found.uncovered < FULL
    stated = {each.key: each.minutes or {} for each in suppliers}
    for key, months in found.staff.items():
        assert all(minutes <= stated[key].get(month, 0) for month, minutes in months.items())
    assert filling(left, suppliers[::-1], full_month=FULL) == found
