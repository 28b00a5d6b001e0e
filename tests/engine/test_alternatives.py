"""Alternatives are the true next best teams; leanings trade one aim for another."""

import os
from dataclasses import replace

import pytest

from cordee.engine.alternatives import End, alternatives
from cordee.engine.compare import compare
from cordee.engine.compose import compose
from cordee.engine.problem import Params, Problem, Weights
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Result, Status
from cordee.engine.verify import verify_result
from cordee.engine.wishes import LEVERS, Leaning, with_leanings
from tests.engine.brute_force import cost_by_team
from tests.engine.conftest import package, practises, steady, structure
from tests.engine.instances import draw_crowded

IS_FULL = os.environ.get("CORDEE_FUZZ") == "full"
SEEDS = range(6_000, 6_300 if IS_FULL else 6_040)


def answer(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_is_the_true_next_best(seed: int) -> None:
    """All teams tried: the cheapest that differs enough from the best and from those before."""
    problem = draw_crowded(seed)
    best, least_difference = answer(problem), 1 + seed % 2
    if best.plan is None or best.solo:
        return
    costs = cost_by_team(problem, 2, problem.params.max_partners)
    found = alternatives(
        problem, best, count=3, least_difference=least_difference, time_limit_s=60, seed=0
    )
    before = [frozenset(best.plan.organisations)]
    for each in found:
        if each.result.solo:
            break  # no further team: one alone, if what is unknown of it allows
        names = frozenset(each.plan.organisations)
        expected = min(_others(costs, before, least_difference).values())
        assert 0 <= each.plan.terms.total - expected <= OPTIMAL_WITHIN_UNITS
        assert each.result.status is Status.OPTIMAL
        assert all(len(t - names) >= min(least_difference, len(t)) for t in before)
        before.append(names)
    if found.end is End.NO_OTHER:
        assert not _others(costs, before, least_difference)
    else:
        assert (found.end, len(found)) == (End.COUNT, 3)


def _others(
    costs: dict[frozenset[str], int], before: list[frozenset[str]], least_difference: int
) -> dict[frozenset[str], int]:
    return {
        names: cost
        for names, cost in costs.items()
        if all(len(team - names) >= min(least_difference, len(team)) for team in before)
    }


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_terms_add_up_and_every_plan_is_verified(seed: int) -> None:
    problem = draw_crowded(seed)
    best = answer(problem)
    if best.plan is None:
        return
    for each in alternatives(problem, best, count=2, least_difference=1, time_limit_s=60, seed=0):
        assert each.result.verified
        assert verify_result(problem.replace(unlike=()), each.result) == ()
        gained = each.plan.terms.total - best.plan.terms.total
        told = each.comparison
        assert sum(units for _, units in told.terms) == gained == told.cost
        assert set(told.joins) == set(each.plan.organisations) - set(best.plan.organisations)
        assert set(told.leaves) == set(best.plan.organisations) - set(each.plan.organisations)
        assert each.is_tie == (abs(gained) <= OPTIMAL_WITHIN_UNITS)
        again = alternatives(problem, best, count=2, least_difference=1, time_limit_s=60, seed=0)
        assert each.plan in [other.plan for other in again]


def test_a_tie_is_told(pair_of_gardeners: Problem) -> None:
    """A third gardener that differs by name alone: another team at the same cost."""
    abelia, buis = pair_of_gardeners.candidates
    twin = replace(abelia, id="charme", organisation="charme-asso", name="Charme")
    problem = pair_of_gardeners.replace(candidates=(abelia, buis, twin))
    best = answer(problem)
    found = alternatives(problem, best, count=3, least_difference=1, time_limit_s=60, seed=0)
    assert [each.is_tie for each in found] == [True, False]
    assert found.end is End.NO_OTHER
    first = found.found[0].comparison
    assert {*first.joins, *first.leaves} == {"abelia-asso", "charme-asso"}


def test_no_other_team_is_a_proof(pair_of_gardeners: Problem) -> None:
    best = answer(pair_of_gardeners)
    found = alternatives(
        pair_of_gardeners, best, count=2, least_difference=1, time_limit_s=60, seed=0
    )
    assert (len(found), found.end) == (0, End.NO_OTHER)
    none = alternatives(
        pair_of_gardeners, best, count=2, least_difference=1, time_limit_s=0.0, seed=0
    )
    assert none.end in {End.NO_OTHER, End.TIME}


def test_where_one_suffices_the_others_able_alone_are_told(pair_of_gardeners: Problem) -> None:
    """RULE-38: no team beside one that can do all, however much that one is to be avoided."""
    able = structure("chene", capacity_cfte_by_month=steady(300))
    farther = structure("erable", capacity_cfte_by_month=steady(300), latitude_deg=45.09)
    problem = pair_of_gardeners.replace(candidates=(*pair_of_gardeners.candidates, able, farther))
    found = alternatives(
        problem, answer(problem), count=3, least_difference=2, time_limit_s=60, seed=0
    )
    assert [each.plan.organisations for each in found] == [("erable-asso",)]
    assert found.found[0].result.solo
    assert found.end is End.NO_OTHER


@pytest.mark.parametrize(("count", "least_difference"), [(0, 1), (1, 0)])
def test_nonsense_is_refused(pair_of_gardeners: Problem, count: int, least_difference: int) -> None:
    best = answer(pair_of_gardeners)
    with pytest.raises(ValueError, match="is 0; give 1 or more"):
        alternatives(
            pair_of_gardeners,
            best,
            count=count,
            least_difference=least_difference,
            time_limit_s=1,
            seed=0,
        )


def test_without_a_plan_there_is_nothing_to_differ_from(valley: Problem) -> None:
    nobody = valley.replace(candidates=())
    with pytest.raises(ValueError, match="impossible has no plan"):
        alternatives(nobody, answer(nobody), count=1, least_difference=1, time_limit_s=1, seed=0)


@pytest.fixture
def near_or_cheap() -> Problem:
    """A park for two of four gardeners: two near ones dear to coordinate, two far ones cheap."""
    gardener = (practises("espaces-verts"),)
    near = tuple(
        structure(name, skills=gardener, coordination_cost_cents=250_000) for name in ("aa", "bb")
    )
    far = tuple(
        structure(name, skills=gardener, coordination_cost_cents=100_000, latitude_deg=45.09)
        for name in ("yy", "zz")
    )
    return Problem(
        packages=(package("parc"),), candidates=(*near, *far), params=Params(max_partners=3)
    )


def test_leaning_to_fewer_kilometres_brings_the_near_ones(near_or_cheap: Problem) -> None:
    """10 km cost 43.80 € × 3 FTE... less than 1 500 € of coordination, until they weigh 4 times."""
    best = answer(near_or_cheap)
    assert best.plan is not None
    assert best.plan.organisations == ("yy-asso", "zz-asso")
    params = with_leanings(near_or_cheap.params, Leaning.FEWER_KM)
    leant = compose(near_or_cheap.replace(params=params), time_limit_s=60, seed=0, near=best)
    assert leant.plan is not None
    nearer = compare(near_or_cheap, best.plan, leant.plan)
    assert nearer.joins == ("aa-asso", "bb-asso")
    assert nearer.after.mean_km == 0.0
    assert nearer.before.mean_km == pytest.approx(10.0)
    assert {name: units for name, units in nearer.terms if units} == {
        "travel": -300 * 438 * 1_000_000,
        "coordination": 300_000 * 1_000_000,
    }
    assert nearer.cost > 0


def test_leanings_are_named_and_bounded() -> None:
    base = Params()
    for leaning in Leaning:
        moved = with_leanings(base, leaning).weights
        assert moved != base.weights
    two = Leaning.FEWER_KM, Leaning.MORE_LEARNING
    assert with_leanings(base, *two, Leaning.FEWER_KM) == with_leanings(base, *two)
    assert with_leanings(base) == base
    # Moving again and again stays within what `Weights` allows.
    for _ in range(12):
        base = with_leanings(base, *Leaning)
    assert base.weights.travel_millicents_per_hm_cfte_month == 100_000


def test_no_weight_is_moved_by_two_leanings() -> None:
    names = [lever.weight for levers in LEVERS.values() for lever in levers]
    assert len(names) == len(set(names))
    assert all(hasattr(Weights(), name) for name in names)
