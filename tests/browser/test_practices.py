"""« Les écoles du val » told as a sheet by one structure, the other unnamed; a monograph reviewed
by two others; what everybody reads of both, on a desk, on a phone and on paper."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cordee.practices.models import Review, Sheet, SheetAuthor
from tests.base.documents.reading import pdf_text
from tests.browser.conftest import open_as
from tests.members.makers import make_structure
from tests.practices.sheet_makers import director_of

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("Les Jardins du Val", "Val Mirel", "Les Toits", "Atelier Bois")


@pytest.fixture
def people(transactional_db: None) -> dict[str, Any]:
    return {
        name: director_of(make_structure(name), f"direction{n}@ecoles.example")
        for n, name in enumerate(NAMES)
    }


def fill(page: Page, said: dict[str, str]) -> None:
    for label, text in said.items():
        page.get_by_label(label).fill(text)


def publish(page: Page, title: str, kind: str, said: dict[str, str]) -> Sheet:
    """From the list to what everybody reads."""
    page.get_by_role("link", name="Écrire une fiche").click()
    page.get_by_label("Titre").fill(title)
    page.get_by_label(kind).check()
    page.get_by_role("button", name="Commencer").click()
    fill(page, said)
    page.get_by_role("button", name="Enregistrer et relire").click()
    page.get_by_role("button", name="Publier la version 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return Sheet.objects.get(title=title)


def test_a_sheet_is_published_with_one_structure_unnamed_then_a_monograph_is_reviewed(
    visit: Callable[..., Page], axe_both: Callable[..., None], live_server: Any, people: Any
) -> None:
    site, (jardins, mirel, toits, bois) = live_server.url, (people[name] for name in NAMES)
    page = visit("/pratiques/", user=jardins)
    axe_both(page, "practices-empty")
    page.get_by_role("link", name="Écrire une fiche").click()
    axe_both(page, "practices-start")
    page.go_back()
    sheet = publish(
        page,
        "Répondre à deux aux écoles du val",
        "Une fiche",
        {
            "Problème": "Le lot était **trop grand** pour une seule équipe.",
            "Étapes": "1. Lire l’avis à deux\n2. Partager par école",
            "Moyens": "Ce que cela coûte :\n\n| Poste | Heures |\n|---|---:|\n| Écrire | 46 |",
            "Résultats": "> Première de quatre.\n\n[La lettre](https://exemple.org/lettre)",
            "Limites": "Un mois de travail, c’est trop tôt pour conclure.",
        },
    )
    page.get_by_role("link", name="Structures autrices et accords").click()
    page.get_by_label("Structure", exact=True).fill("Val Mirel")
    page.get_by_role("button", name="Créditer cette structure").click()
    axe_both(page, "practices-authors")
    page.get_by_role("link", name="Répondre pour").click()
    axe_both(page, "practices-naming")
    page.get_by_role("button", name="Oui, nommer ma structure").click()
    expect(page.get_by_text("est nommée, dès maintenant")).to_be_visible()
    # The other director is asked on the page of the day, and says no.
    open_as(page, mirel, site, "/aujourdhui/")
    page.get_by_role("link", name="Répondre").first.click()
    page.get_by_role("button", name="Non, ne pas la nommer").click()

    open_as(page, None, site, sheet.get_absolute_url())
    for size in ((1280, 800), (360, 640)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for words in ("trop grand pour une seule équipe", "Contexte", "trop tôt pour conclure"):
            where = page.locator(".carton-corde").get_by_text(words).bounding_box()
            assert where is not None
            assert where["y"] + where["height"] <= size[1], (size, words)
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe_both(page, "practices-sheet")
    expect(page.get_by_text("Les Jardins du Val et une structure").first).to_be_visible()
    expect(page.get_by_text("Val Mirel")).to_have_count(0)

    open_as(page, jardins, site, "/pratiques/")
    monograph = publish(
        page,
        "Répondre à plusieurs dans une vallée",
        "Une monographie",
        {
            "Question": "Que faut-il pour répondre à plusieurs ?",
            "Ce qui a été observé": "## Trois réponses\n\n- une gagnée\n- deux perdues",
            "Comparaison": "En ville, deux structures se voient chaque mois.",
            "Limites": "Trois réponses seulement.",
        },
    )
    for director, name in ((toits, "Les Toits"), (bois, "Atelier Bois")):
        open_as(page, jardins, site, reverse("practices:reviews", args=[monograph.pk]))
        page.get_by_label("Structure", exact=True).fill(name)
        page.get_by_role("button", name="Demander cette relecture").click()
        review = Review.objects.get(structure__name=name)
        open_as(page, director, site, reverse("practices:review", args=[review.pk]))
        fill(page, {"Votre rapport": "La méthode tient.", "Vos réserves": "Un seul hiver."})
        page.get_by_label("Tout le monde peut lire").check()
        axe_both(page, "practices-review")
        page.get_by_role("button", name="Remettre ma relecture").click()
        axe_both(page, "practices-review-delivered")
    open_as(page, None, site, monograph.get_absolute_url())
    expect(page.get_by_text("Relue par deux structures qui ne l’ont pas écrite")).to_be_visible()
    axe_both(page, "practices-monograph")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    paper = pdf_text(download.value.path().read_bytes())
    assert "Un seul hiver." in paper
    assert not any(name in paper for name in NAMES)
    # What was agreed to is taken back, and gone from both formats at the next opening.
    row = SheetAuthor.objects.get(sheet=sheet, structure__name=NAMES[0])
    open_as(page, jardins, site, reverse("practices:naming", args=[sheet.pk, row.pk]))
    page.get_by_role("button", name="Non, ne pas la nommer").click()
    open_as(page, None, site, sheet.get_absolute_url())
    expect(page.get_by_text("deux structures").first).to_be_visible()
    assert not any(name in page.content() for name in NAMES)


def test_the_other_pages_of_a_sheet_are_read_by_everybody(
    visit: Callable[..., Page], axe_both: Callable[..., None], live_server: Any, people: Any
) -> None:
    site, jardins = live_server.url, people[NAMES[0]]
    page = visit("/pratiques/", user=jardins)
    said = {"Problème": "Personne ne savait.", "Limites": "L’hiver."}
    sheet = publish(page, "Le tableau du matin", "Une fiche", said)
    page.get_by_role("link", name="Écrire la suite").click()
    page.get_by_text("Gras, listes, tableaux").click()
    axe_both(page, "practices-write")
    fill(page, {"Étapes": "Un tableau, **au mur**.", "Limites": ""})
    page.get_by_role("button", name="Enregistrer et relire").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("à corriger avant de publier")
    axe_both(page, "practices-draft-refused")
    page.get_by_role("link", name="Corriger le brouillon").click()
    fill(page, {"Limites": "L’hiver, et à plus de douze."})
    page.get_by_role("button", name="Enregistrer et relire").click()
    axe_both(page, "practices-draft")
    page.get_by_label("Ce qui change").fill("Le tableau est au mur.")
    page.get_by_role("button", name="Publier la version 2").click()
    open_as(page, jardins, site, reverse("practices:context", args=[sheet.pk]))
    axe_both(page, "practices-context")
    page.get_by_text("Choisir les métiers").click()
    page.get_by_label("Espaces verts").check()
    page.get_by_label("En usage depuis").fill("2024-03-01")
    page.get_by_role("button", name="Garder").click()
    page.get_by_role("button", name="Passer à").click()
    expect(page.get_by_text("Le statut est changé.")).to_be_visible()
    open_as(page, people["Les Toits"], site, reverse("practices:comments", args=[sheet.pk]))
    axe_both(page, "practices-comments-empty")
    page.get_by_label("Ce que vous proposez").fill("Dites le coût du tableau.")
    page.get_by_role("button", name="Proposer").click()
    axe_both(page, "practices-comments")
    open_as(page, None, site, sheet.get_absolute_url())
    page.get_by_role("link", name="Version 2").click()
    page.get_by_text("Ce que change la version 2").click()
    axe_both(page, "practices-differences")
    open_as(page, None, site, reverse("practices:version", args=[sheet.pk, 1]))
    axe_both(page, "practices-version")
    open_as(page, None, site, "/pratiques/")
    axe_both(page, "practices-list")
