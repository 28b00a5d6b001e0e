"""What each role may do, invites and is held in: written out once more, so that no right moves
unseen. Code and access matrix read the table itself."""

import pytest

from cordee.members.models import JoinRequest
from cordee.members.roles import ROLES, May, Role, Scope, invited_by, roles_held_in, roles_that

WHO_MAY = {
    May.ACT_FOR_NETWORK: "network_staff delegate",
    May.RUN_NETWORK: "network_staff",
    May.DIRECT_STRUCTURE: "director",
    May.RUN_PROGRAMME: "programme_team",
    May.ADMINISTER: "network_staff director programme_team",
    May.ANSWER_JOINING: "network_staff delegate director",
    May.POST_NEEDS: "network_staff delegate director buyer facilitator company",
    May.CONVERSE: "network_staff delegate director programme_team",
    May.TEACH: "supervisor counsellor",
}
HELD_IN = {
    Scope.NETWORK: "network_staff delegate",
    Scope.STRUCTURE: "director supervisor counsellor",
    Scope.PROGRAMME: "programme_team",
    Scope.PLACE: "buyer facilitator company",
}
AROUND = "buyer facilitator company"
INVITED = {
    (Role.NETWORK_STAFF, Scope.NETWORK): "network_staff delegate",
    (Role.NETWORK_STAFF, Scope.PLACE): AROUND,
    (Role.NETWORK_STAFF, Scope.STRUCTURE): "director",
    (Role.DELEGATE, Scope.PLACE): AROUND,
    (Role.DELEGATE, Scope.STRUCTURE): "director",
    (Role.DIRECTOR, Scope.STRUCTURE): "director supervisor counsellor",
    (Role.PROGRAMME_TEAM, Scope.PROGRAMME): "programme_team",
}


def names(roles: tuple[Role, ...]) -> str:
    return " ".join(role.value for role in roles)


def test_every_role_has_a_line_and_says_what_it_opens() -> None:
    assert set(ROLES) == set(Role)
    assert all(row.opens for row in ROLES.values())


@pytest.mark.parametrize("right", May)
def test_who_may(right: May) -> None:
    assert names(roles_that(right)) == WHO_MAY[right]


@pytest.mark.parametrize("scope", Scope)
def test_what_a_seat_is_held_in(scope: Scope) -> None:
    assert names(roles_held_in(scope)) == HELD_IN[scope]


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("role", Role)
def test_whom_a_role_invites(role: Role, scope: Scope) -> None:
    assert names(invited_by(role, scope)) == INVITED.get((role, scope), "")


def test_one_asks_for_a_seat_in_a_structure() -> None:
    assert names(JoinRequest.ROLES) == HELD_IN[Scope.STRUCTURE]


def test_who_is_placed_says_where() -> None:
    assert [role.value for role in Role if ROLES[role].names_place] == [
        "buyer",
        "facilitator",
    ]
