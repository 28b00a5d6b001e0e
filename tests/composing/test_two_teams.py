"""RULE-38: two teams on a lot never see each other; whoever coordinates one cannot open the other.

A team is composed by a network, or by a director alone. Each address that a team has is tried
by those of the other one, and each page of the opportunity is read for a trace of it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.accounts.models import User
from cordee.composing.access import compositions_for, proposals_for
from cordee.composing.models import Composition, Proposal
from cordee.members.models import Network, Structure
from cordee.members.sharing import Viewer
from tests.composing.conftest import DAY
from tests.members.makers import make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day_of_the_valley(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 25, 11, tzinfo=UTC))


@pytest.fixture
def coordinators(valley: Any) -> dict[str, User]:
    """Who may lead a team on the berges: two networks, two directors who know nothing of it."""
    other = Network.objects.create(name="Réseau du Large", slug="reseau-du-large")

    def director(name: str) -> User:
        structure = Structure.objects.get(name=name)
        return make_person(f"d{structure.pk}@exemple.fr", role="director", structure=structure)

    return {
        "a network": make_person("a@exemple.fr", role="network_staff", network=valley.network),
        "another network": make_person("b@exemple.fr", role="delegate", network=other),
        "a director": director("Les Jardins de la Verdoire"),
        "another director": director("Rives et Sentiers"),
    }


@pytest.fixture
def teams(valley: Any, coordinators: dict[str, User]) -> dict[str, Composition]:
    """The team that each one composed, on the same lots."""
    return {
        who: valley.compose("berges", viewer=Viewer.of(person, DAY), by=person)
        for who, person in coordinators.items()
    }


@pytest.fixture
def kept(teams: dict[str, Composition], coordinators: dict[str, User]) -> dict[str, Proposal]:
    return {
        who: Proposal.objects.create(composition=team, origin="best", kept_by=coordinators[who])
        for who, team in teams.items()
    }


def test_each_finds_her_own_team_and_no_other(
    coordinators: dict[str, User], teams: dict[str, Composition], kept: dict[str, Proposal]
) -> None:
    for who, person in coordinators.items():
        viewer = Viewer.of(person, DAY)
        assert list(compositions_for(viewer).filter(is_public=False)) == [teams[who]]
        assert list(proposals_for(viewer)) == [kept[who]]


def test_no_address_of_a_team_opens_to_those_of_another(
    coordinators: dict[str, User],
    teams: dict[str, Composition],
    kept: dict[str, Proposal],
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    for who, person in coordinators.items():
        visitor = signed_in_client(person)
        for whose, team in teams.items():
            opens = who == whose
            page = visitor.get(reverse("composing:detail", args=[team.pk]))
            assert (page.status_code == 200) is opens, f"{who}: the team of {whose}"
            if opens:
                continue
            for name in ("progress", "study_part"):
                answer = visitor.get(reverse(f"composing:{name}", args=[team.pk]))
                assert answer.status_code == 404, f"{who}: {name} of {whose}"
            for name in ("stop", "cancel", "study", "keep", "wish"):
                answer = visitor.post(reverse(f"composing:{name}", args=[team.pk]))
                assert answer.status_code == 404, f"{who}: {name} of {whose}"
            answer = visitor.post(reverse("composing:withdraw", args=[kept[whose].pk]))
            assert answer.status_code == 404, f"{who}: the kept team of {whose}"
    assert Proposal.objects.filter(withdrawn_at__isnull=True).count() == len(kept)


def test_no_page_tells_that_another_team_is_there(
    valley: Any,
    coordinators: dict[str, User],
    teams: dict[str, Composition],
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    """The same pages, before and after the others composed: word for word."""
    who = "another director"
    visitor = signed_in_client(coordinators[who])
    opportunity = valley.opportunity("berges")
    addresses = [
        reverse("alliances:list"),
        reverse("opportunities:detail", args=[opportunity.pk]),
        reverse("opportunities:lots", args=[opportunity.pk]),
        reverse("opportunities:notice", args=[opportunity.pk]),
        reverse("mobilisation:ranking", args=[opportunity.pk]),
        reverse("campaigns:panel", args=[opportunity.pk]),
    ]
    with_others = [_words(visitor, address) for address in addresses]
    others = [team.pk for whose, team in teams.items() if whose != who]
    Composition.objects.filter(pk__in=others).delete()
    assert [_words(visitor, address) for address in addresses] == with_others


def _words(visitor: StrictClient, address: str) -> str:
    import re

    page = visitor.get(address).content.decode()
    return re.sub(r'csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|id="[^"]*"', "", page)


def test_composing_again_starts_from_ones_own(
    valley: Any, coordinators: dict[str, User], teams: dict[str, Composition]
) -> None:
    """What one asks again is never answered with the team of another."""
    for who, person in coordinators.items():
        second = valley.compose("berges", viewer=Viewer.of(person, DAY), by=person)
        assert second.pk not in {team.pk for whose, team in teams.items() if whose != who}
