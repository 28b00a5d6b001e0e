"""The list and the page of an opportunity, looked at by axe and used by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cordee.accounts.models import User
from cordee.opportunities.models import Opportunity
from tests.members.makers import make_network, make_person, make_valley
from tests.opportunities.makers import CLEANING, GREEN, SOFTWARE, make_opportunity

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def nadia() -> User:
    make_valley()
    return make_person(
        "nadia@reseau.example", role="network_staff", network=make_network("Réseau du Val")
    )


@pytest.fixture
def opportunity(nadia: User, tmp_path: Path) -> Opportunity:
    return make_opportunity(
        tmp_path, lots=[("Tonte", GREEN), ("Nettoyage", CLEANING), ("Logiciels", SOFTWARE)]
    )


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "?metier=maraichage",
        "{pk}/",
        "{pk}/lots/",
        "{pk}/lots/?lot=1",
        "{pk}/corriger/places/",
        "{pk}/corriger/trades/",
        "besoin-prive/",
    ],
)
def test_axe_finds_nothing(
    opportunity: Opportunity, nadia: User, visit: Visit, axe_check: Check, path: str, phone: bool
) -> None:
    page = visit("/opportunites/" + path.format(pk=opportunity.pk), phone=phone, user=nadia)
    page.wait_for_load_state("networkidle")
    axe_check(page)


@pytest.mark.parametrize("path", ["", "{pk}/"])
def test_the_longest_tags_fit_a_phone(
    opportunity: Opportunity, nadia: User, visit: Visit, axe_check: Check, path: str
) -> None:
    Opportunity.objects.filter(pk=opportunity.pk).update(
        reserved="MIXTE", is_partly_reserved=True, social_clause="both"
    )
    axe_check(visit("/opportunites/" + path.format(pk=opportunity.pk), phone=True, user=nadia))


def test_searching_swaps_the_results_and_keeps_the_address(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit("/opportunites/", user=nadia)
    page.get_by_label("Mots de l’avis").fill("zèbre")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("heading", name="Rien ne correspond")).to_be_visible()
    assert "q=z%C3%A8bre" in page.url
    page.get_by_role("link", name="Chercher sans ces mots").click()
    expect(page.get_by_role("link", name="Entretien des espaces verts")).to_be_visible()


def test_a_fact_is_corrected_and_taken_back(
    opportunity: Opportunity, nadia: User, visit: Visit
) -> None:
    page = visit(f"/opportunites/{opportunity.pk}/", user=nadia)
    page.get_by_role("link", name="Corriger : Durée").click()
    page.get_by_label("Combien de mois").fill("7")
    page.get_by_role("button", name="Garder ma correction").click()
    expect(page.get_by_text("Corrigé par une personne inscrite")).to_be_visible()
    page.get_by_role("button", name="Retirer cette correction").click()
    expect(page.get_by_text("La correction est retirée")).to_be_visible()
