"""The page of the sources: each state in words, and what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.base.health import Level
from cordee.opportunities.actions import syncing
from cordee.opportunities.models import SourceState
from tests.opportunities.makers import import_records, record
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
URL = "/opportunites/sources/"
SignIn = Callable[[Any], StrictClient]


@pytest.fixture
def page(signed_in_client: SignIn, passer_by: Any) -> Callable[[str], str]:
    client = signed_in_client(passer_by)

    def get(url: str = URL) -> str:
        response = client.get(url)
        assert response.status_code == 200
        return str(response.content.decode())

    return get


def failing(source: str, times: int, **values: Any) -> SourceState:
    row, now = SourceState(source=source, last_try=timezone.now(), **values), timezone.now()
    for _ in range(times):
        row.failed(now, "La réponse est incomplète.", "Rien à faire.", wait=timedelta())
    row.save()
    return row


def test_before_anything_it_says_how_to_begin(page: Callable[..., str]) -> None:
    html = page()
    assert "Aucune source n’a encore été lue" in html
    assert html.count("Jamais lue") == 3
    assert "./go run -- sync_sources" in html
    assert html.count("Licence Ouverte 2.0") == 2


def test_each_state_has_its_words(page: Callable[..., str], tmp_path: Any) -> None:
    now = timezone.now()
    import_records(tmp_path, record("26-1"), record("26-2"))
    SourceState.objects.create(
        source="boamp",
        last_try=now,
        last_success=now,
        last_received=2,
        read_until=timezone.localdate(),
        rejected=[["BOAMP 26-3", "Ce JSON est abîmé.", "Rien à faire."]],
        moved_to="https://www.boamp.fr/api/records",
    )
    failing("ted", 1)
    failing("decp", 3, last_success=now - timedelta(days=4))
    html = page()
    for words in (
        "À jour", "2\u202favis", "2\u202freçus", "BOAMP 26-3",
        "https://www.boamp.fr/api/records", "dans le réglage CORDEE_BOAMP_URL",
        "Essai manqué", "Le dernier essai n’a pas abouti. La réponse est incomplète.",
        "En panne depuis le", "Ce qui a été reçu reste.", "Prochain essai à partir du",
        "0\u202fmarché",
    ):  # fmt: skip
        assert words in html
    assert "Aucune source" not in html


def test_a_source_that_nobody_reads_any_more_is_told(page: Callable[..., str]) -> None:
    """No failure, but the schedule stopped: without this, silence would look like health."""
    old = timezone.now() - timedelta(days=3)
    SourceState.objects.create(source="boamp", last_try=old, last_success=old)
    SourceState.objects.create(source="ted", last_try=timezone.now())
    html = page()
    assert "Plus relue" in html
    assert "Lecture commencée" in html


def test_what_a_source_says_is_no_markup(page: Callable[..., str]) -> None:
    row = SourceState(source="boamp", last_try=timezone.now())
    row.failed(timezone.now(), "<script>alert(1)</script>.", "", wait=timedelta())
    row.save()
    assert "&lt;script&gt;alert(1)" in page()


def test_the_list_leads_to_it_even_when_empty(page: Callable[..., str], tmp_path: Any) -> None:
    empty = page("/opportunites/")
    assert "lance la synchronisation" in empty
    assert f'href="{URL}"' in empty
    import_records(tmp_path, record("26-1"))
    assert f'href="{URL}"' in page("/opportunites/")


def test_a_visitor_signs_in_first(client: StrictClient) -> None:
    assert client.get(URL).status_code == 302


def test_it_asks_the_same_whatever_is_there(
    count_queries: Callable[..., int], passer_by: Any, tmp_path: Any
) -> None:
    before = count_queries(URL, passer_by)
    import_records(tmp_path, *(record(f"26-{number}") for number in range(5)))
    failing("ted", 3)
    assert count_queries(URL, passer_by) == before


def test_health_tells_when_each_source_was_last_read(db: None) -> None:
    now = timezone.now()
    assert syncing.look(now).level is Level.UNKNOWN
    SourceState.objects.create(source="boamp", last_success=now)
    fact = syncing.look(now)
    assert (fact.level, fact.figures) == (Level.OK, {"boamp": now, "ted": None, "decp": None})
    SourceState.objects.update(last_success=now - timedelta(days=3))
    fact = syncing.look(now)
    assert (fact.level, fact.since) == (Level.WATCH, now - timedelta(days=3))
    row = SourceState(source="ted")
    for _ in range(3):
        row.failed(now, "Réponse 503.", "", wait=timedelta())
    row.save()
    fact = syncing.look(now)
    assert (fact.level, fact.words, fact.since) == (Level.WATCH, "TED\u00a0: en panne", now)
