"""At which size an answer changes: every size told is checked by brute force, and its sentences."""

from dataclasses import replace

import pytest

from cordee.composing.problem.size_limits import (
    LARGER,
    SMALLER,
    Change,
    SizeLimits,
    at_size,
    decides,
    sentences_of,
    size_limits,
)
from cordee.engine.compose import compose
from cordee.engine.problem import Candidate, Certainty, Package, Params, Problem, Skill
from cordee.engine.result import Status
from cordee.opportunities.supposed import Supposition, Unit
from cordee.rules.plain import from_plain, to_plain
from tests.engine.brute_force import least_cost
from tests.engine.instances import Size, draw_problem

NEED = Supposition("", "need", Unit.PEOPLE, {1: True, 2: True})
MONEY = Supposition("", "amount", Unit.EUROS, {1: True}, is_yearly=True)
LENGTH = Supposition("", "months", Unit.MONTHS, {1: True})


def numbered(problem: Problem) -> Problem:
    """With packages named by their position, as those of a breakdown are."""
    packages = (replace(p, id=f"{n:02d}") for n, p in enumerate(problem.packages, 1))
    return problem.replace(packages=tuple(packages))


def is_possible(problem: Problem, permille: int, most: int, *, is_sure: bool = False) -> bool:
    posed = at_size(problem, NEED, permille)
    return least_cost(posed.certain_only() if is_sure else posed, 1, most) is not None


@pytest.mark.parametrize("seed", range(30))
def test_each_size_told_is_what_brute_force_finds(seed: int) -> None:
    problem = numbered(draw_problem(seed, Size(candidates=5, need_cfte=4, months=3)))
    most = problem.params.max_partners
    result = compose(problem, time_limit_s=5, seed=0)
    limits = size_limits(problem, result, NEED, time_limit_s=30, seed=0)
    assert limits is not None
    steps = [step for step in LARGER if step <= limits.holds]
    smaller = [step for step in SMALLER if limits.lowest <= step]
    if result.plan is None:
        assert limits.above is None
        assert not any(is_possible(problem, step, most) for step in smaller)
    else:
        partners = len(result.plan.partners)
        assert all(is_possible(problem, step, partners) for step in steps)
        if (change := limits.above) is not None and change.is_sure:
            least = change.partners or most + 1
            assert not is_possible(problem, change.permille, least - 1)
            assert not change.partners or is_possible(problem, change.permille, least, is_sure=True)
    if (better := limits.below) is not None:
        assert is_possible(problem, better.permille, better.partners, is_sure=better.is_sure)
    assert limits == from_plain(SizeLimits, to_plain(limits))


def gardener(name: str, cfte: int) -> Candidate:
    return Candidate(
        id=name,
        organisation=name,
        name=name,
        kind="EI",
        latitude_deg=45.0,
        longitude_deg=5.0,
        skills=(
            Skill(trade="espaces-verts", certainty=Certainty.KNOWN, proficiency=2, reach_km=50),
        ),
        capacity_cfte_by_month=dict.fromkeys(range(24_000, 24_036), cfte),
        capacity_certainty=Certainty.KNOWN,
        can_lead=True,
    )


def work(need_cfte: int, months: int = 12) -> Package:
    return Package(
        id="01",
        lot_id="1",
        label="Tonte",
        trade="espaces-verts",
        latitude_deg=45.0,
        longitude_deg=5.0,
        first_month=24_000,
        months=months,
        need_cfte=need_cfte,
        amount_cents=12_000_000,
        min_share_cfte=50,
    )


def limits_of(problem: Problem, supposed: Supposition) -> tuple[list[str], SizeLimits]:
    result = compose(problem, time_limit_s=5, seed=0)
    found = size_limits(problem, result, supposed, time_limit_s=30, seed=0)
    assert found is not None
    return sentences_of(found, supposed, problem.packages), found


def test_one_alone_then_two_then_nobody() -> None:
    problem = Problem(
        packages=(work(200),),
        candidates=(gardener("a", 300), gardener("b", 300)),
        params=Params(max_partners=4),
    )
    said, found = limits_of(problem, MONEY)
    assert (found.holds, found.above) == (1_500, Change(2_000, 2))
    assert said == [
        "La réponse tient jusqu’à 180\u202f000\u202f€ par an\u202f; "
        "à 240\u202f000\u202f€ par an, il faut être deux."
    ]
    said, _ = limits_of(problem.replace(packages=(work(500),)), MONEY)
    assert said == [
        "À 150\u202f000\u202f€ par an, c’est non.",
        "À 60\u202f000\u202f€ par an, une structure suffit à coup sûr.",
    ]


def test_no_until_it_is_small_enough() -> None:
    alone = Problem(
        packages=(work(500),), candidates=(gardener("a", 300),), params=Params(max_partners=4)
    )
    said, _ = limits_of(alone, MONEY)
    assert said == ["À 60\u202f000\u202f€ par an, une structure suffit à coup sûr."]
    said, _ = limits_of(alone.replace(packages=(work(2_000),)), MONEY)
    assert said == ["Même à 40\u202f000\u202f€ par an, la réponse reste la même."]
    nobody = alone.replace(packages=(replace(work(500), trade="proprete"),))
    assert limits_of(nobody, MONEY)[0] == [
        "Même à 40\u202f000\u202f€ par an, la réponse reste la même."
    ]


def test_a_duration_that_is_supposed_spreads_the_same_work() -> None:
    problem = Problem(
        packages=(work(200),),
        candidates=(gardener("a", 300), gardener("b", 500)),
        params=Params(max_partners=4),
    )
    shorter = at_size(problem, LENGTH, 2_000).packages[0]
    assert (shorter.months, shorter.need_cfte, shorter.amount_cents) == (6, 400, 12_000_000)
    said, _ = limits_of(problem, LENGTH)
    assert said == [
        "La réponse tient s’il dure six mois ou plus\u202f; sur quatre mois, il faut être deux."
    ]


def test_what_nobody_limits_holds_at_least_as_far_as_was_asked() -> None:
    problem = Problem(
        packages=(work(200),), candidates=(gardener("a", 9_000),), params=Params(max_partners=4)
    )
    assert limits_of(problem, NEED)[0] == ["La réponse tient au moins jusqu’à 6,0\u202fETP."]
    assert limits_of(problem, LENGTH)[0] == ["La réponse tient même s’il ne dure que quatre mois."]


def test_a_partner_whose_team_is_unknown_is_not_said_to_hold_more() -> None:
    unknown = replace(
        gardener("a", 1), capacity_cfte_by_month=None, capacity_certainty=Certainty.UNKNOWN
    )
    problem = Problem(
        packages=(work(500),),
        candidates=(unknown, gardener("b", 300)),
        params=Params(max_partners=4),
    )
    said, found = limits_of(problem, MONEY)
    assert (found.holds, found.above) == (1_000, None)
    assert said == ["À 60\u202f000\u202f€ par an, une structure suffit à coup sûr."]


def test_without_time_nothing_is_said() -> None:
    problem = Problem(
        packages=(work(200),), candidates=(gardener("a", 300),), params=Params(max_partners=4)
    )
    result = compose(problem, time_limit_s=5, seed=0)
    found = size_limits(problem, result, MONEY, time_limit_s=0, seed=0)
    assert found == SizeLimits()
    assert sentences_of(found, MONEY, problem.packages) == []


def test_a_smaller_contract_may_be_harder_to_share() -> None:
    """Why only sizes that were asked are told: least shares are not monotone."""
    crews = tuple(replace(gardener(name, 100), min_crew_cfte=100) for name in ("a", "b"))
    shared = Problem(packages=(work(200),), candidates=crews, params=Params(max_partners=4))
    assert compose(shared, time_limit_s=5, seed=0).status is Status.OPTIMAL
    smaller = shared.replace(packages=(work(199),))
    assert compose(smaller, time_limit_s=5, seed=0).status is Status.IMPOSSIBLE


def test_a_size_decides_what_lacks_less_of_a_smaller_contract() -> None:
    lacks = [("capacity", "01"), ("joint", "")]
    assert decides(NEED, None, lacks)
    assert decides(NEED, SizeLimits(lowest=SMALLER[1]), lacks)
    assert decides(NEED, SizeLimits(below=Change(SMALLER[-1], 2)), lacks)
    assert not decides(NEED, SizeLimits(lowest=SMALLER[-1]), lacks)
    assert not decides(None, None, lacks)
    assert not decides(NEED, None, [*lacks, ("trade", "02")])
    # The size of the third is written.
    assert not decides(NEED, None, [("capacity", "03")])
