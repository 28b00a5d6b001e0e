"""What composing again with one limit wider tells."""

from dataclasses import replace

import pytest

from cordee.engine.compare import what_if
from cordee.engine.compose import compose
from cordee.engine.explain import (
    Limit,
    Worth,
    explain,
    worth_of,
    worths,
)
from cordee.engine.explain.consequences import one_more
from cordee.engine.problem import Problem
from cordee.engine.result import UNITS_PER_CENT, Result, Status
from cordee.engine.verify import verify
from cordee.engine.wishes import Exclude
from tests.engine.conftest import APRIL, accounts, steady
from tests.engine.instances import draw_problem


def composed(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def test_where_one_that_nobody_replaces_is_needed(pair_of_gardeners: Problem) -> None:
    explanation = explain(pair_of_gardeners, composed(pair_of_gardeners))
    assert all(why.is_needed for why in explanation.partners)
    assert all(why.replacement is None for why in explanation.partners)


def test_one_more_crew_saves_what_the_crowded_one_costs(valley: Problem) -> None:
    """360 cFTE-months above 70 % of the capacity of jardins, at 0.60 € each."""
    problem = valley.certain_only()
    result = composed(problem)
    told = list(
        worths(problem, result, explain(problem, result).tightness, time_limit_s=60, seed=0)
    )
    assert [(each.limit.kind, each.limit.candidate) for each in told] == [
        (Limit.CAPACITY, "jardins"),
        (Limit.CAPACITY, "relais"),
    ]
    assert all(each.is_exact for each in told)
    assert [each.comparison.cost for each in told] == [-21_600 * UNITS_PER_CENT] * 2
    assert [each.least_saved for each in told] == [21_600 * UNITS_PER_CENT] * 2
    assert [each.step for each in told] == [100, 100]


def tight(problem: Problem, kind: Limit, candidate: str | None = None) -> Worth:
    """Return what one more unit of a limit is worth."""
    result = composed(problem)
    (limit,) = [
        each
        for each in explain(problem, result).tightness
        if each.kind is kind and each.candidate == candidate
    ]
    return worth_of(problem, result, limit, time_limit_s=60, seed=0)


def test_one_more_partner(valley: Problem) -> None:
    """Three suffice: a fourth place brings nothing, and that is said."""
    three = valley.certain_only().replace(params=replace(valley.params, max_partners=3))
    told = tight(three, Limit.PARTNERS)
    assert told.limit.binds
    assert (told.step, told.least_saved, told.most_saved) == (1, 0, 0)


def test_a_thousand_euros_more_under_the_ceiling(pair_of_gardeners: Problem) -> None:
    """abelia at its ceiling with its 18 000 €: 1 800 € are tight, then 900 €, at 12 cents each."""
    abelia, buis = pair_of_gardeners.candidates
    capped = replace(abelia, kind="ACI", is_capped=True, accounting_years=accounts(1_800_000))
    problem = pair_of_gardeners.replace(candidates=(capped, buis))
    told = tight(problem, Limit.CEILING, "abelia")
    assert told.step == 100_000
    assert told.least_saved == told.most_saved == 10_800 * UNITS_PER_CENT


def test_one_that_could_then_carry_all_alone(pair_of_gardeners: Problem) -> None:
    told = tight(pair_of_gardeners, Limit.CAPACITY, "abelia")
    assert told.suffices_alone
    assert told.plan.organisations == ("abelia-asso",)


def test_what_one_more_unit_is(valley: Problem) -> None:
    abelia = replace(valley.candidates[0], min_crew_cfte=40)
    problem = valley.replace(candidates=(abelia, *valley.candidates[1:])).certain_only()
    limits = {(e.kind, e.candidate): e for e in explain(problem, composed(problem)).tightness}
    wider, step = one_more(problem, limits[Limit.CAPACITY, "jardins"])
    grown = next(c for c in wider.candidates if c.id == "jardins")
    assert step == 100
    assert grown.capacity_cfte(APRIL) == 300
    assert grown.capacity_cfte(APRIL - 1) == 200
    wider, step = one_more(problem, limits[Limit.MIN_SHARE, "jardins"])
    assert step == 10
    assert {p.id: p.min_share_cfte for p in wider.packages} == {"parc": 40, "ecole": 50}
    wider, step = one_more(problem, limits[Limit.MAX_PACKAGES, "jardins"])
    assert next(c.max_packages for c in wider.candidates if c.id == "jardins") == 3


def test_one_more_crew_is_a_crew_where_its_size_is_known(pair_of_gardeners: Problem) -> None:
    abelia, buis = pair_of_gardeners.candidates
    crews = replace(abelia, min_crew_cfte=60, capacity_cfte_by_month=steady(180))
    problem = pair_of_gardeners.replace(candidates=(crews, buis))
    limits = explain(problem, composed(problem)).tightness
    (least,) = [e for e in limits if e.kind is Limit.MIN_SHARE and e.candidate == "abelia"]
    wider, step = one_more(problem, least)
    assert (wider.candidates[0].min_crew_cfte, step) == (50, 10)
    (capacity,) = [e for e in limits if e.kind is Limit.CAPACITY and e.candidate == "abelia"]
    assert one_more(problem, capacity)[1] == 60


def test_no_time_gives_no_figure(valley: Problem) -> None:
    problem = valley.certain_only()
    result = composed(problem)
    limits = explain(problem, result).tightness
    assert list(worths(problem, result, limits, time_limit_s=0.0, seed=0)) == []


def test_an_unproven_team_gives_an_interval(valley: Problem) -> None:
    """Known only to cost 7 270.00 € at most and 7 000.00 € at least."""
    problem = valley.certain_only()
    best = composed(problem)
    shown = replace(best, status=Status.GAP, bound=700_000 * UNITS_PER_CENT)
    limit = next(each for each in explain(problem, shown).tightness if each.binds)
    told = worth_of(problem, shown, limit, time_limit_s=60, seed=0)
    assert not told.is_exact
    assert (told.least_saved, told.most_saved) == (0, 21_600 * UNITS_PER_CENT)


@pytest.mark.parametrize("seed", range(640, 670))
def test_what_is_told_holds_on_drawn_problems(seed: int) -> None:
    """Nobody is spared for nothing, a replacement never beats the best, wider never costs."""
    problem = draw_problem(seed)
    result = composed(problem)
    if result.plan is None:
        return
    explanation = explain(problem, result)
    for why in explanation.partners:
        told = what_if(problem, result, [Exclude(why.organisation)], time_limit_s=60, seed=0)
        after = told.after
        assert after.status in {Status.OPTIMAL, Status.IMPOSSIBLE}
        if why.is_needed:
            assert after.status is Status.IMPOSSIBLE
        if after.plan is None or after.solo != result.solo:
            continue
        assert told.cost is not None
        assert why.organisation in problem.pinned or told.cost >= -UNITS_PER_CENT
        if why.replacement is not None and why.organisation not in problem.pinned:
            assert not verify(problem, why.replacement.plan, solo=result.solo)
            assert told.cost <= why.replacement.most_more + UNITS_PER_CENT
    for worth in worths(problem, result, explanation.tightness, time_limit_s=60, seed=0):
        assert worth.is_exact
        assert worth.least_saved >= 0
