"""The worked cases of the field, typed and read on the pages as a director does (domain.md).

§2.3 the ceiling, §1.6 posts and hours, §10 what a contract, a grant and a hire do to a year.
"""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.economics.models import AccountingYear
from cordee.members.models import Convention
from tests.base.documents.reading import docx_text
from tests.economics.test_stating import say
from tests.members.makers import make_person, make_structure

pytestmark = pytest.mark.django_db
EURO = "\u202f€"


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def client_of(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


@pytest.fixture
def year() -> int:
    return timezone.localdate().year


def french(text: str) -> str:
    """As a page writes it: narrow spaces in figures, before signs and units."""
    return text.replace(" ", "\u202f")


def ceiling(client, structure, **query) -> str:
    url = reverse("economics:ceiling", args=[structure.pk])
    return client.get(url, query).text


# --- §2.3 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("receipts", "charges", "derogation", "rate", "state"),
    [
        ("84 000", "300 000", "", "28,0 %", "Près du plafond"),
        ("89 999", "300 000", "", "30,0 %", "Près du plafond"),
        ("90 000", "300 000", "", "30,0 %", "Au-dessus du plafond"),
        ("120 000", "300 000", "45", "40,0 %", "Sous le plafond"),
        ("150 000", "300 000", "50", "50,0 %", "Près du plafond"),
        ("150 001", "300 000", "50", "50,0 %", "Au-dessus du plafond"),
        ("120 000", "300 000", "60", "40,0 %", "Sous le plafond"),
        ("0", "0", "", "", "Non calculable"),
    ],
)
def test_each_row_of_the_table(
    structure, client_of, year, receipts, charges, derogation, rate, state
):
    say(client_of, structure, annee=year, charges=charges, recettes=receipts)
    if derogation:
        say(client_of, structure, "terms", derogation=derogation, derogation_reference="2026-17")
    page = ceiling(client_of, structure)
    assert state in page
    panel = client_of.get(
        reverse("economics:ceiling", args=[structure.pk]), headers={"HX-Request": "true"}
    ).text
    assert state in panel
    assert french(rate) in panel
    assert ("Cordée compte 50" in page) == (derogation == "60")


@pytest.mark.parametrize(
    ("derogation", "cost", "most", "one_more"),
    [
        ("", "90", "13 698,63", "13 698,64"),
        ("50", "90", "127 272,72", "127 272,73"),
        ("", "", "9 999,99", "10 000"),
    ],
)
def test_the_largest_contract_to_the_cent_and_one_cent_more(
    structure, client_of, year, derogation, cost, most, one_more
):
    say(client_of, structure, annee=year, charges="300 000", recettes="80 000")
    decision = "2026-17" if derogation else ""
    terms = {"derogation_reference": decision, "marginal_cost_share": cost}
    say(client_of, structure, "terms", derogation=derogation, **terms)
    assert f"Vous pouvez encore vendre {french(most)}{EURO} en {year}" in ceiling(
        client_of, structure
    )
    url = reverse("economics:what_if", args=[structure.pk])
    asked = {"sorte": "marche", "essai": "1", "debut": year * 12, "mois": "12"}
    for amount, is_above in ((most, False), (one_more, True)):
        title = client_of.get(url, asked | {"montant": amount}).text.split("</h1>")[0]
        assert ("finirait au-dessus du plafond" in title) is is_above
        assert "Un marché de plus" in title


def test_two_chantiers_of_one_carrier_are_judged_one_by_one(structure, client_of, year):
    second = structure.chantiers.create(name="Le second")
    first = structure.chantiers.exclude(pk=second.pk).get()
    for chantier, receipts, charges in (
        (first, "20 000", "200 000"),
        (second, "60 000", "150 000"),
    ):
        query = f"?chantier={chantier.pk}"
        say(client_of, structure, "state", query, annee=year, charges=charges, recettes=receipts)
    page = ceiling(client_of, structure, chantier=first.pk)
    assert "10,0" in page
    assert "Sous le plafond" in page
    assert "22,9" in page
    page = ceiling(client_of, structure, chantier=second.pk)
    assert "Au-dessus du plafond" in page
    assert f"{year} finirait au-dessus du plafond" in page


# --- §1.6 ----------------------------------------------------------------------------------------


def test_posts_are_brought_to_the_months_of_the_annex_in_the_file_one_takes(
    structure, client_of, year
):
    """RULE-06: ten posts from 1 January to 30 June are five in the year. RULE-05: 1 820 hours."""
    Convention.objects.create(
        structure=structure,
        number="ACI038260001A0M0",
        state="VALIDE",
        starts_on=date(year, 1, 1),
        ends_on=date(year, 6, 30),
        posts_cfte=1_000,
    )
    say(client_of, structure, annee=year, charges="300 000", recettes="80 000")
    url = reverse("economics:dialogue", args=[structure.pk])
    text = docx_text(client_of.get(url, {"format": "docx"}).content)
    assert "5,0\u00a0ETP" in text
    assert text.count("10,0\u00a0ETP") == 7
    assert french("1 820") in text


# --- §10 -----------------------------------------------------------------------------------------


def tried(client, structure, kind, **asked) -> str:
    """What « Et si ? » says of one change: the title and the last case."""
    url = reverse("economics:what_if", args=[structure.pk])
    page = client.get(url, {"sorte": kind, "essai": "1", **asked})
    assert page.status_code == 200
    return page.text


def test_a_contract_over_two_years_weighs_on_each_by_its_months(structure, client_of, year):
    """24 000 € over twelve months from July, 90 € spent for 100 € sold: 92 000 over 310 800."""
    for each, charges in ((year, "300 000"), (year + 1, "320 000")):
        say(client_of, structure, annee=each, charges=charges, recettes="80 000")
    for first in (year * 12, year * 12 + 12):
        AccountingYear.objects.filter(first_month=first).update(marginal_cost_share="0.9")
    now = {"montant": "24 000", "debut": year * 12 + 6, "mois": "12"}
    page = tried(client_of, structure, "marche", exercice=year * 12, **now)
    assert f"{year} finirait à {french('29,6 %')}" in page
    # 92 000 over 330 800 the year after: 27,8 %.
    promised = {"label": "L’étang", "receipts_cents": "24 000", "state": "signed"}
    url = reverse("economics:add_commitment", args=[structure.pk])
    client_of.post(url, promised | {"first": year * 12 + 6, "last": year * 12 + 17})
    assert "27,8" in ceiling(client_of, structure, exercice=year * 12 + 12)
    assert "29,6" in ceiling(client_of, structure, exercice=year * 12)


def test_a_grant_in_place_of_a_sale_and_a_hire_bring_the_year_back(structure, client_of, year):
    """95 000 over 300 000 is above; with 6 000 € of grant in its place it is not, nor with a hire
    of 20 000 €."""
    say(client_of, structure, annee=year, charges="300 000", recettes="80 000")
    promised = {"label": "Tonte", "receipts_cents": "15 000", "state": "signed"}
    span = {"first": year * 12, "last": year * 12 + 11}
    client_of.post(reverse("economics:add_commitment", args=[structure.pk]), promised | span)
    assert f"{year} finirait au-dessus du plafond" in ceiling(client_of, structure)
    contract = structure.chantiers.get().commitments.get().pk
    page = tried(client_of, structure, "subvention", offre=contract, montant="6 000")
    assert "29,7" in page.split("</h1>")[0]
    page = tried(client_of, structure, "embauche", montant="20 000", debut=year * 12, mois="12")
    assert "29,7" in page.split("</h1>")[0]


def test_sales_over_products_is_another_figure_than_the_ceiling(structure, client_of, year):
    """84 000 of sales in 320 000 of products is 26,3 %; over 300 000 of charges it is 28 %."""
    lines = {
        "ACHATS": "100 000",
        "PERSONNEL": "200 000",
        "VENTES": "84 000",
        "AIDE_AU_POSTE": "200 000",
        "SUBVENTIONS": "36 000",
    }
    say(client_of, structure, "detail", annee=year, **lines)
    url = reverse("economics:dialogue", args=[structure.pk])
    text = docx_text(client_of.get(url, {"format": "docx"}).content)
    for told in ("320 000,00 €", "26,3 %", "28,0 %"):
        assert french(told) in text
