"""A commission, from its agenda to what it produced: who runs the network, who directs a member."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.members.directory_index import index_structures
from cordee.practices.models import Commission, Letter, Meeting
from tests.browser.conftest import PHONE
from tests.practices.sheet_makers import publish
from tests.practices.test_commissions import Scene

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[..., None]


def soon(days: int, hour: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days)}T{hour:02d}:00"


def keep(page: Page, verb: str = "Garder") -> None:
    page.get_by_role("button", name=verb, exact=True).click()


def test_from_a_date_that_suits_to_a_sheet_that_stays(
    django_db_setup: None, visit: Visit, axe_both: Check
) -> None:
    scene = Scene()
    index_structures([scene.structure, scene.other])
    Commission.objects.all().delete()
    page = visit(f"/reseaux/{scene.network.slug}/commissions/", user=scene.animator)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Aucune commission au travail")
    axe_both(page)
    _open_it(page, scene)
    # A date is sought, and the member answers on a telephone.
    _ask_for_dates(page, axe_both)
    letter = Letter.objects.get()
    member = visit("/aujourdhui/", user=scene.director, phone=True)
    member.get_by_role("link", name="Dire mes dates").click()
    expect(member.get_by_role("heading", level=1)).to_contain_text("Quand pouvez-vous venir")
    for name, answer in zip(letter.dates.all(), ("Non", "Oui"), strict=True):
        member.get_by_role("group", name=str(name)).get_by_label(answer).check()
    keep(member, "Envoyer mes dates")
    expect(member.get_by_role("heading", level=1)).to_have_text("Vos dates sont notées")
    axe_both(member, "dates")

    page.reload()
    expect(title).to_have_text("1\u202fréponse sur 1")
    page.get_by_role("link", name="Fixer cette date").first.click()
    expect(page.get_by_label("Début")).to_have_value(soon(21, 9))
    _hold_it(page, axe_both)
    _produce(page, scene, axe_both)

    # What the member reads, does and gives.
    member.goto(member.url.partition("/courriers/")[0] + "/aujourdhui/")
    member.get_by_role("link", name="Dire que c’est fait").click()
    keep(member, "C’est fait\u00a0: Envoyer deux fiches")
    expect(member.locator("main")).to_contain_text("Pas encore fait")
    member.get_by_role("link", name="Qualité du travail").first.click()
    expect(member.get_by_role("heading", level=1)).to_have_text("1\u202ffiche et 2\u202fdécisions")
    member.get_by_role("link", name="Noter du temps").click()
    member.get_by_label("Combien de personnes").fill("2")
    member.get_by_label("Heures en tout").fill("10,5")
    keep(member)
    expect(member.get_by_role("heading", name="2\u202fbénévoles, 1,5\u202fjournée")).to_be_visible()
    axe_both(member, "commission")
    member.set_viewport_size(PHONE)
    assert member.evaluate("document.documentElement.scrollWidth <= innerWidth")
    member.get_by_role("link", name="Former sur le chantier").click()
    expect(member.get_by_role("heading", level=1)).to_contain_text("Former sur le chantier")


def _open_it(page: Page, scene: Any) -> None:
    page.get_by_role("link", name="Ouvrir une commission").click()
    page.get_by_label("Nom").fill("Qualité du travail")
    page.get_by_label("Mandat").fill("Comparer nos fiches.")
    page.get_by_label("Commence le").fill(f"{timezone.localdate()}")
    keep(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Rien n’est encore publié")
    page.get_by_role("link", name="Ajouter une structure").click()
    page.get_by_label("Structure").fill("Jardins")
    page.get_by_label("Fonction").fill("direction")
    keep(page)
    expect(page.locator("main")).to_contain_text("Les Jardins, direction")


def _ask_for_dates(page: Page, axe_both: Check) -> None:
    page.get_by_role("link", name="Commissions", exact=True).first.click()
    page.get_by_role("link", name="Courriers").click()
    page.get_by_role("link", name="Écrire aux membres").click()
    page.get_by_label("Objet").fill("Relire les fiches")
    page.get_by_label("Message").fill("Deux fiches attendent vos remarques.")
    page.get_by_label("Date proposée 1").fill(soon(20, 9))
    page.get_by_label("Date proposée 2").fill(soon(21, 9))
    page.get_by_label("Réponse attendue").fill(f"{timezone.localdate() + timedelta(days=15)}")
    page.get_by_label("Pour la commission").select_option("Qualité du travail")
    axe_both(page, "courrier")
    keep(page, "Relire, et voir à qui")
    page.get_by_label("Les Rives").uncheck()
    axe_both(page, "relecture")
    keep(page, "Envoyer ce courrier")
    expect(page.get_by_role("heading", level=1)).to_have_text("0\u202fréponse sur 1")


def _hold_it(page: Page, axe_both: Check) -> None:
    page.get_by_label("Objet").fill("Lire trois fiches")
    page.get_by_label("Fin").fill(soon(21, 12))
    page.get_by_label("Lieu").fill("En ligne")
    page.get_by_label("Ordre du jour").fill("Trois fiches, à voix haute.")
    keep(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lire trois fiches")
    # It was held; no page moves time.
    ends = timezone.now() - timedelta(days=1)
    held = {"begins_at": ends - timedelta(hours=3), "ends_at": ends}
    Meeting.objects.update(**held)
    page.reload()
    page.get_by_role("link", name="Écrire le compte rendu").click()
    page.get_by_label("Décidé").fill("Une trame commune\nUne visite par trimestre")
    page.get_by_label("Appris").fill("À deux, on se corrige.")
    keep(page)
    page.get_by_role("link", name="Ajouter ce qui est à faire").click()
    page.get_by_label("Quoi").fill("Envoyer deux fiches")
    page.get_by_label("Qui").select_option("Les Jardins")
    page.get_by_label("Pour quand").fill(f"{timezone.localdate() + timedelta(days=5)}")
    keep(page)
    axe_both(page, "compte-rendu")
    keep(page, "Publier aux membres du réseau")
    expect(page.locator("main")).to_contain_text("En refaire un brouillon")


def _produce(page: Page, scene: Any, axe_both: Check) -> None:
    publish(scene.structure)
    page.get_by_role("link", name="Qualité du travail").first.click()
    page.get_by_role("link", name="Ajouter une fiche").click()
    page.get_by_label("Fiche").fill("former sur")
    keep(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("1\u202ffiche et 2\u202fdécisions")
    axe_both(page, "production")
