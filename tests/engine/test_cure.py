"""Cures: verified, minimal by exhaustive search, in the order of what is easiest to get."""

import os
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from cordee.engine.compose import compose
from cordee.engine.cure import Cure, CureKind, CureResources, Cures, cures
from cordee.engine.cure.changes import later, newcomer, trades_wanted
from cordee.engine.cure.lifted import Lift, lifted
from cordee.engine.problem import MAX_CFTE, Params, Problem, month_number
from cordee.engine.result import Result, Status
from cordee.engine.verify import verify_result
from cordee.rules.kinds import Kind
from tests.engine.brute_force import (
    best_plan,
    cents_in_excess,
    least_excess,
    people_in_excess,
)
from tests.engine.conftest import APRIL, accounts, package, practises, steady, structure
from tests.engine.instances import draw_crowded, draw_problem

IS_FULL = os.environ.get("CORDEE_FUZZ") == "full"
SEEDS = range(8_000, 8_500 if IS_FULL else 8_060)
SIAE = frozenset({"ACI", "EI", "AI", "ETTI", "EITI"})


def answer(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def heal(problem: Problem, *kinds: CureKind, **named: object) -> Cures:
    """Ask for cures of some kinds, or of all, without a practical limit of time."""
    wanted: dict[str, object] = {"most": len(CureKind)} | named
    asked = kinds or tuple(CureKind)
    return cures(
        problem,
        answer(problem),
        time_limit_s=300,
        seed=0,
        kinds=asked,
        **wanted,  # type: ignore[arg-type]
    )


def only(problem: Problem, kind: CureKind, **named: object) -> Cure | None:
    """Return the cure of one kind, `None` where it is useless."""
    found = heal(problem, kind, **named)
    assert found.undecided == ()
    cure = next((each for each in found if not each.partners_more), None)
    assert (cure is None) == (found.useless == (kind,))
    return cure


def impossible(seed: int) -> Problem | None:
    """Return the problem of a seed where it has no answer."""
    problem = draw_crowded(seed) if seed % 3 == 0 else draw_problem(seed)
    problem = problem.replace(params=replace(problem.params, max_distance_km=25, max_partners=2))
    return problem if best_plan(problem) is None else None


def with_radius(problem: Problem, km: int) -> Problem:
    """Return the problem with a wider radius."""
    wider = problem.params.max_distance_km + km
    return problem.replace(params=replace(problem.params, max_distance_km=wider))


def with_reach(problem: Problem, km: int) -> Problem:
    """Return the problem where everybody goes farther than it says."""
    return problem.replace(
        candidates=tuple(
            replace(c, skills=tuple(replace(s, reach_km=s.reach_km + km) for s in c.skills))
            for c in problem.candidates
        )
    )


def with_partners(problem: Problem, more: int) -> Problem:
    """Return the problem with a larger team."""
    most = problem.params.max_partners + more
    return problem.replace(params=replace(problem.params, max_partners=most))


def everything_later(problem: Problem, months: int) -> Problem:
    """Return the problem with the packages moved that its reasons name, or all."""
    shown = answer(problem)
    assert shown.impossibility is not None
    named = {reason.package for reason in shown.impossibility.reasons if reason.package}
    moved = frozenset(named or {each.id for each in problem.packages})
    return later(problem, moved, months)


@pytest.mark.parametrize(
    ("kind", "changed", "most"),
    [
        (CureKind.RADIUS, with_radius, 60),
        (CureKind.REACH, with_reach, 50),
        (CureKind.PARTNERS, with_partners, 2),
        (CureKind.LATER_START, everything_later, 6),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_smallest_step_by_exhaustive_search(
    kind: CureKind, changed: Callable[[Problem, int], Problem], most: int, seed: int
) -> None:
    problem = impossible(seed)
    if problem is None:
        return
    steps = (step for step in range(1, most + 1) if best_plan(changed(problem, step)) is not None)
    least = next(steps, None)
    cure = only(problem, kind)
    if least is None:
        assert cure is None
    else:
        assert cure is not None
        assert (cure.amount, cure.at_least) == (least, least)
        assert cure.is_least
        assert_holds(cure)


def assert_holds(cure: Cure) -> None:
    """The answer of a cure is verified in the changed problem."""
    assert cure.result.plan is not None
    assert cure.result.verified
    assert verify_result(cure.problem, cure.result) == ()
    assert best_plan(cure.problem) is not None


def poor(seed: int) -> Problem | None:
    """Return the problem of a seed where ceilings leave each about a third of the work."""
    problem, dice = draw_crowded(seed), Random(seed)
    price = sum(package.amount_cents for package in problem.packages)
    first = min(problem.months) - dice.randint(0, 4)
    candidates = tuple(
        replace(
            candidate,
            kind="ACI",
            is_capped=True,
            accounting_years=accounts(dice.randint(price // 30, price // 2), first),
        )
        for candidate in problem.candidates
    )
    problem = problem.replace(candidates=candidates, params=replace(problem.params, max_partners=2))
    return problem if best_plan(problem) is None else None


@pytest.mark.parametrize(
    ("kind", "lift", "excess", "drawn"),
    [
        (CureKind.PEOPLE, Lift.PEOPLE, people_in_excess, impossible),
        (CureKind.HEADROOM, Lift.HEADROOM, cents_in_excess, poor),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_means_by_exhaustive_search(
    kind: CureKind,
    lift: Lift,
    excess: Callable[[Problem, dict[tuple[str, str], int]], int],
    drawn: Callable[[int], Problem | None],
    seed: int,
) -> None:
    problem = drawn(seed)
    if problem is None:
        return
    free = lifted(problem, lift)
    most = problem.params.max_partners
    ways = [
        least_excess(free, *team, lambda held: excess(problem, held))
        for team in ((1, 1), (2, most))
    ]
    least = min((way for way in ways if way is not None), default=None)
    cure = only(problem, kind)
    if least is None:
        assert cure is None
        return
    assert cure is not None
    assert cure.at_least <= least <= cure.amount
    assert cure.amount <= 1.1 * least + 3
    assert_holds(cure)
    if kind is CureKind.PEOPLE:
        assert sum(part.cfte * len(part.months) for part in cure.parts) == cure.amount
    else:
        assert sum(part.cents for part in cure.parts) == cure.amount


@pytest.mark.parametrize(
    ("kind", "of"), [(CureKind.EI, Kind.EI), (CureKind.SUBCONTRACTOR, Kind.ENTREPRISE)]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_smallest_newcomer_by_exhaustive_search(kind: CureKind, of: Kind, seed: int) -> None:
    problem = impossible(seed)
    if problem is None or len(problem.candidates) > 6:
        return
    shown = answer(problem)
    assert shown.impossibility is not None
    wanted = trades_wanted(problem, shown.impossibility.reasons)
    months = {each.id: each.months for each in problem.packages}
    least = None
    for trades in [[trade] for trade in wanted] + ([wanted] if len(wanted) > 1 else []):
        joined = newcomer(problem, of, trades, None)
        if joined is not None and least is None:
            free = problem.replace(candidates=(*problem.candidates, joined))

            def size(held: dict[tuple[str, str], int]) -> int:
                return sum(
                    cfte * months[name] for (who, name), cfte in held.items() if who == "newcomer"
                )

            least = least_excess(free, 2, problem.params.max_partners, size)
    cure = only(problem, kind)
    if least is None:
        assert cure is None
        return
    assert cure is not None
    assert cure.at_least <= least <= cure.amount <= 1.02 * least
    assert_holds(cure)
    assert cure.result.plan is not None
    assert "newcomer" in cure.result.plan.organisations
    if kind is CureKind.SUBCONTRACTOR:
        assert cure.result.plan.lead != "newcomer"
        assert not cure.result.solo


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_all_kinds_at_once_stand_in_order_and_repeat(seed: int) -> None:
    problem = impossible(seed)
    if problem is None:
        return
    found, again = heal(problem), heal(problem)
    order = list(CureKind)
    assert [order.index(each.kind) for each in found] == sorted(
        order.index(each.kind) for each in found
    )
    assert not {each.kind for each in found if not each.partners_more} & set(found.useless)
    assert [(c.kind, c.amount, c.at_least, c.parts) for c in found] == [
        (c.kind, c.amount, c.at_least, c.parts) for c in again
    ]
    for each in found:
        assert_holds(each)
    first = heal(problem, most=1)
    assert len(first) == min(1, len(found))
    for mine, theirs in zip(first, found, strict=False):
        assert (mine.kind, mine.amount) == (theirs.kind, theirs.amount)


def gardeners(*, summer_cfte: int = 200, **changes: object) -> Problem:
    """A park of 3 FTE for two gardeners at its gate, who may be short in June and July."""
    free = steady(200) | {APRIL + 2: summer_cfte, APRIL + 3: summer_cfte}
    two = tuple(
        structure(
            name, capacity_cfte_by_month=free, skills=(practises("espaces-verts"),), **changes
        )
        for name in ("abelia", "buis")
    )
    return Problem(packages=(package("parc"),), candidates=two, params=Params(max_partners=3))


def test_people_that_lack_are_told_by_trade_and_month() -> None:
    """2.4 FTE for 3 in June and July: 0.6 FTE more, in those months only."""
    found = heal(gardeners(summer_cfte=120), most=3)
    cure = next(each for each in found if each.kind is CureKind.PEOPLE)
    assert (cure.amount, cure.at_least) == (120, 120)
    june, july = APRIL + 2, APRIL + 3
    assert {part.trade for part in cure.parts} == {"espaces-verts"}
    assert sum(part.cfte for part in cure.parts) == 60
    assert {part.months for part in cure.parts} == {(june, july)}
    # An EI would have to take a whole share, of half an FTE at least, over the six months.
    joined = next(each for each in found if each.kind is CureKind.EI)
    assert joined.amount == 60 * 6
    assert CureKind.HEADROOM in found.useless


def test_a_start_in_august_does_without_the_summer() -> None:
    """The months that lack are June and July; four months later none of them is left."""
    problem = gardeners(summer_cfte=120)
    told = tuple(
        replace(
            c,
            capacity_cfte_by_month=dict(c.capacity_cfte_by_month or {})
            | steady(200, 12, APRIL + 9),
        )
        for c in problem.candidates
    )
    cure = only(problem.replace(candidates=told), CureKind.LATER_START)
    assert cure is not None
    assert (cure.amount, cure.at_least) == (4, 4)
    assert cure.problem.packages[0].first_month == APRIL + 4


def test_months_that_nobody_told_of_are_no_cure() -> None:
    """Capacities end with 2027: a start in August would run into months without figures."""
    found = heal(gardeners(summer_cfte=120), CureKind.LATER_START)
    assert found.found == ()
    assert found.useless == (CureKind.LATER_START,)


def capped(headroom_cents: int) -> Problem:
    """The two gardeners under a ceiling each."""
    return gardeners(kind="ACI", is_capped=True, accounting_years=accounts(headroom_cents))


def test_euros_that_lack_under_the_ceilings() -> None:
    """18 000 € each for a park of 54 000 €: 18 000 € more between them."""
    cure = only(capped(1_800_000), CureKind.HEADROOM)
    assert cure is not None
    assert (cure.amount, cure.at_least) == (1_800_000, 1_800_000)
    assert {part.months for part in cure.parts} == {(month_number(2027, 1),)}


@pytest.mark.parametrize(("most_cents", "suffices"), [(2_700_000, True), (2_699_999, False)])
def test_a_derogation_gives_no_more_than_the_law(most_cents: int, suffices: bool) -> None:
    """At the highest rate each could reach 27 000 €, or a cent less than half of the park."""
    year = month_number(2027, 1)
    reachable = {("abelia", year): most_cents, ("buis", year): most_cents}
    cure = only(
        capped(1_800_000), CureKind.HEADROOM, beyond=CureResources(headroom_cents=reachable)
    )
    assert (cure is not None) == suffices


def test_people_and_headroom_together_where_neither_suffices() -> None:
    """Too few people in summer and ceilings too low: 0.6 FTE in two months, and 18 000 €."""
    problem = gardeners(
        summer_cfte=120, kind="ACI", is_capped=True, accounting_years=accounts(1_800_000)
    )
    found = heal(problem, CureKind.PEOPLE, CureKind.HEADROOM, CureKind.MEANS)
    assert set(found.useless) == {CureKind.PEOPLE, CureKind.HEADROOM}
    (cure,) = found
    assert (cure.kind, cure.amount) == (CureKind.MEANS, 120)
    assert sum(part.cents for part in cure.parts) == 1_800_000
    assert_holds(cure)


def test_one_more_place_in_the_team_for_whom_it_lacks() -> None:
    """Two places for two gardeners, and nobody cleans: an EI needs a place of its own."""
    problem = gardeners().replace(
        packages=(package("parc"), package("ecole", trade="proprete")),
        params=Params(max_partners=2),
    )
    found = heal(problem, CureKind.EI)
    (cure,) = found
    assert (cure.kind, cure.partners_more) == (CureKind.EI, 1)
    assert cure.problem.params.max_partners == 3
    assert cure.amount == 300 * 6
    assert_holds(cure)


def test_a_company_only_on_lots_that_are_not_reserved() -> None:
    """RULE-15: on a reserved lot it is no cure."""
    problem = gardeners(summer_cfte=120)
    assert only(problem, CureKind.SUBCONTRACTOR) is not None
    reserved = problem.replace(packages=(package("parc", eligible_kinds=SIAE),))
    assert only(reserved, CureKind.SUBCONTRACTOR) is None
    assert only(reserved, CureKind.EI) is not None


def test_the_radius_may_reach_candidates_that_the_problem_does_not_hold() -> None:
    """10 km away, beyond a radius of 5: who asks brings them."""
    problem = gardeners().replace(params=Params(max_partners=3, max_distance_km=5))
    problem = problem.replace(candidates=problem.candidates[:1])
    far = structure("cedre", latitude_deg=45.09)
    assert only(problem, CureKind.RADIUS) is None
    cure = only(problem, CureKind.RADIUS, beyond=CureResources((far,)))
    assert cure is not None
    assert (cure.amount, cure.at_least) == (5, 5)
    assert cure.problem.params.max_distance_km == 10
    assert [(part.candidate, part.km) for part in cure.parts] == [("cedre", 5)]


def test_what_has_an_answer_needs_no_cure(pair_of_gardeners: Problem) -> None:
    with pytest.raises(ValueError, match="optimal needs no cure"):
        cures(pair_of_gardeners, answer(pair_of_gardeners), time_limit_s=1, seed=0)


def test_without_time_nothing_is_claimed() -> None:
    problem = gardeners(summer_cfte=120)
    found = cures(problem, answer(problem), time_limit_s=0.0, seed=0)
    assert (found.found, found.useless, found.undecided) == ((), (), ())


def test_a_need_beyond_all_bounds_is_lifted_no_further() -> None:
    """The lifted figures stay within what a problem may hold."""
    huge = gardeners().replace(packages=(package("parc", need_cfte=MAX_CFTE),))
    free = lifted(huge, Lift.PEOPLE)
    assert max((free.candidates[0].capacity_cfte_by_month or {}).values()) == MAX_CFTE
    assert answer(huge).status is Status.IMPOSSIBLE
