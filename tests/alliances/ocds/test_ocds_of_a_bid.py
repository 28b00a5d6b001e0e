"""An alliance taken away as OCDS at each step of its life, by each of those inside."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.alliances import access
from cordee.alliances.ocds.facts import package_of
from tests.alliances.makers import Rope
from tests.alliances.ocds.test_package import faults, references

pytestmark = pytest.mark.django_db
Make = Callable[..., Rope]


def release_for(team: Rope, who: Any) -> Any:
    package = package_of(access.inside_for(who, team.alliance.pk))
    assert faults(package) == []
    (release,) = package["releases"]
    assert references(release) <= {each["id"] for each in release["parties"]}
    return release


def test_a_package_follows_the_life_of_an_alliance(rope: Make) -> None:
    team = rope()
    assert release_for(team, team.leader)["groups"][0]["phase"] == "talking"
    team.to_filed()
    director = team.directors[team.members[0]]
    filed = release_for(team, director)
    assert filed == release_for(team, team.leader)
    (bid,) = filed["bids"]["details"]
    assert bid["status"] == "pending"
    assert bid["date"]
    assert bid["value"]["amount"] * 100 == team.terms.price_cents
    assert filed["groups"][0]["form"] == "joint"
    assert "awards" not in filed

    won = release_for(team.win(), team.leader)
    assert won["tag"] == ["tender", "award"]
    assert len(won["awards"][0]["suppliers"]) == len(team.members)
    assert won["awards"][0]["date"] >= won["bids"]["details"][0]["date"][:10]
    assert won["date"] >= filed["date"]
    assert won["id"] != filed["id"]
    assert won["ocid"] == filed["ocid"]
    signed = release_for(team.sign(), team.leader)
    assert signed["groups"][0]["phase"] == "signed"


def test_a_subcontractor_is_one_and_works_for_its_member(rope: Make) -> None:
    team = rope().gather().bring_company().share_out()
    release = release_for(team, team.leader)
    roles = [role for each in release["parties"] for role in each["roles"]]
    assert roles.count("subcontractor") == 1
    (group,) = release["groups"]
    company = next(each for each in group["members"] if each["role"] == "subcontractor")
    assert company["worksFor"]["name"] == "Les Toits du Val"


def test_a_lost_bid_awards_nothing(rope: Make) -> None:
    team = rope().to_filed()
    team.result(is_won=False)
    lost = release_for(team, team.leader)
    assert lost["groups"][0]["phase"] == "lost"
    assert "awards" not in lost
    assert lost["tender"]["status"] == "complete"
