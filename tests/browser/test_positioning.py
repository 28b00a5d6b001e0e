"""A director positions herself with what is kept already, is visited, and publishes the report."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.members.models import Certification, Structure
from cordee.practices.models import Positioning, Visit
from cordee.practices.positioning.grid import NOT_A_LABEL
from tests.bridge.immersions import make_immersion
from tests.bridge.makers import leave_thirteen
from tests.browser.conftest import PHONE, open_as
from tests.members.makers import make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db(transaction=True)
Visiting = Callable[..., Page]
Check = Callable[..., None]
PROOFS = ("sorties dynamiques", "immersion", "papier")


@pytest.fixture
def structures() -> dict[str, Structure]:
    make_valley()
    return {
        name: make_structure(name, commune_id=commune, department_id="38", is_claimed=True)
        for name, commune in (("Les Jardins", "38002"), ("Rives et Sentiers", "38001"))
    }


@pytest.fixture
def people(structures: dict[str, Structure]) -> dict[str, Any]:
    return {
        name: make_person(f"d{n}@exemple.fr", role="director", structure=structure)
        for n, (name, structure) in enumerate(structures.items())
    }


def keep_elsewhere(structure: Structure) -> None:
    """Three things that other pages keep."""
    leave_thirteen(structure)
    on = timezone.localdate()
    structure.exits.update(left_on=on - timedelta(days=3))
    make_immersion(structure)
    Certification.objects.create(structure=structure, name="Assurance décennale")


def test_a_director_positions_herself_in_five_pages(
    structures: dict[str, Structure], people: dict[str, Any], visit: Visiting, axe_both: Check
) -> None:
    structure = structures["Les Jardins"]
    keep_elsewhere(structure)
    page = visit(f"/annuaire/{structure.pk}/", user=people["Les Jardins"])
    page.get_by_role("link", name="Auto-positionnement").click()
    page.get_by_role("button", name="Commencer").click()
    found = []
    for step in range(1, 6):
        expect(page.get_by_text(NOT_A_LABEL)).to_be_visible()
        found += page.get_by_text("Relevé ici").all_inner_texts()
        # Nothing is chosen for her but that nothing is said yet.
        assert (
            page.locator("input:checked").evaluate_all("all => all.map(one => one.value)")
            == ["0"] * 3
        )
        page.get_by_label("en place par endroits").first.check()
        if step == 4:
            page.get_by_label("Décider avec la personne, en une phrase").fill("Une fois par mois.")
            # A telephone that loses its signal loses nothing of what was typed.
            page.reload()
            expect(page.get_by_label("Décider avec la personne, en une phrase")).to_have_value(
                "Une fois par mois."
            )
        axe_both(page, f"positionnement-{step}")
        page.get_by_role("button", name="Garder et").click()
    assert all(any(proof in told for told in found) for proof in PROOFS), found
    expect(page.get_by_role("heading", level=1)).to_have_text("5 niveaux dits sur 15")
    row = Positioning.objects.get()
    assert len(row.answers) == 5
    assert row.answers["parole"]["word"] == "Une fois par mois."
    page.get_by_role("link", name="Choisir une action").click()
    page.get_by_label("Ce que vous ferez").fill("Relire l’accueil")
    page.get_by_label("Pour le").fill(f"{timezone.localdate() + timedelta(days=5):%Y-%m-%d}")
    page.get_by_role("button", name="Garder").click()
    page.get_by_text("Accompagnement social").first.click()
    axe_both(page, "positionnement")
    page.set_viewport_size(PHONE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Annexe au dialogue").click()
    assert download.value.suggested_filename.startswith("auto-positionnement-ne-vaut-pas-label")
    page.goto(page.url.partition("/annuaire")[0])
    expect(page.get_by_text("Relire l’accueil")).to_be_visible()


def test_a_visit_is_asked_told_and_published(
    structures: dict[str, Structure],
    people: dict[str, Any],
    visit: Visiting,
    axe_both: Check,
    live_server: Any,
) -> None:
    host, guest = structures.values()
    page = visit(f"/annuaire/{guest.pk}/visites/", user=people["Rives et Sentiers"])
    page.get_by_role("link", name="Aller voir une autre structure").click()
    page.get_by_label("Structure visitée").select_option(str(host.pk))
    page.get_by_label("Le jour de la visite").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.get_by_label("Une personne").select_option(label="direction")
    page.get_by_label("L’autre").select_option(label="encadrement")
    page.get_by_role("button", name="Demander cette visite").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("réponse attendue")

    open_as(page, people["Les Jardins"], live_server.url, "/")
    page.get_by_role("link", name="Répondre").first.click()
    page.get_by_role("button", name="Oui, venez").click()
    Visit.objects.update(on=timezone.localdate() - timedelta(days=1))

    open_as(page, people["Rives et Sentiers"], live_server.url, "/")
    page.get_by_role("link", name="L’écrire").click()
    page.get_by_role("link", name="Employeur").click()
    page.get_by_label("Accueillir qui arrive\u00a0: vu").fill("Un livret de deux pages")
    page.get_by_label("Accueillir qui arrive\u00a0: à discuter").fill("Qui le relit\u00a0?")
    axe_both(page, "visite-compte-rendu")
    page.get_by_role("button", name="Garder et continuer").click()
    page.goto(f"{live_server.url}/annuaire/{guest.pk}/visites/{Visit.objects.get().pk}/")
    page.get_by_role("button", name="Envoyer à Les Jardins").click()

    open_as(page, people["Les Jardins"], live_server.url, "/")
    page.get_by_role("link", name="Le lire").click()
    expect(page.get_by_text("Un livret de deux pages")).to_be_visible()
    axe_both(page, "visite-recue")
    page.get_by_role("button", name="Publier ce compte rendu").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("compte rendu publié")

    open_as(
        page,
        make_person("x@exemple.fr"),
        live_server.url,
        f"/annuaire/{structures['Les Jardins'].pk}/",
    )
    page.get_by_role("link", name="Rives et Sentiers, le ").click()
    expect(page.get_by_text("Qui le relit")).to_be_visible()
