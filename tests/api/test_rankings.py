"""Rankings by the API: what the page shows the same person, and no figure more."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from cordee.members.models import SharingAgreement
from tests.access.world import World
from tests.api.conftest import Program
from tests.composing.conftest import Valley, own_valley, person  # noqa: F401

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def test_a_ranking_is_the_one_of_the_page(
    noon: None,
    own_valley: Valley,  # noqa: F811
    person: Any,  # noqa: F811
    program: Callable[..., Program],
    signed_in_client: Any,
) -> None:
    opportunity = own_valley.opportunity("berges")
    address = f"/api/v1/opportunites/{opportunity.pk}/classement/"
    staff = person("reseau")
    asks = program(staff, "compose")
    made = asks.post(f"{address}?reseau={own_valley.network.slug}")
    assert made.status_code == 201
    told = asks.get(address).json()
    assert told == made.json()
    assert (told["network"], told["is_of_the_night"]) == (own_valley.network.slug, False)
    page = signed_in_client(staff).get(f"/opportunites/{opportunity.pk}/candidats/")
    shown = page.context["rankings"]
    assert [each["id"] for each in told["packages"]] == [each.id for each in shown]
    for ours, theirs in zip(told["packages"], shown, strict=True):
        assert ours["count"] == len(theirs.lines)
        pairs = zip(ours["lines"], theirs.lines, strict=False)
        assert [(a["name"], a["points"], a["out_of"]) for a, _ in pairs] == [
            (line.name, line.points, line.out_of) for line in theirs.lines[:50]
        ]
    one = asks.get(f"{address}?travaux={shown[0].id}&lignes=1").json()["packages"]
    assert [(each["id"], len(each["lines"])) for each in one] == [(shown[0].id, 1)]
    assert asks.get(f"{address}?travaux=99").status_code == 422

    # What a structure takes back is gone here as on the page, from the ranking of before too.
    SharingAgreement.objects.filter(network=own_valley.network).delete()
    terms = [
        term
        for package in asks.get(address).json()["packages"]
        for line in package["lines"]
        for term in line["terms"]
    ]
    crews = [term for term in terms if term["label"] == "Équipes libres"]
    assert crews
    assert {term["points"] for term in crews} == {None}


def test_a_key_that_reads_asks_for_no_calculation(
    world: World, program: Callable[..., Program]
) -> None:
    address = f"/api/v1/opportunites/{world.own_need.pk}/classement/"
    asks = program(world.person("director"))
    refused = asks.post(address)
    assert refused.status_code == 403
    assert "« lire et composer »" in refused.json()["errors"][0]["cure"]
    assert asks.get(address).json()["packages"] == []


def test_the_ranking_of_another_network_is_never_read(
    world: World, program: Callable[..., Program]
) -> None:
    notice = f"/api/v1/opportunites/{world.notice.pk}/classement/"
    assert program(world.sorter, "compose").post(notice).status_code == 201
    assert program(world.person("network_staff")).get(notice).json()["made_at"] is None
    hidden = f"/api/v1/opportunites/{world.foreign_need.pk}/classement/"
    asks = program(world.person("network_staff"), "compose")
    assert asks.get(hidden).status_code == asks.post(hidden).status_code == 404
