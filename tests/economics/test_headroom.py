"""Headroom with what is signed: RULE-10 and RULE-11, exact to the cent."""

from decimal import Decimal
from itertools import permutations

import pytest

from cordee.economics import headroom
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.models.commitments import Promise
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem.figures import accounting_years
from cordee.rules.ceiling import CeilingStatus
from tests.economics.test_accounts import JANUARY, record
from tests.members.makers import ON, make_structure

pytestmark = pytest.mark.django_db
SIGNED, BID = Commitment.State.SIGNED, Commitment.State.BID


@pytest.fixture
def structure():
    return make_structure("Les Jardins")


def commit(structure, cents, **values) -> Commitment:
    return Commitment.objects.create(
        chantier=structure.chantiers.get(),
        **{
            "label": "Entretien des berges",
            "first_month": JANUARY,
            "months": 12,
            "receipts_cents": cents,
            "state": SIGNED,
        }
        | values,
    )


def left(structure, **kwargs) -> list[int | None]:
    years = AccountingYear.objects.filter(chantier__structure=structure)
    (found,) = headroom.positions_by_chantier(years, ON, **kwargs).values()
    return [each.headroom_cents for each in found]


def test_what_is_signed_weighs_on_receipts_and_on_charges(structure):
    record(structure, marginal_cost_share=Decimal("0.9"))
    assert left(structure) == [1_369_863]
    commit(structure, 500_000)
    # (0,30 × 304 500 − 85 000) / 0,73 = 8 698,63 €.
    assert left(structure) == [869_863]


def test_what_it_costs_by_itself_comes_before_the_cost_of_the_year(structure):
    record(structure, marginal_cost_share=Decimal("0.9"))
    commit(structure, 500_000, marginal_cost_share=Decimal("0"))
    # (0,30 × 300 000 − 85 000) / 0,73 = 6 849,31 €.
    assert left(structure) == [684_931]


@pytest.mark.parametrize(
    "values",
    [
        {"state": BID},
        {"state": Commitment.State.LOST},
        {"state": Commitment.State.RELEASED},
        {"is_in_budget": True},
        {"source": "alliance:1:lot"},
        {"first_month": JANUARY + 12},
    ],
)
def test_what_does_not_limit(structure, values):
    record(structure)
    commit(structure, 500_000, **values)
    assert left(structure, apart_from="alliance:1:") == [999_999]


def test_closed_accounts_hold_all_that_was_sold(structure):
    record(structure, basis=AccountingYear.Basis.CLOSED)
    commit(structure, 500_000)
    assert left(structure) == [999_999]


def test_each_year_takes_its_months_and_no_cent_is_lost(structure):
    record(structure)
    record(structure, first_month=JANUARY + 12)
    commit(structure, 100_001, first_month=JANUARY + 9, months=7)
    assert left(structure) == [999_999 - 42_857, 999_999 - 57_144]


def test_the_order_of_commitments_changes_nothing(structure):
    year = record(structure, marginal_cost_share=Decimal("0.7"))
    for cents in (10_001, 333_333, 7):
        commit(structure, cents)
    rows = Commitment.objects.promises()
    found = {
        headroom.positions([year], order, ON)[0].headroom_cents for order in permutations(rows)
    }
    assert len(found) == 1


def test_the_largest_contract_passes_and_one_cent_more_does_not(structure):
    year = record(structure, marginal_cost_share=Decimal("0.733"))
    for cents in (123_457, 89_113):
        commit(structure, cents, marginal_cost_share=None)
    rows = Commitment.objects.promises()
    (position,) = headroom.positions([year], rows, ON)
    most = position.headroom_cents
    for more, status in ((0, CeilingStatus.CONFORME), (1, CeilingStatus.DEPASSEMENT)):
        extra = Promise(most + more, JANUARY, 12, chantier_id=year.chantier_id)
        (after,) = headroom.positions([year], [*rows, extra], ON)
        assert after.status is status


def test_the_composer_reads_the_same(structure, django_assert_num_queries):
    record(structure)
    commit(structure, 500_000)
    viewer = Viewer.of_structures({structure.pk}, ON)
    with django_assert_num_queries(2):
        (years,) = accounting_years({structure.pk}, viewer).values()
    assert [year.headroom_cents for year in years] == [499_999]
    (years,) = accounting_years({structure.pk}, viewer, apart_from="alliance:").values()
    assert [year.headroom_cents for year in years] == [499_999]
