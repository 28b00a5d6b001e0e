from typing import Any

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import conversations as actions
from cordee.mobilisation.conversations.access import counterparts_of
from cordee.mobilisation.models import Thread
from cordee.opportunities.actions.needs import decide_need
from cordee.opportunities.models import Opportunity
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.opportunities.makers import post_need


@pytest.fixture
def network(db: None) -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def nadia(network: Network) -> User:
    return make_person("nadia@reseau.exemple.fr", role="network_staff", network=network)


@pytest.fixture
def jardins(network: Network) -> Structure:
    structure = make_structure("Les Jardins du Val")
    join(structure, network)
    return structure


@pytest.fixture
def director(jardins: Structure) -> User:
    return make_person("direction@membre.exemple.fr", role="director", structure=jardins)


@pytest.fixture
def company(network: Network) -> User:
    return make_person("entreprise@exemple.fr", role="company")


@pytest.fixture
def opportunity(network: Network, nadia: User, company: User) -> Opportunity:
    """A need of a company, published in the network."""
    need = post_need(company, network)
    decide_need(state="published", audience=need.audiences.get(), by=nadia, now=timezone.now())
    return need


def open_thread(opportunity: Opportunity, director: User, key: str, text: str) -> Thread:
    structure = Structure.objects.get(seats__person=director)
    now: Any = timezone.now()
    offered = counterparts_of(structure, opportunity, director, on=timezone.localdate(now))
    return actions.ask(
        opportunity=opportunity,
        structure=structure,
        counterpart=next(each for each in offered if each.key.startswith(key)),
        text=text,
        by=director,
        now=now,
    )


@pytest.fixture
def thread(opportunity: Opportunity, director: User) -> Thread:
    """The director asks their network."""
    return open_thread(opportunity, director, "reseau", "Pouvez-vous nous dire quand ?")
