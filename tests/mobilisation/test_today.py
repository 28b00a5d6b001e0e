"""What mobilisation has to say on the page of the day: to answer, to decide, to telephone."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.accounts.models import User
from cordee.members.models import Network, Programme, Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import lines_of
from cordee.mobilisation import today
from cordee.mobilisation.actions.answers import record_answer
from cordee.mobilisation.models import Answer, Ask, ProgrammeProposal
from cordee.opportunities.models import Opportunity
from tests.mobilisation.campaign_makers import (
    MONDAY,
    ask_of,
    direct,
    director_of,
    make_call,
    make_member,
    relayed,
)

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()


def lines(person: User, now: datetime = MONDAY) -> list[str]:
    return [line.what for line in lines_of([today.lines], Viewer.of(person, now.date()), now)]


def names(person: User) -> list[str]:
    return [call.name for call in lines_of([today.calls], Viewer.of(person, DAY), MONDAY)]


def says(ask: Ask, choice: Answer.Choice = Answer.Choice.TEAM) -> None:
    record_answer(
        ask=ask,
        choice=choice,
        channel=Answer.Channel.APPLICATION,
        by=director_of(ask.structure),
        now=MONDAY,
    )


def test_a_question_waits_until_it_is_answered(
    delegate: User, call: Opportunity, member: Structure, monday: datetime
) -> None:
    relayed(delegate, call)
    zoe, ask = director_of(member), ask_of(member)
    (line,) = lines_of([today.lines], Viewer.of(zoe, DAY), MONDAY)
    assert (line.what, line.until) == ("Ce marché vous intéresse\u202f?", ask.answer_by)
    assert line.fact.startswith("Entretien des espaces verts de trois communes. Oui ou non")
    assert line.url == f"/mobilisation/demandes/{ask.pk}/"
    says(ask)
    assert lines(zoe) == []


def test_a_question_closes_with_its_contract(
    delegate: User, call: Opportunity, member: Structure, monday: datetime
) -> None:
    relayed(delegate, call)
    Opportunity.objects.filter(pk=call.pk).update(deadline=MONDAY)
    assert lines(director_of(member)) == []


def test_who_directs_two_structures_reads_for_which(
    delegate: User, network: Network, call: Opportunity, member: Structure, monday: datetime
) -> None:
    second = make_member("Les Haies du Val", network, director=False)
    zoe = director_of(member)
    zoe.seats.create(role="director", structure=second)
    relayed(delegate, call)
    facts = [line.fact for line in lines_of([today.lines], Viewer.of(zoe, DAY), MONDAY)]
    assert sorted("Haies" in fact for fact in facts) == [False, True]
    assert all(" Pour Les " in fact for fact in facts)


def test_a_delegate_calls_each_silent_member_once(
    delegate: User, network: Network, call: Opportunity, member: Structure, monday: datetime
) -> None:
    make_member("Les Haies du Val", network)
    second = make_call("Taille des haies", days=50)
    relayed(delegate, call, second)
    assert sorted(names(delegate)) == ["Les Haies du Val", "Les Jardins du Val"]
    for ask in Ask.objects.filter(structure=member):
        says(ask)
    assert names(delegate) == ["Les Haies du Val"]
    # Nobody else calls them: not the member itself, nor another network.
    assert names(director_of(member)) == []


def test_an_answer_given_elsewhere_silences_the_call_and_says_nothing(
    delegate: User,
    other_delegate: User,
    network: Network,
    call: Opportunity,
    shared_member: Structure,
    monday: datetime,
) -> None:
    relayed(other_delegate, call)
    says(ask_of(shared_member), Answer.Choice.ALONE)
    relayed(delegate, call)
    assert names(delegate) == []


def test_queries_do_not_grow_with_the_network(
    delegate: User,
    network: Network,
    call: Opportunity,
    monday: datetime,
) -> None:
    counts = []
    for number in range(2):
        for each in range(6):
            make_member(f"Membre {number} {each}", network)
        relayed(delegate, make_call(f"Marché {number}", days=40 + number))
        viewer = Viewer.of(delegate, DAY)
        with CaptureQueriesContext(
            connection,
        ) as read:
            lines_of([today.lines], viewer, MONDAY)
            lines_of([today.calls], viewer, MONDAY)
        counts.append(len(read))
    assert counts[0] == counts[1] <= 5


def test_who_works_in_a_structure_is_asked_nothing(
    delegate: User, call: Opportunity, member: Structure, monday: datetime
) -> None:
    relayed(delegate, call)
    basile = User.objects.create_user("basile@exemple.fr")
    basile.seats.create(role="supervisor", structure=member)
    stranger = direct(make_member("Les Toits", director=False))
    assert (lines(basile), lines(stranger)) == ([], [])


def test_relaying_stands_once_on_a_day(
    delegate: User, network: Network, member: Structure, monday: datetime
) -> None:
    """What a programme proposes is one line, and takes the place of the first step."""
    assert "Relayer un premier marché" in lines(delegate)
    programme = Programme.objects.create(
        slug="val", name="Val renouvelé", starts_on=DAY, ends_on=DAY + timedelta(days=90)
    )
    for number in range(3):
        ProgrammeProposal.objects.create(
            programme=programme,
            network=network,
            opportunity=make_call(f"Marché {number}", days=40 + number),
            at=MONDAY,
        )
    said = [
        line
        for line in lines_of([today.lines], Viewer.of(delegate, DAY), MONDAY)
        if "elayer" in line.what
    ]
    (line,) = said
    assert line.what == "Relayer trois marchés\u202f?"
    assert line.fact.startswith("Proposés par Val renouvelé. ")
    assert "ffres avant le 2" in line.fact
