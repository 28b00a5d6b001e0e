"""An AFEST course on a phone, by hand: from « il manque deux choses » to complete, and its file."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.members.makers import make_structure
from tests.skills.courses import BEGUN, open_course, teacher_of, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_afest_goes_from_what_lacks_to_complete(
    visit: Callable[..., Page], axe_check: Callable[[Page], None]
) -> None:
    structure = make_structure("Les Jardins du Val")
    course = open_course(structure)
    work(course)
    path = reverse("skills:course", args=[structure.pk, course.pk])
    page = visit(path, phone=True, user=teacher_of(structure))
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(
        "Entraînement au poste, pas encore une AFEST\u00a0: il manque deux choses"
    )
    axe_check(page)

    page.get_by_role("link", name="Notez une séquence réflexive").click()
    day = BEGUN + timedelta(days=1)
    page.get_by_label("Début").fill(f"{day:%Y-%m-%d}T11:00")
    page.get_by_label("Durée").fill("30")
    page.get_by_label("Lieu").fill("Le local")
    page.get_by_label("Animée par").fill("Basile Granit")
    page.get_by_label("écarts vus").fill("La bande est courbe.")
    page.get_by_label("ce qui est décidé").fill("Refaire avec un repère.")
    page.get_by_role("button", name="Garder").click()
    expect(title).to_have_text(
        "Entraînement au poste, pas encore une AFEST\u00a0: il manque une chose"
    )

    page.get_by_role("link", name="Évaluez-le").click()
    page.get_by_label("Moment").select_option(label="à la fin")
    page.get_by_label("Faite le").fill(f"{day:%Y-%m-%d}")
    page.get_by_label("Par").fill("Basile Granit")
    page.get_by_label("Ce qui est su").fill("Elle tond droit.")
    page.get_by_role("button", name="Garder").click()
    expect(title).to_contain_text("AFEST complète depuis le")
    axe_check(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Dossier du financeur (PDF)").click()
    assert download.value.suggested_filename.endswith(".pdf")
