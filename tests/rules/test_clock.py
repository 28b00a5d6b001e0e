"""The day of a moment, at the hours at which clocks disagree."""

from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import timezone

from cordee.rules.clock import PARIS, day_of, hour, in_paris, long_day

# In UTC, and the day in Paris: a winter's evening, a summer's, the eve of a year, a leap day, and
# the two nights in which the hour changes.
MOMENTS = [
    (datetime(2026, 11, 28, 22, 59, tzinfo=UTC), date(2026, 11, 28)),
    (datetime(2026, 11, 28, 23, 30, tzinfo=UTC), date(2026, 11, 29)),
    (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), date(2026, 7, 14)),
    (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
    (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
    (datetime(2028, 2, 28, 23, 30, tzinfo=UTC), date(2028, 2, 29)),
    (datetime(2028, 2, 29, 23, 30, tzinfo=UTC), date(2028, 3, 1)),
    (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), date(2027, 3, 28)),
    (datetime(2027, 3, 28, 22, 30, tzinfo=UTC), date(2027, 3, 29)),
    (datetime(2027, 10, 30, 22, 30, tzinfo=UTC), date(2027, 10, 31)),
    (datetime(2027, 10, 31, 22, 30, tzinfo=UTC), date(2027, 10, 31)),
    (datetime(2027, 10, 31, 23, 0, tzinfo=UTC), date(2027, 11, 1)),
]


@pytest.mark.parametrize(("moment", "day"), MOMENTS)
def test_the_day_is_that_of_paris(moment: datetime, day: date) -> None:
    assert day_of(moment) == day_of(moment.astimezone(PARIS)) == day
    assert timezone.localdate(moment) == day


def test_a_moment_without_an_offset_is_in_the_time_of_paris() -> None:
    assert in_paris(datetime(2026, 12, 3, 0, 30)) == datetime(2026, 12, 2, 23, 30, tzinfo=UTC)  # noqa: DTZ001
    assert day_of(datetime(2026, 12, 3, 0, 30)) == date(2026, 12, 3)  # noqa: DTZ001


def test_the_rooms_of_django_live_in_the_same_time() -> None:
    assert PARIS.key == settings.TIME_ZONE


def test_a_day_and_an_hour_are_written_with_the_year_and_without_noughts() -> None:
    assert long_day(date(2026, 11, 21)) == "21\u202fnovembre 2026"
    assert long_day(date(2027, 3, 1)) == "1er\u202fmars 2027"
    assert hour(datetime(2026, 11, 21, 7, 30, tzinfo=UTC)) == "8\u202fh\u202f30"
    assert hour(datetime(2026, 7, 21, 22, 0, tzinfo=UTC)) == "0\u202fh"
