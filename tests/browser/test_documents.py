"""Documents of an alliance in Chromium: gaps lead to where they are filled, files come out."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from demo.alliances import load_alliance
from tests.browser.test_shares import directing
from tests.composing.conftest import Valley

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def alliance(valley: Valley) -> Alliance:
    nadia = User.objects.get(email="reseau@cordee.example")
    found = load_alliance(valley.compose("berges", by=nadia), valley.day)
    assert found is not None
    return found


def test_a_director_fills_a_gap_and_takes_her_documents_out(
    visit: Visit, axe_check: Check, alliance: Alliance
) -> None:
    party = alliance.parties.filter(state="interested").select_related("structure").first()
    assert party is not None
    person = directing(party.structure)
    address = reverse("alliances:documents", args=[alliance.pk])
    for phone in (False, True):
        page = visit(reverse("alliances:dossier", args=[alliance.pk]), user=person, phone=phone)
        page.locator("details summary").last.click()
        axe_check(page)
        page.goto(page.url.replace("/dossier/", "/documents/"))
        axe_check(page)
        page.get_by_role("link", name="ATTRI1").first.click()
        expect(page.get_by_role("heading", name="B4. Avance")).to_be_visible()
        axe_check(page)
    page = visit(address, user=person)
    page.get_by_role("link", name="Convention de groupement").click()
    expect(page.get_by_role("heading", name="11. Pourquoi répondre ensemble")).to_be_visible()
    axe_check(page)
    page.go_back()
    page.get_by_role("link", name="Compléter mon dossier").click()
    axe_check(page)
    page.get_by_role("link", name="Compléter").last.click()
    axe_check(page)
    page.get_by_label("Forme juridique").fill("Association loi de 1901")
    page.get_by_role("button", name="Garder").click()
    expect(page.get_by_text("Association loi de 1901")).to_be_visible()
    for name in ("Ajouter une référence", "Ajouter ou corriger un exercice"):
        page.get_by_role("link", name=name).click()
        axe_check(page)
        page.go_back()

    page = visit(address, user=person, javascript=False)
    page.get_by_role("button", name="Ouvrir mon dossier").click()
    expect(page.get_by_role("button", name="Le refermer")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("button", name="PDF de DC1").click()
    written = Path(waited.value.path()).read_bytes()
    assert written.startswith(b"%PDF")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Tout télécharger (ZIP)").click()
    assert len(ZipFile(BytesIO(Path(waited.value.path()).read_bytes())).namelist()) >= 16
    # axe needs scripts.
    page = visit(address, user=person)
    expect(page.get_by_role("button", name="PDF de DC1")).to_be_visible()
    axe_check(page)


def test_who_coordinates_sees_who_has_not_opened(
    visit: Visit, axe_check: Check, alliance: Alliance
) -> None:
    nadia = User.objects.get(email="reseau@cordee.example")
    for phone in (False, True):
        page = visit(reverse("alliances:dossier", args=[alliance.pk]), user=nadia, phone=phone)
        expect(page.get_by_text("encore fermés")).to_be_visible()
        axe_check(page)
