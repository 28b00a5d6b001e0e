"""What a network learns of whom another one asked: two worlds, and its pages are the same.

Each test writes one world where another network asked, one where it did not, and reads in both
every page that the curious network has.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import answers, campaigns, relaying
from cordee.mobilisation.models import Answer, Campaign
from cordee.opportunities.models import Opportunity
from tests.members.makers import join, make_network
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    director_of,
    drafted,
    make_call,
    make_delegate,
    make_member,
    post_of,
    relayed,
)
from tests.mobilisation.worlds import read, worlds
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SignIn = Callable[[Any], StrictClient]
At = Callable[[datetime], datetime]


def draft_pages(client: StrictClient, campaign: Campaign) -> list[str]:
    names = ("campaigns:draft", "campaigns:preview")
    return [read(client, reverse(name, args=[campaign.pk])) for name in names]


def board_pages(client: StrictClient, campaign: Campaign) -> list[str]:
    here = [campaign.pk]
    names = ("campaigns:campaign", "campaigns:calls", "campaigns:export")
    addresses = [reverse(name, args=here) for name in names]
    addresses += [reverse("campaigns:home"), reverse("campaigns:all_calls")]
    addresses += [reverse("watch:silences", args=[campaign.network.slug])]
    for row in campaign.recipients.relayed():
        addresses.append(reverse("campaigns:heard", args=[campaign.pk, row.pk]))
    addresses.append(reverse("campaigns:panel", args=[campaign.opportunities.get().pk]))
    return [read(client, address) for address in addresses]


@pytest.fixture
def shared(network: Network, other_network: Network) -> Structure:
    return make_member("Partagée", network, other_network)


def test_a_draft_does_not_tell_whom_another_network_asked_or_how_often(
    shared: Structure,
    call: Opportunity,
    delegate: User,
    other_delegate: User,
    signed_in_client: SignIn,
    monday: datetime,
) -> None:
    """A draft costs nothing: by it one would find, structure by structure, whom others ask."""

    def often() -> None:
        for number in range(3):
            relayed(other_delegate, make_call(f"Marché {number}"), to=[shared])

    told = []
    asking = (lambda: None, lambda: relayed(other_delegate, call), often)
    for _ in worlds(*asking):
        told.append(draft_pages(signed_in_client(delegate), drafted(delegate, [call])))
    assert told[1] == told[0]
    assert told[2] == told[0]
    assert "Un autre réseau a peut-être déjà sollicité" in told[0][0]
    assert "Un autre réseau a peut-être déjà sollicité" in told[0][1]
    assert "<strong>1\u202fstructure</strong>" in told[0][1]


def test_within_a_network_it_is_said_by_whom(
    shared: Structure,
    call: Opportunity,
    network: Network,
    delegate: User,
    signed_in_client: SignIn,
    monday: datetime,
) -> None:
    colleague = make_delegate("collegue@exemple.fr", network)
    first = relayed(colleague, call)
    client = signed_in_client(delegate)
    campaign = drafted(delegate, [call])
    page = client.get(reverse("campaigns:draft", args=[campaign.pk])).content.decode()
    assert "Déjà sollicitée par votre réseau" in page
    assert f"Par {colleague}, le" in page
    assert reverse("campaigns:campaign", args=[first.pk]) in page
    second = relayed(delegate, call)
    board = client.get(reverse("campaigns:campaign", args=[second.pk])).content.decode()
    assert "Déjà sollicitée par votre réseau" in board
    assert "autre réseau</" not in board
    assert f"Par {colleague}, le" in board
    calls = client.get(reverse("campaigns:calls", args=[second.pk])).content.decode()
    assert "Personne à appeler" in calls


@pytest.mark.parametrize("sent_at", [MONDAY, MONDAY + timedelta(hours=10)], ids=["day", "night"])
def test_a_parent_learns_nothing_of_what_its_delegation_asked_and_was_told(
    network: Network,
    call: Opportunity,
    delegate: User,
    signed_in_client: SignIn,
    at: At,
    sent_at: datetime,
) -> None:
    """From the draft to the second reminder, by day and by night, silent or answered."""
    delegation = make_network("Délégation du Val", parent=network)
    member = make_member("D’ici", delegation)
    make_member("Sans compte", delegation, director=False)
    join(make_member("Autre", network), delegation)
    local = make_delegate("locale@exemple.fr", delegation)
    relay_at = sent_at - timedelta(hours=1) if sent_at == MONDAY else MONDAY

    def asked() -> None:
        relayed(local, call, now=relay_at)

    def answered() -> None:
        asked()
        answers.record_answer(
            ask=ask_of(member),
            choice=Answer.Choice.NOT_NOW,
            channel=Answer.Channel.LINK,
            by=director_of(member),
            now=relay_at,
        )

    told, mails = [], []
    for _ in worlds(lambda: None, asked, answered):
        client = signed_in_client(delegate)
        at(sent_at)
        campaign = drafted(delegate, [call], now=sent_at)
        pages = draft_pages(client, campaign)
        assert campaigns.send_campaign(
            campaign=campaign, post=post_of(delegate), by=delegate, now=sent_at, on=sent_at.date()
        )
        relaying.relay(now=sent_at, campaign=campaign)
        pages += board_pages(client, campaign)
        for days in (1, 4, 8):
            now = at(MONDAY + days * DAY)
            relaying.run(now)
            campaign.refresh_from_db()
            pages += board_pages(client, campaign)
        told.append(pages)
        written = OutgoingMail.objects.filter(kind="asks", recipient=director_of(member).email)
        mails.append(written.filter(key__endswith=f":0:{director_of(member).pk}").count())
    assert told[1] == told[0]
    assert told[2] == told[0]
    assert mails == [1, 1, 1], "asked once, whoever relays"


def test_the_days_of_another_network_are_not_found_by_noting_calls(
    shared: Structure,
    call: Opportunity,
    network: Network,
    delegate: User,
    other_delegate: User,
    signed_in_client: SignIn,
    at: At,
) -> None:
    """Which days are taken for a call would tell when another network asked, and until when."""
    told = []
    for days in (None, 1, 3):
        with transaction.atomic():
            if days is not None:
                relayed(other_delegate, call, now=MONDAY)
            campaign = relayed(delegate, call, now=MONDAY + 4 * DAY)
            if days is not None:
                later = relayed(other_delegate, call, now=MONDAY + (4 + days) * DAY)
                assert later.answer_by > campaign.answer_by
            at(MONDAY + 30 * DAY)
            row = campaign.recipients.get()
            address = reverse("campaigns:heard", args=[campaign.pk, row.pk])
            client, codes = signed_in_client(delegate), []
            for day in range(-1, 30):
                heard_on = (MONDAY + day * DAY).date().isoformat()
                sent = {"choice": "team", "heard_on": heard_on, "heard_from": "directrice"}
                with transaction.atomic():
                    codes.append(client.post(address, sent).status_code)
                    transaction.set_rollback(True)
            told.append(codes)
            transaction.set_rollback(True)
    assert told[0] == told[1] == told[2]
    assert {302, 422} == set(told[0])
