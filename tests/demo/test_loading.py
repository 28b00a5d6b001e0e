from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from cordee.accounts.models import User
from cordee.base.models import SearchEntry
from cordee.economics.models import AccountingYear
from cordee.members.directory_index import matching
from cordee.members.models import Membership, Network, Structure
from cordee.opportunities.models import Opportunity
from demo import loading
from demo.valley import DELEGATION, NATIONAL
from demo.world import build_world

DAY = "2026-11-25"
ROOMS = ("accounts", "members", "economics")
# Moments of writing differ from one run to the next, and nothing else does.
MOMENTS = frozenset(
    {"updated_at", "at", "date_joined", "since", "stated_at", "moved_at", "began_at"}
)


@pytest.fixture(autouse=True)
def state_folder(settings: Any, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path


def load(*arguments: str) -> str:
    """Run the command on the valley of a fixed day, and give what it says."""
    said = StringIO()
    call_command(
        "load_demo", "--on", DAY, "--size", "valley", *arguments, stdout=said, stderr=StringIO()
    )
    return said.getvalue()


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of the rooms the world is written to."""
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name not in MOMENTS}
            for row in model._default_manager.order_by("pk").values()
        ]
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


@pytest.mark.django_db
def test_the_valley_is_written_whole() -> None:
    load()
    assert Structure.objects.filter(source=Structure.Source.DEMO).count() == 6
    jardins = Structure.objects.get(name="Les Jardins de la Verdoire")
    assert jardins.commune is not None
    assert jardins.commune.name == "Saint-Aubin-sur-Verdoire"
    chantier = jardins.chantiers.get()
    assert sorted(chantier.activities.values_list("trade", flat=True)) == [
        "espaces-verts",
        "maraichage",
    ]
    assert [crew.places for crew in chantier.crews.all()] == [10, 10]
    years = AccountingYear.objects.filter(chantier=chantier)
    assert [year.first_month // 12 for year in years] == [2026, 2027, 2028]
    assert {year.charges_cents for year in years} == {70_000_000}


@pytest.mark.django_db
def test_the_six_are_members_of_the_network_and_of_its_delegation() -> None:
    load()
    delegation = Network.objects.get(slug=DELEGATION)
    assert delegation.parent is not None
    assert delegation.parent.slug == NATIONAL
    assert Membership.objects.filter(network=delegation).count() == 6
    on = date(2026, 11, 25)
    assert Structure.objects.of_network(delegation.parent, on).count() == 6


@pytest.mark.django_db
def test_the_twelve_notices_are_imported() -> None:
    load()
    assert Opportunity.objects.count() == 12
    load()
    assert Opportunity.objects.count() == 12


@pytest.mark.django_db
def test_twice_gives_the_same_state() -> None:
    load()
    before = everything()
    assert "est déjà là" in load()
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_after_a_flush_the_rows_are_the_same() -> None:
    """Keys included, whatever was counted before."""
    load()
    load("--flush")
    before = everything()
    assert len(before["members.Structure"]) == 7
    load("--flush")
    assert everything() == before


@pytest.mark.django_db
def test_another_day_asks_for_a_flush() -> None:
    load()
    with pytest.raises(CommandError, match="--flush"):
        call_command("load_demo", "--on", "2026-12-01", "--size", "valley")


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [[], ["--flush"]])
def test_real_data_is_never_overwritten(arguments: list[str]) -> None:
    User.objects.create_user("quelquun@exemple.fr", "un mot de passe assez long")
    with pytest.raises(CommandError, match="ne viennent pas du monde"):
        load(*arguments)
    assert User.objects.count() == 1
    assert not Structure.objects.exists()


@pytest.mark.django_db
def test_a_world_of_another_size_is_written_with_few_statements(
    django_assert_max_num_queries: Any,
) -> None:
    """A statement for each table and batch, not for each structure."""
    world = build_world(date(2026, 11, 25), 60)
    with django_assert_max_num_queries(60):
        loading.load_world(world)
    assert Structure.objects.count() == 60
    assert Structure.objects.filter(commune=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_the_world_and_nothing_of_the_one_before() -> None:
    for arguments in ([], ["--flush"]):
        load(*arguments)
        found = matching(Structure.objects.all(), "jardin verdoire")
        assert [structure.name for structure in found] == ["Les Jardins de la Verdoire"]
        assert SearchEntry.objects.filter(text__contains="verdoir").exists()
        structures = SearchEntry.objects.filter(kind="members.structure")
        assert structures.count() == 7


class Reached(Exception):
    """Stops the command where it is looked at."""


def test_the_mails_of_a_demo_prepared_on_another_port_follow_it(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def follow() -> None:
        raise Reached

    settings.DEMO = True
    monkeypatch.setattr("demo.management.commands.demo.refuse_older_base", lambda: None)
    monkeypatch.setattr("demo.management.commands.demo.is_migrated", lambda: True)
    monkeypatch.setattr(loading, "loaded_world", lambda: (date.fromisoformat(DAY), "valley"))
    monkeypatch.setattr("cordee.base.mail.outbox.follow_site", follow)
    with pytest.raises(Reached):
        call_command("demo", stdout=StringIO(), stderr=StringIO())
