"""Somebody who sits in several networks acts for the one they chose, on every page."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from cordee.accounts.models import User
from cordee.members import acting
from cordee.members.models import Network, RoleSeat
from tests.members.makers import make_network, make_person, make_structure

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


@pytest.fixture
def first() -> Network:
    return make_network("Premier")


@pytest.fixture
def second() -> Network:
    return make_network("Second")


@pytest.fixture
def both(first: Network, second: Network) -> User:
    person = make_person("n@exemple.fr", role=Role.DELEGATE, network=first)
    RoleSeat.objects.create(person=person, role=Role.NETWORK_STAFF, network=second)
    return person


def asked(user: Any, **session: int) -> Any:
    request = RequestFactory().get("/")
    request.user, request.session = user, session
    return request


def test_the_first_network_where_she_chose_none(both: User, first: Network) -> None:
    viewer = acting.viewer_of(asked(both))
    assert (viewer.network, viewer.is_network_staff) == (first, False)


def test_the_network_she_chose(both: User, second: Network) -> None:
    request = asked(both)
    acting.act_for(request, second)
    viewer = acting.viewer_of(request)
    assert (viewer.network, viewer.is_network_staff) == (second, True)


def test_one_viewer_a_request_until_another_network_is_chosen(both: User, second: Network) -> None:
    request = asked(both)
    assert acting.viewer_of(request) is acting.viewer_of(request)
    acting.act_for(request, second)
    assert acting.viewer_of(request).network == second
    request.user = AnonymousUser()
    assert acting.viewer_of(request).user is None


def test_a_seat_that_ended_is_acted_for_no_more(
    both: User, first: Network, second: Network
) -> None:
    request = asked(both, **{acting.CHOICE: second.pk})
    RoleSeat.objects.filter(network=second).delete()
    assert acting.viewer_of(request).network == first


def test_no_choice_opens_a_network_of_others(both: User) -> None:
    with pytest.raises(ValueError, match="holds no seat there"):
        acting.act_for(asked(both), make_network("Tiers"))


def test_who_directs_acts_for_no_network() -> None:
    structure = make_structure()
    viewer = acting.viewer_of(
        asked(make_person("d@exemple.fr", role="director", structure=structure))
    )
    assert (viewer.network, viewer.structure_ids) == (None, {structure.pk})
