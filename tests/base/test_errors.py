"""The pages of a fault: what happened, the state of the data, the way out."""

import logging
from typing import Any

import pytest
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


def test_the_site_uses_these_pages() -> None:
    resolver = get_resolver()
    assert resolver.resolve_error_handler(404) is errors.page_not_found
    assert resolver.resolve_error_handler(403) is errors.permission_denied
    assert resolver.resolve_error_handler(400) is errors.bad_request
    assert resolver.resolve_error_handler(500) is errors.server_error
