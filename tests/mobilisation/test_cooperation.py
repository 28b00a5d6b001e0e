"""RULE-38: neither structures, nor other networks, nor buyers, nor companies learn who was asked,
who answered, and how. Every page they may open is read for the names and the words."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from cordee.accounts.models import JournalEntry, User
from cordee.members.models import Network, Structure
from cordee.mobilisation.actions import answers
from cordee.mobilisation.campaigns import counts
from cordee.mobilisation.models import Answer, Ask
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_person, make_valley
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    director_of,
    make_call,
    make_member,
    relayed,
)
from tests.opportunities.makers import make_opportunity
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Choice = Answer.Choice
SECRET = "Notre secret de Polichinelle"


@pytest.fixture
def story(delegate: User, call: Opportunity, network: Network, monday: datetime) -> Structure:
    """A member that was asked and answered; the structure whose answer nobody else may learn."""
    secret = make_member("Les Serres Discrètes", network)
    relayed(delegate, call, to=[secret])
    answers.record_answer(
        ask=ask_of(secret),
        choice=Choice.NOT_NOW,
        reason="ceiling",
        words=SECRET,
        channel=Answer.Channel.LINK,
        by=director_of(secret),
        now=MONDAY,
    )
    return secret


@pytest.fixture
def outsiders(
    network: Network, other_network: Network, other_delegate: User, story: Structure
) -> dict[str, User]:
    neighbour = make_member("La Ressourcerie Voisine", network)
    return {
        "a director of the same network": director_of(neighbour),
        "their supervisor": make_person("e@exemple.fr", role="supervisor", structure=story),
        "the delegate of another network": other_delegate,
        "a buyer": make_person("acheteuse@exemple.fr", role="buyer", department_id="38"),
        "a facilitator": make_person("f@exemple.fr", role="facilitator", department_id="38"),
        "a company": make_person("entreprise@exemple.fr", role="company"),
        "nobody in particular": make_person("visiteur@exemple.fr"),
    }


@pytest.fixture
def call(db: None, tmp_path: Path) -> Opportunity:
    """A notice that was read, so that its own page opens."""
    make_valley()
    return make_opportunity(tmp_path, deadline=MONDAY + 40 * DAY)


def pages_of(call: Opportunity, structure: Structure) -> Iterator[str]:
    yield "/mobilisation/"
    yield "/mobilisation/sans-suite/"
    yield reverse("campaigns:panel", args=[call.pk])
    for tab in ("detail", "lots", "notice", "questions"):
        yield reverse(f"opportunities:{tab}", args=[call.pk])
    yield reverse("mobilisation:ranking", args=[call.pk])
    yield reverse("members:structure", args=[structure.pk])


def test_nobody_else_learns_what_was_asked_and_answered(
    story: Structure,
    outsiders: dict[str, User],
    call: Opportunity,
    delegate: User,
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    campaign = ask_of(story).recipients.get().campaign
    closed = [
        reverse("campaigns:campaign", args=[campaign.pk]),
        reverse("campaigns:calls", args=[campaign.pk]),
        reverse("campaigns:export", args=[campaign.pk]),
        reverse("campaigns:ask", args=[ask_of(story).pk]),
    ]
    told = [SECRET, "plafond de recettes proche", "Pas maintenant", campaign.message]
    for who, person in outsiders.items():
        visitor = signed_in_client(person)
        for address in closed:
            assert visitor.get(address).status_code == 404, who
        for address in pages_of(call, story):
            page = visitor.get(address).content.decode()
            assert [words for words in told if words in page] == [], f"{who}: {address}"
            if "/opportunites/" in address or "/mobilisation/" in address:
                assert story.name not in page, f"{who}: {address}"


def test_those_concerned_do_read_it(
    story: Structure, delegate: User, signed_in_client: Callable[[Any], StrictClient]
) -> None:
    """So that the test above does not pass on empty pages."""
    campaign = ask_of(story).recipients.get().campaign
    address = reverse("campaigns:campaign", args=[campaign.pk])
    assert SECRET in signed_in_client(delegate).get(address).content.decode()


def test_a_network_that_relays_later_learns_only_that_there_is_an_answer(
    story: Structure,
    call: Opportunity,
    other_network: Network,
    other_delegate: User,
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    from tests.members.makers import join

    join(story, other_network)
    campaign = relayed(other_delegate, call, now=MONDAY + timedelta(hours=1))
    visitor = signed_in_client(other_delegate)
    recipient = campaign.recipients.get()
    for address in (
        reverse("campaigns:campaign", args=[campaign.pk]),
        reverse("campaigns:export", args=[campaign.pk]),
        reverse("campaigns:heard", args=[campaign.pk, recipient.pk]),
    ):
        answer = visitor.get(address)
        raw = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        page = raw.decode()
        assert SECRET not in page
        assert "plafond" not in page.split("<form", maxsplit=1)[0]
        assert "un autre réseau" in page, address
        assert "Réseau du Val" not in page
    # They speak again, and are told that both read it.
    answers.record_answer(
        ask=ask_of(story),
        choice=Choice.TEAM,
        channel=Answer.Channel.LINK,
        by=director_of(story),
        now=MONDAY + DAY,
    )
    page = visitor.get(reverse("campaigns:campaign", args=[campaign.pk])).content.decode()
    assert "Oui, en équipe" in page


def test_a_call_noted_by_one_network_is_not_taken_back_by_another(
    call: Opportunity,
    shared_member: Structure,
    delegate: User,
    other_delegate: User,
    network: Network,
    signed_in_client: Callable[[Any], StrictClient],
    monday: datetime,
) -> None:
    relayed(delegate, call)
    theirs = relayed(other_delegate, call)
    answers.record_spoken_answer(
        ask=ask_of(shared_member),
        network=network,
        choice=Choice.TEAM,
        heard_on=MONDAY.date(),
        heard_from="directrice",
        by=delegate,
        now=MONDAY,
    )
    address = reverse("campaigns:take_back", args=[theirs.pk, theirs.recipients.get().pk])
    assert signed_in_client(other_delegate).post(address).status_code == 404
    assert Answer.objects.standing().count() == 1


def test_the_parent_network_reads_nothing_of_its_delegations(
    network: Network,
    call: Opportunity,
    signed_in_client: Callable[[Any], StrictClient],
    monday: Any,
) -> None:
    from tests.members.makers import make_network
    from tests.mobilisation.campaign_makers import make_delegate

    delegation = make_network("Délégation du Val", parent=network)
    make_member("Les Jardins du Val", delegation)
    campaign = relayed(make_delegate("locale@exemple.fr", delegation), call)
    staff = make_person("equipe@exemple.fr", role="network_staff", network=network)
    address = reverse("campaigns:campaign", args=[campaign.pk])
    assert signed_in_client(staff).get(address).status_code == 404


def test_the_journal_says_that_she_answered_and_not_what(story: Structure) -> None:
    entry = JournalEntry.objects.get(verb="mobilisation.answer")
    assert entry.after == {"channel": "link"}
    for line in JournalEntry.objects.filter(verb__startswith="mobilisation."):
        assert SECRET not in str(line.before) + str(line.after)
        assert "not_now" not in str(line.after)


# --- Counts ---


def ask_many(call: Opportunity, network: Network, delegate: User, how_many: int) -> list[Structure]:
    members = [make_member(f"Structure {number}", network) for number in range(how_many)]
    relayed(delegate, call, to=members)
    return members


def test_nothing_is_called_abandoned_while_a_bid_can_be_made(
    call: Opportunity, network: Network, delegate: User
) -> None:
    ask_many(call, network, delegate, 5)
    everything = Opportunity.objects.all()
    assert counts.abandoned(everything, now=call.deadline - DAY).rows == []
    found = counts.abandoned(everything, now=call.deadline + DAY)
    assert [row.opportunity for row in found.rows] == [call]
    assert found.relayed == 1


def test_what_somebody_wanted_is_not_abandoned(
    call: Opportunity, network: Network, delegate: User
) -> None:
    members = ask_many(call, network, delegate, 5)
    answers.record_answer(
        ask=ask_of(members[0]),
        choice=Choice.EITHER,
        channel=Answer.Channel.LINK,
        by=director_of(members[0]),
        now=MONDAY,
    )
    found = counts.abandoned(Opportunity.objects.all(), now=call.deadline + DAY)
    assert (found.rows, found.relayed) == ([], 1)


def test_reasons_are_told_from_five_on(call: Opportunity, network: Network, delegate: User) -> None:
    members = ask_many(call, network, delegate, 9)
    for number, structure in enumerate(members):
        answers.record_answer(
            ask=ask_of(structure),
            choice=Choice.NOT_NOW,
            reason="team_full" if number < 5 else "too_far",
            channel=Answer.Channel.LINK,
            by=director_of(structure),
            now=MONDAY,
        )
    found = counts.abandoned(Opportunity.objects.all(), now=call.deadline + DAY)
    assert [(label, words) for label, words, _ in found.reasons] == [("Équipe complète", "5 à 9")]


def test_one_structure_or_one_answer_more_is_not_told_in_the_open(
    call: Opportunity, network: Network, delegate: User
) -> None:
    """Counts by subtraction: neighbouring worlds are told alike, but for the ends of a band."""
    ask_many(call, network, delegate, 14)
    asks = list(Ask.objects.order_by("pk"))
    told: dict[tuple[int, int], Any] = {}
    for size in range(1, 15):
        Ask.objects.exclude(pk__in=[each.pk for each in asks[:size]]).update(
            opportunity=make_call(f"Autre {size}")
        )
        for answered in range(size + 1):
            if answered:
                answer = Answer.objects.create(
                    ask=asks[answered - 1],
                    choice=Choice.NOT_NOW,
                    reason="team_full",
                    channel=Answer.Channel.LINK,
                    given_at=MONDAY,
                )
                answer.readers.add(network)
            found = counts.abandoned(
                Opportunity.objects.filter(pk=call.pk), now=call.deadline + DAY
            )
            (row,) = found.rows
            told[size, answered] = (row.asked, row.silent, found.reasons)
        Answer.objects.all().delete()
        Ask.objects.filter(pk__in=[each.pk for each in asks]).update(opportunity=call)
    assert {asked for asked, _, _ in told.values()} == {"moins de 5", "5 à 9", "10 à 14"}
    for (size, answered), what in told.items():
        same_band = [
            other
            for other in told
            if size // 5 == other[0] // 5
            and answered // 5 == other[1] // 5
            and (size < 5 or (size - answered) // 5 == (other[0] - other[1]) // 5)
        ]
        assert {str(told[other]) for other in same_band} == {str(what)}


def test_the_page_in_the_open_names_no_structure(
    network: Network,
    delegate: User,
    at: Callable[[datetime], datetime],
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    call = make_call("Personne n’en a voulu")
    members = ask_many(call, network, delegate, 6)
    at(call.deadline + DAY)
    visitor = signed_in_client(make_person("visiteur@exemple.fr"))
    page = visitor.get("/mobilisation/sans-suite/").content.decode()
    assert "Personne n’en a voulu" in page
    assert not any(member.name in page for member in members)
    assert network.name not in page


def test_a_private_need_is_abandoned_for_its_network_alone(
    network: Network,
    delegate: User,
    at: Callable[[datetime], datetime],
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    need = make_call("Besoin privé", source="private", network=network)
    ask_many(need, network, delegate, 6)
    at(need.deadline + DAY)
    address = "/mobilisation/sans-suite/"
    stranger = signed_in_client(make_person("visiteur@exemple.fr"))
    assert "Besoin privé" not in stranger.get(address).content.decode()
    assert "Besoin privé" in signed_in_client(delegate).get(address).content.decode()


def test_a_question_is_unique_in_the_database(call: Opportunity, member: Structure) -> None:
    from django.db import IntegrityError, transaction

    values = {"asked_at": MONDAY, "answer_by": MONDAY.date()}
    Ask.objects.create(structure=member, opportunity=call, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.create(structure=member, opportunity=call, **values)
