"""Amounts that a notice does not tell, from the contracts already awarded in the base."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.opportunities.actions.correcting import correct_fact, settle_correction
from cordee.opportunities.actions.refreshing import refresh_opportunity
from cordee.opportunities.models import AwardedContract, Breakdown, Opportunity, WorkPackage
from cordee.opportunities.models.contracts import contracts_like
from tests.members.makers import make_person, make_structure
from tests.opportunities.makers import CLEANING, GREEN, ON, make_opportunity
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
LONG_AGO = date(2025, 3, 1)
SignIn = Callable[[Any], StrictClient]


def award(number: int, **fields: Any) -> AwardedContract:
    """One contract of 1 000 × number euros a month."""
    values: dict[str, Any] = {
        "source": "decp",
        "source_id": f"marche-{number}",
        "title": f"Entretien des parcs {number}",
        "cpv": GREEN,
        "trade": "espaces-verts",
        "amount_cents": 1_200_000 * number,
        "months": 12,
        "department": "38",
        "notified_on": LONG_AGO,
        "reader_version": "1",
        "digest": f"{number:064}",
    }
    return AwardedContract.objects.create(**(values | fields))


def awards(count: int, first: int = 1, **fields: Any) -> None:
    for number in range(first, first + count):
        award(number, **fields)


def package_of(opportunity: Opportunity) -> WorkPackage:
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    return breakdown.packages.get()


def test_an_untold_amount_comes_from_awarded_contracts(valley: Any, tmp_path: Path) -> None:
    awards(19)
    package = package_of(make_opportunity(tmp_path))
    came = package.provenance["amount_cents"]
    assert came["state"] == "compared"
    assert package.amount_cents == 12_000_000
    assert (came["low"], came["high"]) == (4_800_000, 19_200_000)
    assert "19 marchés attribués de même code CPV" in came["rule"]
    assert len(came["evidence"]) == 19
    assert package.provenance["need_cfte"]["state"] == "compared"
    assert package.sizes["hours"]["low"] < package.sizes["hours"]["value"]


def test_without_contracts_nothing_is_compared(valley: Any, tmp_path: Path) -> None:
    package = package_of(make_opportunity(tmp_path))
    assert package.provenance["amount_cents"]["state"] == "supposed"


@pytest.mark.parametrize(
    "fields",
    [
        {"notified_on": timezone.localdate() + timedelta(days=1)},
        {"amount_cents": None},
        {"months": None},
        {"cpv": "", "trade": ""},
        {"cpv": "48000000", "trade": ""},
    ],
)
def test_what_cannot_be_compared_is_left_out(fields: dict[str, Any], valley: Any) -> None:
    """Nobody knew then what is notified later."""
    award(1, **fields)
    wanted = [("espaces-verts", GREEN)]
    assert contracts_like(wanted, before=timezone.localdate(), not_of=None) == []


def test_the_contracts_of_the_opportunity_itself_are_left_out(valley: Any, tmp_path: Path) -> None:
    opportunity = make_opportunity(tmp_path)
    award(1, opportunity=opportunity)
    award(2)
    wanted = [("espaces-verts", GREEN)]
    found = contracts_like(wanted, before=ON, not_of=opportunity.pk)
    assert [contract.id for contract in found] == ["decp marche-2"]


def test_codes_groups_and_trades_take_one_bounded_query(
    valley: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lots; and none where every size is told."""
    awards(6)
    awards(6, 7, cpv="77340000")
    awards(6, 13, cpv=CLEANING, trade="proprete")
    monkeypatch.setattr("cordee.opportunities.models.contracts.MOST_ROWS", 4)
    wanted = [("espaces-verts", GREEN), ("proprete", None)]
    with django_assert_num_queries(1):
        found = contracts_like(wanted, before=ON, not_of=None)
    assert {contract.cpv for contract in found} >= {GREEN}
    assert len(found) <= 3 * 4
    with django_assert_num_queries(0):
        assert contracts_like([], before=ON, not_of=None) == []


def test_a_correction_lies_over_a_comparison_and_no_reading_writes_over_it(
    nadia: User, tmp_path: Path
) -> None:
    awards(19)
    opportunity = make_opportunity(tmp_path)
    correct_fact(opportunity=opportunity, fact="amount", value=5_000_000, by=nadia, on=ON)
    awards(19, 20)
    refresh_opportunity(opportunity=opportunity, by=None, origin=Breakdown.Origin.READING, on=ON)
    package = package_of(opportunity)
    assert package.amount_cents == 5_000_000
    assert package.provenance["amount_cents"]["state"] == "computed"
    assert "corrected" in package.provenance["amount_cents"]
    assert package.provenance["need_cfte"]["state"] == "computed"


@pytest.mark.parametrize(
    ("fact", "field", "value"),
    [("need", "need_cfte", 350), ("months", "months", 7), ("amount", "amount_cents", 700_000)],
)
def test_each_size_can_be_corrected_for_the_whole(
    nadia: User, tmp_path: Path, fact: str, field: str, value: int
) -> None:
    """Also where the notice numbers a lot."""
    opportunity = make_opportunity(tmp_path)
    said = correct_fact(opportunity=opportunity, fact=fact, value=value, by=nadia, on=ON)
    # What the notice says already waits for a second person of another house.
    zoe = make_person("zoe@exemple.fr", role="director", structure=make_structure("Les Toits"))
    settle_correction(correction=said, by=zoe, on=ON)
    package = package_of(opportunity)
    assert getattr(package, field) == value
    assert "corrected" in package.provenance[field]


def test_the_page_says_how_many_contracts_and_which(
    signed_in_client: SignIn, nadia: User, tmp_path: Path
) -> None:
    awards(19)
    opportunity = make_opportunity(tmp_path)
    html = signed_in_client(nadia).get(f"/opportunites/{opportunity.pk}/lots/").content.decode()
    assert "Comparé" in html
    assert "19 marchés attribués" in html
    assert "Les marchés comparés" in html
    assert html.count("Entretien des parcs 1") > 1
    assert "entre 48\u202f000\u202f€ et 192\u202f000\u202f€" in html
    assert "Heures de travail" in html
