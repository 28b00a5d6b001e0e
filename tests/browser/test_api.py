"""A key made, copied and taken back by a person."""

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
    page.get_by_role("link", name="Faire une clé").click()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("onfirmer|ontinuer")).first.click()
    page.get_by_role("button", name="Faire la clé").click()
    page.get_by_label("Pour quel logiciel").fill("Tableau de bord du réseau")
    page.get_by_role("button", name="Faire la clé").click()
    secret = page.get_by_label("Votre nouvelle clé").input_value()
    axe_check(page)
    assert Program(secret).get("/api/v1/moi/").status_code == 200
    page.reload()
    assert page.get_by_label("Votre nouvelle clé").count() == 0
    page.get_by_role("link", name="Retirer la clé Tableau de bord du réseau").click()
    page.get_by_role("button", name="Retirer la clé").click()
    page.get_by_text("Elle n’ouvre plus rien").wait_for()
    axe_check(page)
    assert Program(secret).get("/api/v1/moi/").status_code == 401
