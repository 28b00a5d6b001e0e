"""The directory and the page of a structure, looked at by axe and used by hand."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cordee.economics.models import AccountingYear
from cordee.members.models import Certification, Structure
from tests.browser.budgets import MEASURE, OWN_STRUCTURE
from tests.browser.conftest import DESK, PHONE
from tests.members.makers import make_many, make_network, make_person

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
LONG_NAME = "Les Chantiers et Ateliers Solidaires des Hautes Vallées de la Verdoire"


@pytest.fixture
def structure() -> Structure:
    made = make_many(40, make_network("Réseau du Val"))[0]
    Structure.objects.filter(pk=made.pk).update(latitude=None, longitude=None)
    return made


def test_the_directory_and_a_page_without_place_are_accessible(
    structure: Structure, look: Callable[..., None]
) -> None:
    around, nowhere = "?autour=Roche-Mirel+(38)&q=jardins", "?autour=Roche-Mirel"
    pages = ("", around, nowhere, "?q=introuvable")
    look(*(f"/annuaire/{page}" for page in pages), user=make_person("n@exemple.fr"))
    director = make_person("d@exemple.fr", role="director", structure=structure)
    look(f"/annuaire/{structure.pk}/", user=director)


@pytest.mark.parametrize("is_told", [True, False])
def test_ones_own_structure_keeps_its_budget(
    structure: Structure, visit: Visit, axe_both: Callable[..., None], is_told: bool
) -> None:
    """With the longest names, everything said and nothing said; each entry is one link away."""
    Structure.objects.filter(pk=structure.pk).update(brand=LONG_NAME)
    if is_told:
        chantier = structure.chantiers.get()
        month = timezone.localdate().year * 12
        AccountingYear.objects.create(
            chantier=chantier,
            first_month=month,
            charges_cents=50_000_000,
            receipts_cents=10_000_000,
            basis=AccountingYear.Basis.FORECAST,
        )
        Certification.objects.create(
            structure=structure,
            name="Agrément entreprise solidaire d’utilité sociale (ESUS)",
            valid_until=timezone.localdate(),
        )
    else:
        structure.chantiers.get().crews.all().delete()
        structure.chantiers.get().activities.all().delete()
    director = make_person("d@exemple.fr", role="director", structure=structure)
    page = visit(f"/annuaire/{structure.pk}/", user=director)
    axe_both(page, f"mon-chantier-{is_told}")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        assert OWN_STRUCTURE.excess(page.evaluate(MEASURE), size["width"]) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Papiers").click()
    expect(page.get_by_role("heading", name="Papiers et assurances")).to_be_in_viewport()
    page.get_by_role("link", name="Mon chantier").last.click()
    expect(page).to_have_url(re.compile(f"/annuaire/{structure.pk}/$"))


def test_filtering_swaps_list_map_and_count_without_leaving_the_page(
    structure: Structure, visit: Visit
) -> None:
    page = visit("/annuaire/", user=make_person("n@exemple.fr"))
    page.evaluate("window.kept = true")
    page.get_by_label("Sorte").select_option("AI")
    expect(page.locator("#titre .sous")).to_have_text("10\u202fstructures, sur 40")
    expect(page.locator("tbody tr")).to_have_count(10)
    expect(page.locator("#carte g:has(> .repere)")).to_have_count(10)
    assert "sorte=AI" in page.url
    page.get_by_role("link", name="Équipe").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Équipe")
    assert page.evaluate("window.kept")


def test_a_commune_being_typed_is_completed(structure: Structure, visit: Visit) -> None:
    page = visit("/annuaire/", user=make_person("n@exemple.fr"))
    page.get_by_label("Autour de").press_sequentially("roche")
    expect(page.locator("#communes option")).to_have_count(2)
    assert page.url.endswith("/annuaire/")
