"""How much is open around a place, for who asks: each need once, at its nearest place."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cordee.members.open_work import SearchPoint
from cordee.opportunities.filters import count_open
from cordee.opportunities.models import Opportunity, OpportunityPlace, OpportunityTrade
from cordee.opportunities.models.needs import Audience
from tests.members.makers import make_network, make_person, make_valley

pytestmark = pytest.mark.django_db
HERE = SearchPoint(45.0, 5.5, "38")


@pytest.fixture
def person():
    make_valley()
    return make_person("d@exemple.fr")


def need(trade="proprete", *places, days=10, **values):
    made = Opportunity.objects.create(
        title="Besoin",
        source="private" if values else "boamp",
        deadline=timezone.now() + timedelta(days=days),
        **values,
    )
    OpportunityTrade.objects.create(opportunity=made, trade=trade, certainty="known")
    for latitude in places:
        commune = {45.0: "38001", 45.1: "38002", 45.2: "38003"}.get(latitude)
        OpportunityPlace.objects.create(
            opportunity=made,
            department_id="38",
            commune_id=commune,
            latitude=latitude,
            longitude=None if latitude is None else 5.5,
            is_supposed=latitude is None,
            label="ici",
        )
    return made


def count(person, *trades, radii=(10, 20, 40)):
    return count_open(person, HERE, trades, radii, timezone.now())


def test_each_need_counts_once_at_its_nearest_place(person):
    need("proprete", 45.1, 45.2)
    need("proprete", 45.2)
    assert count(person, "proprete") == {10: 0, 20: 1, 40: 2}


def test_only_the_trades_asked_and_only_what_is_still_open(person):
    need("proprete", 45.0)
    need("demenagement", 45.0)
    need("proprete", 45.0, days=-1)
    assert count(person, "proprete")[10] == 1
    assert count(person)[10] == 2


def test_what_is_placed_in_the_department_only_is_at_no_distance(person):
    need("proprete", None)
    found = count(person, "proprete")
    assert found[40] == 0


def test_a_need_of_a_network_counts_for_its_people_only(person):
    network = make_network("Réseau du Val")
    made = need("proprete", 45.0, network=network)
    Audience.objects.create(
        opportunity=made,
        network=network,
        state=Audience.State.PUBLISHED,
        decided_at=timezone.now(),
    )
    member = make_person("m@exemple.fr", role="network_staff", network=network)
    assert count(person, "proprete")[10] == 0
    assert count(member, "proprete")[10] == 1
