"""The two files: what is known is written, what is not is a line to fill, and only a director."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cordee.base.documents import Gap, render_docx, render_pdf
from cordee.base.documents.model import gaps_in
from cordee.economics.dossiers import papers, sections
from cordee.economics.dossiers.evidence import local_markets
from cordee.economics.headroom import positions_by_chantier
from cordee.economics.models import AccountingYear, YearStatement
from cordee.members.models import Activity, Convention
from cordee.opportunities.models import AwardedContract, ContractHolder
from cordee.rules import accounts
from cordee.rules.months import month_number
from tests.base.documents.reading import docx_text, pdf_text, squeezed
from tests.economics.makers import record_year
from tests.economics.test_accounts import JANUARY, record
from tests.economics.test_statements import state
from tests.members.makers import ON, make_person, make_structure, make_valley

pytestmark = pytest.mark.django_db
DEROGATION = {"taux": "50"}


@pytest.fixture
def structure():
    communes = make_valley()
    made = make_structure("Les Jardins", commune=communes["38001"], department_id="38")
    Activity.objects.create(chantier=made.chantiers.get(), trade="espaces-verts", reach_km=15)
    return made


def award(number: int, commune: str, holder: str = "Paysages du Val", **values) -> None:
    contract = AwardedContract.objects.create(
        **{
            "source": "decp",
            "source_id": str(number),
            "trade": "espaces-verts",
            "department": "38",
            "commune": commune,
            "notified_on": date(2025, 3, number),
        }
        | values
    )
    ContractHolder.objects.create(contract=contract, name=holder)


def position_of(structure, index: int = 0):
    years = AccountingYear.objects.filter(chantier__structure=structure)
    (found,) = positions_by_chantier(years, ON).values()
    return found[index]


def derogation(structure, rate: str = "0.5"):
    chantier = structure.chantiers.get()
    markets = list(local_markets(chantier, ON))
    return papers.derogation(position_of(structure), Decimal(rate), markets, ON)


def test_contracts_are_counted_in_the_trade_and_the_radius(structure):
    award(1, "38001")
    award(2, "38002", "Jardins d’ici")  # 11 km away
    award(3, "38003")  # 22 km away
    award(4, "")  # somewhere in the department
    award(5, "38001", trade="maraichage")
    award(6, "38001", notified_on=date(2022, 1, 1))
    near = make_structure("Le Verger", latitude=45.05, longitude=5.5)
    far = make_structure("La Scierie", latitude=45.5, longitude=5.5)
    for other in (near, far):
        Activity.objects.create(chantier=other.chantiers.get(), trade="espaces-verts")
    (market,) = local_markets(structure.chantiers.get(), ON)
    assert (market.contracts, market.holders, market.structures) == (3, 2, 1)
    assert (market.first, market.last) == (date(2025, 3, 1), date(2025, 3, 4))


def test_a_derogation_says_both_headrooms_to_the_cent_and_the_same_in_both_formats(structure):
    record(structure, marginal_cost_share=Decimal("0.9"))
    award(1, "38001")
    document = derogation(structure)
    text = document.plain_text()
    for known in ("13\u202f698,63", "127\u202f272,72", "80\u202f000,00", "D5132-34", "2005-41"):
        assert known in text
    said = squeezed(text)
    assert said in squeezed(docx_text(render_docx(document)))
    assert squeezed("Demande de dérogation") in squeezed(pdf_text(render_pdf(document)))


def test_what_nobody_knows_is_a_line_to_fill_and_never_a_zero(structure):
    Activity.objects.all().delete()
    record(structure)
    asked = derogation(structure)
    whats = {gap.what for gap in asked.gaps}
    assert "le numéro et les dates de l’annexe financière" in whats
    assert "l’activité en cause" in whats
    told = papers.dialogue(structure, [], JANUARY, ON)
    assert len(told.gaps) > 15
    values = [value for block in told.blocks for value in getattr(block, "rows", ())]
    assert "\n0" not in told.plain_text()
    assert any(isinstance(part, Gap) for row in values for cell in row for part in gaps_in(cell))


def test_posts_of_the_annex_are_brought_to_the_year_and_told_month_by_month(structure):
    Convention.objects.create(
        structure=structure,
        number="ACI038260001A0M0",
        state="VALIDE",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        posts_cfte=1_000,
    )
    rows = [
        row
        for block in papers.dialogue(structure, [], JANUARY, ON).blocks
        for row in getattr(block, "rows", ())
    ]
    # RULE-06: ten posts from 1 January to 30 June are five in the year.
    assert ("Ramenés à l’année, selon ses mois", "5,0\u202fETP") in rows
    by_month = {row[0]: row[1] for row in rows if len(row) == 3}
    assert by_month["juin 2026"] == "10,0\u202fETP"
    assert isinstance(by_month["juillet 2026"], Gap)


def test_the_annex_told_is_that_of_the_year_and_none_where_none_runs(structure):
    Convention.objects.create(
        structure=structure,
        number="ACI038260001A0M0",
        state="VALIDE",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        posts_cfte=1_000,
    )
    assert "ACI038260001A0M0" in papers.dialogue(structure, [], JANUARY, ON).plain_text()
    next_year = papers.dialogue(structure, [], JANUARY + 12, ON)
    record(structure, first_month=JANUARY + 12)
    for document in (next_year, derogation(structure)):
        assert "ACI038260001A0M0" not in document.plain_text()
        assert "le numéro et les dates de l’annexe financière" in {g.what for g in document.gaps}


def test_two_chantiers_of_a_carrier_stand_side_by_side_and_together(structure):
    other = structure.chantiers.create(name="Le second")
    first = structure.chantiers.first()
    for chantier, receipts, charges in (
        (first, 2_000_000, 20_000_000),
        (other, 6_000_000, 15_000_000),
    ):
        record_year(
            chantier=chantier,
            first_month=JANUARY,
            charges_cents=charges,
            receipts_cents=receipts,
            basis=AccountingYear.Basis.BUDGET,
            by=None,
        )
    years = AccountingYear.objects.all()
    every = [each for mine in positions_by_chantier(years, ON).values() for each in mine]
    text = papers.dialogue(structure, every, JANUARY, ON).plain_text()
    for share in ("10,0\u202f%", "40,0\u202f%", "22,9\u202f%"):
        assert share in text
    assert "pour information" in text


def products(structure, *chantiers) -> dict[str, object]:
    """Each row of « Les produits », by its label."""
    years = AccountingYear.objects.filter(chantier__in=chantiers or structure.chantiers.all())
    every = [each for mine in positions_by_chantier(years, ON).values() for each in mine]
    sheets = [
        block.rows
        for block in papers.dialogue(structure, every, JANUARY, ON).blocks
        if getattr(block, "head", ()) == ("Produit", "Montant")
    ]
    return dict(sheets[0])


def test_products_are_those_of_the_strongest_statement_by_category(structure):
    budget = {accounts.UNDETAILED: 29_000_000, accounts.SALES: 9_000_000, "AIDE_AU_POSTE": 1}
    state(structure, amounts=budget)
    detail = {"AIDE_AU_POSTE": 12_000_000, "SUBVENTIONS": 3_000_000, "MECENAT_DONS": 1_000_000}
    closed = {accounts.UNDETAILED: 30_000_000, accounts.SALES: 8_000_000} | detail
    state(structure, YearStatement.Basis.CLOSED, amounts=closed)
    found = products(structure)
    assert found["Ventes"] == "80\u202f000,00\u202f€"
    assert found["Aide au poste"] == "120\u202f000,00\u202f€"
    assert found["Total des produits"] == "240\u202f000,00\u202f€"
    # Apart from the ceiling: 80 000 over 300 000 of charges is 26,7 %.
    assert found["Part des ventes dans les produits"] == "33,3\u202f%"
    assert isinstance(found["Cotisations"], Gap), "what nobody stated is no zero"


def test_products_that_nobody_stated_are_to_fill(
    structure,
):
    state(structure)
    found = products(structure)
    assert found.pop("Ventes") == "80\u202f000,00\u202f€"
    assert all(isinstance(value, Gap) for value in found.values())
    other = structure.chantiers.create(name="Le second")
    AccountingYear.objects.create(
        chantier=other, first_month=JANUARY, charges_cents=1, receipts_cents=0, basis="budget"
    )
    assert all(isinstance(value, Gap) for value in products(structure).values())


def test_funders_are_told_with_what_they_pay_in_the_year_and_how_sure_it_is(structure):
    for funder, category, cents, first, certainty in (
        ("Région", "SUBVENTIONS", 1_200_000, JANUARY + 6, "PROMIS"),
        ("Département", "COFINANCEMENT_DEPT", 900_000, JANUARY + 12, "ACQUIS"),
        ("Un client", "VENTES", 500_000, JANUARY, "ACQUIS"),
    ):
        structure.chantiers.get().resources.create(
            funder=funder,
            category=category,
            amount_cents=cents,
            first_month=first,
            months=12,
            certainty=certainty,
        )
    rows = [
        row
        for block in papers.dialogue(structure, [], JANUARY, ON).blocks
        for row in getattr(block, "rows", ())
        if len(row) == 4
    ]
    # Twelve payments from July on: six of them in the year.
    assert rows == [("Région", "Subventions", "6\u202f000,00\u202f€", "Promis")]


def test_the_page_opens_on_the_year_it_was_asked_from_in_fixed_queries(
    client, structure, django_assert_max_num_queries
):
    now = month_number(timezone.localdate())
    record(structure, first_month=now - 11)
    record(structure, first_month=now + 1)
    client.force_login(make_person("direction@exemple.fr", structure=structure, role="director"))
    url = reverse("economics:dossiers", args=[structure.pk])
    with CaptureQueriesContext(connection) as one:
        page = client.get(url, {"exercice": now + 1}).text
    assert page.count(f'<option value="{now + 1}" selected>') == 2
    (asked,) = AccountingYear.objects.filter(first_month=now + 1)
    assert f"Pour {asked.name}, " in page
    for number in range(3):
        chantier = structure.chantiers.create(name=f"Chantier {number}")
        AccountingYear.objects.create(
            chantier=chantier, first_month=now, charges_cents=1, receipts_cents=0, basis="budget"
        )
    with django_assert_max_num_queries(len(one) + 3):
        client.get(url)


def test_a_room_above_fills_the_paths_in_place_of_the_gap(structure, monkeypatch):
    monkeypatch.setattr(sections, "_sections", [])
    sections.register(lambda *_: [("Formations", "12 personnes, 400 heures")])
    told = papers.dialogue(structure, [], JANUARY, ON)
    assert "12 personnes, 400 heures" in told.plain_text()
    assert not any("formations" in gap.what for gap in told.gaps)


@pytest.mark.parametrize("rate", ["30", "51", "-5", "beaucoup"])
def test_a_rate_that_cannot_be_asked_is_told_on_the_page(client, structure, rate):
    record(structure, first_month=month_number(timezone.localdate()))
    client.force_login(make_person("direction@exemple.fr", structure=structure, role="director"))
    response = client.get(reverse("economics:derogation", args=[structure.pk]), {"taux": rate})
    assert response["Content-Type"].startswith("text/html")
    assert "taux" in response.context["derogation"].errors


def test_a_director_takes_both_files_and_a_stranger_none(client, structure):
    record(structure, first_month=month_number(timezone.localdate()))
    names = ("economics:derogation", "economics:dialogue")
    client.force_login(make_person("direction@exemple.fr", structure=structure, role="director"))
    page = client.get(reverse("economics:dossiers", args=[structure.pk]))
    assert "lignes restent" in page.content.decode()
    for name in names:
        for kind, head in (("docx", b"PK"), ("pdf", b"%PDF")):
            taken = client.get(reverse(name, args=[structure.pk]), DEROGATION | {"format": kind})
            assert taken.content.startswith(head)
            assert f".{kind}" in taken["Content-Disposition"]
    client.force_login(make_person("autre@exemple.fr"))
    for name in (*names, "economics:dossiers"):
        assert client.get(reverse(name, args=[structure.pk]), DEROGATION).status_code == 404


def test_without_accounts_the_derogation_waits_for_them(client, structure):
    client.force_login(make_person("direction@exemple.fr", structure=structure, role="director"))
    page = client.get(reverse("economics:derogation", args=[structure.pk]), DEROGATION)
    assert "Il faut d’abord" in page.content.decode()
