"""The table of legal values as people read it."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cordee.base.ui import legal_values
from cordee.rules.parameters import all_parameters
from tests.strict_client import StrictClient

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


@pytest.mark.django_db
def test_each_subject_has_a_page_with_its_rules_alone(client: StrictClient, today: date) -> None:
    about = legal_values.subjects(today)
    assert len({address for address, _, _ in about}) == len(about)
    names = [rule.name for _, _, rules in about for rule in rules]
    assert len(names) == len({p.name for p in all_parameters()})
    for address, subject, rules in about:
        page = client.get(f"/d-ou-viennent-les-chiffres/{address}/").content.decode()
        assert f"<h1>{subject}</h1>" in page
        assert [name for name in names if f'id="{name}"' in page] == [rule.name for rule in rules]


@pytest.mark.django_db
def test_a_figure_leads_to_its_line(client: StrictClient) -> None:
    """Pages name the subject and the anchor by hand: both must stand."""
    link = re.compile(r"'sources_about' '([a-z-]+)' %}(?:#([a-z_.]+))?")
    root = Path(legal_values.__file__).parents[2]
    found = [hit for page in root.rglob("*.html") for hit in link.findall(page.read_text())]
    assert found
    for address, name in found:
        page = client.get(f"/d-ou-viennent-les-chiffres/{address}/")
        assert page.status_code == 200
        assert not name or f'id="{name}"' in page.content.decode()


@pytest.mark.django_db
def test_an_unknown_subject_has_no_page(client: StrictClient) -> None:
    assert client.get("/d-ou-viennent-les-chiffres/astrologie/").status_code == 404
