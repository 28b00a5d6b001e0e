"""Joining, leaving, proving: and figures that close at once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.memberships import (
    Side,
    answer_membership,
    ask_membership,
    end_membership,
    leave_network,
    prove_membership,
    record_membership,
    withdraw_request,
)
from cordee.members.actions.sharing import answer_sharing, ask_sharing, grant_sharing
from cordee.members.models import Membership, MembershipRequest, SharingRequest
from cordee.members.models.requests import Answer
from cordee.members.sharing import FigureClass, Viewer
from tests.members.makers import ON, join, make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
Proof = Membership.Proof


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def delegation(network):
    return make_network("Val du Nord", parent=network)


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def director(structure):
    return make_person("direction@exemple.fr", role="director", structure=structure)


@pytest.fixture
def staff(network):
    return make_person("equipe@exemple.fr", role="network_staff", network=network)


def sees(network, structure, on=ON):
    return structure.pk in Viewer.of_network(network, on).seen[FigureClass.NETWORK]


def leave(structure, network, by=None, side=Side.STRUCTURE, on=ON):
    return leave_network(structure=structure, network=network, side=side, by=by, on=on)


def grant(structure, network, on=ON):
    return grant_sharing(
        structure=structure,
        network=network,
        figure_class=FigureClass.NETWORK,
        may_see=True,
        may_compose=True,
        by=None,
        on=on,
    )


# --- Asking and answering -----------------------------------------------------------------


def test_a_structure_asks_and_the_network_accepts(network, structure, director, staff) -> None:
    asked = ask_membership(
        structure=structure, network=network, words="Bonjour.", by=director, on=ON
    )
    assert "Bonjour." in OutgoingMail.objects.get(recipient=staff.email).text
    answer_membership(request=asked, accepted=True, by=staff, on=ON + timedelta(days=2))
    membership = Membership.objects.get()
    assert (membership.proof, membership.proof_on) == (Proof.REQUEST, ON)
    assert membership.starts_on == ON + timedelta(days=2)
    asked.refresh_from_db()
    assert asked.answer == Answer.YES
    assert "sont membres" in OutgoingMail.objects.get(recipient=director.email).subject
    assert not sees(network, structure, ON + timedelta(days=2))


def test_asking_twice_asks_once(network, structure, director) -> None:
    first, again = (
        ask_membership(structure=structure, network=network, words="", by=director, on=ON)
        for _ in range(2)
    )
    assert first == again
    assert MembershipRequest.objects.count() == 1


def test_declining_gives_the_reason_and_changes_nothing_afterwards(
    network, structure, director, staff
) -> None:
    asked = ask_membership(structure=structure, network=network, words="", by=director, on=ON)
    answer_membership(request=asked, accepted=False, reason="Hors région.", by=staff, on=ON)
    assert "Hors région." in OutgoingMail.objects.get(recipient=director.email).text
    answer_membership(request=asked, accepted=True, by=staff, on=ON)
    assert not Membership.objects.exists()


def test_a_request_is_withdrawn_once(network, structure, director, staff) -> None:
    asked = ask_membership(structure=structure, network=network, words="", by=director, on=ON)
    withdraw_request(request=asked, by=director, on=ON)
    withdraw_request(request=asked, by=director, on=ON)
    assert answer_membership(request=asked, accepted=True, by=staff, on=ON).answer == (
        Answer.WITHDRAWN
    )
    verb = "members.withdraw_membership_request"
    assert JournalEntry.objects.filter(verb=verb).count() == 1


def test_a_member_does_not_ask_again(network, structure, director) -> None:
    join(structure, network)
    with pytest.raises(ValidationError, match="déjà membre"):
        ask_membership(structure=structure, network=network, words="", by=director, on=ON)


def test_a_delegation_without_staff_writes_to_that_of_its_network(
    delegation, structure, director, staff
) -> None:
    ask_membership(structure=structure, network=delegation, words="", by=director, on=ON)
    assert OutgoingMail.objects.get().recipient == staff.email


# --- Proofs -------------------------------------------------------------------------------


def test_a_proof_is_completed_and_the_earlier_word_is_kept(network, structure, staff) -> None:
    membership = join(structure, network)
    prove_membership(
        membership=membership,
        proof=Proof.SIGNED_FORM,
        proof_reference="bulletin 12",
        proof_on=date(2025, 12, 1),
        by=staff,
    )
    line = JournalEntry.objects.get(verb="members.prove_membership")
    assert (line.before["proof"], line.after["reference"]) == ("", "bulletin 12")


# --- Leaving ------------------------------------------------------------------------------


def test_leaving_a_network_leaves_its_delegations_too(network, delegation, structure) -> None:
    for each in (network, delegation):
        join(structure, each)
        share(structure, each, "network")
    ended = leave(structure, network)
    assert {membership.network for membership in ended} == {network, delegation}
    assert not sees(network, structure)
    assert not sees(delegation, structure)


def test_leaving_a_delegation_keeps_what_is_open_to_the_network_itself(
    network, delegation, structure
) -> None:
    for each in (network, delegation):
        join(structure, each)
        share(structure, each, "network")
    leave(structure, delegation)
    assert not sees(delegation, structure)
    assert sees(network, structure)


def test_two_memberships_ended_on_one_day_leave_nothing_open(
    network, delegation, structure
) -> None:
    """A membership in its last day is no other way in."""
    memberships = [join(structure, each) for each in (delegation, network)]
    share(structure, network, "network")
    for membership in memberships:
        end_membership(membership=membership, by=None, on=ON)
    assert not sees(network, structure)


def test_nothing_is_opened_on_the_last_day(network, structure) -> None:
    join(structure, network)
    leave(structure, network)
    with pytest.raises(ValidationError, match="n’appartient pas"):
        grant(structure, network)


def test_leaving_twice_writes_once(network, structure, director, staff) -> None:
    join(structure, network)
    assert len(leave(structure, network, director)) == 1
    assert leave(structure, network, director) == []
    assert OutgoingMail.objects.filter(recipient=staff.email).count() == 1


def test_the_side_that_did_not_end_it_is_told(network, structure, director, staff) -> None:
    join(structure, network)
    leave(structure, network, staff, side=Side.NETWORK)
    mail = OutgoingMail.objects.get()
    assert mail.recipient == director.email
    assert "met fin" in mail.subject
    assert JournalEntry.objects.get(verb="members.end_membership").after["side"] == "network"


def test_who_comes_back_the_same_day_goes_on(network, structure) -> None:
    membership = join(structure, network)
    leave(structure, network)
    again = record_membership(structure=structure, network=network, by=None, on=ON)
    assert again == membership
    assert again.ends_on is None
    assert not sees(network, structure)


def test_who_comes_back_later_starts_anew_with_nothing_open(network, structure) -> None:
    join(structure, network)
    share(structure, network, "network")
    leave(structure, network)
    later = ON + timedelta(days=40)
    record_membership(structure=structure, network=network, by=None, on=later)
    assert Membership.objects.count() == 2
    assert not sees(network, structure, later)


# --- Asking for figures -------------------------------------------------------------------


def ask(structure, network, by, on=ON):
    return ask_sharing(
        structure=structure,
        network=network,
        figure_class=FigureClass.NETWORK,
        words="Pour composer des équipes.",
        by=by,
        on=on,
    )


def test_a_network_asks_at_most_once_in_ninety_days(network, structure, director, staff) -> None:
    join(structure, network)
    request = ask(structure, network, staff)
    answer_sharing(
        request=request, may_see=False, may_compose=False, by=director, on=ON + timedelta(days=1)
    )
    with pytest.raises(ValidationError, match="déjà été sollicitée"):
        ask(structure, network, staff, ON + timedelta(days=89))
    assert ask(structure, network, staff, ON + timedelta(days=90))


def test_an_answer_opens_what_it_says_and_tells_who_asked(
    network, structure, director, staff
) -> None:
    join(structure, network)
    request = ask(structure, network, staff)
    assert "Pour composer" in OutgoingMail.objects.get(recipient=director.email).text
    answer_sharing(request=request, may_see=True, may_compose=False, by=director, on=ON)
    assert sees(network, structure)
    assert structure.pk not in Viewer.of_network(network, ON).usable[FigureClass.NETWORK]
    assert "ouvre" in OutgoingMail.objects.get(recipient=staff.email).subject


def test_an_answer_is_given_once(network, structure, director, staff) -> None:
    join(structure, network)
    request = ask(structure, network, staff)
    no = {"may_see": False, "may_compose": False}
    answer_sharing(request=request, **no, by=director, on=ON)
    answer_sharing(request=request, may_see=True, may_compose=True, by=director, on=ON)
    assert not sees(network, structure)


def test_opening_by_oneself_answers_what_was_asked(network, structure, staff) -> None:
    join(structure, network)
    ask(structure, network, staff)
    grant(structure, network)
    assert SharingRequest.objects.get().answer == Answer.YES


def test_leaving_withdraws_what_was_asked(network, structure, staff) -> None:
    join(structure, network)
    ask(structure, network, staff)
    leave(structure, network)
    assert SharingRequest.objects.get().answer == Answer.WITHDRAWN


def test_a_stranger_is_not_asked(network, structure, staff) -> None:
    with pytest.raises(ValidationError, match="n’est pas membre"):
        ask(structure, network, staff)
