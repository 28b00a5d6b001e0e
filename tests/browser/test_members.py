"""The directory and the page of a structure, looked at by axe and used by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cordee.members.models import Structure
from tests.members.makers import make_many, make_network, make_person

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]


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
