"""Teams to differ from and shares to hold: honoured by all that plans, and checked apart."""

import json
import os
from dataclasses import replace

import pytest

from cordee.engine.compose import compose
from cordee.engine.method import TeamRule
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.problem import Problem, ShareLimit, Unlike
from cordee.engine.result import (
    OPTIMAL_WITHIN_UNITS,
    Obstacle,
    Reason,
    Result,
    Shortage,
    Status,
    pack,
    unpack,
)
from cordee.engine.verify import verify
from tests.engine.brute_force import best_plan, least_cost
from tests.engine.conformance import METHODS, Entry, run
from tests.engine.conftest import structure
from tests.engine.instances import draw_problem, with_wishes

IS_FULL = os.environ.get("CORDEE_FUZZ") == "full"


def answer(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def held(result: Result) -> dict[tuple[str, str], int]:
    """Return cFTE by candidate and package."""
    assert result.plan is not None
    return {(share.candidate, share.package): share.cfte for share in result.plan.shares}


def limit(candidate: str, package: str, least_cfte: int, most_cfte: int) -> ShareLimit:
    """Return a wish about one share."""
    return ShareLimit(
        candidate=candidate, package=package, least_cfte=least_cfte, most_cfte=most_cfte
    )


def unlike(*organisations: str, least_absent: int = 1) -> Unlike:
    """Return a team to differ from."""
    return Unlike(organisations=frozenset(organisations), least_absent=least_absent)


@pytest.mark.parametrize("seed", range(3_000, 5_000 if IS_FULL else 3_060))
def test_as_brute_force(seed: int) -> None:
    problem = with_wishes(draw_problem(seed), seed)
    expected, result = best_plan(problem), answer(problem)
    if expected is None:
        assert result.status is Status.IMPOSSIBLE
        assert result.impossibility is not None
        assert result.impossibility.reasons
    else:
        assert result.status is Status.OPTIMAL
        assert result.solo == expected.solo
        assert result.objective is not None
        assert 0 <= result.objective - expected.cost <= OPTIMAL_WITHIN_UNITS


@pytest.mark.parametrize("entry", METHODS, ids=[entry.method.name for entry in METHODS])
@pytest.mark.parametrize("seed", range(3_100, 3_140))
def test_a_claim_holds(entry: Entry, seed: int) -> None:
    """Every method grants the wishes or says that nobody can."""
    problem = with_wishes(draw_problem(seed), seed)
    rule = TeamRule(2, problem.params.max_partners)
    least, outcome = least_cost(problem, rule.least, rule.most), run(entry, problem, rule)
    if outcome.quantities is not None:
        plan = build_plan(problem, build_pairs(problem).all, outcome.quantities)
        assert verify(problem, plan) == ()
    if entry.is_exact:
        assert outcome.is_infeasible == (least is None)
    if outcome.bound is not None and least is not None:
        assert outcome.bound <= least


def test_a_share_is_held_within_its_limits(pair_of_gardeners: Problem) -> None:
    """Free, the two gardeners share the park 150 and 150 or any way that costs the same."""
    asked = pair_of_gardeners.replace(share_limits=(limit("abelia", "parc", 120, 120),))
    assert held(answer(asked)) == {("abelia", "parc"): 120, ("buis", "parc"): 180}


def test_a_team_differs_by_as_many_as_asked(valley: Problem) -> None:
    best = answer(valley)
    assert best.plan is not None
    assert best.plan.organisations == ("nouveau-asso", "relais-asso")
    other = answer(valley.replace(unlike=(unlike(*best.plan.organisations),)))
    assert other.plan is not None
    assert not set(best.plan.organisations) <= set(other.plan.organisations)
    both = answer(valley.replace(unlike=(unlike(*best.plan.organisations, least_absent=2),)))
    assert both.plan is not None
    assert set(best.plan.organisations).isdisjoint(both.plan.organisations)
    assert best.objective is not None
    assert other.objective is not None
    assert both.objective is not None
    assert best.objective <= other.objective <= both.objective


def test_verify_sees_a_wish_that_is_not_granted(pair_of_gardeners: Problem) -> None:
    plan = answer(pair_of_gardeners).plan
    assert plan is not None

    def broken(**wish: object) -> list[tuple[str, int]]:
        asked = pair_of_gardeners.replace(**wish)
        return [(each.rule, each.excess) for each in verify(asked, plan)]

    assert broken(unlike=(unlike("abelia-asso", "buis-asso"),)) == [("unlike", 1)]
    assert broken(unlike=(unlike("abelia-asso", "x", least_absent=2),)) == [("unlike", 1)]
    assert broken(unlike=(unlike("abelia-asso", "x"),)) == []
    shares = {share.candidate: share.cfte for share in plan.shares}
    mine = shares["abelia"]
    assert broken(share_limits=(limit("abelia", "parc", mine, mine),)) == []
    assert broken(share_limits=(limit("abelia", "parc", mine + 2, 300),)) == [("share_limit", 2)]
    assert broken(share_limits=(limit("abelia", "parc", 1, mine - 3),)) == [("share_limit", 3)]
    assert broken(share_limits=(limit("x", "parc", 7, 9),)) == [("share_limit", 7)]


@pytest.mark.parametrize(
    "wish",
    [
        limit("abelia", "parc", 201, 300),  # beyond its capacity
        limit("abelia", "parc", 1, 49),  # below the minimal share
        limit("abelia", "ecole", 50, 100),  # no such package
        limit("absent", "parc", 50, 100),  # no such chantier
    ],
)
def test_a_share_that_cannot_be_held_is_the_reason(
    pair_of_gardeners: Problem, wish: ShareLimit
) -> None:
    result = answer(pair_of_gardeners.replace(share_limits=(wish,)))
    assert result.impossibility is not None
    (reason,) = result.impossibility.reasons
    assert (reason.shortage, reason.package) == (Shortage.SHARE_LIMIT, wish.package)


def test_limits_that_leave_work_to_nobody_are_the_reason(pair_of_gardeners: Problem) -> None:
    """Both may take 2 FTE of the 3; held to 1 FTE each, they leave one."""
    limits = (limit("abelia", "parc", 50, 100), limit("buis", "parc", 50, 100))
    result = answer(pair_of_gardeners.replace(share_limits=limits))
    assert result.impossibility is not None
    assert {r.shortage for r in result.impossibility.reasons} == {Shortage.SHARE_LIMIT}
    too_much = (limit("abelia", "parc", 160, 200), limit("buis", "parc", 160, 200))
    result = answer(pair_of_gardeners.replace(share_limits=too_much))
    assert result.impossibility is not None
    assert {r.shortage for r in result.impossibility.reasons} == {Shortage.SHARE_LIMIT}


def test_a_pinned_team_cannot_differ_from_itself(pair_of_gardeners: Problem) -> None:
    names = ("abelia-asso", "buis-asso")
    asked = pair_of_gardeners.replace(pinned=frozenset(names), unlike=(unlike(*names),))
    result = answer(asked)
    assert result.impossibility is not None
    assert result.impossibility.reasons == (
        Reason(Shortage.UNLIKE, needed=1, available=0, organisations=names),
    )


def test_one_alone_grants_the_wishes_too(pair_of_gardeners: Problem) -> None:
    """The one able alone is to be differed from, or to share: then a team answers."""
    able = structure(
        "chene", capacity_cfte_by_month=dict.fromkeys(range(2027 * 12, 2028 * 12), 300)
    )
    problem = pair_of_gardeners.replace(candidates=(*pair_of_gardeners.candidates, able))
    assert answer(problem).solo
    without = answer(problem.replace(unlike=(unlike("chene-asso"),)))
    assert (without.solo, without.alone) == (False, ())
    shared = answer(problem.replace(share_limits=(limit("abelia", "parc", 50, 60),)))
    assert not shared.solo
    assert shared.plan is not None
    assert "abelia-asso" in shared.plan.organisations
    whole = answer(problem.replace(share_limits=(limit("chene", "parc", 1, 300),)))
    assert whole.solo


def test_who_is_wished_to_hold_too_much_is_told(pair_of_gardeners: Problem) -> None:
    asked = pair_of_gardeners.replace(share_limits=(limit("abelia", "parc", 250, 300),))
    pairs = build_pairs(asked)
    assert pairs.obstacle_of("abelia", "parc") is Obstacle.SHARE_LIMIT
    (buis,) = pairs.all
    assert not buis.must_hold


def test_stored_wishes_come_back_and_older_texts_are_read(pair_of_gardeners: Problem) -> None:
    asked = pair_of_gardeners.replace(
        unlike=(unlike("abelia-asso", "x", least_absent=2),),
        share_limits=(limit("abelia", "parc", 50, 60),),
    )
    text = json.dumps(pack(asked))
    assert unpack(Problem, json.loads(text)) == asked
    older = json.loads(text)
    del older["value"]["unlike"], older["value"]["share_limits"]
    assert unpack(Problem, older) == pair_of_gardeners


def test_equals_are_told_apart_by_a_wish(pair_of_gardeners: Problem) -> None:
    """Twins sign in the order of their names, unless one of them is to be left out."""
    abelia, _ = pair_of_gardeners.candidates
    twins = tuple(
        replace(abelia, id=name, organisation=f"{name}-asso", name=name)
        for name in ("abelia", "buis", "mauve", "zinnia")
    )
    problem = pair_of_gardeners.replace(candidates=twins)
    both = unlike("abelia-asso", "buis-asso", least_absent=2)
    other = answer(problem.replace(unlike=(both,)))
    assert other.plan is not None
    assert other.plan.organisations == ("mauve-asso", "zinnia-asso")
    wanted = answer(problem.replace(share_limits=(limit("zinnia", "parc", 50, 300),)))
    assert wanted.plan is not None
    assert "zinnia-asso" in wanted.plan.organisations
