"""Invitations: reading the link records nothing; only the right address accepts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.actions.invitations import accept_invitation, fingerprint, send_invitation
from cordee.members.models import Invitation, RoleSeat, Structure
from cordee.members.roles import Scope, invited_by
from tests.members.makers import join, make_network, make_person, make_structure, make_valley
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role
SignIn = Callable[[Any], StrictClient]
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PASSWORD = "une corde de douze mètres"
ADDRESS = "camille@exemple.fr"


@pytest.fixture
def structure() -> Structure:
    make_valley()
    return make_structure("Les Jardins", commune_id="38002", department_id="38")


@pytest.fixture
def zoe(structure: Structure) -> User:
    person = make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure)
    person.display_name = "Zoé Mélèze"
    person.save()
    return person


def invite(zoe: User, structure: Structure, now: datetime | None = None) -> Invitation:
    return send_invitation(
        address="Camille@exemple.fr",
        role=Role.SUPERVISOR,
        structure=structure,
        by=zoe,
        now=now or timezone.now(),
    )


def link() -> str:
    """The address in the last mail."""
    found = re.search(
        r"http://localhost:8000(/invitations/\S+)", OutgoingMail.objects.latest("pk").text
    )
    assert found
    return found[1]


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def account(address: str = ADDRESS) -> User:
    person = User.objects.create_user(address, PASSWORD)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


class TestFollowed:
    def test_a_new_person_chooses_a_name_and_a_password(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        invite(zoe, structure)
        page = text(client.get(link()))
        assert "Zoé Mélèze vous invite" in page
        assert "Les Jardins" in page
        assert "la fiche de la structure" in page
        assert ADDRESS in page
        answer = client.post(link(), {"display_name": "Camille Roche", "password": PASSWORD})
        assert answer.status_code == 302
        seat = RoleSeat.objects.get(person__email=ADDRESS)
        assert (seat.role, seat.structure, seat.granted_by) == (Role.SUPERVISOR, structure, zoe)
        assert seat.person.display_name == "Camille Roche"
        assert client.session["_auth_user_id"] == str(seat.person.pk)
        assert EmailAddress.objects.get(email=ADDRESS).verified
        assert "Cette invitation a déjà servi" in text(StrictClient().get(link()))

    def test_reading_it_records_nothing(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        """Scanners of mails follow every link."""
        invite(zoe, structure)
        lines = JournalEntry.objects.count()
        for _ in range(3):
            answer = client.get(link())
        client.head(link())
        assert Invitation.objects.get().state == Invitation.State.OPEN
        assert (User.objects.count(), JournalEntry.objects.count()) == (1, lines)
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer.headers["Cache-Control"]

    def test_whoever_has_an_account_signs_in_first(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        person = account()
        invite(zoe, structure)
        assert "Vous avez déjà un compte" in text(client.get(link()))
        client.post(link(), {"display_name": "X", "password": "un autre mot de passe"})
        person.refresh_from_db()
        assert person.check_password(PASSWORD), "the link changes nobody's password"
        assert not RoleSeat.objects.filter(person=person).exists()
        client.force_login(person)
        assert "Accepter ce rôle" in text(client.get(link()))
        client.post(link())
        assert RoleSeat.objects.get(person=person).role == Role.SUPERVISOR

    def test_somebody_else_is_told_so(
        self, zoe: User, structure: Structure, signed_in_client: SignIn
    ) -> None:
        invite(zoe, structure)
        other = account("autre@exemple.fr")
        client = signed_in_client(other)
        assert "Ce compte a une autre adresse" in text(client.get(link()))
        client.post(link())
        assert not RoleSeat.objects.filter(person=other).exists()

    def test_another_confirmed_address_of_hers_will_do(
        self, zoe: User, structure: Structure, signed_in_client: SignIn
    ) -> None:
        invite(zoe, structure)
        person = account("autre@exemple.fr")
        mine = EmailAddress.objects.create(user=person, email=ADDRESS, verified=False)
        client = signed_in_client(person)
        assert "Ce compte a une autre adresse" in text(client.get(link()))
        mine.verified = True
        mine.save()
        client.post(link())
        assert RoleSeat.objects.filter(person=person).exists()

    def test_it_waits_in_her_roles_too(
        self, zoe: User, structure: Structure, signed_in_client: SignIn
    ) -> None:
        sent = invite(zoe, structure)
        person = account()
        client = signed_in_client(person)
        assert "Une invitation vous attend" in text(client.get("/roles/"))
        client.post(f"/invitations/{sent.pk}/accepter/")
        assert RoleSeat.objects.filter(person=person).exists()

    def test_a_weak_password_is_refused_and_nothing_is_made(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        invite(zoe, structure)
        page = client.post(link(), {"display_name": "Camille", "password": "court"})
        assert page.status_code == 422
        assert "<title>Erreur :" in text(page)
        assert not User.objects.filter(email=ADDRESS).exists()


class TestLife:
    def test_the_link_is_kept_as_a_fingerprint(self, zoe: User, structure: Structure) -> None:
        sent = invite(zoe, structure)
        token = link().split("/")[2]
        assert sent.token_hash == fingerprint(token)
        assert token not in str(list(Invitation.objects.values_list()))
        assert OutgoingMail.objects.get().is_secret

    def test_it_ends_after_fourteen_days(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        invite(zoe, structure, timezone.now() - timedelta(days=14, minutes=1))
        page = client.get(link())
        assert page.status_code == 410
        assert "n’est plus ouverte" in text(page)
        client.post(link(), {"display_name": "C", "password": PASSWORD})
        assert not User.objects.filter(email=ADDRESS).exists()
        sent = Invitation.objects.get()
        with pytest.raises(ValidationError, match="n’est plus ouverte"):
            accept_invitation(invitation=sent, by=account(), now=timezone.now())

    def test_invited_again_is_sent_again_and_the_old_link_dies(
        self, zoe: User, structure: Structure, client: StrictClient
    ) -> None:
        invite(zoe, structure)
        old = link()
        invite(zoe, structure)
        assert Invitation.objects.count() == 1
        assert Invitation.objects.get().times_sent == 2
        assert client.get(old).status_code == 404
        assert client.get(link()).status_code == 200

    def test_taken_back_it_opens_nothing(
        self, zoe: User, structure: Structure, signed_in_client: SignIn
    ) -> None:
        sent = invite(zoe, structure)
        boss = signed_in_client(zoe)
        assert ADDRESS in text(boss.get(f"/annuaire/{structure.pk}/equipe/"))
        for _ in range(2):
            boss.post(f"/invitations/{sent.pk}/annuler/")
        assert StrictClient().get(link()).status_code == 410
        boss.get("/roles/")  # the messages are said once
        assert ADDRESS not in text(boss.get(f"/annuaire/{structure.pk}/equipe/"))
        refused = boss.post(f"/invitations/{sent.pk}/renvoyer/", follow=True)
        assert "déjà été acceptée ou retirée" in text(refused)

    def test_accepted_twice_gives_one_seat(self, zoe: User, structure: Structure) -> None:
        sent, person = invite(zoe, structure), account()
        now = timezone.now()
        first = accept_invitation(invitation=sent, by=person, now=now)
        assert accept_invitation(invitation=sent, by=person, now=now) == first

    def test_who_holds_the_seat_is_not_invited(self, zoe: User, structure: Structure) -> None:
        with pytest.raises(ValidationError, match="tient déjà ce rôle"):
            send_invitation(
                address=zoe.email, role=Role.DIRECTOR, structure=structure, by=zoe, now=NOW
            )

    def test_a_role_without_its_scope_is_refused(self, zoe: User) -> None:
        with pytest.raises(ValidationError, match="dites laquelle"):
            send_invitation(address=ADDRESS, role=Role.DIRECTOR, by=zoe, now=NOW)


class TestWhoInvitesWhom:
    def offered(self, client: StrictClient, address: str) -> set[str]:
        page = client.get(address)
        found: set[str] = set(re.findall(r'name="role" value="(\w+)"', text(page)))
        return found

    def test_in_a_structure(
        self, structure: Structure, zoe: User, signed_in_client: SignIn
    ) -> None:
        network = make_network("Val", make_network("National"))
        join(structure, network)
        page = f"/annuaire/{structure.pk}/equipe/"
        offered = {"director": self.offered(signed_in_client(zoe), page)}
        for name, seat in {
            "staff": {"role": Role.NETWORK_STAFF, "network": network},
            "national": {"role": Role.NETWORK_STAFF, "network": network.parent},
            "here": {"role": Role.DELEGATE, "network": network, "region_id": "84"},
            "supervisor": {"role": Role.SUPERVISOR, "structure": structure},
        }.items():
            person = make_person(f"{name}@exemple.fr", **seat)
            offered[name] = self.offered(signed_in_client(person), page)
        assert offered == {
            "director": {*invited_by(Role.DIRECTOR, Scope.STRUCTURE)},
            "staff": {"director"},
            "national": {"director"},
            "here": {"director"},
            "supervisor": set(),
        }
        away = make_person(
            "away@exemple.fr", role=Role.DELEGATE, network=network, department_id="73"
        )
        assert signed_in_client(away).get(page).status_code == 404

    def test_in_a_network(self, signed_in_client: SignIn) -> None:
        network = make_network("Val", make_network("National"))
        staff = make_person("s@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        delegate = make_person("d@exemple.fr", role=Role.DELEGATE, network=network)
        page = "/reseaux/val/equipe/"
        assert self.offered(signed_in_client(staff), page) == {
            *invited_by(Role.NETWORK_STAFF, Scope.NETWORK, Scope.PLACE)
        }
        assert self.offered(signed_in_client(delegate), page) == {
            *invited_by(Role.DELEGATE, Scope.PLACE)
        }
        # A delegation does not look into the national team.
        assert signed_in_client(staff).get("/reseaux/national/equipe/").status_code == 404

    def test_a_role_that_is_not_offered_is_refused(
        self, zoe: User, structure: Structure, signed_in_client: SignIn
    ) -> None:
        typed = {"address": ADDRESS, "role": "network_staff"}
        answer = signed_in_client(zoe).post(f"/annuaire/{structure.pk}/equipe/", typed)
        assert answer.status_code == 422
        assert not Invitation.objects.exists()

    def test_giving_a_staff_seat_asks_again_who_one_is(self) -> None:
        staff = make_person("s@exemple.fr", role=Role.NETWORK_STAFF, network=make_network("Val"))
        staff.set_password(PASSWORD)
        staff.save()
        client = StrictClient()
        client.force_login(staff)
        typed = {"address": ADDRESS, "role": "network_staff"}
        answer = client.post("/reseaux/val/equipe/", typed)
        assert answer.headers["Location"].startswith("/compte/confirmer-identite/")
        assert not Invitation.objects.exists()
        client.post(answer.headers["Location"], {"password": PASSWORD})
        assert Invitation.objects.get().role == Role.NETWORK_STAFF

    def test_a_delegate_is_invited_with_her_territory(self, signed_in_client: SignIn) -> None:
        make_valley()
        network = make_network("Val")
        staff = make_person("s@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        typed = {"address": ADDRESS, "role": "delegate", "region": "84"}
        signed_in_client(staff).post("/reseaux/val/equipe/", typed)
        sent = Invitation.objects.get()
        assert (sent.network, sent.region_id) == (network, "84")
        seat = accept_invitation(invitation=sent, by=account(), now=timezone.now())
        assert (seat.network, seat.region_id) == (network, "84")

    def test_a_buyer_sits_in_a_place_and_sees_no_network(self, signed_in_client: SignIn) -> None:
        make_valley()
        network = make_network("Val")
        staff = signed_in_client(
            make_person("s@exemple.fr", role=Role.NETWORK_STAFF, network=network)
        )
        typed = {"address": ADDRESS, "role": "buyer"}
        assert "Dites où" in text(staff.post("/reseaux/val/equipe/", typed))
        staff.post("/reseaux/val/equipe/", typed | {"department": "38"})
        sent = Invitation.objects.get()
        assert (sent.network, sent.department_id) == (None, "38")
        assert ADDRESS in text(staff.get("/reseaux/val/equipe/"))

    def test_a_delegate_invites_in_her_territory_with_the_roles_the_page_speaks_of(
        self, signed_in_client: SignIn
    ) -> None:
        make_valley()
        network = make_network("Val")
        delegate = make_person(
            "d@exemple.fr", role=Role.DELEGATE, network=network, department_id="38"
        )
        client = signed_in_client(delegate)
        page = client.get("/reseaux/val/equipe/").text
        assert "Isère" in page
        assert "Savoie" not in page
        # Of a delegate, whom she does not invite, the page says nothing.
        assert "délégué·e" not in page.partition('id="inviter"')[2]
        typed = {"address": ADDRESS, "role": "buyer"}
        assert client.post("/reseaux/val/equipe/", typed | {"department": "73"}).status_code == 422
        client.post("/reseaux/val/equipe/", typed | {"department": "38"})
        assert Invitation.objects.get().department_id == "38"

    def test_too_many_invitations_are_stopped(
        self, zoe: User, structure: Structure, signed_in_client: SignIn, settings: Any
    ) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"invite": "2/h/user"}
        client, page = signed_in_client(zoe), f"/annuaire/{structure.pk}/equipe/"
        codes = [
            client.post(page, {"address": f"a{n}@y.example", "role": "supervisor"}).status_code
            for n in range(3)
        ]
        assert codes == [302, 302, 429]


def test_the_journal_names_no_address(zoe: User, structure: Structure) -> None:
    sent = invite(zoe, structure)
    accept_invitation(invitation=sent, by=account(), now=timezone.now())
    values = str(list(JournalEntry.objects.values_list("before", "after")))
    assert "exemple.fr" not in values
    assert JournalEntry.objects.filter(verb="members.accept_invitation").exists()
