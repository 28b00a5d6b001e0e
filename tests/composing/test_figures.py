"""A structure's figures are its own: composing never becomes a way to find them."""

import pytest

from cordee.economics.models import AccountingYear, Commitment
from cordee.members.models import SharingAgreement, Structure
from cordee.members.sharing import FigureClass, Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation import rounding
from cordee.opportunities.models import WorkPackage
from tests.composing.conftest import DAY

pytestmark = pytest.mark.django_db
STEP = rounding.UNSEEN_HEADROOM_STEP_CENTS
TRUE_HEADROOM_CENTS = 13_471_203


@pytest.fixture
def jardins(valley) -> Structure:
    """An ACI whose headroom is an odd figure, and which has agreed to nothing about money."""
    structure = Structure.objects.get(name="Les Jardins de la Verdoire")
    years = AccountingYear.objects.filter(chantier__structure=structure)
    # 30 % of the charges, less the receipts, less the cent of the strict inequality.
    years.update(
        charges_cents=100_000_000,
        receipts_cents=30_000_000 - TRUE_HEADROOM_CENTS - 1,
        derogation=None,
        marginal_cost_share=0,
    )
    SharingAgreement.objects.filter(structure=structure, figure_class="private").delete()
    return structure


def share(structure: Structure, valley, **rights: bool) -> None:
    SharingAgreement.objects.create(
        structure=structure,
        network=valley.network,
        figure_class=FigureClass.PRIVATE,
        starts_on=DAY,
        **rights,
    )


def could_take(valley, amount_cents: int) -> bool:
    """Ask the composer about an invented contract of this amount, as a curious person would."""
    row = valley.opportunity("berges").latest_breakdown().packages.get(position=1)
    one = WorkPackage(
        position=1,
        lot_id="1",
        label="Besoin inventé",
        trade=row.trade,
        latitude=row.latitude,
        longitude=row.longitude,
        first_month=row.first_month,
        months=6,
        need_cfte=100,
        amount_cents=amount_cents,
    )
    packages = mobilisation.engine_packages([one], on=DAY)
    params = mobilisation.params_for(packages)
    field = mobilisation.engine_candidates(
        packages, viewer=Viewer.of_network(valley.network, DAY), params=params
    )
    (jardins,) = [c for c in field.candidates if c.name == "Les Jardins de la Verdoire"]
    from cordee.engine.compose import compose
    from cordee.engine.problem import Problem

    posed = Problem(packages=packages, candidates=(jardins,), params=params)
    result = compose(posed, time_limit_s=5, seed=0)
    return result.plan is not None


def bisect(valley) -> int:
    """The largest amount, to the cent, for which the answer is still yes."""
    low, high = 1, 100_000_000
    if could_take(valley, high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if could_take(valley, middle) else (low, middle)
    return low


def test_a_stranger_finds_nothing_by_bisection(valley, jardins) -> None:
    """Without an agreement the ceiling does not reach the engine: every amount is possible."""
    assert bisect(valley) == 100_000_000


def test_composing_without_seeing_finds_a_round_figure_only(valley, jardins) -> None:
    share(jardins, valley, may_compose=True, may_see=False)
    found = bisect(valley)
    assert found == TRUE_HEADROOM_CENTS - TRUE_HEADROOM_CENTS % STEP
    assert found != TRUE_HEADROOM_CENTS


def test_seeing_gives_the_figure_itself(valley, jardins) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    assert bisect(valley) == TRUE_HEADROOM_CENTS


def signed_by_bisection(valley, jardins, asked_cents: int) -> int:
    """The largest contract, to the cent, that somebody signs with the structure so that a share of
    `asked_cents` is still possible after it."""
    row = Commitment.objects.create(
        chantier=jardins.chantiers.get(),
        label="Marché",
        # All of it in the year of the work that is asked for.
        first_month=12 * (DAY.year + 1),
        months=12,
        receipts_cents=1,
        state=Commitment.State.SIGNED,
    )
    low, high = 1, 50_000_000
    while high - low > 1:
        middle = (low + high) // 2
        Commitment.objects.filter(pk=row.pk).update(receipts_cents=middle)
        low, high = (middle, high) if could_take(valley, asked_cents) else (low, middle)
    row.delete()
    return low


@pytest.mark.parametrize("asked_cents", [1, 4_999_999])
def test_signing_more_and_more_finds_a_round_figure_only(valley, jardins, asked_cents) -> None:
    """Each contract is known to the cent: the answer turns at a step, wherever the figure is."""
    share(jardins, valley, may_compose=True, may_see=False)
    found = set()
    for headroom in (13_000_000, TRUE_HEADROOM_CENTS, 13_499_999):
        AccountingYear.objects.filter(chantier__structure=jardins).update(
            receipts_cents=30_000_000 - headroom - 1
        )
        found.add(signed_by_bisection(valley, jardins, asked_cents))
    assert len(found) == 1
    assert found.pop() % STEP == 0


def test_a_stranger_who_signs_finds_nothing(valley, jardins) -> None:
    assert signed_by_bisection(valley, jardins, 4_999_999) == 49_999_999


def test_seeing_alone_does_not_let_the_composer_use_it(valley, jardins) -> None:
    share(jardins, valley, may_compose=False, may_see=True)
    assert bisect(valley) == 100_000_000


def test_another_network_finds_nothing(valley, jardins) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    other = type(valley)(type(valley.network).objects.create(name="Autre", slug="autre"))
    packages = mobilisation.engine_packages(
        valley.opportunity("berges").latest_breakdown().packages.all(), on=DAY
    )
    field = mobilisation.engine_candidates(
        packages, viewer=other.viewer, params=mobilisation.params_for(packages)
    )
    assert {c.accounting_years for c in field.candidates} == {()}
    assert {c.capacity_cfte_by_month for c in field.candidates} == {None}


def test_the_stored_snapshot_of_a_stranger_holds_no_figure(valley, jardins) -> None:
    composition = valley.compose("berges")
    stored = str(composition.problem)
    assert str(TRUE_HEADROOM_CENTS) not in stored


def test_the_page_tells_a_tight_ceiling_only_to_those_who_may_see_it(
    valley, jardins, person, signed_in_client
) -> None:
    # 75 000 € of headroom for the 72 083 € of the share that fall in 2027: tight, but possible.
    AccountingYear.objects.filter(chantier__structure=jardins).update(
        receipts_cents=30_000_000 - 7_500_000 - 1
    )
    share(jardins, valley, may_compose=True, may_see=False)
    reader = signed_in_client(person("reseau"))
    composition = valley.compose("berges")
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Les Jardins de la Verdoire" in page
    assert "Plafond serré" not in page
    SharingAgreement.objects.filter(structure=jardins, figure_class="private").update(may_see=True)
    page = reader.get(f"/alliances/{composition.pk}/").content.decode()
    assert "Plafond serré" in page
