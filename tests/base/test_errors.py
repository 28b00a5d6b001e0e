"""The pages of a fault: what happened, the state of the data, the way out."""

import errno
import logging
from typing import Any

import pytest
from django.db import InterfaceError
from django.test import RequestFactory
from django.urls import get_resolver

from cordee.base.ui import errors
from tests.strict_client import StrictClient, faults_of


@pytest.mark.django_db
def test_a_page_that_does_not_exist(client: StrictClient) -> None:
    response = client.get("/nulle/part/")
    assert response.status_code == 404
    assert "Cette page n’existe pas, ou plus" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status", "said"),
    [
        (errors.permission_denied, 403, "ne vous est pas ouverte"),
        (errors.bad_request, 400, "Rien n’a été enregistré"),
        (errors.csrf_failure, 403, "Rien n’a été envoyé"),
    ],
)
def test_other_faults(rf: RequestFactory, view: Any, status: int, said: str) -> None:
    response = view(rf.get("/"))
    assert response.status_code == status
    assert said in response.content.decode()
    assert faults_of(response.content.decode()) == []


def test_our_own_fault_needs_no_database(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """No `db` here: pytest-django would refuse any query. The code is also in the log."""
    with caplog.at_level(logging.ERROR):
        response = errors.server_error(rf.get("/annuaire/"))
    html = response.content.decode()
    assert response.status_code == 500
    assert faults_of(html) == []
    code = html.split("<strong>")[1].split("</strong>")[0]
    assert f"Code {code} was given for /annuaire/" in caplog.text


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _breaks(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken on purpose")


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_pages_of_faults_carry_the_headers_of_others(
    status: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = StrictClient(enforce_csrf_checks=True, raise_request_exception=False)
    monkeypatch.setattr("cordee.base.ui.legal_values.subjects", _breaks)
    answer = {
        400: lambda: client.get("/", headers={"Host": "ailleurs.example"}),
        403: lambda: client.post("/compte/connexion/"),
        404: lambda: client.get("/nulle/part/"),
        500: lambda: client.get("/d-ou-viennent-les-chiffres/"),
    }[status]()
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src")


@pytest.mark.django_db
def test_whoever_comes_without_tls_is_led_to_our_name(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "cordee.example"
    answer = StrictClient().get("/aide/", headers={"Host": "voleur.example"})
    assert answer.headers["Location"] == "https://cordee.example/aide/"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Le disque est plein"),
        (InterfaceError("connection already closed"), "La base ne répond pas"),
    ],
)
def test_what_stops_the_machine_is_told_as_that(
    rf: RequestFactory, error: Exception, said: str
) -> None:
    """Programs are told too, and to come back."""
    answers = []
    for address in ("/annuaire/", "/api/v1/structures/"):
        try:
            raise error
        except (OSError, InterfaceError):
            answers.append(errors.server_error(rf.get(address)))
    for answer in answers:
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert said in answer.content.decode()
    page = answers[0].content.decode()
    assert faults_of(page) == []
    assert "Votre demande n’est pas enregistrée." in page
    assert "La panne vient de chez nous" not in page


def test_the_site_uses_these_pages() -> None:
    resolver = get_resolver()
    assert resolver.resolve_error_handler(404) is errors.page_not_found
    assert resolver.resolve_error_handler(403) is errors.permission_denied
    assert resolver.resolve_error_handler(400) is errors.bad_request
    assert resolver.resolve_error_handler(500) is errors.server_error
