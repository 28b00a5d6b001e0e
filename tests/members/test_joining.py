"""Asking to join a structure, and what those who decide may answer."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.joining import (
    accept_join_request,
    ask_to_join,
    refuse_join_request,
    withdraw_join_request,
)
from cordee.members.models import JoinRequest, RoleSeat, Structure
from cordee.members.people_forms import SiretForm
from cordee.rules.siret import is_valid_siret
from tests.members.makers import (
    join,
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
Role = RoleSeat.Role


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure("Les Jardins", commune_id="38002", department_id="38")


@pytest.fixture
def zoe() -> User:
    return make_person("zoe@exemple.fr")


def ask(person: User, structure: Structure, role: Role = Role.DIRECTOR) -> JoinRequest:
    return ask_to_join(person=person, structure=structure, role=role, message="Bonjour.", now=NOW)


def test_the_first_director_makes_the_structure_claimed(structure: Structure, zoe: User) -> None:
    staff = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Val"))
    seat = accept_join_request(request=ask(zoe, structure), by=staff, now=NOW)
    assert (seat.person, seat.role, seat.granted_by) == (zoe, Role.DIRECTOR, staff)
    structure.refresh_from_db()
    assert structure.is_claimed
    verbs = set(JournalEntry.objects.about(structure).values_list("verb", flat=True))
    assert verbs == {
        *("members.ask_to_join", "members.accept_join_request"),
        *("members.grant_seat", "members.claim_structure"),
    }
    assert "zoe" not in str(list(JournalEntry.objects.values_list("before", "after")))


def test_a_supervisor_claims_nothing(structure: Structure, zoe: User) -> None:
    accept_join_request(request=ask(zoe, structure, Role.SUPERVISOR), by=None, now=NOW)
    structure.refresh_from_db()
    assert not structure.is_claimed


def test_asked_twice_is_asked_once(structure: Structure, zoe: User) -> None:
    assert ask(zoe, structure) == ask(zoe, structure)
    assert JoinRequest.objects.count() == 1


def test_accepted_twice_gives_one_seat(structure: Structure, zoe: User) -> None:
    request = ask(zoe, structure)
    first = accept_join_request(request=request, by=None, now=NOW)
    assert accept_join_request(request=request, by=None, now=NOW) == first
    assert RoleSeat.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_the_second_answer_is_too_late(structure: Structure, zoe: User) -> None:
    request = ask(zoe, structure)
    refuse_join_request(request=request, by=None, now=NOW, reason="Vous vous trompez.")
    with pytest.raises(ValidationError, match="déjà refusée"):
        accept_join_request(request=request, by=None, now=NOW)
    assert not RoleSeat.objects.exists()


def test_a_refusal_says_why(structure: Structure, zoe: User) -> None:
    request = ask(zoe, structure)
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        refuse_join_request(request=request, by=None, now=NOW, reason=" ")
    refuse_join_request(request=request, by=None, now=NOW, reason="Ce n’est pas ici.")
    sent = OutgoingMail.objects.get()
    assert sent.recipient == "zoe@exemple.fr"
    assert "Ce n’est pas ici." in sent.text


def test_what_is_withdrawn_is_not_accepted(structure: Structure, zoe: User) -> None:
    request = ask(zoe, structure)
    withdraw_join_request(request=request, by=zoe, now=NOW)
    with pytest.raises(ValidationError, match="déjà retirée"):
        accept_join_request(request=request, by=None, now=NOW)
    assert ask(zoe, structure) != request


def test_a_closed_establishment_is_joined_by_nobody(zoe: User) -> None:
    with pytest.raises(ValidationError, match="fermé"):
        ask(zoe, make_structure(is_closed=True))


class TestWhoDecides:
    def deciding(self, structure: Structure) -> set[str]:
        seats = RoleSeat.objects.deciding_on(structure, NOW.date())
        return set(seats.values_list("person__email", flat=True))

    def test_its_directors_alone_where_it_has_one(self, structure: Structure) -> None:
        network = make_network("Val")
        join(structure, network)
        make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        make_person("d@exemple.fr", role=Role.DIRECTOR, structure=structure)
        make_person("s@exemple.fr", role=Role.SUPERVISOR, structure=structure)
        assert self.deciding(structure) == {"d@exemple.fr"}

    def test_its_networks_where_it_has_none(self, structure: Structure) -> None:
        national = make_network("National")
        network = make_network("Val", national)
        join(structure, network)
        make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=national)
        make_person("v@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        make_person("a@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Autre"))
        assert self.deciding(structure) == {"n@exemple.fr", "v@exemple.fr"}

    def test_a_delegate_only_in_her_territory(self, structure: Structure) -> None:
        network = make_network("Val")
        join(structure, network)
        for name, place in {
            "partout": {},
            "region": {"region_id": "84"},
            "ici": {"department_id": "38", "region_id": "84"},
            "ailleurs": {"department_id": "73", "region_id": "84"},
        }.items():
            make_person(f"{name}@exemple.fr", role=Role.DELEGATE, network=network, **place)
        assert self.deciding(structure) == {
            *("partout@exemple.fr", "region@exemple.fr", "ici@exemple.fr")
        }

    def test_a_director_whose_account_is_closed_decides_nothing(self, structure: Structure) -> None:
        network = make_network("Val")
        join(structure, network)
        make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        gone = make_person("d@exemple.fr", role=Role.DIRECTOR, structure=structure)
        gone.is_active = False
        gone.save()
        assert self.deciding(structure) == {"n@exemple.fr"}

    def test_they_get_a_mail_each(self, structure: Structure, zoe: User) -> None:
        make_person("d@exemple.fr", role=Role.DIRECTOR, structure=structure)
        ask(zoe, structure)
        sent = OutgoingMail.objects.get()
        assert sent.recipient == "d@exemple.fr"
        assert sent.subject == "Oui ou non ? zoe@exemple.fr demande à rejoindre Les Jardins"


def test_a_sheet_whose_siret_fails_its_key_is_found_by_its_people() -> None:
    """A list gave the number; another that nobody holds is still a slip of the finger."""
    make_valley()
    wrong, other = (wrong_key(valid_siret(number)) for number in (701, 702))
    make_structure("Les Jardins", siret=wrong)
    assert not is_valid_siret(wrong)
    assert SiretForm({"siret": wrong}).is_valid()
    assert not SiretForm({"siret": other}).is_valid()


def wrong_key(siret: str) -> str:
    return f"{siret[:-1]}{(int(siret[-1]) + 1) % 10}"
