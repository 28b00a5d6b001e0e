"""Labels of CPV codes."""

import csv
from pathlib import Path

import pytest

from cordee.opportunities.wording import CPV_LABELS as LABELS
from cordee.opportunities.wording import cpv_label as label
from cordee.rules.trades import TRADES


@pytest.mark.parametrize("code", ["77310000-6", "77310000", "7731", " 77310000 "])
def test_a_code_is_found_however_it_is_written(code: str) -> None:
    assert label(code) == "Réalisation et entretien d’espaces verts"


def test_an_unknown_code_takes_the_label_above_it() -> None:
    assert label("77310009") == label("77310000")
    assert label("45999999") == "Travaux de construction"


@pytest.mark.parametrize("code", ["", "7", "abc", "773100001", "00000000", "48000000"])
def test_no_label_is_invented(code: str) -> None:
    assert label(code) is None


def test_codes_are_sorted_and_each_has_those_above_it() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert codes == sorted(set(codes))
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert all(row["label"].strip() == row["label"] != "" for row in rows)
    assert {code[:2].ljust(8, "0") for code in codes} <= set(codes)


def test_every_prefix_of_our_trades_has_codes() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    for trade in TRADES.values():
        for prefix in trade.cpv_prefixes:
            assert any(code.startswith(prefix) for code in codes), (trade.slug, prefix)


@pytest.mark.shared_data
def test_labels_are_those_of_the_vocabulary(shared_data: Path) -> None:
    with (shared_data / "referentials" / "cpv_fr.csv").open(encoding="utf-8", newline="") as file:
        official = {
            row["code"][:8]: row["label_fr"].replace("'", "’") for row in csv.DictReader(file)
        }
    with LABELS.open(encoding="utf-8", newline="") as file:
        ours = {row["code"]: row["label"] for row in csv.DictReader(file)}
    assert all(official[code] == text for code, text in ours.items())
    prefixes = tuple(prefix for trade in TRADES.values() for prefix in trade.cpv_prefixes)
    assert {code for code in official if code.startswith(prefixes)} <= set(ours)
