"""The alliance of the demo: led by the network, with one invitation left to answer."""

from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.alliances.access import alliances_for
from cordee.alliances.models import Acceptance, Alliance
from demo.alliances import load_alliance
from tests.composing.conftest import DAY, Valley, load_valley


@pytest.fixture
def valley(db: None, settings: Any, tmp_path: Any) -> Valley:
    settings.STATE_DIR = tmp_path
    return load_valley(DAY)


def test_it_is_there_for_the_network_and_for_the_director_it_invites(valley: Valley) -> None:
    composition = valley.compose("berges")
    composition.read_answer()
    alliance = load_alliance(composition, DAY)
    assert alliance is not None
    assert sorted(alliance.parties.values_list("state", flat=True)) == [
        "interested",
        "interested",
        "invited",
    ]
    assert Acceptance.objects.count() == 1
    for name in ("reseau", "direction"):
        person = User.objects.get(email=f"{name}@cordee.example")
        assert list(alliances_for(person)) == [alliance]
    assert load_alliance(composition, DAY) is None
    assert Alliance.objects.count() == 1
