"""What a network reads: who answered, why not, who is silent and to be called; never of others."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import User
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import answers
from cordee.mobilisation.models import Answer, Campaign
from cordee.opportunities.models import Opportunity
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    director_of,
    make_call,
    make_member,
    relayed,
)
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Choice = Answer.Choice


@pytest.fixture
def visitor(
    delegate: User, signed_in_client: Callable[[Any], StrictClient], monday: datetime
) -> StrictClient:
    return signed_in_client(delegate)


def say(structure: Structure, choice: Choice, reason: str = "", now: datetime = MONDAY) -> Answer:
    return answers.record_answer(
        ask=ask_of(structure),
        choice=choice,
        reason=reason,
        channel=Answer.Channel.LINK,
        by=director_of(structure),
        now=now,
    )


@pytest.fixture
def campaign(delegate: User, call: Opportunity, network: Network) -> Campaign:
    """Six members: two yes, a later, a no, a silence; one has no account."""
    members = [make_member(f"Structure {letter}", network) for letter in "ABCDE"]
    make_member("Sans compte", network, director=False, phone="04 00 00 00 12")
    campaign = relayed(delegate, call)
    say(members[0], Choice.ALONE)
    say(members[1], Choice.TEAM)
    say(members[2], Choice.NOT_NOW, "team_full")
    say(members[3], Choice.NOT_FOR_US, "too_far")
    return campaign


def board(visitor: StrictClient, campaign: Campaign, query: str = "") -> str:
    address = reverse("campaigns:campaign", args=[campaign.pk])
    return visitor.get(address + query).content.decode()


def test_the_title_says_who_is_silent(visitor: StrictClient, campaign: Campaign) -> None:
    page = board(visitor, campaign)
    assert "2\u202fstructures n’ont pas répondu" in page
    assert "67" in page, "four answers out of six"
    assert "<span>intéressées</span>" in page, "two of them"
    assert "Équipe complète" in page
    assert "Trop loin" in page


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("interessees", {"Structure A", "Structure B"}),
        ("pas-maintenant", {"Structure C"}),
        ("pas-pour-elles", {"Structure D"}),
        ("silence", {"Structure E"}),
        ("a-appeler", {"Sans compte"}),
    ],
)
def test_each_standing_has_its_list(
    visitor: StrictClient, campaign: Campaign, slug: str, names: set[str]
) -> None:
    page = board(visitor, campaign, f"?etat={slug}")
    everybody = {f"Structure {letter}" for letter in "ABCDE"} | {"Sans compte"}
    assert {name for name in everybody if f">{name}</a>" in page} == names


def test_the_call_list_names_the_silent_with_their_reason(
    visitor: StrictClient, campaign: Campaign
) -> None:
    page = visitor.get(reverse("campaigns:calls", args=[campaign.pk])).content.decode()
    assert "2\u202fstructures à appeler" in page
    assert "Structure E" in page
    assert "Structure A" not in page
    assert "Espaces verts, à 11\u202fkm." in page
    assert 'href="tel:0400000012"' in page
    assert page.count("☐ oui, en équipe") == 2


def test_a_structure_is_called_once_about_all_that_is_asked(
    visitor: StrictClient, campaign: Campaign, delegate: User
) -> None:
    silent = Structure.objects.get(name="Structure E")
    relayed(delegate, make_call("Fauchage des talus"), to=[silent])
    page = visitor.get("/mobilisation/appels/").content.decode()
    assert "2\u202fstructures à appeler" in page
    assert "Fauchage des talus" in page


def test_who_another_network_asked_is_not_called_from_here(
    visitor: StrictClient,
    delegate: User,
    other_delegate: User,
    shared_member: Structure,
    call: Opportunity,
) -> None:
    relayed(other_delegate, call)
    campaign = relayed(delegate, call)
    page = board(visitor, campaign)
    assert "Sollicitée par un autre réseau" in page
    assert "Réseau du Large" not in page
    calls = visitor.get(reverse("campaigns:calls", args=[campaign.pk])).content.decode()
    assert "Personne à appeler" in calls


def test_what_was_heard_is_noted_from_the_board(
    visitor: StrictClient, campaign: Campaign, delegate: User
) -> None:
    silent = campaign.recipients.get(structure__name="Sans compte")
    address = reverse("campaigns:heard", args=[campaign.pk, silent.pk])
    assert "Dites-lui qui lira sa réponse\u00a0: Réseau du Val, et tout autre réseau" in (
        visitor.get(address).content.decode()
    )
    told = {"choice": "team", "heard_on": "2026-11-23", "heard_from": "coordinatrice"}
    wrong = visitor.post(address, told | {"heard_from": ""})
    assert wrong.status_code == 422
    assert "Écrivez sa fonction, par exemple directrice." in wrong.text
    assert visitor.post(address, told | {"heard_on": "2026-12-01"}).status_code == 422
    assert visitor.post(address, told).status_code == 302
    assert visitor.post(address, told).status_code == 302
    answer = Answer.objects.get(ask=silent.ask)
    assert answer.by == delegate
    page = board(visitor, campaign, "?etat=interessees")
    assert "coordinatrice" in page
    taken = visitor.post(reverse("campaigns:take_back", args=[campaign.pk, silent.pk]))
    assert taken.status_code == 302
    assert "Sans compte" in board(visitor, campaign, "?etat=a-appeler")


def test_a_director_who_joins_later_finds_the_question(
    campaign: Campaign, signed_in_client: Callable[[Any], StrictClient], monday: datetime
) -> None:
    from tests.mobilisation.campaign_makers import direct

    newcomer = direct(Structure.objects.get(name="Sans compte"), "nouvelle@exemple.fr")
    page = signed_in_client(newcomer).get("/mobilisation/").content.decode()
    assert "1\u202fréponse attendue de vous" in page


def test_the_board_goes_out_as_a_table(visitor: StrictClient, campaign: Campaign) -> None:
    answer = visitor.get(reverse("campaigns:export", args=[campaign.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["Structure"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    assert len(rows) == 6
    assert rows["Structure C"]["Réponse"] == "Pas maintenant"
    assert rows["Structure C"]["Raison"] == "Équipe complète"
    assert rows["Sans compte"]["Où elle en est"] == "À appeler"


def test_a_campaign_is_stopped_after_a_question(visitor: StrictClient, campaign: Campaign) -> None:
    address = reverse("campaigns:stop", args=[campaign.pk])
    assert "Les rappels cessent" in visitor.get(address).content.decode()
    for _ in range(2):
        assert visitor.post(address).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED
    assert visitor.get(address).status_code == 302


def test_the_first_page_counts_over_all(visitor: StrictClient, campaign: Campaign) -> None:
    page = visitor.get("/mobilisation/").content.decode()
    assert "2\u202fquestions sans réponse" in page
    assert campaign.subject in page


def test_whoever_has_nothing_here_reads_how_it_works(
    signed_in_client: Callable[[Any], StrictClient], db: None
) -> None:
    from tests.members.makers import make_person

    page = signed_in_client(make_person("x@exemple.fr")).get("/mobilisation/").content.decode()
    assert "Un réseau écrit aux membres" in page


def test_the_numbers_of_queries_are_fixed(
    visitor: StrictClient,
    campaign: Campaign,
    delegate: User,
    network: Network,
    count_queries: Callable[..., int],
) -> None:
    addresses = [
        "/mobilisation/",
        "/mobilisation/appels/",
        reverse("campaigns:campaign", args=[campaign.pk]),
        reverse("campaigns:calls", args=[campaign.pk]),
        reverse("campaigns:export", args=[campaign.pk]),
    ]
    few = [count_queries(address, delegate) for address in addresses]
    more = [make_member(f"Encore {n}", network, director=n % 2 == 0) for n in range(24)]
    bigger = relayed(delegate, make_call("Un grand marché"))
    for structure in more[::4]:
        say(structure, Choice.TEAM)
    big = [address.replace(f"/{campaign.pk}/", f"/{bigger.pk}/") for address in addresses]
    assert [count_queries(address, delegate) for address in big] == few
