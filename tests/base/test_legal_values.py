"""The table of legal values as people read it."""

from datetime import date
from decimal import Decimal

import pytest

from cordee.base.ui import legal_values
from cordee.rules.parameters import all_parameters

N = "\u202f"


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Decimal("0.30"), "share", f"30{N}%"),
        (Decimal("0.275"), "share", f"27,5{N}%"),
        (Decimal("1.0"), "share", f"100{N}%"),
        (Decimal("0.90"), "ratio", "0,9"),
        (2_421_700, "cents", f"24{N}217{N}€"),
        (2_421_750, "cents", f"24{N}217,50{N}€"),
        (1_820, "hours", f"1{N}820{N}h"),
        (12, "months", f"12{N}mois"),
        (("a", "b"), "codes", "a, b"),
    ],
)
def test_values_are_written_without_losing_a_digit(
    value: int | Decimal | tuple[str, ...], unit: str, written: str
) -> None:
    assert legal_values.written(value, unit) == written


def test_every_parameter_is_shown_once_with_all_its_dates(today: date) -> None:
    rules = legal_values.shown(today)
    parameters = all_parameters()
    assert len(rules) == len({p.name for p in parameters})
    assert sum(len(r.others) + (r.current is not None) for r in rules) == len(parameters)


def test_every_subject_has_a_french_name() -> None:
    assert {p.name.partition(".")[0] for p in all_parameters()} <= set(legal_values.SUBJECTS)


def test_every_unit_is_known() -> None:
    known = {"cents", "share", "ratio", "count", "codes", *legal_values.UNITS}
    assert {p.unit for p in all_parameters()} <= known


def test_a_rule_without_value_today_says_so(today: date) -> None:
    known = {r.label: r for r in legal_values.shown(date(2024, 6, 1))}
    later = {r.label: r for r in legal_values.shown(today)}
    ended = [label for label, rule in later.items() if rule.current is None]
    assert all(later[label].others for label in ended)
    assert known["Plafond de recettes commerciales d’un ACI"].current is not None
