"""« Mon chantier »: an answer, six entries with their state, and what others see behind a link."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cordee.economics.models import AccountingYear
from cordee.members.actions.capacity import declare_activity, declare_crew
from cordee.members.models import CapacityBooking, Certification, RoleSeat, Structure
from tests.members.makers import join, make_network, make_person, make_structure, share
from tests.strict_client import StrictClient

pytestmark = pytest.mark.django_db
Role = RoleSeat.Role


@pytest.fixture
def structure() -> Structure:
    return make_structure("Les Jardins", is_claimed=True)


@pytest.fixture
def client(structure: Structure) -> StrictClient:
    client = StrictClient()
    client.force_login(make_person("zoe@exemple.fr", role=Role.DIRECTOR, structure=structure))
    return client


def read(client: Any, structure: Structure, query: str = "") -> str:
    answer = client.get(f"/annuaire/{structure.pk}/{query}")
    assert answer.status_code == 200
    return str(answer.text)


def entries(html: str) -> dict[str, str]:
    """The text of each entry, by its title."""
    rows = html.split('<li class="carton">')[1:]
    found = {}
    for row in rows:
        title = row.split(">", 1)[1].split("</a>")[0]
        found[title.strip()] = " ".join(row.split("</a>", 1)[1].split("</li>")[0].split())
    return found


def test_entries_say_where_each_stands_where_nothing_was_said(
    client: Any, structure: Structure
) -> None:
    html = read(client, structure)
    found = entries(html)
    assert list(found) == [
        "Fiche et métiers",
        "Équipes et mois",
        "Comptes et plafond",
        "Apprendre au travail",
        "Auto-positionnement",
        "Papiers",
        "Personnes",
        "Qui voit mes chiffres",
    ]
    unknown = [title for title, text in found.items() if "À dire" in text]
    assert unknown == ["Fiche et métiers", "Équipes et mois", "Comptes et plafond", "Papiers"]
    assert "1 personne agit" in found["Personnes"]
    assert "Fermés à tous" in found["Qui voit mes chiffres"]
    # Nothing unknown is a figure.
    assert "ETP" not in html
    assert html.count("btn-primary") == 1


def test_entries_and_figures_say_what_was_said(client: Any, structure: Structure) -> None:
    chantier = structure.chantiers.get()
    declare_activity(chantier=chantier, trade="espaces-verts", by=None)
    for name, places in (("Une", 10), ("Deux", 10)):
        declare_crew(
            chantier=chantier,
            name=name,
            places=places,
            weekly_minutes=35 * 60,
            trades=[],
            has_vehicle=None,
            by=None,
        )
    today = timezone.localdate()
    month = today.year * 12 + today.month
    CapacityBooking.objects.create(
        chantier=chantier, first_month=month, months=1, cfte=500, reason="Berges"
    )
    AccountingYear.objects.create(
        chantier=chantier,
        first_month=today.year * 12,
        charges_cents=50_000_000,
        receipts_cents=10_000_000,
        basis=AccountingYear.Basis.CLOSED,
    )
    Certification.objects.create(
        structure=structure, name="Assurance", valid_until=today + timedelta(days=10)
    )
    network = make_network("Réseau du Val")
    join(structure, network)
    share(structure, network, "network")
    html = read(client, structure)
    found = entries(html)
    assert "1 métier" in found["Fiche et métiers"]
    assert "2 équipes, 20 places" in found["Équipes et mois"]
    assert "Sous le plafond" in found["Comptes et plafond"]
    assert "Assurance, jusqu’au" in found["Papiers"]
    assert "Finit bientôt" in found["Papiers"]
    assert "Ouverts à 1 réseau" in found["Qui voit mes chiffres"]
    # Next month, five of the twenty are promised.
    assert "15,0 <span" in html
    assert "sur 20,0" in html
    assert "que vous pouvez encore vendre" in html


def test_what_others_see_is_a_link_and_holds_none_of_it(client: Any, structure: Structure) -> None:
    Certification.objects.create(structure=structure, name="Certiphyto")
    assert "?vue=annuaire" in read(client, structure)
    html = read(client, structure, "?vue=annuaire")
    assert "Capacité inconnue" in html
    assert "Certiphyto" not in html
    assert "hx-get" not in html.split("<main")[1]
    assert "Revenir à mon chantier" in html


def test_the_page_of_another_says_nothing_of_ones_own(structure: Structure) -> None:
    client = StrictClient()
    for name, seat in (
        ("voisine", {"role": Role.DIRECTOR, "structure": make_structure("Autre")}),
        ("encadrant", {"role": Role.SUPERVISOR, "structure": structure}),
        ("reseau", {"role": Role.NETWORK_STAFF, "network": make_network("Val")}),
    ):
        client.force_login(make_person(f"{name}@exemple.fr", **seat))
        for query in ("", "?vue=annuaire"):
            html = read(client, structure, query)
            assert "Qui voit mes chiffres" not in html
            assert "Revenir à mon chantier" not in html


def test_each_page_of_the_sheet_leads_back(client: Any, structure: Structure) -> None:
    chantier = structure.chantiers.get()
    sheet = f"/annuaire/{structure.pk}/fiche/"
    for address in (
        sheet,
        f"{sheet}identite/",
        f"{sheet}lieu/",
        f"{sheet}papiers/ajouter/",
        f"{sheet}ateliers/{chantier.pk}/metiers/",
        f"{sheet}ateliers/{chantier.pk}/equipes/ajouter/",
        f"/annuaire/{structure.pk}/partage/",
        f"/annuaire/{structure.pk}/plafond/",
        f"/annuaire/{structure.pk}/equipe/",
    ):
        page = client.get(address).text
        assert f'href="/annuaire/{structure.pk}/"' in page.split("<main")[0] + page, address


def test_queries_do_not_grow_with_crews_and_papers(
    client: Any, structure: Structure, django_assert_max_num_queries: Any
) -> None:
    chantier = structure.chantiers.get()
    for number in range(30):
        declare_crew(
            chantier=chantier,
            name=f"Équipe {number}",
            places=4,
            weekly_minutes=26 * 60,
            trades=[],
            has_vehicle=None,
            by=None,
        )
        Certification.objects.create(
            structure=structure, name=f"Papier {number}", valid_until=date(2099, 1, 1)
        )
    read(client, structure)
    with django_assert_max_num_queries(40):
        read(client, structure)
