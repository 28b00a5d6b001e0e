"""Where nobody has searched yet, the pages show the lists of the night, and say so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cordee.members.models import Network, SharingAgreement
from cordee.members.sharing import Viewer
from cordee.mobilisation import access, actions, night, pages
from tests.composing.conftest import DAY, Valley

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
NIGHT_WORDS = "cette nuit, sans qu’on le demande"


@pytest.fixture(autouse=True)
def after_the_night(valley: Valley, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    with ThreadPoolExecutor(1) as executor:
        night.rank_all(
            on=DAY, now=NOON, folder=tmp_path, executor=executor, progress=lambda *_: None
        )


def lines(viewer: Viewer, valley: Valley) -> list[tuple[str, int, int]]:
    breakdown = valley.opportunity("berges").latest_breakdown()
    assert breakdown is not None
    found = access.night_for(viewer, breakdown)
    assert found is not None
    (first, *_) = pages.rankings_of(found, viewer)
    return [(line.name, line.points, line.out_of) for line in first.lines]


def test_each_reads_the_list_of_its_own_network(valley: Valley) -> None:
    other = Network.objects.create(name="Autre", slug="autre")
    assert lines(valley.viewer, valley) != lines(Viewer(None, DAY), valley)
    assert lines(Viewer.of_network(other, DAY), valley) == lines(Viewer(None, DAY), valley)


def test_what_was_closed_since_is_masked(valley: Valley) -> None:
    before = lines(valley.viewer, valley)
    SharingAgreement.objects.all().delete()
    after = lines(valley.viewer, valley)
    assert {name for name, *_ in after} == {name for name, *_ in before}
    assert max(out_of for *_, out_of in after) < max(out_of for *_, out_of in before)


def test_pages_show_the_night_until_somebody_asks(
    valley: Valley, person: Callable[[str], Any], signed_in_client: Callable[[Any], Any]
) -> None:
    reader = signed_in_client(person("reseau"))
    opportunity = valley.opportunity("berges")
    address = f"/opportunites/{opportunity.pk}/candidats/"
    lots = f"/opportunites/{opportunity.pk}/lots/"
    panel = reader.get(lots).content.decode()
    assert NIGHT_WORDS in panel
    assert "Rives et Sentiers" in panel
    page = reader.get(f"{address}?travaux=01&structure=1").content.decode()
    assert "pendant la nuit" in page
    assert "Détail de la note" in page
    assert "savoir qui est écarté" in page
    breakdown = opportunity.latest_breakdown()
    assert breakdown is not None
    actions.rank_structures(breakdown=breakdown, viewer=valley.viewer, by=None)
    assert NIGHT_WORDS not in reader.get(lots).content.decode()
    assert "pendant la nuit" not in reader.get(address).content.decode()


def test_the_page_of_a_night_makes_few_queries(
    valley: Valley, person: Callable[[str], Any], count_queries: Callable[..., int]
) -> None:
    pk = valley.opportunity("berges").pk
    assert count_queries(f"/opportunites/{pk}/candidats/", person("reseau")) <= 12
