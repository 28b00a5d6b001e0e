"""Alliances by the API: what their pages show the same person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.alliances.invitations import actions
from cordee.alliances.models import Alliance, AllianceParty
from cordee.members.models import RoleSeat
from tests.access.world import World
from tests.api.conftest import Program, key_of
from tests.members.makers import make_person, make_structure

pytestmark = pytest.mark.django_db
ALL = "/api/v1/alliances/"


def at(alliance: Alliance) -> str:
    return f"{ALL}{alliance.pk}/"


@pytest.fixture
def leader(world: World, program: Callable[..., Program]) -> Program:
    return program(world.person("network_staff"), "act")


@pytest.fixture
def director(world: World, program: Callable[..., Program]) -> Program:
    """Directs the own structure, which said yes."""
    return program(world.person("director"), "act")


def test_one_reads_those_one_coordinates_or_takes_part_in(
    world: World, leader: Program, director: Program, program: Callable[..., Program]
) -> None:
    own, foreign = world.own_alliance, world.foreign_alliance
    for asks in (leader, director):
        assert [each["id"] for each in asks.get(ALL).json()["results"]] == [str(own.pk)]
        assert asks.get(at(foreign)).status_code == 404
    assert program(world.person("supervisor")).get(ALL).json()["count"] == 0


def test_the_page_and_the_api_tell_the_same(
    world: World, leader: Program, director: Program, signed_in_client: Any
) -> None:
    alliance = world.own_alliance
    for asks, role in ((leader, "network_staff"), (director, "director")):
        told = asks.get(at(alliance)).json()
        page = signed_in_client(world.person(role)).get(told["url"]).context["page"]
        assert [each["name"] for each in told["terms"]["parties"]] == [r.name for r in page["rows"]]
        assert told["terms"]["price_cents"] == page["terms"].price_cents
        assert told["terms"]["breaks"] == [each.text for each in page["breaks"]]
        time = signed_in_client(world.person(role)).get(f"{told['url']}temps/").context["page"]
        days = [(label, day.isoformat()) for label, day, _ in time["milestones"]]
        assert [(d["label"], d["day"]) for d in told["terms"]["deadlines"]] == days
        assert days
        assert told["coordinates"] is (role == "network_staff")


def test_whoever_has_not_said_yes_has_no_name_for_the_others(
    world: World, leader: Program, director: Program
) -> None:
    alliance = world.own_alliance
    silent = alliance.parties.exclude(structure=world.own_structure).get().structure
    assert silent.name in leader.get(at(alliance)).content.decode()
    hidden = director.get(at(alliance)).content.decode()
    assert silent.name not in hidden
    assert silent.siret not in hidden
    assert silent.organisation.siren not in hidden
    rows = director.get(at(alliance)).json()["terms"]["parties"]
    assert [each["structure"] for each in rows] == [world.own_structure.pk, None]


def test_whoever_was_only_asked_reads_her_invitation_and_answers_it(
    world: World, leader: Program, program: Callable[..., Program]
) -> None:
    alliance = world.own_alliance
    party = alliance.parties.exclude(structure=world.own_structure).get()
    actions.invite(party=party, by=world.person("network_staff"), now=timezone.now())
    person = make_person(
        "voisine@exemple.fr", role=RoleSeat.Role.DIRECTOR, structure=party.structure
    )
    asks = program(person, "act")
    told = asks.get(at(alliance)).json()
    assert told["terms"] is None
    assert told["yours"] == [party.pk]
    address = f"{at(alliance)}parties/{party.pk}/reponse/"
    assert program(person, "compose").post(address, {"yes": True}).status_code == 403
    own = alliance.parties.get(structure=world.own_structure)
    assert asks.post(f"{at(alliance)}parties/{own.pk}/reponse/", {"yes": True}).status_code == 404
    said = asks.post(address, {"yes": True})
    assert said.status_code == 200
    assert said.json()["terms"] is not None
    party.refresh_from_db()
    assert party.state == AllianceParty.State.INTERESTED
    assert asks.post(address, {"yes": False, "reason": "a\x00b"}).status_code == 422
    no = asks.post(address, {"yes": False, "reason": "Plus de place"})
    assert no.json()["terms"] is None
    party.refresh_from_db()
    assert (party.state, party.reason) == (AllianceParty.State.DECLINED, "Plus de place")


def test_no_invitation_is_answered_once_the_offer_is_filed(world: World) -> None:
    alliance = world.own_alliance
    Alliance.objects.filter(pk=alliance.pk).update(phase="filed")
    party = alliance.parties.get(structure=world.own_structure)
    director = Program(key_of(world.person("director"), "act")[1])
    late = director.post(f"{at(alliance)}parties/{party.pk}/reponse/", {"yes": False})
    assert late.status_code == 409
    assert "gelée" in late.json()["message"]


def test_a_list_asks_as_many_queries_for_one_as_for_twelve(world: World, leader: Program) -> None:
    first = world.own_alliance

    def queries() -> int:
        leader.get(ALL)
        with CaptureQueriesContext(connection) as found:
            assert leader.get(ALL).status_code == 200
        return len(found)

    few = queries()
    for number in range(11):
        other = Alliance.objects.create(
            title=f"Autre {number}",
            opportunity=first.opportunity,
            breakdown=first.breakdown,
            origin=Alliance.Origin.SCRATCH,
            network=first.network,
        )
        other.coordinators.create(person=world.person("network_staff"))
    make_structure("Personne n’y est")
    assert queries() == few
