"""Dates, amounts, durations and identifiers as sources write them."""

from datetime import UTC, date, datetime

import pytest

from cordee.notices.formats.values import (
    cents,
    cpv_code,
    day,
    epoch_ms,
    moment,
    months,
    months_between,
    siret,
)
from cordee.notices.notice import Provenance
from cordee.notices.places import department_code, departments_of, distinct, place_from


@pytest.mark.parametrize(
    ("text", "time", "hour_utc"),
    [
        ("2027-01-15", "12:00", 11),
        ("2027-07-15", "12:00", 10),
        ("2027-07-15T12:00:00", None, 10),
        ("2027-07-15T12:00:00+00:00", None, 12),
        ("2027-01-15+02:00", "12:00:00+02:00", 10),
        ("20270115 12:00", None, 11),
    ],
)
def test_moments(text: str, time: str | None, hour_utc: int) -> None:
    """Without an offset the time is French; with one it is obeyed."""
    found = moment(text, time)
    assert found is not None
    assert found.tzinfo is UTC
    assert found.hour == hour_utc


def test_midnight_and_nonsense() -> None:
    """24:00 is the next day; what is not a moment is None."""
    assert moment("2027-01-15", "24:00") == datetime(2027, 1, 15, 23, 0, tzinfo=UTC)
    assert moment("2027-01-15") is None
    assert moment("2027-02-30", "12:00") is None
    assert moment("9999-12-31", "23:59Z") is None
    assert day("0001-01-01") is None
    assert epoch_ms("1614596400000") == datetime(2021, 3, 1, 11, 0, tzinfo=UTC)
    assert epoch_ms("12") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10 000 000", 1_000_000_000),
        ("1410539.00", 141_053_900),
        ("36645.90", 3_664_590),
        ("1 234,56 €", 123_456),
        ("1", None),
        ("0", None),
        ("environ 3000", None),
        ("1e9", None),
    ],
)
def test_amounts(text: str, value: int | None) -> None:
    """Exact cents; one euro is what a buyer types for "no estimate"."""
    assert cents(text) == value


def test_other_currencies_are_unknown() -> None:
    """Nothing is converted."""
    assert cents("1000", "CHF") is None


def test_durations_round_up() -> None:
    """Days and weeks become whole months, never fewer than written."""
    assert [months(*pair) for pair in (("365", "DAY"), ("30", "DAY"), ("31", "DAY"))] == [12, 1, 2]
    assert [months("2", "YEAR"), months("9", "WEEK"), months("-3", "MONTH")] == [24, 3, None]
    assert months_between(date(2017, 5, 1), date(2018, 4, 30)) == 12
    assert months_between(date(2017, 5, 1), date(2018, 5, 1)) == 13
    assert months_between(date(2018, 5, 1), date(2017, 5, 1)) is None


def test_identifiers() -> None:
    """A wrong key and a mask of zeros are no SIRET; a CPV code loses its check digit."""
    assert siret("999 000 003 00015") == "99900000300015"
    assert siret("99900000300016") is None
    assert siret("00000000000000") is None
    assert cpv_code("77310000-6") == "77310000"
    assert cpv_code("7731") is None


def test_places() -> None:
    """The department comes from the postcode, else from a NUTS code that names only one."""
    place = place_from(where="x", nuts="FRK2", words="au 69140 Rillieux")
    assert place is not None
    assert (place.department, place.postcode, place.provenance) == (
        "69",
        "69140",
        Provenance.COMPUTED,
    )
    region = place_from(where="x", nuts="FRK2")
    assert region is not None
    assert region.department is None
    assert "07" in departments_of(region)
    assert place_from(where="x") is None
    assert distinct([region, None, region]) == (region,)
    assert [department_code(code) for code in ("4", "2a", "974", "99")] == ["04", "2A", "974", None]
