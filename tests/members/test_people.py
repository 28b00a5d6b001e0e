"""Teams: who sees them, who gives and takes seats back, and the last one who stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry, User
from cordee.members.actions.invitations import send_invitation
from cordee.members.actions.people import end_seat
from cordee.members.models import Network, Programme, RoleSeat, Structure
from tests.members.makers import ON, join, make_network, make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
SignIn = Callable[[Any], StrictClient]
PASSWORD = "une corde de douze mètres"


@pytest.fixture
def network() -> Network:
    return make_network("Val", make_network("National"))


@pytest.fixture
def structure(network: Network) -> Structure:
    make_valley()
    made = make_structure("Les Jardins", commune_id="38002", department_id="38")
    join(made, network)
    return made


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def seat_of(person: User) -> RoleSeat:
    return RoleSeat.objects.get(person=person)


def director(structure: Structure, name: str = "d") -> User:
    return make_person(f"{name}@exemple.fr", role=Role.DIRECTOR, structure=structure)


def confirmed(person: User) -> StrictClient:
    person.set_password(PASSWORD)
    person.save()
    client = StrictClient()
    client.force_login(person)
    client.post("/compte/confirmer-identite/", {"password": PASSWORD})
    return client


class TestLastOne:
    @pytest.mark.parametrize("role", [Role.DIRECTOR, Role.NETWORK_STAFF, Role.PROGRAMME_TEAM])
    def test_stays_until_somebody_takes_over(
        self, role: Role, structure: Structure, network: Network
    ) -> None:
        programme = Programme.objects.create(
            name="P", slug="p", owner="O", starts_on=ON, ends_on=ON
        )
        scope = {
            Role.DIRECTOR: {"structure": structure},
            Role.NETWORK_STAFF: {"network": network},
            Role.PROGRAMME_TEAM: {"programme": programme},
        }[role]
        first = make_person("a@exemple.fr", role=role, **scope)
        with pytest.raises(ValidationError, match="Invitez d’abord quelqu’un"):
            end_seat(seat=seat_of(first), by=first)
        second = make_person("b@exemple.fr", role=role, **scope)
        end_seat(seat=seat_of(first), by=first)
        with pytest.raises(ValidationError, match="Invitez d’abord"):
            end_seat(seat=seat_of(second), by=second)

    def test_others_are_no_relay(self, structure: Structure) -> None:
        """Neither a supervisor, nor the director of another structure, nor a closed account."""
        last = director(structure)
        make_person("s@exemple.fr", role=Role.SUPERVISOR, structure=structure)
        director(make_structure("Ailleurs"), "ailleurs")
        gone = director(structure, "gone")
        gone.is_active = False
        gone.save()
        with pytest.raises(ValidationError, match="Invitez d’abord"):
            end_seat(seat=seat_of(last), by=last)

    def test_the_page_says_why_and_its_button_waits(
        self, structure: Structure, signed_in_client: SignIn
    ) -> None:
        last = director(structure)
        client = signed_in_client(last)
        page = text(client.get(f"/roles/{seat_of(last).pk}/quitter/"))
        assert "la dernière personne à la direction de Les Jardins" in page
        assert " disabled>" in page
        refused = client.post(f"/roles/{seat_of(last).pk}/quitter/", follow=True)
        assert "Invitez d’abord quelqu’un" in text(refused)
        assert seat_of(last)

    def test_a_supervisor_leaves_freely(
        self, structure: Structure, signed_in_client: SignIn
    ) -> None:
        person = make_person("s@exemple.fr", role=Role.SUPERVISOR, structure=structure)
        address = f"/roles/{seat_of(person).pk}/quitter/"
        client = signed_in_client(person)
        assert "Quitter ce rôle ?" in text(client.get(address))
        assert RoleSeat.objects.filter(person=person).exists(), "reading leaves nothing"
        assert "Vous n’avez plus ce rôle" in text(client.post(address, follow=True))
        assert not RoleSeat.objects.filter(person=person).exists()
        assert client.post(address).status_code == 404


class TestTaking:
    def test_a_director_takes_a_seat_back_and_the_journal_keeps_it(
        self, structure: Structure, signed_in_client: SignIn
    ) -> None:
        boss = director(structure)
        person = make_person("s@exemple.fr", role=Role.SUPERVISOR, structure=structure)
        address = f"/roles/{seat_of(person).pk}/retirer/"
        client = signed_in_client(boss)
        assert "Retirer s@exemple.fr de l’équipe ?" in text(client.get(address))
        client.post(address)
        assert not RoleSeat.objects.filter(person=person).exists()
        line = JournalEntry.objects.about(structure).get(verb="members.end_seat")
        assert (line.by, line.before["role"], line.before["person"]) == (
            *(boss, "supervisor"),
            person.pk,
        )
        assert "exemple.fr" not in str(line.before)

    def test_leaving_one_alone_asks_again_who_one_is(self, structure: Structure) -> None:
        boss, other = director(structure), director(structure, "other")
        address = f"/roles/{seat_of(other).pk}/retirer/"
        boss.set_password(PASSWORD)
        boss.save()
        client = StrictClient()
        client.force_login(boss)
        answer = client.post(address)
        assert answer.headers["Location"].startswith("/compte/confirmer-identite/")
        assert seat_of(other)
        # What was asked is done once they have proven who they are.
        client.post(answer.headers["Location"], {"password": PASSWORD})
        assert not RoleSeat.objects.filter(person=other).exists()

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COUNSELLOR])
    def test_a_supervisor_takes_nothing_back(
        self, role: Role, structure: Structure, signed_in_client: SignIn
    ) -> None:
        boss = director(structure)
        person = make_person("s@exemple.fr", role=role, structure=structure)
        page = text(signed_in_client(person).get(f"/annuaire/{structure.pk}/equipe/"))
        assert "Retirer" not in page
        assert "Inviter quelqu’un" not in page
        address = f"/roles/{seat_of(boss).pk}/retirer/"
        assert signed_in_client(person).post(address).status_code == 404

    def test_a_network_does_not_take_back_the_seats_of_a_structure(
        self, structure: Structure, network: Network, signed_in_client: SignIn
    ) -> None:
        boss = director(structure)
        staff = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        address = f"/roles/{seat_of(boss).pk}/retirer/"
        assert signed_in_client(staff).post(address).status_code == 404

    def test_national_staff_take_back_a_seat_of_a_delegation(
        self, network: Network, signed_in_client: SignIn
    ) -> None:
        delegate = make_person("d@exemple.fr", role=Role.DELEGATE, network=network)
        staff = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network.parent)
        address = f"/roles/{seat_of(delegate).pk}/retirer/"
        assert "Retirer" in text(signed_in_client(staff).get("/reseaux/val/equipe/"))
        signed_in_client(staff).post(address)
        assert not RoleSeat.objects.filter(person=delegate).exists()


class TestPages:
    def test_roles_with_their_scope_and_what_they_open(
        self, structure: Structure, network: Network, signed_in_client: SignIn
    ) -> None:
        person = director(structure)
        RoleSeat.objects.create(
            person=person, role=Role.DELEGATE, network=network, region_id="84", granted_by=None
        )
        page = text(signed_in_client(person).get("/roles/"))
        assert "Vous avez 2 rôles" in page
        assert "Direction de structure" in page
        assert "Auvergne-Rhône-Alpes" in page
        assert "ses chiffres : vous choisissez quel réseau les voit" in page

    def test_who_acts_for_two_networks_chooses(
        self, network: Network, signed_in_client: SignIn
    ) -> None:
        person = make_person("n@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        other = make_network("Second")
        RoleSeat.objects.create(person=person, role=Role.DELEGATE, network=other)
        client = signed_in_client(person)
        assert "Vous agissez pour Val" in text(client.get("/roles/"))
        page = text(client.post("/roles/agir-pour/", {"network": "second"}, follow=True))
        assert "Vous agissez pour Second" in page
        stranger = make_network("Tiers")
        refused = client.post("/roles/agir-pour/", {"network": stranger.slug}, follow=True)
        assert "Rien n’a changé" in text(refused)
        assert "Vous agissez pour Second" in text(refused)

    def test_a_big_team_costs_the_same_queries(
        self, structure: Structure, count_queries: Callable[..., int]
    ) -> None:
        boss, counts = director(structure), []
        for many in (3, 30):
            for n in range(many):
                person = make_person(f"{many}-{n}@exemple.fr")
                RoleSeat.objects.create(
                    person=person, role=Role.SUPERVISOR, structure=structure, granted_by=boss
                )
                send_invitation(
                    address=f"i{many}-{n}@exemple.fr",
                    role=Role.COUNSELLOR,
                    structure=structure,
                    by=boss,
                    now=boss.date_joined,
                )
            counts.append(count_queries(f"/annuaire/{structure.pk}/equipe/", boss))
        assert counts[0] == counts[1]


def test_the_base_refuses_the_same_seat_twice(structure: Structure) -> None:
    from django.db import IntegrityError, transaction

    person = director(structure)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleSeat.objects.create(person=person, role=Role.DIRECTOR, structure=structure)
