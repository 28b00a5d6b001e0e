"""What the team of a programme may learn of structures: nothing of any one of them.

Each test plays somebody who wants to know what a structure, or a network alone, answered.
"""

import pytest

from cordee.members.models import Network, Programme
from cordee.mobilisation.models import Ask
from cordee.mobilisation.proposals.counts import OpportunityCounts, counts_of
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network
from tests.mobilisation.proposals.makers import make_proposal, many, relay, say
from tests.opportunities.programmes.makers import make_need, make_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return make_programme()


@pytest.fixture
def need() -> Opportunity:
    return make_need("Plantation des berges")


@pytest.fixture
def networks(programme: Programme, need: Opportunity) -> list[Network]:
    """Four networks, each with the proposal."""
    made = [make_network(f"Réseau {letter}") for letter in "ABCD"]
    for network in made:
        make_proposal(programme, need, network)
    return made


def told(programme: Programme, need: Opportunity, *known: Network) -> OpportunityCounts:
    return counts_of(programme, [need.pk], known_networks=[each.pk for each in known])[need.pk]


def test_networks_are_counted_as_they_decide(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    relay(networks[0], need, many(2))
    refused = networks[1].proposals.get()
    refused.state, refused.reason, refused.decided_at = "declined", "too_late", refused.at
    refused.save()
    found = told(programme, need)
    assert (found.pending, found.relayed, found.declined) == (2, 1, 1)
    assert found.reason_words == "trop tard pour répondre (1)"


def test_a_network_that_relays_after_refusing_has_relayed(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    refused = networks[0].proposals.get()
    refused.state, refused.reason, refused.decided_at = "declined", "too_late", refused.at
    refused.save()
    relay(networks[0], need, many(1))
    found = told(programme, need)
    assert (found.relayed, found.declined, found.reasons) == (1, 0, {})


def test_a_network_relaying_alone_tells_nothing_of_its_members(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    relay(networks[0], need, many(40), ["alone"] * 30)
    assert told(programme, need).structures is None


def test_two_networks_are_not_enough_for_one_could_subtract_its_own(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    for network in networks[:2]:
        relay(network, need, many(20), ["alone"] * 10)
    assert told(programme, need).structures is None


def test_three_networks_are_told_together(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    for network in networks[:3]:
        relay(network, need, many(6), ["alone", "not_now", "team"])
    structures = told(programme, need).structures
    assert structures is not None
    assert (structures.asked, structures.answered, structures.interested) == (
        "15 à 19",
        "5 à 9",
        "5 à 9",
    )


def test_a_reader_who_knows_one_of_three_networks_is_told_nothing(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    for network in networks[:3]:
        relay(network, need, many(6), ["alone"])
    assert told(programme, need, networks[0]).structures is None


def test_a_reader_s_own_network_is_left_out_of_what_she_reads(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    relay(networks[0], need, many(100), ["alone"] * 100)
    for network in networks[1:]:
        relay(network, need, many(4), ["alone"])
    structures = told(programme, need, networks[0]).structures
    assert structures is not None
    assert (structures.asked, structures.interested) == ("10 à 14", "moins de 5")


def test_networks_that_ask_nobody_do_not_hide_the_one_that_does(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    """Three campaigns, two of them empty: what is counted is one network's."""
    relay(networks[0], need, many(30), ["alone"] * 10)
    relay(networks[1], need, [])
    relay(networks[2], need, [])
    assert told(programme, need).structures is None


def test_one_more_answer_does_not_show(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    """The count before and after one structure answers, whichever it says."""
    for network in networks[:3]:
        relay(network, need, many(6), ["alone", "alone"])
    before = told(programme, need).structures
    silent = Ask.objects.filter(answers=None).first()
    assert silent is not None
    say(silent, "alone", networks[0], later=5)
    assert told(programme, need).structures == before


def test_all_or_none_answering_cannot_be_told_from_most(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    for network in networks[:3]:
        relay(network, need, many(3), ["alone"] * 3)
    everybody = told(programme, need).structures
    Ask.objects.filter(answers__isnull=False).first().answers.all().delete()  # type: ignore[union-attr]
    assert told(programme, need).structures == everybody


def test_the_last_word_counts_and_one_taken_back_does_not(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    for network in networks[:3]:
        relay(network, need, many(4), ["alone"] * 4)
    asks = list(Ask.objects.all())
    for ask in asks[:4]:
        say(ask, "not_now", *networks, later=9)
    for ask in asks[4:8]:
        ask.answers.update(withdrawn_at=ask.asked_at)
    structures = told(programme, need).structures
    assert structures is not None
    assert (structures.answered, structures.interested) == ("5 à 9", "moins de 5")


def test_an_answer_said_to_another_network_is_not_counted(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    """They answered a network that no programme asked; those that relayed since may not read it."""
    outside = make_network("Réseau de passage")
    structures = many(15)
    relay(outside, need, structures, ["alone"] * 15)
    for number, network in enumerate(networks[:3]):
        relay(network, need, structures[number * 5 : number * 5 + 5])
    found = told(programme, need).structures
    assert found is not None
    assert (found.asked, found.answered, found.interested) == (
        "15 à 19",
        "moins de 5",
        "moins de 5",
    )


def test_a_structure_in_three_networks_is_one_structure(
    programme: Programme, need: Opportunity, networks: list[Network]
) -> None:
    same = many(6)
    for network in networks[:3]:
        relay(network, need, same, ["alone"] * 6)
    found = told(programme, need).structures
    assert found is not None
    assert found.asked == "5 à 9"


def test_networks_that_were_not_asked_by_the_programme_do_not_count(
    programme: Programme, need: Opportunity
) -> None:
    for letter in "XYZ":
        relay(make_network(f"Réseau {letter}"), need, many(10), ["alone"] * 9)
    found = told(programme, need)
    assert (found.networks, found.structures) == (0, None)


def test_nothing_summed_over_opportunities_is_shown() -> None:
    """A total minus what is shown would tell what is hidden: there is none to show."""
    fields = set(OpportunityCounts.__dataclass_fields__)
    assert fields == {"pending", "relayed", "declined", "reasons", "structures"}


def test_counting_takes_as_many_queries_for_one_as_for_many(
    programme: Programme, networks: list[Network], django_assert_max_num_queries: object
) -> None:
    needs = [make_need(f"Marché {n}") for n in range(12)]
    for need in needs:
        for network in networks[:3]:
            make_proposal(programme, need, network)
            relay(network, need, many(1), ["alone"])
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        found = counts_of(programme, [need.pk for need in needs], known_networks=[])
    assert all(counts.structures for counts in found.values())
