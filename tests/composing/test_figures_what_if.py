"""Asking what if, however often, finds no more of a hidden figure than its step."""

from dataclasses import replace

import pytest

from cordee.economics.models import AccountingYear, Commitment
from cordee.engine.compare import what_if
from cordee.engine.compose import compose
from cordee.engine.problem import Certainty, Problem, Skill
from cordee.engine.wishes import Need, Pin, SetShare, TeamSize, Wish
from cordee.members.models import Structure
from cordee.mobilisation import problem as mobilisation
from cordee.rules.kinds import Kind
from tests.composing.conftest import DAY, Valley
from tests.composing.test_figures import STEP, TRUE_HEADROOM_CENTS, jardins, share

__all__ = ["jardins"]

pytestmark = pytest.mark.django_db
HIDDEN = "Les Jardins de la Verdoire"
ROUNDED_CENTS = TRUE_HEADROOM_CENTS - TRUE_HEADROOM_CENTS % STEP


def posed(valley: Valley) -> Problem:
    """One package of 4 FTE for the hidden structure and for one beside it that can do anything."""
    breakdown = valley.opportunity("berges").latest_breakdown()
    assert breakdown is not None
    row = breakdown.packages.get(position=1)
    row.months, row.need_cfte, row.amount_cents, row.reserved = 6, 400, 1_000_000, ""
    packages = mobilisation.engine_packages([row], on=DAY)
    params = mobilisation.params_for(packages)
    field = mobilisation.engine_candidates(packages, viewer=valley.viewer, params=params)
    (hidden,) = [c for c in field.candidates if c.name == HIDDEN]
    skill = Skill(trade=packages[0].trade, certainty=Certainty.KNOWN, proficiency=3, reach_km=2_000)
    beside = replace(
        hidden,
        id="beside",
        organisation="beside",
        name="beside",
        kind=Kind.EI,
        is_capped=False,
        accounting_years=(),
        skills=(skill,),
        can_lead=True,
    )
    return Problem(packages=packages, candidates=(hidden, beside), params=params)


def holds(problem: Problem, *wishes: Wish) -> bool:
    """Whether a team grants the wishes."""
    before = compose(problem, time_limit_s=5, seed=0)
    return what_if(problem, before, wishes, time_limit_s=5, seed=0).after.plan is not None


def wishes_for(problem: Problem, cents: int) -> list[Wish]:
    """Ask the hidden structure to hold half of the work, which brings so many cents."""
    (hidden,) = [c for c in problem.candidates if c.name == HIDDEN]
    (package,) = problem.packages
    return [
        Need(package.id, 400, amount_cents=2 * cents),
        SetShare(hidden.id, package.id, 200, 200),
        Pin("beside"),
        TeamSize(2),
    ]


def bisect(problem: Problem) -> int:
    """The largest amount, to the cent, for which the answer is still yes."""
    low, high = 1, 100_000_000
    if holds(problem, *wishes_for(problem, high)):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        yes = holds(problem, *wishes_for(problem, middle))
        low, high = (middle, high) if yes else (low, middle)
    return low


def true_headroom(structure: Structure, cents: int) -> None:
    """Give the structure another headroom."""
    AccountingYear.objects.filter(chantier__structure=structure).update(
        receipts_cents=30_000_000 - cents - 1
    )


def test_a_stranger_finds_nothing_by_what_ifs(valley: Valley, jardins: Structure) -> None:
    assert bisect(posed(valley)) == 100_000_000


def test_who_composes_without_seeing_finds_the_step(valley: Valley, jardins: Structure) -> None:
    share(jardins, valley, may_compose=True, may_see=False)
    assert bisect(posed(valley)) == ROUNDED_CENTS


def test_who_sees_finds_the_figure(valley: Valley, jardins: Structure) -> None:
    share(jardins, valley, may_compose=True, may_see=True)
    assert bisect(posed(valley)) == TRUE_HEADROOM_CENTS


def test_figures_of_one_step_pose_one_problem(valley: Valley, jardins: Structure) -> None:
    """A wish is asked of the problem alone: where the problems are equal, so are all answers."""
    share(jardins, valley, may_compose=True, may_see=False)
    first = posed(valley)
    true_headroom(jardins, ROUNDED_CENTS + STEP - 1)
    assert posed(valley) == first
    true_headroom(jardins, ROUNDED_CENTS)
    assert posed(valley) == first
    true_headroom(jardins, ROUNDED_CENTS - 1)
    assert posed(valley) != first


@pytest.mark.parametrize(
    "signed_cents", [1, TRUE_HEADROOM_CENTS - ROUNDED_CENTS, STEP - 1, STEP, 3 * STEP + 7]
)
def test_who_signs_with_a_structure_finds_no_edge_of_a_step(
    valley: Valley, jardins: Structure, signed_cents: int
) -> None:
    """The amount of a contract is known to who signed it: taken from the figure, it would tell."""
    share(jardins, valley, may_compose=True, may_see=False)
    row = Commitment.objects.create(
        chantier=jardins.chantiers.get(),
        label="Marché",
        first_month=12 * (DAY.year + 1),
        months=12,
        receipts_cents=signed_cents,
        state=Commitment.State.SIGNED,
    )
    problems = []
    for cents in (ROUNDED_CENTS, TRUE_HEADROOM_CENTS, ROUNDED_CENTS + STEP - 1):
        true_headroom(jardins, cents)
        problems.append(posed(valley))
    assert problems[0] == problems[1] == problems[2]
    (hidden,) = [c for c in problems[0].candidates if c.name == HIDDEN]
    signed_steps = -(-signed_cents // STEP) * STEP
    assert ROUNDED_CENTS - signed_steps in [y.headroom_cents for y in hidden.accounting_years]
    # An offer limits nothing: filing and losing them finds nothing either.
    Commitment.objects.filter(pk=row.pk).update(state=Commitment.State.BID)
    (hidden,) = [c for c in posed(valley).candidates if c.name == HIDDEN]
    assert {y.headroom_cents for y in hidden.accounting_years} == {ROUNDED_CENTS}
