"""Networks by hand and by axe: a structure asks, is accepted, opens, reads, and leaves."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cordee.members.models import Activity, Crew, Membership, Network, RoleSeat, Structure
from tests.members.makers import (
    make_many,
    make_network,
    make_person,
    make_structure,
    make_valley,
)

pytestmark = pytest.mark.django_db(transaction=True)
Visit = Callable[..., Page]
Look = Callable[..., None]


@pytest.fixture
def network() -> Network:
    make_valley()
    made = make_network("Réseau du Val")
    made.charter = "Nous travaillons ensemble.\n\nChacun garde ses chiffres."
    made.save()
    make_network("Val du Nord", made)
    return made


@pytest.fixture
def staff(network: Network) -> Any:
    return make_person("equipe@exemple.fr", role="network_staff", network=network)


@pytest.fixture
def jardins(network: Network) -> Structure:
    structure = make_structure(
        "Les Jardins du Val", commune_id="38002", department_id="38", is_claimed=True
    )
    (chantier,) = structure.chantiers.all()
    Activity.objects.create(chantier=chantier, trade="espaces-verts")
    Crew.objects.create(chantier=chantier, name="Équipe du bourg", places=8)
    return structure


@pytest.fixture
def director(jardins: Structure) -> Any:
    return make_person("direction@exemple.fr", role="director", structure=jardins)


def test_the_pages_of_a_network_of_thirty_are_accessible(
    network: Network, staff: Any, look: Look
) -> None:
    make_many(30, network)
    pages = ("", "accueil/", "adherents/", "partages/", "delegations/", "couverture/", "silences/")
    look(*(f"/reseaux/{network.slug}/{page}" for page in (*pages, "echeances/")), user=staff)


def test_an_empty_network_is_accessible(
    network: Network, staff: Any, visit: Visit, look: Look
) -> None:
    page = visit(f"/reseaux/{network.slug}/accueil/", user=staff)
    expect(page.get_by_role("link", name="Ajouter un membre")).to_be_visible()
    look(f"/reseaux/{network.slug}/accueil/", "/reseaux/", user=staff)


def test_a_structure_joins_opens_and_leaves(
    network: Network, jardins: Structure, director: Any, staff: Any, visit: Visit
) -> None:
    """The whole story on a phone, without a line of JavaScript."""
    phone_page = visit("/reseaux/", phone=True, user=director, javascript=False)
    phone_page.get_by_role("link", name="Réseau du Val", exact=True).click()
    phone_page.get_by_label("Votre message").fill("Nous voulons travailler avec vous.")
    phone_page.get_by_role("button", name="Demander à adhérer").click()
    expect(phone_page.get_by_role("status").first).to_contain_text("Votre demande est envoyée")

    theirs = visit(f"/reseaux/{network.slug}/adherents/", user=staff, javascript=False)
    expect(theirs.get_by_text("Nous voulons travailler avec vous.")).to_be_visible()
    theirs.get_by_role("button", name="Accepter Les Jardins du Val").click()
    expect(theirs.locator("tbody tr")).to_have_count(1)

    phone_page.reload()
    phone_page.get_by_role("link", name="Ce que le réseau voit de vous").click()
    expect(phone_page.locator("#network .etat").first).to_contain_text("Fermé")
    phone_page.locator("#choix-network").select_option("tout")
    phone_page.locator("#network").get_by_role("button", name="Garder ce choix").click()
    expect(phone_page.locator("#network").get_by_text("Équipe du bourg")).to_be_visible()
    theirs.goto(theirs.url.split("/reseaux/")[0] + f"/annuaire/{jardins.pk}/")
    expect(theirs.get_by_text("Équipe du bourg")).to_be_visible()

    phone_page.get_by_role("link", name="Quitter ce réseau").click()
    expect(phone_page.get_by_text("Vos chiffres lui sont fermés dès ce bouton")).to_be_visible()
    phone_page.get_by_role("button", name="Quitter ce réseau").click()
    expect(phone_page.get_by_role("status").first).to_contain_text("fermés dès maintenant")
    theirs.reload()
    expect(theirs.get_by_text("Équipe du bourg")).to_have_count(0)
    assert Membership.objects.get().ends_on is not None


def test_the_home_shows_map_and_list_alike(network: Network, staff: Any, visit: Visit) -> None:
    make_many(7, network)
    page = visit(f"/reseaux/{network.slug}/accueil/", user=staff)
    expect(page.locator("figure.carte text")).to_have_text("7")
    row = page.locator("tbody tr").filter(has_text="Isère (38)")
    expect(row.locator("td").first).to_have_text("7")
    expect(page.get_by_text("Aucun marché à portée")).to_be_visible()
    row.get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(7)


def test_a_delegate_finds_her_home_from_the_bar(network: Network, visit: Visit) -> None:
    person = make_person("deleguee@exemple.fr")
    RoleSeat.objects.create(person=person, role="delegate", network=network, region_id="84")
    page = visit("/", user=person)
    page.get_by_role("link", name="Mon territoire", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Réseau du Val")
