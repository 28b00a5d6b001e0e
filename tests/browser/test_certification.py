"""A jury's minutes make a unit acquis, on a phone: from the group to the page of who learns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.members.makers import make_structure
from tests.skills.courses import BEGUN, TODAY, learner_of, teacher_of
from tests.skills.makers import open_card

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_minutes_of_a_jury_make_a_unit_acquired(
    visit: Callable[..., Page], axe_check: Callable[[Page], None], client
) -> None:
    structure = make_structure("Les Jardins du Val")
    basile, hana = teacher_of(structure), learner_of(structure)
    page = visit(reverse("skills:cohorts", args=[structure.pk]), phone=True, user=basile)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Aucun groupe ne prépare le CQP")
    page.get_by_role("link", name="Ajouter un groupe").click()
    page.get_by_label("Nom du groupe").fill("Groupe d’hiver")
    page.get_by_label("Premier jour").fill(f"{BEGUN}")
    page.get_by_label("Hana").check()
    axe_check(page)
    page.get_by_role("button", name="Garder").click()
    expect(title).to_have_text("Il manque quelque chose à 1\u202fdossier")
    axe_check(page)

    page.get_by_role("link", name="Hana").click()
    expect(title).to_have_text("Hana\u00a0: il manque cinq choses")
    page.get_by_role("link", name="Noter l’épreuve").click()
    page.get_by_label("Connaît l’alphabet").select_option(label="oui")
    page.get_by_label("Comprend le français").select_option(label="oui")
    page.get_by_label("Épreuve en situation").fill(f"{BEGUN + timedelta(days=3)}")
    page.get_by_role("button", name="Garder").click()
    expect(title).to_have_text("Hana\u00a0: il manque trois choses")

    page.get_by_role("link", name="Recopier un procès-verbal").click()
    page.get_by_label("Référence du procès-verbal").fill("PV 14")
    page.get_by_label("Savoirs de base").select_option(label="acquis")
    page.get_by_label("Savoir-être").select_option(label="partiel")
    axe_check(page)
    page.get_by_label("Signé le").fill(f"{TODAY}")
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_role("heading", name="Procès-verbal PV 14")).to_be_visible()
    axe_check(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Dossier pour le jury (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")

    hers = open_card(client, hana, basile)
    cookie = client.cookies["carte"]
    page.context.add_cookies(
        [{"name": "carte", "value": cookie.value, "url": page.url.partition("/annuaire")[0] + hers}]
    )
    page.goto(page.url.partition("/annuaire")[0] + hers)
    card = page.locator("li", has_text="Mes unités du CQP")
    expect(card).to_contain_text("Savoirs de base")
    expect(card).not_to_contain_text("Savoir-être")
    axe_check(page)
