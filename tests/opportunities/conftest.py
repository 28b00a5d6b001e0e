from typing import Any

import pytest

from cordee.accounts.models import User
from cordee.members.models import Network
from tests.members.makers import make_network, make_person, make_valley


@pytest.fixture
def valley(db: None) -> Any:
    return make_valley()


@pytest.fixture
def network(valley: Any) -> Network:
    return make_network("Réseau du Val")


@pytest.fixture
def nadia(network: Network) -> User:
    """Of the staff of the network."""
    person = make_person("nadia@reseau.example", role="network_staff", network=network)
    person.display_name = "Nadia Ferrand"
    person.save()
    return person


@pytest.fixture
def passer_by(valley: Any) -> User:
    """Signed in, without any seat."""
    return make_person("passant@exemple.example")
