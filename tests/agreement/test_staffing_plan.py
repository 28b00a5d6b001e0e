"""What serves hours that no team takes: the nearest staff first, then whole people."""

from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement.staffing_plan import Filling, Supplier, filling
from tests.agreement.makers import MARCH

# 1,607 hours a year.
FULL = 8_035
SPRING = dict.fromkeys(range(MARCH, MARCH + 3), 10_000)
MINUTES = st.integers(0, 60_000)
BY_MONTH = st.dictionaries(st.integers(MARCH, MARCH + 6), MINUTES, max_size=6)
SUPPLIERS = st.lists(
    st.builds(Supplier, st.uuids().map(str), st.floats(0, 90), st.none() | BY_MONTH), max_size=5
)


def served(left: dict[int, int], *suppliers: Supplier, most_hires: int = 9) -> Filling:
    return filling(left, suppliers, full_month=FULL, most_hires=most_hires)


def test_the_nearest_supplier_takes_what_it_states_and_the_next_one_the_rest():
    near = Supplier("near", 4.0, {MARCH: 6_000, MARCH + 1: 90_000})
    far = Supplier("far", 12.0, dict.fromkeys(SPRING, 9_000))
    found = served(SPRING, far, near)
    assert list(found.staff) == ["near", "far"]
    assert found.staff["near"] == {MARCH: 6_000, MARCH + 1: 10_000}
    assert found.staff["far"] == {MARCH: 4_000, MARCH + 2: 9_000}
    assert (found.hires, found.uncovered) == ((), 1_000)


def test_a_supplier_that_says_nothing_takes_nothing():
    found = served(SPRING, Supplier("silent", 2.0, None), most_hires=0)
    assert (found.staff, found.uncovered) == ({}, 30_000)


def test_people_are_hired_whole_for_whole_months():
    # 30,000 minutes hold three months of one person: 24,105.
    assert served(SPRING) == Filling({}, ((1, 3),), 30_000 - 3 * FULL)
    busy = dict.fromkeys(SPRING, 14_000)
    assert served(busy) == Filling({}, ((1, 3), (1, 2)), 42_000 - 5 * FULL)
    assert served({MARCH: FULL - 1}).uncovered == FULL - 1


def test_no_more_people_are_hired_than_is_said():
    one = served(dict.fromkeys(SPRING, 14_000), most_hires=1)
    assert one == Filling({}, ((1, 3),), 42_000 - 3 * FULL)
    assert served(SPRING, most_hires=0).uncovered == 30_000


def test_nothing_left_needs_nobody():
    assert served({}) == Filling({}, (), 0)


@given(BY_MONTH, SUPPLIERS, st.integers(0, 20))
def test_every_minute_is_served_once_or_uncovered(left, suppliers, most):
    found = served(left, *suppliers, most_hires=most)
    staff = sum(sum(months.values()) for months in found.staff.values())
    hired = FULL * sum(people * months for people, months in found.hires)
    people = sum(people for people, _ in found.hires)
    assert staff + hired + found.uncovered == sum(left.values())
    assert found.uncovered >= 0
    assert people <= most
    assert found.uncovered < FULL or people == most
    stated = {each.key: each.minutes or {} for each in suppliers}
    for key, months in found.staff.items():
        assert all(0 < minutes <= stated[key][month] for month, minutes in months.items())
        assert all(minutes <= left[month] for month, minutes in months.items())
    assert served(left, *suppliers[::-1], most_hires=most) == found
