"""The tree of networks: two levels, charters that stay readable, moving and closing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cordee.accounts.models import JournalEntry, User
from cordee.members import network_access
from cordee.members.actions.networks import (
    describe_network,
    open_delegation,
    open_network,
)
from cordee.members.models import Department, Network, Region
from cordee.members.network_page import members_by_network, tree
from cordee.members.sharing import FigureClass, Viewer
from tests.members.makers import (
    ON,
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def national() -> Network:
    make_valley()
    return make_network("Les Cimes")


@pytest.fixture
def staff(national: Network) -> User:
    return make_person("equipe@exemple.fr", role="network_staff", network=national)


def open_below(parent: Network, name: str = "Cimes du Nord", **values):
    return open_delegation(parent=parent, name=name, by=None, **values)


def sees(network: Network, structure, figure_class=FigureClass.NETWORK, on=ON) -> bool:
    return structure.pk in Viewer.of_network(network, on).seen[figure_class]


# --- Two levels ---------------------------------------------------------------------------


def test_a_delegation_opens_under_a_network_with_its_territory(national: Network) -> None:
    made = open_below(national, regions=Region.objects.filter(code="84"))
    assert (made.parent, made.slug) == (national, "cimes-du-nord")
    assert [region.code for region in made.regions.all()] == ["84"]
    assert JournalEntry.objects.about(made).get().after["parent"] == "les-cimes"


def test_opening_twice_opens_once(national: Network) -> None:
    assert open_below(national) == open_below(national)
    assert national.delegations.count() == 1


def test_two_names_that_fold_alike_get_two_addresses(national: Network) -> None:
    assert open_below(national, "Cimes : Est").slug != open_below(national, "Cimes Est").slug


def test_a_delegation_has_no_delegations(national: Network) -> None:
    below = open_below(national)
    with pytest.raises(ValidationError, match="pas de délégations"):
        open_below(below, "Cimes du Nord, canton")
    with pytest.raises(ValidationError, match="pas de délégations"):
        open_network(slug="trop-bas", name="Trop bas", parent=below, by=None)


def test_a_network_is_never_under_itself(national: Network) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Network.objects.filter(pk=national.pk).update(parent=national)


def test_members_of_delegations_count_once_in_their_network(national: Network) -> None:
    north, south = open_below(national), open_below(national, "Cimes du Sud")
    both, one, closed = make_structure("A"), make_structure("B"), make_structure("C")
    for structure, network in (
        *((both, national), (both, north), (one, south)),
        (closed, south),
    ):
        join(structure, network)
    closed.is_closed = True
    closed.save()
    counts = members_by_network(ON)
    assert (counts[national.pk], counts[north.pk], counts[south.pk]) == (2, 1, 1)
    (root,) = tree(Network.objects.all(), ON)
    assert [below.network.name for below in root.delegations] == ["Cimes du Nord", "Cimes du Sud"]


# --- What a network says of itself --------------------------------------------------------


def describe(network: Network, charter: str, by: User | None = None, **values) -> bool:
    told = {"name": network.name, "regions": [], "departments": []} | values
    return describe_network(network=network, charter=charter, by=by, **told)


def test_each_charter_stays_in_the_journal(national: Network, staff: User) -> None:
    describe(national, "Première version.", staff)
    describe(national, "Seconde version.", staff)
    lines = JournalEntry.objects.about(national).filter(verb="members.describe_network")
    assert [line.before["charter"] for line in lines] == ["Première version.", ""]
    assert lines[0].by == staff


def test_what_does_not_change_writes_nothing(national: Network) -> None:
    assert describe(national, "Texte.")
    assert not describe(national, "Texte.")
    assert JournalEntry.objects.filter(verb="members.describe_network").count() == 1


def test_a_network_says_where_it_works(national: Network) -> None:
    describe(national, "", departments=list(Department.objects.filter(code="38")))
    national.refresh_from_db()
    assert [each.code for each in national.departments.all()] == ["38"]


# --- Who sits at which desk ---------------------------------------------------------------


def desk(person: User, network: Network):
    return network_access.desk_or_none(person, network)


def test_the_staff_of_a_network_sees_its_delegations_and_not_the_reverse(
    national: Network, staff: User
) -> None:
    north, south = open_below(national), open_below(national, "Cimes du Sud")
    local = make_person("nord@exemple.fr", role="network_staff", network=north)
    assert desk(staff, national).acting_for == national
    assert desk(staff, north).acting_for == national
    assert desk(local, north).acting_for == north
    assert desk(local, national) is None
    assert desk(local, south) is None
    assert desk(staff, make_network("Large")) is None


def test_a_delegate_keeps_to_her_territory(national: Network) -> None:
    here, there = make_structure("A", department_id="38"), make_structure("B", department_id="73")
    for structure in (here, there):
        join(structure, national)
    person = make_person("d@exemple.fr", role="delegate", network=national, department_id="38")
    assert list(desk(person, national).structures(ON)) == [here]
    wide = make_person("r@exemple.fr", role="delegate", network=national, region_id="84")
    assert set(desk(wide, national).structures(ON)) == {here, there}
    free = make_person("t@exemple.fr", role="delegate", network=national)
    assert desk(free, national).departments is None


def test_a_delegate_does_not_shape_the_network(national: Network) -> None:
    person = make_person("d@exemple.fr", role="delegate", network=national)
    from django.http import Http404

    with pytest.raises(Http404):
        network_access.staff_desk_for(person, national.slug)


def test_a_membership_of_another_day_opens_no_desk_row(national: Network, staff: User) -> None:
    structure = make_structure("A")
    membership = join(structure, national)
    membership.ends_on = ON - timedelta(days=1)
    membership.save()
    assert list(desk(staff, national).structures(ON)) == []
    assert list(desk(staff, national).memberships()) == [membership]
