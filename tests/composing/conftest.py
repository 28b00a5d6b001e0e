"""The valley with its four contracts, in the database, as the national network may compose."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from cordee.accounts.models import User
from cordee.composing import actions
from cordee.composing.models import Composition
from cordee.members.models import Network
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Opportunity
from demo.valley import NATIONAL, contract
from tests.composing.told_method import tell

__all__ = ["tell"]

DAY = date(2026, 11, 25)
# What a task learns of itself from the queue.
FIRST_TRY: Any = SimpleNamespace(attempt=1)


@dataclass(frozen=True)
class Valley:
    """The national network and what it composes."""

    network: Network
    day: date = DAY

    @property
    def viewer(self) -> Viewer:
        return Viewer.of_network(self.network, self.day)

    def opportunity(self, slug: str) -> Opportunity:
        name = contract(slug).notice
        return Opportunity.objects.get(publications__versions__imported_from__contains=name)

    def compose(self, slug: str, viewer: Viewer | None = None, by: Any = None) -> Composition:
        opportunity = self.opportunity(slug)
        return actions.request_composition(
            breakdown=opportunity.latest_breakdown(),
            viewer=viewer or self.viewer,
            by=by,
        )


@pytest.fixture(scope="module")
def loaded_valley(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Written once for the tests of a module, each of which takes back what it changes; gives the
    folder of its files. A test of an empty base stands in a module without the valley."""
    folder = tmp_path_factory.mktemp("valley")
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        with override_settings(STATE_DIR=folder):
            load_valley(DAY)
    yield folder
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture
def valley(loaded_valley: Path, db: None, settings: Any) -> Valley:
    settings.STATE_DIR = loaded_valley
    return Valley(Network.objects.get(slug=NATIONAL))


@pytest.fixture
def own_valley(db: None, settings: Any, tmp_path: Path) -> Valley:
    """For the few tests that want it in a module whose others want an empty base."""
    settings.STATE_DIR = tmp_path
    return load_valley(DAY)


def load_valley(day: date) -> Valley:
    """The valley as it is on a day."""
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command("load_demo", "--on", day.isoformat(), "--size", "valley", **quiet)
    return Valley(Network.objects.get(slug=NATIONAL), day)


def whole(reader: Any, composition: Composition, query: str = "") -> str:
    """All that the pages of an answer say: the team, its proof, what if."""
    tabs = ("", "preuve/", "et-si/")
    answers = [reader.get(f"/alliances/{composition.pk}/{tab}{query}") for tab in tabs]
    return "".join(answer.content.decode() for answer in answers)


@pytest.fixture
def person() -> Callable[[str], User]:
    """`person("reseau")`: somebody of the demo."""
    return lambda name: User.objects.get(email=f"{name}@cordee.example")
