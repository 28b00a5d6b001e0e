"""What mutual aid has to say on the page of the day, while its page opens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.models import Membership, Network, Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.mobilisation import today
from cordee.mobilisation.actions import mutual_aid
from tests.members.makers import make_network, make_valley
from tests.mobilisation.campaign_makers import direct
from tests.mobilisation.mutual.test_mutual_aid import member, write
from tests.mobilisation.mutual.test_urgent_calls import send, skilled

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    make_valley()
    return make_network("Réseau du Val")


@pytest.fixture
def jardins(network: Network) -> Structure:
    return member("Les Jardins", network)


def lines(person: User) -> list[str]:
    now = timezone.now()
    return [
        line.what
        for line in lines_of([today.lines], Viewer.of(person, timezone.localdate(now)), now)
    ]


def leave(structure: Structure) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(structure=structure).update(ends_on=yesterday)


def test_an_urgent_call_waits_for_those_it_reaches_until_they_answer(
    network: Network, jardins: Structure
) -> None:
    knows = skilled("Qui sait", network)
    zoe, ana = direct(knows), direct(jardins)
    made = send(jardins, network)
    assert (lines(zoe), lines(ana)) == (["Les Jardins cherchent du renfort"], [])
    mutual_aid.answer_call(call=made, structure=knows, words="Ainsi", by=zoe, now=timezone.now())
    assert lines(zoe) == []


def test_an_urgent_call_waits_no_more_for_who_left_the_network(
    network: Network, jardins: Structure
) -> None:
    knows = skilled("Qui sait", network)
    zoe = direct(knows)
    send(jardins, network)
    leave(knows)
    assert lines(zoe) == []


def test_a_reply_waits_for_who_wrote_the_offer_while_it_is_a_member(
    network: Network, jardins: Structure
) -> None:
    ateliers = member("Les Ateliers", network)
    zoe, ana = direct(jardins), direct(ateliers)
    offer = write(jardins, network)
    mutual_aid.reply_to_offer(
        offer=offer, structure=ateliers, words="Volontiers", by=ana, now=timezone.now()
    )
    assert (len(lines(zoe)), lines(ana)) == (1, [])
    assert "Les Ateliers" in lines(zoe)[0]
    leave(jardins)
    assert lines(zoe) == []
