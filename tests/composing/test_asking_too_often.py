"""Searches and rankings from pages are counted with those of programs; a full queue takes none."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts import key_actions
from cordee.accounts.models import ApiKey
from cordee.composing.models import Composition, Study
from cordee.mobilisation.models import Ranking
from tests.base.test_limits import wait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: Any, settings: Any) -> None:
    noon = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    settings.COMPOSE_SYNCHRONOUS_SECONDS = 600


def exhausted(settings: Any, reader: Any, pk: int) -> None:
    """Let the one ranking that is allowed be made."""
    settings.API_LIMITS = {**settings.API_LIMITS, "compute": (1, 3_600)}
    assert reader.post(f"/opportunites/{pk}/candidats/").status_code == 302


def refused(answer: Any) -> str:
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    said = str(answer.content.decode()).replace("\u202f", " ")
    assert "1 demande au plus en une heure. Recommencez dans une heure." in said
    return said


def test_all_that_computes_is_counted_for_one_person(
    valley: Any, person: Any, signed_in_client: Any, settings: Any
) -> None:
    composition = valley.compose("berges")
    Study.objects.all().delete()
    reader, pk = signed_in_client(person("reseau")), valley.opportunity("berges").pk
    exhausted(settings, reader, pk)
    made = Ranking.objects.count()
    page = refused(reader.post(f"/opportunites/{pk}/candidats/"))
    assert "Qui peut répondre" in page
    assert Ranking.objects.count() == made
    assert "Composer une alliance" in refused(reader.post(f"/alliances/composer/{pk}/"))
    page = refused(
        reader.post(
            f"/alliances/{composition.pk}/et-si/",
            {"souhait": "avec", "avec-structure": "val mirel"},
        )
    )
    assert "val mirel" in page, "what was typed is kept"
    refused(reader.post(f"/alliances/{composition.pk}/etudier/"))
    assert Composition.objects.count() == 1
    assert not Study.objects.exists()


def test_pages_and_keys_share_one_count(
    valley: Any, person: Any, signed_in_client: Any, client: Any, settings: Any
) -> None:
    reader, pk = signed_in_client(person("reseau")), valley.opportunity("berges").pk
    exhausted(settings, reader, pk)
    _, secret = key_actions.make_key(
        person=person("reseau"),
        name="x",
        scope=ApiKey.Scope.COMPOSE,
        days=30,
        by=person("reseau"),
        now=timezone.now(),
    )
    answer = client.post(
        f"/api/v1/opportunites/{pk}/classement/",
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["cure"].startswith("1\u202fdemande au plus")
    other = signed_in_client(person("deleguee"))
    assert other.post(f"/opportunites/{pk}/candidats/").status_code in {302, 404}


def test_a_full_queue_refuses_a_search_and_keeps_nothing_of_it(
    valley: Any, person: Any, signed_in_client: Any, settings: Any
) -> None:
    settings.MOST_WAITING_JOBS = 2
    wait(2)
    reader, pk = signed_in_client(person("reseau")), valley.opportunity("berges").pk
    answer = reader.post(f"/alliances/composer/{pk}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "Beaucoup de calculs attendent déjà" in answer.content.decode()
    assert not Composition.objects.exists()
