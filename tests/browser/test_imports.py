"""Importing a list with names of columns of one's own: each page read by axe at both widths."""

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from cordee.members.models import Structure
from tests.members.makers import (
    make_network,
    make_person,
    make_structure,
    make_valley,
    valid_siret,
)

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = ["N° SIRET", "Type", "Raison sociale", "CP", "Commune", "Membre depuis"]


def workbook() -> bytes:
    book = Workbook()
    book.active.append(HEADER)
    for number, name in ((901, "Les Jardins du Val"), (902, "Chez Nous"), (903, "Nouvelle")):
        siret = int(valid_siret(number))
        book.active.append([siret, "ACI", name, 38100, "Saint-Aubin-sur-Verdoire", 2024])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_mapped_previewed_and_imported(
    visit: Callable[..., Page], axe_both: Callable[..., None], settings: object
) -> None:
    make_valley()
    settings.SECOND_FACTOR = False  # type: ignore[attr-defined]
    make_structure("Les Jardins d’Avant", siret=valid_siret(901))
    make_structure("Chez Nous Autres", siret=valid_siret(902), is_claimed=True)
    network = make_network("Réseau du Val")
    staff = make_person("r@exemple.fr", role="network_staff", network=network)
    page = visit("/annuaire/imports/", user=staff)
    axe_both(page)
    page.get_by_label("Votre liste").set_input_files(
        {"name": "adherents.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    )
    page.get_by_role("button", name="Lire cette liste").click()
    expect(page.get_by_role("heading", name="Que dit chaque colonne")).to_be_visible()
    axe_both(page)
    page.get_by_role("button", name="Lire la liste ainsi").click()
    expect(page.get_by_text("Rien n’est encore écrit")).to_be_visible()
    expect(page.get_by_text("La liste dirait autre chose")).to_be_visible()
    axe_both(page)
    assert Structure.objects.count() == 2
    page.get_by_role("button", name="Importer cette liste").click()
    expect(page.get_by_role("heading", name="structure créée")).to_be_visible()
    assert Structure.objects.count() == 3
