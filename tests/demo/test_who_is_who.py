from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from demo import loading
from demo.people import PASSWORD, build_people
from demo.world import build_world
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley() -> None:
    loading.load_world(build_world(date(2026, 11, 25), "valley"))


def test_the_page_names_everybody_and_the_password(client: StrictClient, valley: None) -> None:
    page = client.get(reverse("demo:who_is_who")).content.decode()
    for person in build_people():
        assert person.display_name in page
        assert person.email in page
    assert PASSWORD in page


def test_without_the_world_the_page_says_what_to_do(client: StrictClient) -> None:
    page = client.get(reverse("demo:who_is_who")).content.decode()
    assert "load_demo" in page
    assert PASSWORD not in page


def test_one_button_signs_in(client: StrictClient, valley: None) -> None:
    answer = client.post(reverse("demo:sign_in_as"), {"email": "reseau@cordee.example"})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"]


def test_the_password_of_the_page_opens_every_account(client: StrictClient, valley: None) -> None:
    for person in build_people():
        assert client.login(email=person.email, password=PASSWORD)


def test_nobody_else_can_be_entered(
    client: StrictClient, django_user_model: Any, valley: None
) -> None:
    django_user_model.objects.create_user("autre@exemple.fr", "un mot de passe assez long")
    answer = client.post(reverse("demo:sign_in_as"), {"email": "autre@exemple.fr"})
    assert answer.status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_link_cannot_sign_in(client: StrictClient, valley: None) -> None:
    assert client.get(reverse("demo:sign_in_as")).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_a_demo_neither_page_exists(
    client: StrictClient, settings: Any, valley: None, method: str
) -> None:
    # Resolved first: addresses are read once a process, and hold the demo only while it is one.
    page, button = reverse("demo:who_is_who"), reverse("demo:sign_in_as")
    settings.DEMO = False
    addresses: dict[str, Callable[[], Any]] = {
        "get": lambda: client.get(page),
        "post": lambda: client.post(button, {"email": "reseau@cordee.example"}),
    }
    assert addresses[method]().status_code == 404
