"""A second proof: set up by whoever wants it, asked of whoever acts for a network."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail

from cordee.accounts.models import User
from cordee.members.models import RoleSeat
from tests.members.makers import make_network, make_person
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "une corde de douze mètres"
SET_UP = "/compte/securite/a-mettre-en-place/"
APP = "/compte/securite/application/"
SignIn = Callable[[Any], StrictClient]


@pytest.fixture
def staff(settings: Any) -> User:
    settings.SECOND_FACTOR = True
    person = make_person(
        "nadia@exemple.fr", role=RoleSeat.Role.NETWORK_STAFF, network=make_network("Val")
    )
    return with_password(person)


def with_password(person: User) -> User:
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def signed_in(person: User) -> StrictClient:
    client = StrictClient()
    client.post("/compte/connexion/", {"login": person.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)
    return client


def confirm(client: StrictClient) -> None:
    client.post("/compte/confirmer-identite/", {"password": PASSWORD})


def set_up(client: StrictClient) -> str:
    """Install the application of codes; gives its secret."""
    confirm(client)
    page = text(client.get(APP))
    found = re.search(r'<p class="fort">([A-Z2-7]+)</p>', page)
    assert found
    client.post(APP, {"code": code(found[1])})
    return found[1]


class TestForced:
    def test_staff_reach_nothing_before_it_is_set_up(self, staff: User) -> None:
        client = signed_in(staff)
        for address in ("/annuaire/", "/", "/roles/", "/opportunites/", "/compte/appareils/"):
            answer = client.get(address)
            assert (answer.status_code, answer.headers["Location"]) == (302, SET_UP), address
        assert "Protégez votre compte" in text(client.get(SET_UP))
        assert client.post("/roles/agir-pour/", {"network": "val"}).headers["Location"] == SET_UP
        fragment = client.get("/annuaire/", headers={"HX-Request": "true"})
        assert fragment.headers["HX-Redirect"] == SET_UP

    def test_what_is_public_stays_open(self, staff: User) -> None:
        assert signed_in(staff).get("/aide/").status_code == 200

    def test_once_set_up_everything_opens(self, staff: User) -> None:
        client = signed_in(staff)
        set_up(client)
        assert client.get("/annuaire/").status_code == 200
        assert client.get(SET_UP).headers["Location"] == "/compte/securite/"

    @pytest.mark.parametrize("role", ["supervisor", "buyer", ""])
    def test_others_are_not_forced(self, role: str, settings: Any) -> None:
        from tests.members.makers import make_structure

        settings.SECOND_FACTOR = True
        seat = {"supervisor": {"structure": make_structure()}, "buyer": {}}.get(role)
        person = make_person("x@exemple.fr", **({"role": role, **seat} if seat is not None else {}))
        client = StrictClient()
        client.force_login(person)
        assert client.get("/annuaire/").status_code == 200

    def test_a_delegate_is_forced_too(self, settings: Any) -> None:
        settings.SECOND_FACTOR = True
        client = StrictClient()
        client.force_login(
            make_person("d@exemple.fr", role="delegate", network=make_network("Val"))
        )
        assert client.get("/annuaire/").status_code == 302

    def test_a_demo_signs_in_with_one_click(self, staff: User, settings: Any) -> None:
        settings.SECOND_FACTOR = False
        assert signed_in(staff).get("/annuaire/").status_code == 200


class TestCodes:
    def test_a_password_alone_is_not_enough_any_more(self, staff: User) -> None:
        secret = set_up(signed_in(staff))
        client = StrictClient()
        page = client.post(
            "/compte/connexion/", {"login": staff.email, "password": PASSWORD}, follow=True
        )
        assert "Encore une étape" in text(page)
        assert "_auth_user_id" not in client.session
        refused = client.post("/compte/connexion/code/", {"code": "000000"})
        assert "Ce code ne convient pas" in text(refused)
        client.post("/compte/connexion/code/", {"code": recovery_codes(staff)[0]})
        assert client.session["_auth_user_id"] == str(staff.pk)
        assert secret

    def test_a_recovery_code_serves_once(self, staff: User) -> None:
        set_up(signed_in(staff))
        chosen = recovery_codes(staff)[0]
        for opens in (True, False):
            client = StrictClient()
            client.post("/compte/connexion/", {"login": staff.email, "password": PASSWORD})
            client.post("/compte/connexion/code/", {"code": chosen})
            assert ("_auth_user_id" in client.session) is opens

    def test_codes_are_shown_downloaded_and_made_again(self, staff: User) -> None:
        client = signed_in(staff)
        set_up(client)
        first = recovery_codes(staff)
        page = text(client.get("/compte/securite/codes/"))
        assert all(code in page for code in first)
        file = client.get("/compte/securite/codes/fichier/")
        assert file.headers["Content-Type"].startswith("text/plain")
        assert all(code in text(file) for code in first)
        assert "n’ouvriront plus rien" in text(client.get("/compte/securite/codes/nouveaux/"))
        client.post("/compte/securite/codes/nouveaux/")
        assert not set(first) & set(recovery_codes(staff))

    def test_the_secret_is_not_stored_in_clear(self, staff: User) -> None:
        secret = set_up(signed_in(staff))
        assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))

    def test_a_change_of_factor_is_told_by_mail(
        self, staff: User, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            set_up(signed_in(staff))
        subjects = [message.subject for message in mail.outbox]
        assert "Cordée : application de codes mise en place" in subjects

    def test_the_square_is_drawn_without_style(self, staff: User) -> None:
        client = signed_in(staff)
        confirm(client)
        page = text(client.get(APP))
        assert '<svg role="img" aria-label="Code à lire' in page

    def test_changing_a_factor_asks_again_who_one_is(self, staff: User) -> None:
        client = signed_in(staff)
        answer = client.get(APP)
        assert answer.headers["Location"].startswith("/compte/confirmer-identite/")


def recovery_codes(person: User) -> list[str]:
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return list(kept.wrap().get_unused_codes())


class TestKeys:
    def test_the_key_of_another_does_not_exist(self, signed_in_client: SignIn) -> None:
        other = Authenticator.objects.create(
            user=make_person("a@exemple.fr"), type="webauthn", data={"name": "Clé"}
        )
        client = signed_in_client(with_password(make_person("b@exemple.fr")))
        for what in ("nom", "retirer"):
            assert client.get(f"/compte/securite/cles/{other.pk}/{what}/").status_code == 404

    def test_the_sign_in_page_asks_a_passkey_of_nobody_in_particular(
        self, client: StrictClient
    ) -> None:
        asked = client.get("/compte/connexion/cle/", headers={"Accept": "application/json"}).json()
        assert not asked["request_options"]["publicKey"].get("allowCredentials")
