"""Figures, dates and counts as the screens, the mails and the terminal write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cordee.base.ui import french
from cordee.base.ui.french import THIN
from cordee.base.ui.templatetags import filters

N = "\u202f"


@pytest.mark.parametrize(
    ("cents", "exact", "rounded"),
    [
        (0, f"0,00{N}€", f"0{N}€"),
        (5, f"0,05{N}€", f"0{N}€"),
        (50, f"0,50{N}€", f"1{N}€"),
        (123_456, f"1{N}234,56{N}€", f"1{N}235{N}€"),
        (-123_450, f"−1{N}234,50{N}€", f"−1{N}235{N}€"),
        (29_600_000_00, f"29{N}600{N}000,00{N}€", f"29{N}600{N}000{N}€"),
        (None, "inconnu", "inconnu"),
    ],
)
def test_euros(cents: int | None, exact: str, rounded: str) -> None:
    assert french.euros(cents) == exact
    assert french.euros(cents, rounded=True) == rounded


def test_a_sentence_has_cents_only_where_there_are_some() -> None:
    assert french.price(2_400) == f"24{N}€"
    assert french.price(2_450) == f"24,50{N}€"


@pytest.mark.parametrize(
    ("cfte", "written"),
    [
        (1_250, "12,5"),
        (700, "7,0"),
        (25, "0,25"),
        (5, "0,05"),
        (0, "0,0"),
        (123_456, f"1{N}234,56"),
    ],
)
def test_full_time_equivalents_keep_the_decimals_that_count(cfte: int, written: str) -> None:
    assert french.fte(cfte) == f"{written}{N}ETP"


@pytest.mark.parametrize(
    ("distance", "written"),
    [
        (0, "0"),
        (1, "1"),
        (7.68, "7,7"),
        (9.94, "9,9"),
        (9.96, "10"),
        (14.5, "15"),
        (1_234, f"1{N}234"),
    ],
)
def test_kilometres(distance: float, written: str) -> None:
    assert french.km(distance) == f"{written}{N}km"


def test_kilometres_with_a_decimal_asked_for() -> None:
    assert french.km(31, 1) == f"31,0{N}km"


@pytest.mark.parametrize(
    ("distance", "written"),
    [(0, "sur place"), (0.49, "sur place"), (0.5, f"0,5{N}km"), (12.2, f"12{N}km")],
)
def test_a_trip_within_a_village_is_no_trip(distance: float, written: str) -> None:
    assert french.trip(distance) == written


def test_an_unknown_trip_is_unknown() -> None:
    assert french.trip(None) == "inconnu"


def test_percent_is_a_rate() -> None:
    assert french.percent(Decimal("0.264")) == f"26,4{N}%"
    assert french.percent(Decimal("0.299997"), 4) == f"29,9997{N}%"
    assert french.percent(Decimal("0.30"), 0) == f"30{N}%"
    assert french.percent(None) == "inconnu"


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (date(2026, 12, 17), f"17{N}décembre"),
        (date(2027, 3, 1), f"1er{N}mars 2027"),
        (None, "inconnu"),
    ],
)
def test_days(when: date | None, written: str, today: date) -> None:
    assert french.day(when, today) == written


def test_moments(today: date) -> None:
    assert french.moment(datetime(2026, 12, 17, 12, 0), today) == f"17{N}décembre, 12{N}h"  # noqa: DTZ001
    assert french.moment(datetime(2026, 12, 3, 9, 5), today) == f"3{N}décembre, 9{N}h{N}05"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("until", "written"),
    [
        (date(2026, 12, 18), f"dans 23{N}jours"),
        (date(2026, 11, 27), f"dans 2{N}jours"),
        (date(2026, 11, 26), "demain"),
        (date(2026, 11, 25), "aujourd’hui"),
        (date(2026, 11, 24), "hier"),
        (date(2026, 11, 22), f"passé depuis 3{N}jours"),
        (None, "inconnu"),
    ],
)
def test_days_left(until: date | None, written: str, today: date) -> None:
    assert french.days_left(until, today) == written


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ((0, "structure"), f"0{N}structure"),
        ((1, "structure"), f"1{N}structure"),
        ((2, "structure"), f"2{N}structures"),
        ((1_200, "réseau", "réseaux"), f"1{N}200{N}réseaux"),
    ],
)
def test_counts(arguments: tuple[Any, ...], written: str) -> None:
    assert french.count(*arguments) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Les Jardins de la Verdoire", "des Jardins de la Verdoire"),
        ("Le Relais du Col", "du Relais du Col"),
        ("La Ressourcerie du Col", "de La Ressourcerie du Col"),
        ("Rives et Sentiers", "de Rives et Sentiers"),
        ("Atelier Pinceau", "d’Atelier Pinceau"),
        ("Étoffes du Lac", "d’Étoffes du Lac"),
        ("Lestage et fils", "de Lestage et fils"),
    ],
)
def test_a_name_after_de(name: str, written: str) -> None:
    assert french.of(name) == written


def test_a_name_after_a() -> None:
    assert french.to("Les Jardins de la Verdoire") == "aux Jardins de la Verdoire"
    assert french.to("Le Relais du Col") == "au Relais du Col"
    assert french.to("La Ressourcerie du Col") == "à La Ressourcerie du Col"


@pytest.mark.parametrize(
    ("how_many", "written"),
    [
        (1, f"1{THIN}octet"),
        (248, f"248{THIN}octets"),
        (35_400, f"35{THIN}ko"),
        (9_536_000, f"9,5{THIN}Mo"),
        (10_000_000, f"10{THIN}Mo"),
    ],
)
def test_the_size_of_a_file_is_told_as_its_limit_is(how_many: int, written: str) -> None:
    assert french.size(how_many) == written


def test_the_day_of_a_moment_on_a_page_is_that_of_paris() -> None:
    night = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert filters.jour(night, date(2026, 12, 31)) == f"1er{N}janvier 2027"
    assert filters.jour(date(2026, 12, 31), date(2026, 12, 31)) == f"31{N}décembre"
    assert filters.jour(None) == "inconnu"
    assert filters.jours_restants(night, date(2027, 1, 1)) == "aujourd’hui"


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0, "0"), (20, "0,33"), (750, "12,5"), (90_000, "1\u202f500"), (None, french.UNKNOWN)],
)
def test_minutes_are_read_as_hours(minutes: int | None, written: str) -> None:
    assert french.hours_number(minutes) == written
