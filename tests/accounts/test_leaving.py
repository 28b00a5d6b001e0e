"""Closing one's account, or having it erased: after proving who one is, and never the last."""

from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from cordee.accounts.models import JournalEntry, User
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Invitation, RoleSeat, Structure
from tests.members.makers import make_person, make_structure
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "une corde de douze mètres"


@pytest.fixture
def structure() -> Structure:
    return make_structure("Les Jardins")


@pytest.fixture
def zoe(structure: Structure) -> User:
    person = make_person("zoe@exemple.fr", role="director", structure=structure)
    person.display_name = "Zoé Mélèze"
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def relay(structure: Structure) -> User:
    return make_person("relais@exemple.fr", role="director", structure=structure)


def signed_in(person: User) -> StrictClient:
    client = StrictClient()
    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
    return client


def confirmed(person: User) -> StrictClient:
    client = signed_in(person)
    client.post("/compte/confirmer-identite/", {"password": PASSWORD})
    return client


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("what", ["fermer", "effacer"])
def test_who_one_is_is_asked_first(what: str, zoe: User, relay: User) -> None:
    client = signed_in(zoe)
    for answer in (client.get(f"/compte/quitter/{what}/"), client.post(f"/compte/quitter/{what}/")):
        assert answer.headers["Location"].startswith("/compte/confirmer-identite/")
    zoe.refresh_from_db()
    assert zoe.is_active


def test_a_closed_account_signs_in_no_more_and_keeps_its_name(zoe: User, relay: User) -> None:
    client = confirmed(zoe)
    assert "disabled" not in text(client.get("/compte/quitter/fermer/"))
    client.post("/compte/quitter/fermer/")
    zoe.refresh_from_db()
    assert (zoe.is_active, zoe.display_name) == (False, "Zoé Mélèze")
    assert not RoleSeat.objects.filter(person=zoe).exists()
    again = StrictClient()
    page = again.post("/compte/connexion/", {"login": zoe.email, "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in again.session
    assert "fermé" in text(page)


def test_a_keeper_opens_it_again_without_its_roles(zoe: User, relay: User) -> None:
    confirmed(zoe).post("/compte/quitter/fermer/")
    call_command("reopen_account", "Zoe@exemple.fr")
    assert signed_in(zoe).get("/roles/").status_code == 200
    assert not RoleSeat.objects.filter(person=zoe).exists()


@pytest.mark.parametrize("what", ["fermer", "effacer"])
def test_the_last_director_stays_and_is_told_the_way_out(what: str, zoe: User) -> None:
    client = confirmed(zoe)
    page = text(client.get(f"/compte/quitter/{what}/"))
    assert "la dernière personne à la direction de Les Jardins" in page
    assert " disabled>" in page
    refused = client.post(f"/compte/quitter/{what}/", follow=True)
    assert "Invitez d’abord quelqu’un" in text(refused)
    zoe.refresh_from_db()
    assert zoe.is_active
    assert RoleSeat.objects.filter(person=zoe).exists()


def test_a_relay_whose_account_is_closed_is_no_relay(zoe: User, relay: User) -> None:
    relay.is_active = False
    relay.save()
    assert "la dernière personne" in text(confirmed(zoe).get("/compte/quitter/"))


def test_erasing_leaves_neither_name_nor_address(zoe: User, relay: User) -> None:
    OutgoingMail.objects.create(key="k", kind="x", recipient=zoe.email, subject="s", text="t")
    Invitation.objects.create(
        address=zoe.email,
        role="company",
        token_hash="x",
        sent_at=zoe.date_joined,
        expires_at=zoe.date_joined,
    )
    confirmed(zoe).post("/compte/quitter/effacer/")
    assert not User.objects.filter(email=zoe.email).exists()
    assert not OutgoingMail.objects.exists()
    assert not Invitation.objects.exists()
    assert JournalEntry.objects.filter(verb="accounts.erase_account").count() == 1


def test_the_keeper_owes_erasure_even_to_the_last(zoe: User) -> None:
    said = StringIO()
    call_command("erase_account", zoe.email, stdout=StringIO(), stderr=said)
    assert "la dernière personne à la direction de Les Jardins" in said.getvalue()
    assert not User.objects.exists()
