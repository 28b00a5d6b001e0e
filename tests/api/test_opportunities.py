"""Opportunities by the API: the rows of the page under the same filters, all we read of one."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.access.world import World
from tests.api.conftest import Program
from tests.members.makers import make_person, make_valley
from tests.opportunities.makers import CLEANING, GREEN, confirm_all, import_records, record

pytestmark = pytest.mark.django_db
LIST = "/api/v1/opportunites/"


@pytest.fixture
def notices(tmp_path: Path) -> None:
    make_valley()
    rows = [
        record("26-1", "Entretien des espaces verts", lots=[("Tonte", GREEN)]),
        record("26-2", "Nettoyage de la mairie", lots=[("Nettoyage", CLEANING)]),
        record("26-3", "Entretien du parc", lots=[("Parc", GREEN)], postcode="73100"),
    ]
    import_records(tmp_path, *rows, by=None, network=None)


@pytest.fixture
def asks(program: Callable[..., Program], notices: None) -> Program:
    return program(make_person("zoe@exemple.fr"))


def titles(answer: Any) -> set[str]:
    return {each["title"] for each in answer.json()["results"]}


@pytest.mark.parametrize(
    "query",
    ["", "metier=espaces-verts", "q=mairie", "departement=73", "autour=Roche-Mirel+(38)&rayon=35"],
)
def test_the_api_finds_what_the_page_finds(
    asks: Program, signed_in_client: Any, query: str
) -> None:
    found = titles(asks.get(f"{LIST}?{query}"))
    page = signed_in_client(make_person("page@exemple.fr")).get(f"/opportunites/?{query}")
    assert found == {row.opportunity.title for row in page.context["rows"]}
    assert found


def test_rows_come_by_pages_with_the_way_to_the_next(asks: Program) -> None:
    first = asks.get(f"{LIST}?taille=2&tri=publie").json()
    assert (first["count"], first["pages"], first["previous"]) == (3, 2, None)
    second = asks.get(first["next"]).json()
    assert second["next"] is None
    ids = [each["id"] for each in (*first["results"], *second["results"])]
    assert len(set(ids)) == 3


def test_a_list_asks_as_many_queries_for_three_rows_as_for_thirty(
    asks: Program, tmp_path: Path
) -> None:
    few = queries(asks, LIST)
    rows = [
        record(f"26-{n}", f"Tonte du lot {n}", lots=[("Tonte", GREEN)]) for n in range(100, 130)
    ]
    import_records(tmp_path, *rows, by=None, network=None)
    assert queries(asks, f"{LIST}?taille=50") == few
    assert few <= 9


def queries(asks: Program, path: str) -> int:
    asks.get(path)
    with CaptureQueriesContext(connection) as found:
        assert asks.get(path).status_code == 200
    return len(found)


def test_one_tells_each_fact_with_its_words(asks: Program) -> None:
    row = next(r for r in asks.get(LIST).json()["results"] if "mairie" in r["title"])
    one = asks.get(f"{LIST}{row['id']}/").json()
    assert one["title"] == row["title"]
    facts = {(each["fact"], each["lot"]): each for each in one["facts"]}
    months = facts["months", ""]
    assert (months["value"], months["came"]) == (12, "stated")
    assert months["evidence"]
    deadline = facts["deadline", ""]
    assert deadline["value"].endswith("+00:00")
    trades = facts["trades", ""]
    assert [each["words"] for each in trades["evidence"]]
    assert one["packages"][0]["first_month"] == "2027-03"
    assert one["packages"][0]["provenance"]["months"]["state"] == "stated"
    assert {each["label"] for each in one["missing"]} >= {"Montant", "Réservé\u202f?"}
    assert one["publications"] == [{"source": "boamp", "source_id": "26-2"}]


def fact_of(asks: Program, notice: Any, name: str) -> dict[str, Any]:
    facts = asks.get(f"{LIST}{notice.pk}/").json()["facts"]
    found: dict[str, Any] = next(each for each in facts if each["fact"] == name)
    return found


def test_a_correction_counts_and_names_nobody(
    world: World, program: Callable[..., Program]
) -> None:
    notice = world.notice
    asks, title = program(world.person("director")), notice.title
    world.proposed(notice)
    assert fact_of(asks, notice, "title")["value"] == title, "what waits changes nothing"
    confirm_all()
    assert fact_of(asks, notice, "title")["came"] == "corrected"
    one = asks.get(f"{LIST}{notice.pk}/")
    assert title in fact_of(asks, notice, "title")["was_read"]
    assert world.sorter.email not in one.content.decode()


def test_a_need_of_others_does_not_exist(world: World, program: Callable[..., Program]) -> None:
    asks = program(world.person("director"))
    assert asks.get(f"{LIST}{world.own_need.pk}/").status_code == 200
    hidden = asks.get(f"{LIST}{world.foreign_need.pk}/")
    gone = asks.get(f"{LIST}999999/")
    assert hidden.status_code == gone.status_code == 404
    assert hidden.content == gone.content
    assert world.foreign_need.title not in str(asks.get(LIST).content) or (
        world.foreign_need.title == world.own_need.title
    )
    assert world.foreign_need.pk not in {r["id"] for r in asks.get(LIST).json()["results"]}


def test_moments_carry_their_zone(asks: Program) -> None:
    from datetime import datetime

    for row in asks.get(LIST).json()["results"]:
        moment = datetime.fromisoformat(row["deadline"])
        assert moment.utcoffset() is not None
        assert moment.astimezone(UTC) == moment
