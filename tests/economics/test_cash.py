"""« Trésorerie »: how long what is sure lasts, what lacks, and what one contract takes first."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cordee.accounts.models import JournalEntry
from cordee.base.ui.drawings import CashLine
from cordee.economics import actions
from cordee.economics.cash.forecast import Forecast
from cordee.economics.models import Commitment, OpeningBalance, Resource, YearStatement
from cordee.members.models import Convention
from cordee.rules import cash
from cordee.rules.cash import Flow
from cordee.rules.months import last_day, month_number
from cordee.rules.resources import ResourceCertainty
from tests.economics.test_accounts import record
from tests.members.makers import make_network, make_person, make_structure, share

State = Commitment.State
TODAY = timezone.localdate()
NOW = month_number(TODAY)
JANUARY = TODAY.year * 12


@pytest.fixture
def structure(db):
    return make_structure("Les Jardins")


@pytest.fixture
def director(structure, signed_in_client):
    return signed_in_client(make_person("d@exemple.fr", role="director", structure=structure))


def with_accounts(structure, **values) -> None:
    """120 000 € a year: 10 000 € a month, this year and the next."""
    for first in (JANUARY, JANUARY + 12):
        record(structure, first_month=first, charges_cents=12_000_000, **values)


def with_annexes(structure, unit_cents: int | None = 1_200_000) -> None:
    """Eight posts at 12 000 €: 8 000 € a month."""
    for year in (TODAY.year, TODAY.year + 1):
        Convention.objects.create(
            structure=structure,
            number=f"ACI038{year}A0M0",
            state="VALIDE",
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            posts_cfte=800,
            unit_cents=unit_cents,
        )


def with_balance(structure, cents: int = 3_000_000, **values) -> OpeningBalance:
    return OpeningBalance.objects.create(
        structure=structure, month=NOW, balance_cents=cents, **values
    )


def known(structure, **values) -> Forecast:
    with_accounts(structure)
    with_annexes(structure)
    with_balance(structure, **values)
    return Forecast(structure)


def contract(structure, **values) -> Commitment:
    return Commitment.objects.create(
        **{
            "chantier": structure.chantiers.get(),
            "label": "Les berges",
            "state": State.BID,
            "first_month": NOW + 1,
            "months": 6,
            "receipts_cents": 6_000_000,
            "marginal_cost_share": Decimal("0.9"),
        }
        | values
    )


def read(client, structure, **asked) -> str:
    page = client.get(reverse("economics:cash", args=[structure.pk]), asked)
    assert page.status_code == 200
    return page.text


def plain(text: str) -> str:
    """The words of a page, with plain spaces."""
    words = re.sub(r"</?span[^>]*>", "", text)
    return " ".join(words.replace("\u202f", " ").replace("\u00a0", " ").split())


# --- The pure part ---------------------------------------------------------------------------


FLOWS = st.lists(
    st.builds(
        Flow,
        month=st.integers(0, 11),
        cents=st.integers(-(10**9), 10**9),
        certainty=st.sampled_from(ResourceCertainty),
    ),
    max_size=30,
)


@given(flows=FLOWS, opening=st.integers(-(10**9), 10**9), seed=st.randoms())
def test_the_order_of_items_changes_nothing_and_months_add_up(flows, opening, seed):
    rows = cash.forecast(opening, flows, first_month=0, months=12)
    shuffled = list(flows)
    seed.shuffle(shuffled)
    assert cash.forecast(opening, shuffled, first_month=0, months=12) == rows
    sure = [flow.cents for flow in flows if flow.certainty is ResourceCertainty.ACQUIS]
    assert sum(row.in_cents + row.out_cents for row in rows) == sum(sure)
    assert rows[-1].sure_cents == opening + sum(sure)
    assert rows[-1].asked_cents == opening + sum(flow.cents for flow in flows)


@given(
    cents=st.integers(1, 10**10),
    months=st.integers(1, 60),
    delay=st.integers(0, 12),
    advance=st.integers(0, 100),
    back=st.sampled_from([None, Decimal("0.65")]),
)
def test_a_contract_pays_its_price_whatever_its_advance(cents, months, delay, advance, back):
    flows = cash.contract(
        cents,
        first_month=0,
        months=months,
        delay=delay,
        advance=Decimal(advance) / 100,
        paid_back_from=back,
    )
    assert sum(flow.cents for flow in flows) == cents


@given(posts=st.integers(1, 5_000), filled=st.integers(0, 6_000), months=st.integers(1, 12))
def test_an_annex_pays_in_the_end_the_posts_held_within_those_it_has(posts, filled, months):
    fte, held = Decimal(posts) / 100, Decimal(filled) / 100
    flows = cash.aid(fte, 2_392_100, first_month=0, months=months, filled_fte=held)
    due = cash.total_aid_cents(min(fte, held), 2_392_100, months=months)
    assert sum(flow.cents for flow in flows) == due


# --- The title answers -----------------------------------------------------------------------


def test_without_a_balance_the_page_asks_for_it_and_for_nothing_else(structure, director):
    page = read(director, structure)
    assert "Il manque votre solde de départ</h1>" in page
    assert reverse("economics:opening", args=[structure.pk]) in page
    assert page.count("btn-primary") == 1


def test_charges_then_the_aid_are_asked_for_and_never_taken_for_zero(structure, director):
    with_balance(structure)
    assert f"Il manque vos charges de {TODAY.year}</h1>" in read(director, structure)
    with_accounts(structure)
    assert f"Il manque votre annexe financière de {TODAY.year}</h1>" in read(director, structure)
    with_annexes(structure, unit_cents=None)
    page = read(director, structure)
    assert f"Il manque l’aide par poste de l’annexe ACI038{TODAY.year}A0M0</h1>" in page
    assert not Forecast(structure).rows


def test_cash_lasts_as_far_as_figures_are_known(structure, director):
    with_accounts(structure)
    with_annexes(structure)
    with_balance(structure, 30_000_000)
    assert "Votre trésorerie tient jusqu’en" in read(director, structure)
    Convention.objects.filter(starts_on__year=TODAY.year + 1).delete()
    found = Forecast(structure)
    assert found.rows[-1].month == JANUARY + 11
    page = plain(read(director, structure))
    assert f"tient jusqu’en décembre {TODAY.year}" in page
    assert f"il manque votre annexe financière de {TODAY.year + 1}" in page


def test_the_first_month_that_lacks_is_told_with_its_amount(structure, director):
    """30 000 € less 2 000 € a month: 15 months. With 5 000 €, the third month lacks 1 000 €."""
    found = known(structure, cents=500_000)
    assert [row.sure_cents for row in found.rows[:3]] == [300_000, 100_000, -100_000]
    page = plain(read(director, structure))
    assert "il manquerait 1 000 €</h1>" in page
    assert "Ce qui est promis ou demandé n’y suffirait pas." in page


def test_three_levels_of_certainty(structure, director):
    found = known(structure, cents=500_000)
    for number, certainty in enumerate(("ACQUIS", "PROMIS", "DEMANDE"), start=1):
        Resource.objects.create(
            chantier=structure.chantiers.get(),
            funder="La région",
            category="SUBVENTIONS",
            amount_cents=number * 1_200_000,
            certainty=certainty,
            first_month=NOW + 1,
        )
    rows = Forecast(structure).rows
    before = found.rows[-1].sure_cents
    assert rows[-1].sure_cents == before + 1_200_000
    assert rows[-1].promised_cents == before + 3_600_000
    assert rows[-1].asked_cents == before + 7_200_000
    assert "Avec ce qui est promis, la trésorerie tiendrait." in read(director, structure)
    Resource.objects.filter(certainty="PROMIS").update(removed_at=timezone.now())
    assert Forecast(structure).rows[-1].promised_cents == before + 1_200_000


def test_posts_that_are_not_held_are_taken_back(structure):
    """Six posts of eight: 2 000 € a month less, when the year is over at the latest."""
    found = known(structure, filled_cfte=600)
    whole = sum(row.in_cents + row.out_cents for row in found.rows)
    OpeningBalance.objects.update(filled_cfte=None)
    every = sum(row.in_cents + row.out_cents for row in Forecast(structure).rows)
    assert whole < every


def test_signed_contracts_are_paid_after_the_delay_with_what_they_cost(structure):
    before = known(structure, payment_days=30).rows
    contract(structure, state=State.SIGNED)
    found = Forecast(structure)
    gained = [row.sure_cents - old.sure_cents for row, old in zip(found.rows, before, strict=True)]
    # 10 000 € of work a month for 9 000 €, from the second month on, paid a month later.
    assert gained[:4] == [0, -900_000, -800_000, -700_000]
    Commitment.objects.update(is_in_budget=True)
    kept = Forecast(structure).rows
    assert kept[2].sure_cents - before[2].sure_cents == 1_000_000
    Commitment.objects.update(state=State.BID)
    assert Forecast(structure).rows == before, "a bid counts for nothing"


def test_depreciation_leaves_no_bank(structure):
    with_annexes(structure)
    with_balance(structure)
    year = record(structure, charges_cents=12_000_000)
    actions.state_accounts(
        chantier=structure.chantiers.get(),
        first_month=JANUARY,
        basis=YearStatement.Basis.CLOSED,
        amounts={"PERSONNEL": 9_600_000, "AMORTISSEMENTS": 2_400_000, "VENTES": 3_000_000},
        by=None,
    )
    year.refresh_from_db()
    found = Forecast(structure)
    assert found.years[0].charges_cents == 12_000_000
    assert found.paid_cents(found.years[0]) == 9_600_000


@given(amounts=st.lists(st.integers(-(10**7), 10**7), min_size=1, max_size=12))
def test_the_line_holds_every_amount_between_two_round_figures(amounts):
    euros = [Decimal(each) for each in amounts]
    line = CashLine(
        months=["mois"] * len(euros),
        signed=euros,
        hoped=[],
        ceiling=Decimal(0),
        watch=Decimal(0),
    )
    for each in (*euros, Decimal(0)):
        assert CashLine.TOP - 0.1 <= line._y(each) <= CashLine.BOTTOM + 0.1
    assert 2 <= len(line.rates) <= 7
    assert "0" in [tick.text for tick in line.rates]


# --- What one contract does ------------------------------------------------------------------


def test_what_a_contract_takes_before_its_first_payment(structure, director):
    known(structure, cents=30_000_00, payment_days=60)
    row = contract(structure)
    page = plain(read(director, structure))
    # Two months of work at 9 000 € before the third is paid; an advance is due above 50 000 €.
    assert "Sans avance, il vous prend 18 000 €." in page
    assert "Avec une avance de 10 %, il vous prend 12 000 €." in page
    assert "Un acheteur public doit une avance au-dessus de 50 000 €" in page
    page = plain(read(director, structure, marche=row.pk, cout="50", avance="30"))
    assert "Sans avance, il vous prend 10 000 €." in page
    assert "Avec une avance de 30 %, il ne vous prend rien avant son premier paiement." in page


def test_a_contract_whose_cost_nobody_said_spends_what_it_brings(structure, director):
    known(structure, payment_days=30)
    contract(structure, marginal_cost_share=None)
    page = plain(read(director, structure))
    assert "Sans avance, il vous prend 10 000 €." in page
    assert "dépenses comptées à 100 % du montant" in page
    Commitment.objects.update(state=State.SIGNED)
    assert "compté à 100 % de dépenses" in plain(read(director, structure))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"avance": "120"}, "« 120 » est trop grand. Écrivez au plus 100."),
        ({"cout": "douze"}, "« douze » n’est pas un nombre."),
        ({"marche": "999999"}, "999999"),
    ],
)
def test_a_question_that_cannot_be_is_told(structure, director, wrong, told):
    known(structure)
    row = contract(structure)
    page = plain(read(director, structure, **({"marche": row.pk} | wrong)))
    assert told in page
    assert "premier paiement en" not in page


# --- Stating the balance ---------------------------------------------------------------------


def test_a_balance_is_stated_then_stated_anew_below_zero(structure, director):
    url = reverse("economics:opening", args=[structure.pk])
    page = director.post(url, {"balance_cents": "18 240,50"}, follow=True)
    assert "Votre solde de départ est noté." in page.text
    row = OpeningBalance.objects.get()
    assert (row.balance_cents, row.payment_days, row.filled_cfte) == (1_824_050, None, None)
    director.post(url, {"balance_cents": "-500", "payment_days": "45", "filled": "7,5"})
    row.refresh_from_db()
    assert (row.balance_cents, row.payment_days, row.filled_cfte) == (-50_000, 45, 750)
    assert "−500" in plain(director.get(url).text).replace("\u2212", "−")
    lines = JournalEntry.objects.filter(verb="economics.state_opening")
    assert lines.count() == 2
    assert "1824050" not in str([line.after for line in lines])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"balance_cents": ""}, "Il manque votre réponse"),
        ({"balance_cents": "dix mille"}, "« dix mille » n’est pas un nombre"),
        ({"payment_days": "400"}, "« 400 » est trop grand. Écrivez au plus 365."),
        ({"filled": "-1"}, "trop petit"),
        ({"filled": "8,5"}, "Votre annexe compte 8,0 ETP. Écrivez ce nombre, ou moins."),
    ],
)
def test_a_balance_that_cannot_be_is_told_and_not_kept(structure, director, wrong, told):
    with_annexes(structure)
    url = reverse("economics:opening", args=[structure.pk])
    page = director.post(url, {"balance_cents": "10"} | wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(wrong)
    assert told in plain(page.text)
    assert not OpeningBalance.objects.exists()


# --- Who reads, and how much it costs --------------------------------------------------------


def test_who_does_not_direct_reads_nothing_even_a_network_that_sees(structure, signed_in_client):
    known(structure)
    network = make_network("Réseau du Val")
    share(structure, network, "private")
    for person in (
        make_person("r@exemple.fr", role="network_staff", network=network),
        make_person("o@exemple.fr", role="director", structure=make_structure("Une autre")),
    ):
        client = signed_in_client(person)
        for name in ("cash", "opening", "resources", "add_resource"):
            page = client.get(reverse(f"economics:{name}", args=[structure.pk]))
            assert page.status_code == 404


@pytest.mark.parametrize("size", [1, 12])
def test_a_fixed_number_of_queries(structure, django_assert_num_queries, size):
    known(structure)
    for number in range(size):
        contract(structure, label=f"Marché {number}", state=State.SIGNED)
        Resource.objects.create(
            chantier=structure.chantiers.get(),
            funder="La région",
            category="SUBVENTIONS",
            amount_cents=100,
            certainty="PROMIS",
            first_month=NOW,
        )
    with django_assert_num_queries(7):
        found = Forecast(structure)
        assert found.rows
        found.flows()


def test_the_last_day_of_an_annex_is_its_last_month(structure):
    with_balance(structure)
    with_annexes(structure)
    found = Forecast(structure)
    assert found.annexes_of(JANUARY + 23)[0].ends_on == last_day(JANUARY + 23)
    assert found.annexes_of(JANUARY + 24) == []
