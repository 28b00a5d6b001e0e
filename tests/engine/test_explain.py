"""The explanation: what binds, how much room is left, who costs what, what greedy loses."""

import json
from dataclasses import replace
from random import Random
from time import perf_counter

import pytest

from cordee.engine.compose import compose
from cordee.engine.explain import (
    Explanation,
    Limit,
    Tightness,
    explain,
    why_not,
    worth_of,
)
from cordee.engine.plan import sum_terms
from cordee.engine.problem import Params, Problem
from cordee.engine.result import Result
from cordee.rules.plain import from_plain, to_plain
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, practises, steady, structure
from tests.engine.instances import draw_problem

PARK = tuple(range(APRIL, APRIL + 6))


def explained(problem: Problem) -> tuple[Result, Explanation]:
    """Compose and explain."""
    result = compose(problem, time_limit_s=60, seed=0)
    return result, explain(problem, result)


def of(explanation: Explanation, kind: Limit, candidate: str | None = None) -> list[Tightness]:
    """Return the limits of a kind."""
    return [
        each
        for each in explanation.tightness
        if each.kind is kind and candidate in {None, each.candidate}
    ]


def test_what_binds_in_the_valley(valley: Problem) -> None:
    """jardins is at its capacity in all six months, with 4 000 € left under its ceiling."""
    _, explanation = explained(valley.certain_only())
    (capacity,) = of(explanation, Limit.CAPACITY, "jardins")
    assert (capacity.used, capacity.limit, capacity.room) == (200, 200, 0)
    assert capacity.binds
    assert capacity.months == PARK
    (ceiling,) = of(explanation, Limit.CEILING, "jardins")
    assert (ceiling.used, ceiling.limit, ceiling.room) == (3_600_000, 4_000_000, 400_000)
    assert (ceiling.binds, ceiling.months) == (False, (YEAR_2027,))
    (partners,) = of(explanation, Limit.PARTNERS)
    assert (partners.used, partners.limit, partners.binds) == (3, 4, False)
    (least,) = of(explanation, Limit.MIN_SHARE, "paysage")
    assert (least.used, least.limit, least.room) == (100, 50, 50)
    assert capacity in explanation.binding
    assert ceiling not in explanation.binding


def test_a_ceiling_binds_when_not_one_cfte_more_fits(pair_of_gardeners: Problem) -> None:
    """A cFTE of the park brings 180.00 €: with 179.99 € left, the ceiling binds."""
    abelia, buis = pair_of_gardeners.candidates
    for left, binds in ((17_999, True), (18_000, False)):
        capped = replace(
            abelia,
            kind="ACI",
            is_capped=True,
            min_crew_cfte=100,
            accounting_years=accounts(100 * 18_000 + left),
            capacity_cfte_by_month=steady(100),
        )
        _, explanation = explained(pair_of_gardeners.replace(candidates=(capped, buis)))
        (ceiling,) = of(explanation, Limit.CEILING)
        assert (ceiling.room, ceiling.binds) == (left, binds)


def test_unknown_limits_do_not_bind(valley: Problem) -> None:
    _, explanation = explained(valley)
    assert of(explanation, Limit.CAPACITY, "nouveau") == []
    assert of(explanation, Limit.CEILING, "nouveau") == []


def test_each_share_comes_with_its_ranking(valley: Problem) -> None:
    result, explanation = explained(valley.certain_only())
    assert result.plan is not None
    by_name = {why.organisation: why for why in explanation.partners}
    assert list(by_name) == list(result.plan.organisations)
    ((share, ranked),) = by_name["paysage-asso"].shares
    assert (share.cfte, ranked.facts.distance_hm, ranked.package) == (100, 100, "parc")
    assert by_name["paysage-asso"].terms.travel == 100 * 438 * 1_000_000


def test_greedy_is_compared_only_where_it_is_whole(valley: Problem) -> None:
    result, explanation = explained(valley)
    if result.greedy_violations:
        assert explanation.greedy_loss is None
    else:
        assert explanation.greedy_loss is not None
        assert result.objective is not None
        loss = sum(units for _, units in explanation.greedy_loss)
        assert loss == result.greedy.terms.total - result.objective


def test_who_else_could_and_who_would_replace(valley: Problem) -> None:
    """Three can garden, two can clean; berges would replace either gardener."""
    _, explanation = explained(valley.certain_only())
    by_name = {why.organisation: why for why in explanation.partners}
    takers = {
        name: [(each.package, each.organisations, each.others_cfte) for each in why.takers]
        for name, why in by_name.items()
    }
    assert takers == {
        "jardins-asso": [("parc", 3, 400)],
        "paysage-asso": [("parc", 3, 400)],
        "relais-asso": [("ecole", 2, 200)],
    }
    swap = by_name["paysage-asso"].replacement
    assert swap is not None
    assert [(move.cfte, move.giver, move.taker) for move in swap.moves] == [
        (100, "paysage", "berges")
    ]
    assert swap.most_more == 10_200 * 1_000_000
    # paysage is busy in the park: it could not clean the school beside.
    assert by_name["relais-asso"].replacement is None


def test_a_teammate_may_replace(pair_of_gardeners: Problem) -> None:
    """A third one with room for two: no more coordination, no more interface."""
    abelia, buis = pair_of_gardeners.candidates
    cedre = structure("cedre", skills=abelia.skills, coordination_cost_cents=200_000)
    problem = pair_of_gardeners.replace(candidates=(abelia, buis, cedre))
    _, explanation = explained(problem)
    for why in explanation.partners:
        assert why.replacement is not None
        assert {move.taker for move in why.replacement.moves} == {"cedre"}
        assert not why.is_needed


def test_what_the_baseline_leaves_undone_is_told(valley: Problem) -> None:
    result, explanation = explained(valley.certain_only())
    assert explanation.greedy_missing_cfte == result.greedy.missing_cfte


def test_explaining_among_a_thousand_is_quick() -> None:
    """Nothing is solved again: 100 ms for a thousand candidates of two trades each."""
    dice = Random(1)
    trades = ("espaces-verts", "proprete", "recyclage", "textile")
    crowd = tuple(
        structure(
            f"s{number:04d}",
            latitude_deg=45 + dice.uniform(-0.3, 0.3),
            longitude_deg=5.7 + dice.uniform(-0.3, 0.3),
            skills=tuple(practises(trade, dice.randint(0, 3)) for trade in dice.sample(trades, 2)),
            capacity_cfte_by_month=steady(dice.randint(1, 6) * 50),
        )
        for number in range(1_000)
    )
    packages = tuple(package(trade, trade=trade, need_cfte=400) for trade in trades)
    problem = Problem(packages=packages, candidates=crowd, params=Params(max_partners=8))
    result = compose(problem, time_limit_s=1, seed=0)
    assert result.plan is not None
    seconds = []
    for _ in range(5):
        began = perf_counter()
        explanation = explain(problem, result)
        seconds.append(perf_counter() - began)
    assert min(seconds) < 0.1
    assert len(explanation.partners) == len(result.plan.partners)


@pytest.mark.parametrize("seed", range(540, 580))
def test_partners_add_up_to_the_plan(seed: int) -> None:
    problem = draw_problem(seed)
    result = compose(problem, time_limit_s=60, seed=0)
    if result.plan is None:
        with pytest.raises(ValueError, match="has no plan; read its impossibility"):
            explain(problem, result)
        return
    explanation = explain(problem, result)
    assert sum_terms(why.terms for why in explanation.partners) == result.plan.terms
    assert all(each.room >= 0 for each in explanation.tightness)
    if explanation.greedy_loss is not None:
        assert sum(units for _, units in explanation.greedy_loss) >= 0


def test_reasons_can_be_kept_and_read_again(valley: Problem) -> None:
    """Plain JSON without loss, like problems and results."""
    problem = valley.certain_only()
    result, explanation = explained(problem)
    absent = why_not(problem, result, "berges-asso")
    worth = worth_of(problem, result, explanation.tightness[0], time_limit_s=60, seed=0)
    for each in (explanation, absent, worth):
        kept = json.loads(json.dumps(to_plain(each)))
        assert from_plain(type(each), kept) == each
