from collections.abc import Callable
from datetime import datetime

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.opportunities.models import Opportunity
from tests.composing.conftest import loaded_valley, own_valley, person, valley
from tests.members.makers import make_network, make_person, make_valley
from tests.mobilisation.campaign_makers import MONDAY, make_call, make_delegate, make_member
from tests.mobilisation.open_work import make_worker

__all__ = ["loaded_valley", "own_valley", "person", "valley"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """`at(MONDAY)`: what the views read as now."""

    def stop(moment: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return stop


@pytest.fixture
def monday(at: Callable[[datetime], datetime]) -> datetime:
    return at(MONDAY)


@pytest.fixture
def network(db: None) -> Network:
    return make_network("Réseau du Val")


@pytest.fixture
def other_network(db: None) -> Network:
    return make_network("Réseau du Large")


@pytest.fixture
def structure(db: None) -> Structure:
    """A structure that works in green spaces, in the valley."""
    make_valley()
    return make_worker()


@pytest.fixture
def director(structure: Structure) -> User:
    return make_person("direction@exemple.fr", role="director", structure=structure)


@pytest.fixture
def delegate(network: Network) -> User:
    return make_delegate("deleguee@exemple.fr", network)


@pytest.fixture
def other_delegate(other_network: Network) -> User:
    return make_delegate("autre.deleguee@exemple.fr", other_network)


@pytest.fixture
def call(db: None) -> Opportunity:
    return make_call()


@pytest.fixture
def member(network: Network) -> Structure:
    return make_member("Les Jardins du Val", network)


@pytest.fixture
def shared_member(network: Network, other_network: Network) -> Structure:
    return make_member("Les Haies du Mirel", network, other_network)
