"""Accounting years: what is written, who reads them, who composes with them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cordee.accounts.models import JournalEntry
from cordee.economics import access
from cordee.economics.models import AccountingYear
from cordee.members.sharing import FigureClass, Viewer
from tests.economics.makers import record_year
from tests.members.makers import ON, make_network, make_person, make_structure, share

pytestmark = pytest.mark.django_db
JANUARY = 2026 * 12


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def record(structure, **values) -> AccountingYear:
    return record_year(
        chantier=structure.chantiers.get(),
        by=None,
        **(
            {
                "first_month": JANUARY,
                "charges_cents": 30_000_000,
                "receipts_cents": 8_000_000,
                "basis": AccountingYear.Basis.BUDGET,
            }
            | values
        ),
    )


def test_a_year_is_recorded_then_corrected(structure):
    record(structure)
    record(structure, receipts_cents=8_400_000, basis=AccountingYear.Basis.CLOSED)
    year = AccountingYear.objects.get()
    assert (year.receipts_cents, year.basis) == (8_400_000, "closed")
    assert JournalEntry.objects.count() == 2


def test_no_amount_reaches_the_journal(structure):
    record(structure)
    entry = JournalEntry.objects.get()
    assert "8000000" not in str(entry.after)
    assert entry.after["first_month"] == JANUARY


@pytest.mark.parametrize(
    "wrong",
    [
        {"charges_cents": -1},
        {"receipts_cents": -1},
        {"months": 0},
        {"derogation": Decimal("1.5")},
        {"marginal_cost_share": Decimal("1.3")},
    ],
)
def test_impossible_figures_are_refused(structure, wrong):
    with pytest.raises(ValidationError):
        record(structure, **wrong)
    assert not AccountingYear.objects.exists()


@pytest.mark.parametrize(
    ("first_month", "months", "overlaps"),
    [
        (JANUARY + 12, 12, False),
        (JANUARY - 12, 12, False),
        (JANUARY + 11, 12, True),
        (JANUARY - 6, 12, True),
        (JANUARY - 1, 24, True),
    ],
)
def test_two_years_of_one_chantier_never_overlap(structure, first_month, months, overlaps):
    record(structure)
    if overlaps:
        with pytest.raises(ValidationError, match="chevauche"):
            record(structure, first_month=first_month, months=months)
    else:
        record(structure, first_month=first_month, months=months)
    assert AccountingYear.objects.count() == (1 if overlaps else 2)


def test_accounts_are_shown_to_the_director_and_to_nobody_else(structure):
    record(structure)
    director = Viewer.of(make_person("d@exemple.fr", role="director", structure=structure), ON)
    assert access.accounts_shown_to(director, structure).count() == 1
    network = make_network("Réseau du Val")
    share(structure, network, FigureClass.PRIVATE, may_see=False)
    stranger = Viewer.of(make_person("x@exemple.fr"), ON)
    for viewer in (Viewer.of_network(network, ON), stranger):
        with pytest.raises(PermissionDenied):
            access.accounts_shown_to(viewer, structure)


@pytest.mark.parametrize("first_month", [JANUARY - 13, JANUARY - 12, JANUARY - 11, JANUARY + 1])
def test_a_year_that_has_ended_is_left_out_by_the_base_and_by_its_row(structure, first_month):
    year = record(structure, first_month=first_month)
    on = date(2026, 1, 1)
    assert year.has_ended(on) is not AccountingYear.objects.not_ended(on).exists()
