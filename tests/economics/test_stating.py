"""Three figures, line by line, a derogation: what a director says, reads back and corrects."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cordee.economics.models import AccountingYear, YearStatement
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem.figures import accounting_years
from tests.members.makers import make_person, make_structure

pytestmark = pytest.mark.django_db
OWN = "/annuaire/{pk}/plafond/?chantier={chantier}&exercice={month}"
FIGURES = {"charges": "300 000", "recettes": "80 000,00 €"}


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


@pytest.fixture
def client_of(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


@pytest.fixture
def year() -> int:
    return timezone.localdate().year


def say(client, structure, page="state", query="", **values):
    url = reverse(f"economics:{page}", args=[structure.pk]) + query
    return client.post(url, values, follow=True)


def test_three_figures_are_all_that_is_asked(structure, client_of, year):
    page = say(client_of, structure, annee=year, **FIGURES)
    assert f"Vous pouvez encore vendre 9\u202f999,99\u202f€ en {year}" in page.text
    assert "Corriger ou annuler" in page.text
    kept = AccountingYear.objects.get()
    assert (kept.first_month, kept.months, kept.basis) == (year * 12, 12, "budget")
    viewer = Viewer.of_structures({structure.pk}, timezone.localdate())
    # The composer knows it: nothing of this structure's ceiling stays to confirm.
    (years,) = accounting_years({structure.pk}, viewer).values()
    assert [each.headroom_cents for each in years] == [999_999]


def test_what_is_missing_or_wrong_is_told_beside_its_field(structure, client_of, year):
    page = say(client_of, structure, annee=year, charges="trois cents")
    assert page.status_code == 422
    assert "n’est pas un nombre" in page.text
    assert "Il manque votre réponse" in page.text
    assert not YearStatement.objects.exists()


def test_figures_so_far_say_until_when_and_leave_the_ceiling_unknown(structure, client_of, year):
    assert say(client_of, structure, annee=year, nature="to_date", **FIGURES).status_code == 422
    page = say(client_of, structure, annee=year, nature="to_date", jusque="2", **FIGURES)
    assert "il faut un budget de l’année" in page.text
    assert YearStatement.objects.get().until_month == year * 12 + 2
    assert not AccountingYear.objects.exists()
    assert f"Aucun budget n’est dit pour {year}" in page.text


def test_figures_so_far_beside_an_empty_budget_are_said_to_change_nothing(
    structure, client_of, year
):
    say(client_of, structure, annee=year, charges="0", recettes="0")
    page = say(client_of, structure, annee=year, nature="to_date", jusque="2", **FIGURES)
    assert "Des chiffres à ce jour ne changent pas votre plafond." in page.text
    assert "Sans charges, le plafond ne se calcule pas." not in page.text


def test_a_year_that_begins_in_september_counts_its_months_from_there(structure, client_of, year):
    values = {"annee": year, "mois": "8", "nature": "to_date", "jusque": "1"}
    say(client_of, structure, **values, **FIGURES)
    stated = YearStatement.objects.get()
    assert (stated.first_month, stated.until_month) == (year * 12 + 8, year * 12 + 13)
    assert stated.name == f"{year}-{year + 1}"


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/alliances/1/parts/2/", "/alliances/1/parts/2/"),
        ("https://ailleurs.example/", OWN),
        ("//ailleurs.example/", OWN),
    ],
)
def test_one_goes_back_to_the_page_one_came_from_and_never_elsewhere(
    structure, client_of, year, back, leads_to
):
    url = reverse("economics:state", args=[structure.pk])
    done = client_of.post(f"{url}?retour={back}", {"annee": year, **FIGURES})
    own = {"pk": structure.pk, "chantier": structure.chantiers.get().pk, "month": year * 12}
    assert done.url == leads_to.format(**own)


@pytest.mark.parametrize(("after", "page"), [(-1, "comptes arrêtés"), (0, ""), (1, "")])
def test_the_page_after_is_about_the_year_just_stated(structure, client_of, year, after, page):
    for each in (year - 1, year, year + 1):
        say(client_of, structure, annee=each, charges="100 000", recettes="90 000")
    nature = "closed" if page else "budget"
    done = say(client_of, structure, annee=year + after, nature=nature, **FIGURES)
    assert done.context["title"].startswith(f"Vos comptes {year + after}" if page else "")
    assert f"{year + after}" in done.context["title"]
    assert page in done.context["title"]


def test_a_derogation_of_sixty_counts_fifty_and_is_said(structure, client_of, year):
    say(client_of, structure, annee=year, **FIGURES)
    page = say(
        client_of,
        structure,
        "terms",
        derogation="60",
        derogation_reference="2026-17",
        marginal_cost_share="90",
    )
    assert "Cordée compte 50" in page.text
    assert "127\u202f272,72" in page.text
    kept = AccountingYear.objects.get()
    assert (kept.derogation, kept.marginal_cost_share) == (Decimal("0.6"), Decimal("0.9"))
    # Not knowing what a sale costs is nothing.
    say(client_of, structure, "terms")
    kept.refresh_from_db()
    assert (kept.derogation, kept.marginal_cost_share) == (None, 0)


def test_a_derogation_without_rate_or_that_ends_before_it_begins_is_refused(
    structure, client_of, year
):
    say(client_of, structure, annee=year, **FIGURES)
    page = say(client_of, structure, "terms", derogation_reference="2026-17")
    assert "Écrivez le taux de la décision" in page.text
    days = {"derogation_decided_on": "2026-03-01", "derogation_ends_on": "2025-12-31"}
    page = say(client_of, structure, "terms", derogation="45", **days)
    assert "Choisissez une date après le 01/03/2026" in page.text


def test_the_detail_adds_up_and_a_grey_zone_is_decided(structure, client_of, year):
    lines = {"ACHATS": "100 000", "PERSONNEL": "200 000", "VENTES": "80 000", "LOYERS": "1 000"}
    # What is to be decided is folded until something stands there, or is wrong.
    url = reverse("economics:detail", args=[structure.pk])
    assert not client_of.get(url).context["form"].is_asking
    page = say(client_of, structure, "detail", annee=year, **lines)
    assert page.context["form"].is_asking
    assert "Dites si «\u00a0Loyers et locations\u00a0» compte dans le plafond." in page.text
    assert "Écrivez pourquoi «\u00a0Loyers et locations\u00a0» compte ou non." in page.text
    answer = {"LOYERS-compte": "non", "LOYERS-raison": "Salle louée à une autre association."}
    say(client_of, structure, "detail", annee=year, **lines, **answer)
    assert YearStatement.objects.get().figures == (30_000_000, 8_000_000)
    assert client_of.get(f"{url}?exercice={int(year) * 12}").context["form"].is_asking


def test_an_empty_detail_is_no_answer_and_what_stands_fills_it(structure, client_of, year):
    say(client_of, structure, annee=year, **FIGURES)
    page = say(client_of, structure, "detail", annee=year)
    assert page.status_code == 422
    assert "Écrivez vos charges, poste par poste ou ici en un total." in page.text
    assert "Écrivez vos ventes\u00a0: 0 s’il n’y en a pas." in page.text
    assert YearStatement.objects.get().figures == (30_000_000, 8_000_000)
    form = client_of.get(reverse("economics:detail", args=[structure.pk])).context["form"]
    assert (form.initial["SANS_DETAIL"], form.initial["VENTES"]) == (30_000_000, 8_000_000)
    assert "ACHATS" not in form.initial
    # Nothing spent and nothing sold is said in figures, and reads back.
    say(client_of, structure, "detail", annee=year, SANS_DETAIL="0", VENTES="0")
    form = client_of.get(reverse("economics:detail", args=[structure.pk])).context["form"]
    assert (form.initial["SANS_DETAIL"], form.initial["VENTES"]) == (0, 0)


def test_my_accounts_tell_who_said_what_and_undo_it(structure, client_of, year):
    url = reverse("economics:accounts", args=[structure.pk])
    assert "Vos comptes sont inconnus" in client_of.get(url).text
    say(client_of, structure, annee=year, **FIGURES)
    say(client_of, structure, annee=year, **FIGURES | {"charges": "310 000"})
    page = client_of.get(url).text
    assert f"Vos comptes {year}" in page
    assert "budget</h1>" in page.replace("\n", "")
    assert "300\u202f000,00\u202f€ → 310\u202f000,00\u202f€" in page
    last = YearStatement.objects.latest("pk")
    undo = reverse("economics:take_back", args=[structure.pk, last.pk])
    page = client_of.post(undo, follow=True).text
    assert AccountingYear.objects.get().charges_cents == 30_000_000
    assert f"{year}, budget\u00a0: 300\u202f000,00\u202f€ de charges" in page.replace(
        "\u00a0€", "\u202f€"
    )
    # Nothing stood before: there is nothing to go back to.
    assert "Annuler la dernière saisie" not in page
    assert "Retirer" in page


def test_nothing_spent_nor_sold_is_told_in_the_history(structure, client_of, year):
    say(client_of, structure, annee=year, charges="0", recettes="0")
    page = client_of.get(reverse("economics:accounts", args=[structure.pk])).text
    assert "0,00\u202f€ de charges, 0,00\u202f€ de recettes" in page


def test_the_sheet_says_what_the_accounts_would_open_until_they_are_said(
    structure, client_of, year
):
    url = reverse("members:sheet", args=[structure.pk])
    form = reverse("economics:state", args=[structure.pk])
    assert form in client_of.get(url).text
    say(client_of, structure, annee=year, **FIGURES)
    assert form not in client_of.get(url).text


def test_what_was_recorded_before_statements_is_one_by_nobody_known(structure, client_of, year):
    YearStatement.objects.create(
        chantier=structure.chantiers.get(),
        first_month=year * 12,
        basis="budget",
        charges_cents=1,
        receipts_cents=0,
        amounts={"SANS_DETAIL": 1},
    )
    url = reverse("economics:accounts", args=[structure.pk])
    assert "Avant que l’histoire soit gardée" in client_of.get(url).text
