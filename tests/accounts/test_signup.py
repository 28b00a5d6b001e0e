"""Opening an account: the address is proven first, and nobody learns who has one."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts import actions
from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "une corde de douze mètres"
TYPED = {
    "email": "Zoe@Jardins.example",
    "display_name": "Zoé Mélèze",
    "password1": PASSWORD,
    "password2": PASSWORD,
}
SIGN_UP = "/compte/inscription/"


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def written() -> OutgoingMail:
    """The first mail of the test."""
    return OutgoingMail.objects.earliest("pk")


def same(page: str) -> str:
    """A page without what changes at each reading."""
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", page)


def test_an_account_opens_once_its_address_is_confirmed(client: StrictClient) -> None:
    assert "Ouvrir un compte" in text(client.get(SIGN_UP))
    waiting = client.post(SIGN_UP, TYPED, follow=True)
    assert "Un courrier vous attend" in text(waiting)
    assert "_auth_user_id" not in client.session
    assert client.get("/annuaire/").status_code == 302
    found = re.search(r"http://localhost:8000(/compte/\S+)", written().text)
    assert found
    assert "_auth_user_id" not in client.session, "reading the mail opens nothing"
    client.get(found[1])
    assert not EmailAddress.objects.get().verified
    client.post(found[1])
    person = User.objects.get()
    assert (person.email, person.display_name) == ("zoe@jardins.example", "Zoé Mélèze")
    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
    assert "Et maintenant ?" in text(client.get("/roles/"))
    assert client.get("/annuaire/").status_code == 200


def test_a_known_address_gets_the_same_page_and_another_mail(client: StrictClient) -> None:
    known = User.objects.create_user("zoe@jardins.example", PASSWORD)
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    there = client.post(SIGN_UP, TYPED, follow=True)
    elsewhere = StrictClient().post(
        SIGN_UP, TYPED | {"email": "autre@jardins.example"}, follow=True
    )
    assert there.redirect_chain == elsewhere.redirect_chain
    assert same(text(there)) == same(text(elsewhere).replace("autre@", "zoe@"))
    assert User.objects.filter(email=known.email).count() == 1
    assert "Vous en avez déjà un" in written().text


def test_mails_of_accounts_have_a_page_too(client: StrictClient) -> None:
    client.post(SIGN_UP, TYPED)
    assert 'href="http://localhost:8000/compte/adresses/confirmer/' in written().html
    assert written().is_secret, "it carries a way in"


@pytest.mark.parametrize("address", [SIGN_UP, "/compte/mot-de-passe/oublie/"])
def test_the_links_of_mails_lead_to_our_site_whatever_host_was_asked(
    address: str, client: StrictClient, settings: Any
) -> None:
    settings.SITE_ADDRESS = "https://cordee.example"
    settings.ALLOWED_HOSTS = ["*"]
    known = User.objects.create_user("ana@jardins.example", PASSWORD)
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    email = TYPED["email"] if address == SIGN_UP else known.email
    client.post(address, TYPED | {"email": email}, headers={"Host": "voleur.example"})
    mail = written()
    assert "https://cordee.example/compte/" in mail.text
    assert 'href="https://cordee.example/compte/' in mail.html
    assert "voleur" not in mail.text + mail.html


@pytest.mark.parametrize("address", [SIGN_UP, "/compte/mot-de-passe/oublie/"])
def test_a_known_address_costs_as_much_work_as_an_unknown_one(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither time nor queries tell who has an account: a password is hashed in both cases."""
    known = User.objects.create_user("zoe@jardins.example", PASSWORD)
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, *rest: Any) -> str:
        hashed.append(password)
        return str(encode(self, password, *rest))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    def work(email: str) -> tuple[int, int, int]:
        hashed.clear()
        before = OutgoingMail.objects.count()
        with CaptureQueriesContext(connection) as queries:
            StrictClient().post(address, TYPED | {"email": email})
        return len(hashed), OutgoingMail.objects.count() - before, len(queries)

    there, elsewhere = work(known.email), work("autre@jardins.example")
    assert there[:2] == elsewhere[:2] == ((1, 1) if address == SIGN_UP else (0, 1))
    assert abs(there[2] - elsewhere[2]) <= 8, (there, elsewhere)


def test_a_weak_password_is_refused_in_words(client: StrictClient) -> None:
    page = text(client.post(SIGN_UP, TYPED | {"password1": "court", "password2": "court"}))
    assert "<title>Erreur : Ouvrir un compte" in page
    assert not User.objects.exists()


def test_signing_up_too_often_is_stopped(client: StrictClient) -> None:
    answers = [client.post(SIGN_UP, {"email": "x"}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_wrong_passwords_are_stopped_for_everybody_and_everywhere(client: StrictClient) -> None:
    """Five for one account; the sixth is refused even with the right password."""
    known = User.objects.create_user("zoe@jardins.example", PASSWORD)
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    for _ in range(5):
        client.post("/compte/connexion/", {"login": known.email, "password": "faux"})
    page = client.post("/compte/connexion/", {"login": known.email, "password": PASSWORD})
    assert "Trop d’essais manqués. Réessayez dans cinq minutes." in text(page)
    assert "_auth_user_id" not in client.session


def test_the_page_of_too_many_tries_says_when_to_come_back(client: StrictClient) -> None:
    address = "/compte/mot-de-passe/oublie/"
    answers = [client.post(address, {"email": f"a{n}@y.example"}) for n in range(11)]
    assert [a.status_code for a in answers] == [302] * 10 + [429]
    assert "Réessayez dans cinq minutes" in text(answers[-1])


def test_accounts_that_nobody_confirmed_are_forgotten(client: StrictClient) -> None:
    client.post(SIGN_UP, TYPED)
    invited = User.objects.create_user("invitee@jardins.example")
    EmailAddress.objects.create(user=invited, email=invited.email, verified=True, primary=True)
    now = timezone.now()
    assert actions.forget_unconfirmed(now + timedelta(days=6)) == 0
    assert actions.forget_unconfirmed(now + timedelta(days=7, seconds=1)) == 1
    assert list(User.objects.all()) == [invited]


def test_who_follows_an_invitation_takes_over_an_account_that_proved_nothing() -> None:
    squatter = User.objects.create_user("zoe@jardins.example", "le mot de passe du voleur")
    EmailAddress.objects.create(user=squatter, email=squatter.email, verified=False, primary=True)
    mine = actions.open_account(
        address="Zoe@jardins.example", display_name="Zoé", password=PASSWORD
    )
    assert mine == squatter
    assert mine.check_password(PASSWORD)
    assert EmailAddress.objects.get().verified


def test_a_confirmed_account_is_taken_over_by_nobody() -> None:
    known = User.objects.create_user("zoe@jardins.example", PASSWORD)
    EmailAddress.objects.create(user=known, email=known.email, verified=True, primary=True)
    with pytest.raises(ValidationError, match="connectez-vous"):
        actions.open_account(address=known.email, display_name="X", password="autre mot de passe")
    assert known.check_password(PASSWORD)
