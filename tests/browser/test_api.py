"""A key made, copied and taken back by a person; the page of the API, at both widths."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.api.conftest import Program
from tests.members.makers import make_person

PASSWORD = "ce que sa main sait"


@pytest.mark.django_db(transaction=True)
def test_a_key_is_made_copied_and_taken_back(
    visit: Callable[..., Page], axe_check: Callable[[Page], None]
) -> None:
    person = make_person("zoe@exemple.fr")
    person.set_password(PASSWORD)
    person.save()
    page = visit("/compte/logiciels/", user=person)
    axe_check(page)
    page.get_by_role("link", name="Faire une clé").click()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("onfirmer|ontinuer")).first.click()
    page.get_by_label("Pour quel logiciel").fill("Tableau de bord du réseau")
    axe_check(page)
    page.screenshot(path="/tmp/shots/api-new.png", full_page=True)
    page.get_by_role("button", name="Faire la clé").click()
    secret = page.get_by_label("Votre nouvelle clé").input_value()
    axe_check(page)
    page.screenshot(path="/tmp/shots/api-shown.png", full_page=True)
    assert Program(secret).get("/api/v1/moi/").status_code == 200
    page.reload()
    assert page.get_by_label("Votre nouvelle clé").count() == 0
    page.set_viewport_size({"width": 360, "height": 780})
    axe_check(page)
    page.screenshot(path="/tmp/shots/api-keys-phone.png", full_page=True)
    page.get_by_role("link", name="Retirer la clé Tableau de bord du réseau").click()
    axe_check(page)
    page.screenshot(path="/tmp/shots/api-revoke-phone.png", full_page=True)
    page.get_by_role("button", name="Retirer la clé").click()
    axe_check(page)
    assert Program(secret).get("/api/v1/moi/").status_code == 401


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phone", [False, True])
def test_the_page_of_the_api_is_readable(
    visit: Callable[..., Page], axe_check: Callable[[Page], None], phone: bool
) -> None:
    page = visit("/api/", phone=phone)
    axe_check(page)
    page.screenshot(path=f"/tmp/shots/api-page-{phone}.png", full_page=True)
    for summary in page.locator("summary").all()[:3]:
        summary.click()
    axe_check(page)
    page.screenshot(path=f"/tmp/shots/api-page-open-{phone}.png")
