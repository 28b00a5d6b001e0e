"""Signing in and out, a forgotten password, addresses: through HTTP, in our words."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.core import mail
from django.urls import get_resolver, reverse

from cordee.accounts.models import User
from cordee.base.mail import outbox
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "une corde de douze mètres"


@pytest.fixture(autouse=True)
def mails_leave_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is committed in these tests, and a mail leaves on commit."""
    monkeypatch.setattr(outbox.transaction, "on_commit", lambda leave: leave())


@pytest.fixture
def nadia() -> User:
    user = User.objects.create_user("nadia@reseau.example", PASSWORD, display_name="Nadia Ferrand")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def text(response: Any) -> str:
    return str(response.content.decode())


def words_of(response: Any) -> str:
    """What is read in the middle of a page."""
    main = text(response).partition("<main")[2].partition("</main>")[0]
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]*>", " ", main))


def test_signing_in_whatever_the_case_of_the_address(client: StrictClient, nadia: User) -> None:
    response = client.post(
        "/compte/connexion/", {"login": "Nadia@Reseau.example", "password": PASSWORD}
    )
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(nadia.pk)


def test_a_part_of_a_page_is_refused_to_whoever_signed_out(client: StrictClient) -> None:
    """Led to the form behind the page, they would see nothing, and believe their words saved."""
    assert client.get("/alliances/", headers={"HX-Request": "true"}).status_code == 401
    assert client.get("/alliances/").status_code == 302


def test_a_wrong_password_is_said_on_top(client: StrictClient, nadia: User) -> None:
    response = client.post("/compte/connexion/", {"login": nadia.email, "password": "faux"})
    page = text(response)
    assert "<title>Erreur\u00a0: Se connecter" in page
    assert "data-cordee-errors" in page
    assert "L’adresse ou le mot de passe ne convient pas." in page
    assert f'value="{nadia.email}"' in page


def test_signing_out_is_asked_then_done(
    signed_in_client: Callable[[Any], StrictClient], nadia: User
) -> None:
    client = signed_in_client(nadia)
    assert "Se déconnecter\u202f?" in text(client.get("/compte/deconnexion/"))
    client.post("/compte/deconnexion/")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_from_mail_to_new_one(client: StrictClient, nadia: User) -> None:
    response = client.post("/compte/mot-de-passe/oublie/", {"email": nadia.email}, follow=True)
    assert "Un courrier est en route" in text(response)
    [sent] = mail.outbox
    assert sent.subject == "Cordée : choisir un nouveau mot de passe"
    found = re.search(r"http://localhost:8000(/compte/\S+)", str(sent.body))
    assert found
    page = client.get(found[1], follow=True)
    assert "Choisir un nouveau mot de passe" in text(page)
    address = page.redirect_chain[-1][0]
    refused = client.post(address, {"password1": "court", "password2": "court"})
    assert "<title>Erreur\u00a0:" in text(refused)
    new = "un mousqueton et deux dégaines"
    done = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert "Votre mot de passe est gardé" in text(done)
    assert mail.outbox[-1].subject == "Cordée : votre mot de passe a changé"
    assert client.login(email=nadia.email, password=new)
    assert "Ce lien ne marche plus" in text(client.get(found[1], follow=True))


def test_whoever_has_no_password_yet_is_asked_for_no_new_one(client: StrictClient) -> None:
    """The link of the command `invite`, and any reset of somebody who was invited by it."""
    paul = User.objects.create_user("paul@reseau.example")
    EmailAddress.objects.create(user=paul, email=paul.email, verified=True, primary=True)
    key = {"uidb36": user_pk_to_url_str(paul), "key": default_token_generator.make_token(paul)}
    link = reverse("account_reset_password_from_key", kwargs=key)
    page = client.get(link, follow=True)
    assert "Choisir votre mot de passe" in words_of(page)
    assert "nouveau" not in words_of(page)
    address = page.redirect_chain[-1][0]
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    done = client.post(address, typed, follow=True)
    assert "Votre mot de passe est gardé" in text(done)
    assert "nouveau" not in words_of(done)
    assert mail.outbox[-1].subject == "Cordée : votre mot de passe est choisi"


def test_an_account_opened_without_password_chooses_its_first_one(
    signed_in_client: Callable[[Any], StrictClient],
) -> None:
    client = signed_in_client(User.objects.create_user("paul@reseau.example"))
    page = client.get("/compte/mot-de-passe/choisir/")
    assert "Choisir un mot de passe" in words_of(page)
    assert "ouveau" not in words_of(page)


def test_an_unknown_address_gets_the_same_page(client: StrictClient) -> None:
    """Nobody learns here who has an account; the mail says it to the address alone."""
    response = client.post("/compte/mot-de-passe/oublie/", {"email": "x@y.example"}, follow=True)
    assert "Un courrier est en route" in text(response)
    assert "Aucun compte n’existe" in str(mail.outbox[0].body)


def test_addresses_are_added_and_confirmed(
    signed_in_client: Callable[[Any], StrictClient], nadia: User
) -> None:
    client = signed_in_client(nadia)
    assert nadia.email in text(client.get("/compte/adresses/"))
    added = {"email": "nadia@chantier.example", "action_add": "1"}
    assert "nadia@chantier.example" in text(client.post("/compte/adresses/", added, follow=True))
    found = re.search(r"http://localhost:8000(/compte/\S+)", str(mail.outbox[0].body))
    assert found
    assert "Oui, confirmer" in text(client.get(found[1]))
    client.post(found[1])
    assert EmailAddress.objects.get(email="nadia@chantier.example").verified
    assert "trop ancien" in text(client.get("/compte/adresses/confirmer/xyz/"))


def test_changing_the_password(
    signed_in_client: Callable[[Any], StrictClient], nadia: User
) -> None:
    client = signed_in_client(nadia)
    assert "Changer mon mot de passe" in text(client.get("/compte/mot-de-passe/"))
    new = "un mousqueton et deux dégaines"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/compte/mot-de-passe/", typed)
    nadia.refresh_from_db()
    assert nadia.check_password(new)


def test_an_unconfirmed_address_waits_for_its_mail(client: StrictClient) -> None:
    user = User.objects.create_user("paul@reseau.example", PASSWORD)
    response = client.post(
        "/compte/connexion/", {"login": user.email, "password": PASSWORD}, follow=True
    )
    assert "Un courrier vous attend" in text(response)
    # A server may take it later, or none be set: nothing says that it is sent.
    assert "envoyé" not in words_of(response)
    assert "Lire le courrier de la démonstration" in text(response)
    assert mail.outbox[0].subject == "Cordée : confirmez votre adresse"


def test_a_closed_account_says_so(client: StrictClient, nadia: User) -> None:
    nadia.is_active = False
    nadia.save()
    response = client.post(
        "/compte/connexion/", {"login": nadia.email, "password": PASSWORD}, follow=True
    )
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert "Ce compte est fermé" in text(client.get("/compte/inactif/"))


def test_only_the_pages_we_support_exist() -> None:
    """A new page of allauth's is a choice, not an accident of an update."""
    names = {str(n) for n in get_resolver().reverse_dict if str(n).startswith(("account_", "mfa_"))}
    assert names == {
        *("account_login", "account_logout", "account_signup", "account_inactive"),
        *("account_reauthenticate", "account_email", "account_email_verification_sent"),
        *("account_confirm_email", "account_change_password", "account_set_password"),
        *("account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("account_second_factor", "account_sessions", "account_close_session"),
        *("account_close_other_sessions", "account_leaving", "account_close", "account_erase"),
        *("mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
        *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_login_webauthn"),
        *("mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
        "mfa_download_recovery_codes",
    }
