"""Check digits of SIREN and SIRET. The numbers are invented or published as examples."""

import csv
from pathlib import Path

import pytest

from cordee.rules import siret


@pytest.mark.parametrize("number", ["73282932000074", "35600000000048", "35600000049837"])
def test_valid_siret(number: str) -> None:
    assert siret.is_valid_siret(number)


@pytest.mark.parametrize(
    "number",
    [
        "73282932000075",
        "35600000049838",
        "00000000000000",
        "7328293200007",
        "732829320000740",
        "7328293200007A",
        "٧٣٢٨٢٩٣٢٠٠٠٠٧٤",
        "732 829 320 00074",
        "",
    ],
)
def test_invalid_siret(number: str) -> None:
    assert not siret.is_valid_siret(number)


def test_siren() -> None:
    assert siret.is_valid_siren("732829320")
    assert not siret.is_valid_siren("732829321")
    assert not siret.is_valid_siren("000000000")
    assert not siret.is_valid_siren("73282932000074")


def test_siren_of_an_establishment() -> None:
    assert siret.siren_of("73282932000074") == "732829320"
    with pytest.raises(ValueError, match="fourteen digits"):
        siret.siren_of("732829320")


def test_real_list_has_thirteen_numbers_that_fail_the_key(shared_data: Path) -> None:
    path = shared_data / "structures" / "siae_2020.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert sum(not siret.is_valid_siret(row["siret"]) for row in rows) == 13
