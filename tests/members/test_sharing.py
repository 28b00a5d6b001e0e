"""A structure's figures are its own: who sees, who composes, from when to when."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry
from cordee.members.actions.memberships import end_membership, record_membership
from cordee.members.actions.sharing import grant_sharing, revoke_sharing
from cordee.members.models import Chantier, Membership, RoleSeat, SharingAgreement
from cordee.members.sharing import FigureClass, Viewer
from tests.members.makers import (
    ON,
    join,
    make_network,
    make_person,
    make_structure,
    share,
)

pytestmark = pytest.mark.django_db
YESTERDAY = ON - timedelta(days=1)
CLASSES = list(FigureClass)


@pytest.fixture
def network():
    return make_network("Réseau du Val")


@pytest.fixture
def structure(network):
    made = make_structure("Les Jardins")
    join(made, network)
    return made


def rights(viewer: Viewer, structure, figure_class=FigureClass.PRIVATE, on: date = ON):
    """Whether a viewer sees, and may use, figures; as if looking anew on that day.

    As a page asks it of the base for its rows, and as all rights read at once say it.
    """
    anew = Viewer(viewer.user, on, viewer.network, viewer.structure_ids)
    of_a_page = Chantier.objects.filter(anew.sees(figure_class), structure=structure).exists()
    sees = structure.pk in anew.seen[figure_class]
    assert of_a_page == sees
    return sees, structure.pk in anew.usable[figure_class]


@pytest.mark.parametrize("figure_class", CLASSES)
def test_without_an_agreement_a_network_sees_and_uses_nothing(network, structure, figure_class):
    assert rights(Viewer.of_network(network, ON), structure, figure_class) == (False, False)


@pytest.mark.parametrize("figure_class", CLASSES)
def test_an_agreement_opens_its_own_class_only(network, structure, figure_class):
    share(structure, network, figure_class)
    viewer = Viewer.of_network(network, ON)
    opened = {other: rights(viewer, structure, other) for other in CLASSES}
    assert opened.pop(figure_class) == (True, True)
    assert set(opened.values()) == {(False, False)}


def test_seeing_and_composing_are_two_rights(network, structure):
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    assert rights(Viewer.of_network(network, ON), structure) == (False, True)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 1), ON, True),
        (date(2026, 1, 1), YESTERDAY, False),
        (ON, None, True),
        (ON + timedelta(days=1), None, False),
    ],
)
def test_an_agreement_holds_from_its_first_to_its_last_day(
    network, structure, starts_on, ends_on, holds
):
    share(structure, network, FigureClass.NETWORK, starts_on=starts_on, ends_on=ends_on)
    viewer = Viewer.of_network(network, ON)
    assert rights(viewer, structure, FigureClass.NETWORK) == (holds, holds)


def test_an_agreement_is_with_the_network_it_names_and_no_other(network, structure):
    """Neither its parent, nor its delegations, nor a stranger see through it."""
    national = make_network("National")
    network.parent = national
    network.save()
    delegation = make_network("Délégation", parent=network)
    share(structure, network, FigureClass.PRIVATE)
    for other in (national, delegation, make_network("Ailleurs")):
        assert rights(Viewer.of_network(other, ON), structure) == (False, False)


def test_a_director_sees_and_uses_everything_of_her_structure_and_nothing_else(structure):
    other = make_structure("Voisine")
    viewer = Viewer.of(make_person("d@exemple.fr", role="director", structure=structure), ON)
    for figure_class in CLASSES:
        assert rights(viewer, structure, figure_class) == (True, True)
        assert rights(viewer, other, figure_class) == (False, False)


@pytest.mark.parametrize("role", ["supervisor", "buyer", "facilitator", "company"])
def test_other_seats_open_no_figure(structure, role):
    viewer = Viewer.of(make_person("p@exemple.fr", role=role, structure=structure), ON)
    assert viewer.network is None
    assert rights(viewer, structure) == (False, False)


@pytest.mark.parametrize("role", ["network_staff", "delegate"])
def test_staff_and_delegates_act_for_their_network(network, structure, role):
    share(structure, network, FigureClass.PRIVATE)
    viewer = Viewer.of(make_person("r@exemple.fr", role=role, network=network), ON)
    assert viewer.network == network
    assert rights(viewer, structure) == (True, True)


def test_a_person_of_two_networks_acts_for_one_at_a_time(network, structure):
    other = make_network("Autre")
    share(structure, other, FigureClass.PRIVATE)
    person = make_person("deux@exemple.fr", role="network_staff", network=network)
    RoleSeat.objects.create(person=person, role="delegate", network=other)
    assert rights(Viewer.of(person, ON), structure) == (False, False)
    assert rights(Viewer.of(person, ON, other), structure) == (True, True)
    with pytest.raises(ValueError, match="holds no seat"):
        Viewer.of(person, ON, make_network("Tiers"))


def test_whoever_is_not_signed_in_sees_nothing(structure):
    assert rights(Viewer.of(AnonymousUser(), ON), structure) == (False, False)


def test_everything_is_read_in_one_query(network, django_assert_num_queries):
    structures = [make_structure() for _ in range(12)]
    for number, structure in enumerate(structures):
        if number % 2:
            share(structure, network, FigureClass.PRIVATE, may_compose=number % 3 == 0)
    viewer = Viewer.of_network(network, ON)
    with django_assert_num_queries(1):
        seen, used = viewer.seen[FigureClass.PRIVATE], viewer.usable[FigureClass.PRIVATE]
        assert viewer.asker.shown_only.usable[FigureClass.PRIVATE] == used
        assert not viewer.seen[FigureClass.NETWORK]
    assert seen == {s.pk for number, s in enumerate(structures) if number % 2}
    assert used == {s.pk for number, s in enumerate(structures) if number % 6 == 3}


def test_what_a_room_opens_is_added_to_what_agreements_open(network, structure):
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    viewer = Viewer.of_network(network, ON).opening({-1})
    private = FigureClass.PRIVATE
    assert not Chantier.objects.filter(viewer.sees(private)).exists()
    assert (viewer.seen[private], viewer.usable[private]) == ({-1}, {-1, structure.pk})
    assert viewer.shown_only.usable[private] == {-1}
    assert viewer.asker is viewer


def test_figures_of_somebody_who_also_directs_are_derived_from_the_asker(network, structure):
    """Else what is made for the network would hold what a director alone may use."""
    person = make_person("deux@exemple.fr", role="network_staff", network=network)
    RoleSeat.objects.create(person=person, role="director", structure=structure)
    viewer = Viewer.of(person, ON)
    assert structure.pk in viewer.usable[FigureClass.PRIVATE]
    assert not viewer.asker.usable[FigureClass.PRIVATE]
    with pytest.raises(ValueError, match="from the asker"):
        _ = viewer.shown_only.asker


# --- Granting and revoking ---------------------------------------------------------------------


def grant(structure, network, **values):
    return grant_sharing(
        structure=structure,
        network=network,
        figure_class=FigureClass.PRIVATE,
        **({"may_see": True, "may_compose": False, "by": None, "on": ON} | values),
    )


def revoke(structure, network, on=ON):
    revoke_sharing(
        structure=structure, network=network, figure_class=FigureClass.PRIVATE, by=None, on=on
    )


def test_granting_changes_what_holds_and_keeps_what_held(network, structure):
    viewer = Viewer.of_network(network, ON)
    grant(structure, network, on=date(2026, 3, 1))
    grant(structure, network, may_compose=True)
    assert rights(viewer, structure, on=YESTERDAY) == (True, False)
    assert rights(viewer, structure) == (True, True)
    assert SharingAgreement.objects.count() == 2


def test_granting_the_same_again_writes_nothing(network, structure):
    first = grant(structure, network, on=date(2026, 3, 1))
    assert grant(structure, network) == first
    assert JournalEntry.objects.count() == 1


def test_revoking_holds_at_once_and_deletes_nothing(network, structure):
    viewer = Viewer.of_network(network, ON)
    grant(structure, network, on=date(2026, 3, 1))
    revoke(structure, network)
    assert rights(viewer, structure) == (False, False)
    assert rights(viewer, structure, on=YESTERDAY) == (True, False)
    assert SharingAgreement.objects.count() == 1


def test_granted_revoked_and_granted_again_the_same_day(network, structure):
    viewer = Viewer.of_network(network, ON)
    grant(structure, network)
    revoke(structure, network)
    assert rights(viewer, structure) == (False, False)
    grant(structure, network, may_compose=True)
    assert rights(viewer, structure) == (True, True)
    assert rights(viewer, structure, on=ON + timedelta(days=400)) == (True, True)


def test_revoking_what_was_not_granted_writes_nothing(network, structure):
    revoke(structure, network)
    assert not JournalEntry.objects.exists()


def test_an_agreement_that_grants_nothing_is_refused(network, structure):
    with pytest.raises(ValidationError, match="au moins un droit"):
        grant(structure, network, may_see=False)


def test_figures_open_only_to_a_network_the_structure_belongs_to(network, structure):
    with pytest.raises(ValidationError, match="n’appartient pas"):
        grant(structure, make_network("Ailleurs"))
    national = make_network("National")
    network.parent = national
    network.save()
    assert grant(structure, national).network == national


def test_the_journal_tells_rights_before_and_after(network, structure):
    person = make_person("d@exemple.fr", role="director", structure=structure)
    grant(structure, network, on=date(2026, 3, 1))
    grant(structure, network, may_compose=True, by=person)
    entry = JournalEntry.objects.about(structure).first()
    assert (entry.by, entry.verb) == (person, "members.grant_sharing")
    assert (entry.before["may_compose"], entry.after["may_compose"]) == (False, True)


def test_leaving_a_network_closes_what_was_shared_with_it_and_its_parent(network, structure):
    national = make_network("National")
    network.parent = national
    network.save()
    membership = Membership.objects.get(structure=structure, network=network)
    grant(structure, network)
    grant(structure, national)
    end_membership(membership=membership, by=None, on=ON)
    for left in (network, national):
        assert rights(Viewer.of_network(left, ON), structure) == (False, False)


def test_another_delegation_keeps_the_agreement_with_the_parent(network, structure):
    national = make_network("National")
    network.parent = national
    network.save()
    join(structure, make_network("Autre délégation", parent=national))
    membership = Membership.objects.get(structure=structure, network=network)
    grant(structure, national)
    end_membership(membership=membership, by=None, on=ON)
    assert rights(Viewer.of_network(national, ON), structure) == (True, False)


def test_a_membership_is_recorded_once(network, structure):
    again = record_membership(structure=structure, network=network, by=None, on=ON)
    assert again == Membership.objects.get()
    with pytest.raises(ValidationError, match="pas commencé"):
        end_membership(membership=again, by=None, on=date(2025, 1, 1))
