"""Hours of a clause: promised by the terms, done, and what will lack."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from cordee.agreement.insertion import Done, Promise, promised_by_month, spread, standing
from tests.agreement.makers import MARCH

HOUR = 60
PROMISES = st.builds(
    Promise,
    lot=st.just(1),
    partner=st.integers(1, 3),
    minutes=st.integers(0, 10_000),
    first_month=st.integers(MARCH, MARCH + 30),
    months=st.integers(1, 40),
    last_stated=st.none() | st.integers(MARCH - 2, MARCH + 60),
)
MONTHS = st.dictionaries(st.integers(MARCH, MARCH + 5), st.integers(0, 6_000), max_size=6)


def done(month: int, minutes: int, **values: int) -> Done:
    return Done(1, month, minutes, **values)


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_hours_fall_evenly_to_the_minute(minutes, months):
    found = spread(minutes, MARCH, months)
    assert sum(found.values()) == minutes
    assert [*found] == [*range(MARCH, MARCH + months)]
    assert max(found.values()) - min(found.values()) <= 1
    shown = range(MARCH + 2, MARCH + 6)
    within = {month: part for month, part in found.items() if month in shown}
    assert spread(minutes, MARCH, months, within=shown) == within


@given(st.lists(PROMISES, max_size=6))
def test_promises_add_up_month_by_month_as_each_is_spread(promises):
    added: dict[int, int] = {}
    for each in promises:
        for month, minutes in spread(each.minutes, each.first_month, each.months).items():
            added[month] = added.get(month, 0) + minutes
    assert promised_by_month(promises) == added


@given(PROMISES, st.integers(MARCH - 5, MARCH + 80))
def test_a_promise_is_cut_at_any_month(promise, month):
    by_month = spread(promise.minutes, promise.first_month, promise.months)
    assert promise.before(month) == sum(part for at, part in by_month.items() if at < month)
    known = promise.last_stated or 0
    over = {at: part for at, part in by_month.items() if known < at < month}
    assert promise.unstated(month) == over


def test_a_month_that_nobody_stated_yet_is_expected_as_promised():
    plan = dict.fromkeys(range(MARCH, MARCH + 4), 100 * HOUR)
    unstated = {MARCH + 1: 100 * HOUR, MARCH + 2: 100 * HOUR}
    rows = [done(MARCH, 60 * HOUR)]
    found = standing(400 * HOUR, plan, rows, unstated=unstated, this_month=MARCH + 3)
    assert (found.missing, found.unstated) == (40 * HOUR, 2)
    assert [point.done for point in found.curve] == [60 * HOUR, None, None, None]


def test_what_will_lack_is_what_was_not_done_in_time():
    plan = dict.fromkeys(range(MARCH, MARCH + 4), 100 * HOUR)
    rows = [
        done(MARCH, 100 * HOUR, accepted=100 * HOUR, proven=100 * HOUR),
        done(MARCH + 1, 40 * HOUR),
    ]
    found = standing(400 * HOUR, plan, rows, unstated={}, this_month=MARCH + 2)
    assert (found.done, found.accepted, found.proven) == (140 * HOUR, 100 * HOUR, 100 * HOUR)
    assert found.missing == 60 * HOUR
    assert found.end_month == MARCH + 3
    assert [point.done for point in found.curve] == [100 * HOUR, 140 * HOUR, None, None]
    assert [point.expected // HOUR for point in found.curve] == [100, 140, 240, 340]
    rows.append(done(MARCH + 2, 160 * HOUR))
    ahead = standing(400 * HOUR, plan, rows, unstated={}, this_month=MARCH + 2)
    assert ahead.missing == 0


def test_nothing_promised_and_nothing_done_lacks_all():
    found = standing(10 * HOUR, {}, [], unstated={}, this_month=MARCH)
    assert (found.missing, found.curve, found.end_month) == (10 * HOUR, (), None)


@given(MONTHS, MONTHS, st.integers(0, 40_000), st.integers(MARCH - 1, MARCH + 6))
def test_cumulated_figures_never_fall_and_the_order_of_rows_changes_nothing(plan, made, due, month):
    rows = [done(at, minutes) for at, minutes in made.items()]
    found = standing(due, plan, rows, unstated={}, this_month=month)
    for before, after in zip(found.curve, found.curve[1:], strict=False):
        assert before.promised <= after.promised
        assert before.expected <= after.expected
    assert 0 <= found.missing <= due
    for order in list(permutations(rows))[:6]:
        assert standing(due, plan, order, unstated={}, this_month=month) == found
