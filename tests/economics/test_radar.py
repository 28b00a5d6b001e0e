"""The ceiling on screen: exact to the cent, for those who may see it and for nobody else."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from cordee.economics import headroom
from cordee.economics.models import AccountingYear
from cordee.members.sharing import FigureClass
from cordee.rules.months import month_number
from tests.economics.makers import record_year
from tests.members.makers import make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
SECRETS = ("9\u202f999,99", "80\u202f000,00", "300\u202f000,00", "26,7")


@pytest.fixture
def structure():
    made = make_structure("Les Jardins")
    record(made)
    return made


def record(structure, **values) -> AccountingYear:
    first = month_number(timezone.localdate()) - 3
    figures = {
        "first_month": first,
        "charges_cents": 30_000_000,
        "receipts_cents": 8_000_000,
        "basis": AccountingYear.Basis.BUDGET,
    }
    return record_year(chantier=structure.chantiers.get(), by=None, **(figures | values))


def panel(client, structure) -> str:
    url = f"/annuaire/{structure.pk}/plafond/"
    part = client.get(url, headers={"HX-Request": "true"})
    whole = client.get(url)
    assert part.status_code == whole.status_code == 200
    # Who may see the figures has the radar for a page; all others, what the panel says.
    assert 'class="onglets"' in whole.text or part.text.strip() in whole.text
    return part.text


def test_the_director_reads_what_she_may_still_sell(structure, signed_in_client):
    director = make_person("d@exemple.fr", role="director", structure=structure)
    html = panel(signed_in_client(director), structure)
    assert [secret for secret in SECRETS if secret not in html] == []
    assert "Vous pouvez encore vendre" in html
    assert "D5132-34" in html


def test_a_network_reads_it_only_where_she_opened_private_figures(structure, signed_in_client):
    network = make_network("Réseau du Val")
    visitor = signed_in_client(make_person("r@exemple.fr", role="delegate", network=network))
    share(structure, network, FigureClass.NETWORK)
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    html = panel(visitor, structure)
    assert [secret for secret in SECRETS if secret in html] == []
    assert "Ces chiffres sont à elle" in html
    structure.sharings.filter(figure_class="private").update(may_see=True)
    assert "Elle peut encore vendre" in panel(visitor, structure)


def test_a_stranger_learns_nothing_not_even_that_accounts_exist(structure, signed_in_client):
    visitor = signed_in_client(make_person("x@exemple.fr"))
    without = make_structure("Sans comptes")
    said = {panel(visitor, one) for one in (structure, without)}
    assert len(said) == 1


def test_a_structure_that_is_no_aci_has_no_ceiling(signed_in_client):
    company = make_structure("Val Propreté", kind="EI")
    html = panel(signed_in_client(make_person("x@exemple.fr")), company)
    assert "ne concerne que les ateliers et chantiers" in html


def test_a_year_that_has_ended_is_not_this_year(structure, signed_in_client):
    AccountingYear.objects.update(first_month=2020 * 12)
    director = make_person("d@exemple.fr", role="director", structure=structure)
    assert "Aucun exercice en cours" in panel(signed_in_client(director), structure)


@pytest.mark.parametrize(
    ("receipts_cents", "state", "headroom_cents"),
    [
        (8_000_000, "Sous le plafond", 999_999),
        (8_500_000, "Près du plafond", 499_999),
        (8_999_900, "Près du plafond", 99),
        (9_000_000, "Au-dessus du plafond", 0),
    ],
)
def test_states_follow_the_rule_to_the_cent(structure, receipts_cents, state, headroom_cents):
    year = record(structure, receipts_cents=receipts_cents)
    line = headroom.Position(year, (), timezone.localdate())
    assert (line.state[1], line.headroom_cents) == (state, headroom_cents)


def test_no_charges_give_no_rate_and_no_gauge(structure, signed_in_client):
    record(structure, charges_cents=0)
    director = make_person("d@exemple.fr", role="director", structure=structure)
    html = panel(signed_in_client(director), structure)
    assert "Non calculable" in html
    assert '<svg class="dessin' not in html


def test_a_derogation_raises_the_ceiling_and_an_impossible_one_is_said(structure):
    on = date(2026, 11, 25)
    year = record(structure, derogation=Decimal("0.45"))
    assert headroom.Position(year, (), on).cap == Decimal("0.45")
    year = record(structure, derogation=Decimal("0.8"))
    line = headroom.Position(year, (), on)
    assert line.cap == Decimal("0.5")
    assert "préfet" in line.derogation_problem


@pytest.mark.parametrize(("basis", "word"), [("budget", "budget"), ("closed", "arrêté")])
def test_the_gauge_of_a_budget_does_not_speak_of_today(structure, basis, word):
    line = headroom.Position(record(structure, basis=basis), (), timezone.localdate())
    assert line.gauge is not None
    assert line.gauge.today_text == f"{word} 26,7\u202f%"
    assert "Aujourd’hui" not in line.gauge.label


def test_a_derogation_that_ends_before_the_year_is_not_said_to_make_the_ceiling(
    structure, signed_in_client
):
    year = record(
        structure,
        derogation=Decimal("0.45"),
        derogation_reference="2026-17",
        derogation_ends_on=timezone.localdate(),
    )
    director = make_person("d@exemple.fr", role="director", structure=structure)
    html = panel(signed_in_client(director), structure)
    assert headroom.Position(year, (), timezone.localdate()).cap == Decimal("0.30")
    assert "(dérogation 2026-17)" not in html
    assert "finit avant la fin de l’exercice" in html


def test_figures_lent_for_composing_are_not_called_a_reserve(structure, signed_in_client):
    network = make_network("Réseau du Val")
    visitor = signed_in_client(make_person("r@exemple.fr", role="delegate", network=network))
    assert "sous réserve" in panel(visitor, structure)
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    html = panel(visitor, structure)
    assert "sous réserve" not in html
    assert "peut composer avec, sans les voir" in html


def test_a_structure_with_one_chantier_never_sees_the_choice(structure, signed_in_client):
    director = signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))
    url = f"/annuaire/{structure.pk}/plafond/"
    assert 'name="chantier"' not in director.get(url).text
    other = structure.chantiers.create(name="La Serre")
    assert 'name="chantier"' in director.get(url).text
    assert director.get(f"{url}?chantier={other.pk}").status_code == 200
    elsewhere = make_structure("Ailleurs").chantiers.get()
    assert director.get(f"{url}?chantier={elsewhere.pk}").status_code == 404
