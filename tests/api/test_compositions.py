"""Composing by the API: asked once, followed, read with its proof; no figure more than the page."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.composing.models import Composition
from cordee.members.models import SharingAgreement
from tests.access.world import World
from tests.api.conftest import Program
from tests.composing.conftest import Valley, own_valley, person  # noqa: F401

pytestmark = pytest.mark.django_db
ALL = "/api/v1/compositions/"
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def test_a_team_is_composed_read_and_the_same_as_on_its_page(
    noon: None,
    own_valley: Valley,  # noqa: F811
    person: Any,  # noqa: F811
    program: Callable[..., Program],
    signed_in_client: Any,
) -> None:
    staff = person("reseau")
    asks = program(staff, "compose")
    opportunity = own_valley.opportunity("berges")
    made = asks.post(ALL, {"opportunity": opportunity.pk})
    assert made.status_code in {201, 202}
    address = made.headers["Location"]
    told = asks.get(address).json()
    assert (told["state"], told["outcome"]) == ("done", "composed")
    assert asks.post(ALL, {"opportunity": opportunity.pk}).headers["Location"] == address

    page = signed_in_client(staff).get(told["url"]).context["page"]
    answer, best = told["answer"], told["answer"]["best"]
    # The notice tells its sizes.
    assert answer["size_supposed"] == answer["size_limits"] == ""
    assert answer["title"] == page.title
    assert answer["proof"] in {"proven", "proven_if"}
    assert (answer["proof"] == "proven") is page.is_proven_outright
    assert best["proof"] == page.best.proof
    assert [each["sentence"] for each in best["assumptions"]] == [g.text for g in page.best.guesses]
    assert [each["name"] for each in best["partners"]] == [r.name for r in page.best.team.rows]
    assert sum(each["cents"] for each in best["partners"]) == page.best.team.total_cents
    for partner in best["partners"]:
        assert sum(share["cents"] for share in partner["shares"]) == partner["cents"]
    assert best["cost_euros"] == round(page.best.team.cost_cents / 100)
    assert answer["greedy"]["cost_euros"] >= best["cost_euros"]
    assert answer["greedy_loss"] == page.simple_method

    rows = asks.get(ALL).json()["results"]
    assert told["id"] in {each["id"] for each in rows}

    out = best["partners"][-1]
    wish = asks.post(f"{address}souhaits/", {"without_structure": out["structure"]})
    assert wish.status_code in {201, 202}
    other = asks.get(wish.headers["Location"]).json()
    assert other["base"] == told["id"]
    assert out["name"] not in {
        p["name"] for p in (other["answer"]["best"] or {"partners": []})["partners"]
    }
    wished = signed_in_client(staff).get(other["url"]).context["wished"]
    assert other["answer"]["wished"]["sentence"] == wished.sentence
    assert other["answer"]["wished"]["wishes"] == list(wished.wishes)
    for body, field in (
        ({}, ""),
        ({"most_km": 10, "most_partners": 3}, ""),
        ({"most_km": 100_000}, "most_km"),
        ({"with_name": "Personne de ce nom"}, "with_name"),
        ({"without_structure": 0}, "without_structure"),
    ):
        refused = asks.post(f"{address}souhaits/", body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)

    # Taken back since: withheld, as on the page.
    SharingAgreement.objects.filter(network=own_valley.network).delete()
    withheld = asks.get(address).json()
    if not Composition.objects.get(pk=told["id"]).shows_everything:
        assert withheld["is_withheld"] is True
        assert withheld["answer"] is None
        again = asks.post(f"{address}souhaits/", {"most_partners": 3})
        assert again.status_code == 409


def test_where_it_is_stands_in_the_answer_while_it_runs(
    world: World, program: Callable[..., Program]
) -> None:
    running = world.own_composition
    Composition.objects.filter(pk=running.pk).update(
        state=Composition.State.QUEUED, outcome="", finished_at=None
    )
    answer = program(world.person("network_staff")).get(f"{ALL}{running.pk}/")
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["answer"] is None
    assert answer.json()["progress"]["sentence"]
    Composition.objects.filter(pk=running.pk).update(
        state=Composition.State.FAILED, error_code="C-1234"
    )
    answer = program(world.person("network_staff")).get(f"{ALL}{running.pk}/")
    assert (answer.json()["state"], answer.json()["error_code"]) == ("failed", "C-1234")


def test_what_one_may_not_open_cannot_be_composed(
    world: World, program: Callable[..., Program]
) -> None:
    asks = program(world.person("network_staff"), "compose")
    before = Composition.objects.count()
    hidden = asks.post(ALL, {"opportunity": world.foreign_need.pk})
    gone = asks.post(ALL, {"opportunity": 999_999})
    assert hidden.status_code == gone.status_code == 404
    assert hidden.content == gone.content
    assert asks.get(f"{ALL}{world.foreign_composition.pk}/").status_code == 404
    assert asks.get(f"{ALL}{uuid.uuid4()}/").status_code == 404
    assert Composition.objects.count() == before + 1, "the one that the world made for others"


def test_a_key_that_reads_composes_nothing(world: World, program: Callable[..., Program]) -> None:
    asks = program(world.person("network_staff"))
    assert asks.post(ALL, {"opportunity": world.own_need.pk}).status_code == 403
    assert not Composition.objects.exists()


def test_a_closed_call_is_refused_with_a_reason(
    world: World, program: Callable[..., Program]
) -> None:
    need = world.own_need
    type(need).objects.filter(pk=need.pk).update(
        deadline=timezone.now().replace(year=2020), stage="call"
    )
    refused = program(world.person("network_staff"), "compose").post(ALL, {"opportunity": need.pk})
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["field"] == "opportunity"


def test_too_many_calculations_are_refused(
    world: World, program: Callable[..., Program], settings: Any
) -> None:
    settings.API_LIMITS = {"ask": (100, 86_400), "compute": (1, 86_400)}
    asks = program(world.person("network_staff"), "compose")
    address = f"/api/v1/opportunites/{world.own_need.pk}/classement/"
    assert asks.post(address).status_code in {201, 409}
    refused = asks.post(ALL, {"opportunity": world.own_need.pk})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_list_asks_as_many_queries_for_three_as_for_thirty(
    world: World, program: Callable[..., Program]
) -> None:
    asks = program(world.person("network_staff"))
    first = world.own_composition

    def queries() -> int:
        asks.get(ALL)
        with CaptureQueriesContext(connection) as found:
            assert asks.get(f"{ALL}?taille=50").status_code == 200
        return len(found)

    few = queries()
    for number in range(30):
        Composition.objects.create(
            breakdown=first.breakdown,
            network=first.network,
            computed_for=first.computed_for,
            question_sha256=f"{number}",
            time_limit_s=1,
        )
    assert queries() == few
    assert few <= 6
