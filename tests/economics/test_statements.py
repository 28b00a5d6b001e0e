"""Statements of a year: each written once; the engine reads the strongest of them."""

from itertools import permutations

import pytest
from django.core.exceptions import ValidationError

from cordee.accounts.models import JournalEntry
from cordee.base.written_once import ImmutableRow
from cordee.economics import actions
from cordee.economics.models import AccountingYear, YearStatement
from cordee.rules import accounts
from tests.economics.test_accounts import JANUARY, record
from tests.members.makers import make_structure

pytestmark = pytest.mark.django_db
Basis = YearStatement.Basis


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def state(structure, basis=Basis.BUDGET, *, charges=30_000_000, sales=8_000_000, **values):
    if basis is Basis.TO_DATE:
        values.setdefault("until_month", JANUARY + 2)
    return actions.state_accounts(
        chantier=structure.chantiers.get(),
        first_month=JANUARY,
        basis=basis,
        by=None,
        **{"amounts": {accounts.UNDETAILED: charges, accounts.SALES: sales}} | values,
    )


@pytest.mark.parametrize("order", list(permutations(Basis)))
def test_the_year_is_that_of_the_strongest_whatever_the_order(structure, order):
    figures = {
        Basis.TO_DATE: 1,
        Basis.BUDGET: 10_000_000,
        Basis.FORECAST: 20_000_000,
        Basis.CLOSED: 30_000_000,
    }
    for number, basis in enumerate(order, start=1):
        state(structure, basis, charges=figures[basis])
        engine = [figures[each] for each in order[:number] if each is not Basis.TO_DATE]
        years = AccountingYear.objects.values_list("charges_cents", flat=True)
        assert list(years) == ([max(engine)] if engine else [])
    year, strongest = AccountingYear.objects.get(), YearStatement.objects.strongest()
    assert strongest.figures == (year.charges_cents, year.receipts_cents)
    assert strongest.basis == year.basis == "closed"


def test_a_statement_is_never_changed_and_correcting_is_stating_again(structure):
    first = state(structure)
    second = state(structure, charges=29_000_000)
    assert YearStatement.objects.count() == 2
    assert AccountingYear.objects.get().charges_cents == 29_000_000
    first.charges_cents = 1
    for write in (first.save, second.delete, YearStatement.objects.all().delete):
        with pytest.raises(ImmutableRow):
            write()


def test_the_same_again_writes_nothing(structure):
    assert state(structure).pk == state(structure).pk
    record(structure)
    assert (YearStatement.objects.count(), JournalEntry.objects.count()) == (1, 1)


def test_stating_again_keeps_derogation_and_marginal_cost(structure):
    record(structure, derogation="0.450", marginal_cost_share="0.900")
    state(structure, charges=31_000_000)
    year = AccountingYear.objects.get()
    assert (str(year.derogation), str(year.marginal_cost_share)) == ("0.450", "0.900")


def test_terms_alone_state_nothing_again_and_are_in_the_journal(structure):
    detail = {"ACHATS": 10_000_000, "PERSONNEL": 20_000_000, "VENTES": 8_000_000}
    state(structure, amounts=detail)
    record(structure, derogation="0.45")
    assert YearStatement.objects.get().amounts == detail
    assert JournalEntry.objects.filter(verb="economics.set_terms").count() == 1


def test_what_is_taken_back_gives_way_to_what_stood_before(structure):
    state(structure, charges=20_000_000)
    wrong = state(structure, charges=2)
    actions.take_back(statement=wrong, by=None)
    assert AccountingYear.objects.get().charges_cents == 20_000_000
    with pytest.raises(ValidationError, match="depuis"):
        actions.take_back(statement=wrong, by=None)


def test_undoing_again_goes_further_back_and_never_to_and_fro(structure):
    for charges in (10_000_000, 20_000_000, 30_000_000):
        last = state(structure, charges=charges)
    found = []
    for _ in range(3):
        last = actions.take_back(statement=last, by=None)
        found.append((last.charges_cents, last.is_withdrawn))
    assert found == [(20_000_000, False), (10_000_000, False), (10_000_000, True)]


def test_what_is_typed_again_by_hand_is_a_word_of_its_own(structure):
    for charges in (10_000_000, 20_000_000, 10_000_000):
        last = state(structure, charges=charges)
    found = []
    for _ in range(3):
        last = actions.take_back(statement=last, by=None)
        found.append((last.charges_cents, last.is_withdrawn))
    assert found == [(20_000_000, False), (10_000_000, False), (10_000_000, True)]
    # Stated anew after all was undone, there is nothing to go back to.
    last = state(structure, charges=40_000_000)
    assert actions.take_back(statement=last, by=None).is_withdrawn


def test_two_totals_said_again_keep_what_is_in_neither(structure):
    detail = {"ACHATS": 10_000_000, "PERSONNEL": 20_000_000, "VENTES": 8_000_000}
    others = {"SUBVENTIONS": 5_000_000, "LOYERS": 100_000}
    grey = {key: {"counts": False, "why": "Hors activité."} for key in ("LOYERS", "DONS_VENDUS")}
    grey["DONS_VENDUS"]["counts"] = True
    state(structure, amounts=detail | others | {"DONS_VENDUS": 200_000}, choices=grey)
    # The charges are the same: their lines stay. The sales are not: a grey zone is within them.
    assert record(structure, receipts_cents=9_000_000).receipts_cents == 9_000_000
    now = YearStatement.objects.standing()["budget"]
    assert now.amounts == detail | others | {"VENTES": 9_000_000}
    assert now.choices == {"LOYERS": grey["LOYERS"]}
    record(structure, charges_cents=31_000_000, receipts_cents=9_000_000)
    now = YearStatement.objects.standing()["budget"]
    assert now.amounts == {"SANS_DETAIL": 31_000_000, "VENTES": 9_000_000} | others


def test_closed_accounts_stated_by_mistake_are_withdrawn(structure):
    state(structure, charges=20_000_000)
    wrong = state(structure, Basis.CLOSED)
    actions.take_back(statement=wrong, by=None)
    year = AccountingYear.objects.get()
    assert (year.basis, year.charges_cents) == ("budget", 20_000_000)
    budget = YearStatement.objects.standing()["budget"]
    actions.take_back(statement=budget, by=None, entirely=True)
    assert not AccountingYear.objects.exists()
    assert YearStatement.objects.count() == 4


def test_what_was_booked_so_far_says_until_when(structure):
    with pytest.raises(ValidationError, match="jusqu’à quel mois"):
        state(structure, Basis.TO_DATE, until_month=None)


def test_a_grey_zone_needs_a_choice_with_its_reason(structure):
    amounts = {accounts.UNDETAILED: 30_000_000, accounts.SALES: 8_000_000, "LOYERS": 100_000}
    with pytest.raises(ValidationError, match="dites si cela compte"):
        state(structure, amounts=amounts)
    for counts, receipts in ((False, 8_000_000), (True, 8_100_000)):
        choices = {"LOYERS": {"counts": counts, "why": "Salle louée hors de l’activité."}}
        assert state(structure, amounts=amounts, choices=choices).receipts_cents == receipts


@pytest.mark.parametrize(
    ("account", "key"),
    [
        ("606100", "ACHATS"),
        ("641000", "PERSONNEL"),
        ("706", "VENTES"),
        ("708300", "LOYERS"),
        ("752", "LOYERS"),
        ("7541", "MECENAT_DONS"),
        ("756", "COTISATIONS"),
        ("758", "AUTRES"),
        ("864", "EN_NATURE"),
        ("6X", None),
        ("510", None),
    ],
)
def test_the_longest_prefix_says_the_line_of_an_account(account, key):
    post = accounts.post_of(account)
    assert (post and post.key) == key


def test_lines_of_charges_are_eight_and_every_account_of_the_classes_has_one():
    every = accounts.posts().values()
    own = [post for post in every if post.side == accounts.CHARGES and post.prefixes]
    assert len([post for post in own if not post.is_grey]) == 8
    known = {f"{first}{second}" for first in "67" for second in "0123456789"}
    assert {each for each in known if accounts.post_of(each) is None} == set()
