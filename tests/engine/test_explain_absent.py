"""Why not this one: what keeps it out, how far from it, and what the team with it costs."""

from dataclasses import replace

import pytest

from cordee.engine.compare import what_if
from cordee.engine.compose import compose
from cordee.engine.explain import Absence, Hurdle, WhyNot, why_not
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import UNITS_PER_CENT, Obstacle, Result, Status
from cordee.engine.verify import verify
from cordee.engine.wishes import Pin
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, practises, steady, structure
from tests.engine.instances import Size, draw_problem


def composed(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def asked(problem: Problem, organisation: str) -> WhyNot:
    """Compose, then ask why not this one."""
    return why_not(problem, composed(problem), organisation)


def hurdle(problem: Problem, *more: Candidate, **changes: object) -> Hurdle:
    """Return the nearest hurdle of a third gardener with some changes."""
    values = {"skills": (practises("espaces-verts"),), "can_lead": False} | changes
    third = structure("tiers", **values)
    told = asked(problem.replace(candidates=(*problem.candidates, third, *more)), "tiers-asso")
    assert told.absence is Absence.SET_ASIDE
    assert told.nearest is not None
    return told.nearest


def test_dearer_than_the_partner_it_would_replace(valley: Problem) -> None:
    """berges at the gate saves 100 cFTE x 4.38 €, and knows the trade less: 3 % of 18 000 €."""
    told = asked(valley.certain_only(), "berges-asso")
    assert told.absence is Absence.DEARER
    assert told.swap is not None
    (move,) = told.swap.moves
    assert (move.package, move.cfte, move.giver, move.taker) == ("parc", 100, "paysage", "berges")
    assert (move.giver_distance_hm, move.taker_distance_hm) == (100, 0)
    assert told.swap.difference.travel == -43_800 * UNITS_PER_CENT
    assert told.swap.difference.fit == 54_000 * UNITS_PER_CENT
    assert told.swap.most_more == 10_200 * UNITS_PER_CENT


def test_too_far_says_by_how_much(valley: Problem) -> None:
    told = asked(valley.certain_only(), "loin-asso")
    assert told.absence is Absence.SET_ASIDE
    assert told.nearest is not None
    assert told.nearest.obstacle is Obstacle.OUT_OF_REACH
    assert (told.nearest.distance_hm, told.nearest.reach_hm) == (1_112, 400)
    assert told.nearest.beyond_reach_hm == 712


def test_short_of_crews_says_when_and_how_much(pair_of_gardeners: Problem) -> None:
    free = steady(200) | {APRIL + 1: 0, APRIL + 2: 30}
    near = hurdle(pair_of_gardeners, capacity_cfte_by_month=free)
    assert near.obstacle is Obstacle.CAPACITY
    assert (near.months, near.wanted_cfte) == ((APRIL + 1, APRIL + 2), 50)
    assert (near.missing_cfte, near.free_cfte) == (50, 0)


def test_short_of_headroom_says_by_how_many_cents(pair_of_gardeners: Problem) -> None:
    """Half an FTE of the park brings 9 000 € in 2027."""
    near = hurdle(pair_of_gardeners, kind="ACI", is_capped=True, accounting_years=accounts(899_999))
    assert near.obstacle is Obstacle.CEILING
    assert (near.missing_cents, near.year) == (1, YEAR_2027)
    assert near.months == ()


def test_a_missing_certification_is_named(pair_of_gardeners: Problem) -> None:
    (park,) = pair_of_gardeners.packages
    holders = tuple(
        replace(c, certifications=frozenset({"certiphyto"})) for c in pair_of_gardeners.candidates
    )
    problem = pair_of_gardeners.replace(
        packages=(replace(park, required_certifications=frozenset({"certiphyto"})),),
        candidates=holders,
    )
    near = hurdle(problem)
    assert (near.obstacle, near.certifications) == (Obstacle.CERTIFICATION, ("certiphyto",))


def test_one_that_somebody_put_aside_is_told_so(valley: Problem) -> None:
    told = asked(valley.certain_only().replace(excluded=frozenset({"berges-asso"})), "berges-asso")
    assert {each.obstacle for each in told.hurdles} == {Obstacle.EXCLUDED}


def test_able_to_take_less_than_the_share_it_would_take_over(valley: Problem) -> None:
    """nouveau holds all three FTE of the park; jardins has two in each month."""
    told = asked(valley, "jardins-asso")
    (short,) = [each for each in told.hurdles if each.package == "parc"]
    assert (short.obstacle, short.missing_cfte, short.free_cfte) == (Obstacle.CAPACITY, 100, 200)
    assert short.wanted_cfte == 300


def test_none_beside_one_that_suffices(pair_of_gardeners: Problem) -> None:
    alone = replace(pair_of_gardeners.candidates[0], capacity_cfte_by_month=steady(300))
    problem = pair_of_gardeners.replace(candidates=(alone, pair_of_gardeners.candidates[1]))
    told = asked(problem, "buis-asso")
    assert (told.absence, told.swap) == (Absence.ONE_SUFFICES, None)


def test_two_that_suffice_are_compared(pair_of_gardeners: Problem) -> None:
    """Each could carry the park alone; the second has it 10 km away: 300 cFTE x 4.38 €."""
    near, far = (
        replace(c, capacity_cfte_by_month=steady(300)) for c in pair_of_gardeners.candidates
    )
    far = replace(far, latitude_deg=45.09)
    told = asked(pair_of_gardeners.replace(candidates=(near, far)), "buis-asso")
    assert told.absence is Absence.DEARER
    assert told.swap is not None
    assert told.swap.most_more == 300 * 438 * UNITS_PER_CENT


def test_what_cannot_be_asked(valley: Problem) -> None:
    problem = valley.certain_only()
    result = composed(problem)
    with pytest.raises(ValueError, match="'jardins-asso' is in the team"):
        why_not(problem, result, "jardins-asso")
    with pytest.raises(ValueError, match="'personne' was not studied"):
        why_not(problem, result, "personne")
    nothing = problem.replace(candidates=())
    with pytest.raises(ValueError, match="has no plan; read its impossibility"):
        why_not(nothing, composed(nothing), "jardins-asso")


def test_a_cheaper_exchange_is_told_where_the_team_was_not_the_best(valley: Problem) -> None:
    """A result that was stopped early may hold a team that one exchange makes better."""
    problem = valley.certain_only()
    best = composed(problem)
    worse = what_if(problem, best, [Pin("berges-asso")], time_limit_s=60, seed=0)
    shown = replace(best, plan=worse.after.plan, status=Status.GAP)
    told = why_not(problem, shown, "paysage-asso")
    assert told.absence is Absence.CHEAPER
    assert told.swap is not None
    assert told.swap.most_more == -10_200 * UNITS_PER_CENT


def test_several_chantiers_of_one_organisation_answer_together(valley: Problem) -> None:
    problem = valley.certain_only()
    near = structure("loin-bis", organisation="loin-asso", skills=(practises("proprete", 0),))
    told = asked(problem.replace(candidates=(*problem.candidates, near)), "loin-asso")
    assert told.absence is Absence.DEARER
    assert told.swap is not None
    assert {move.taker for move in told.swap.moves} == {"loin-bis"}
    assert [each.package for each in told.hurdles] == ["parc"]


@pytest.mark.parametrize("seed", range(600, 640))
def test_an_exchange_holds_and_the_exact_answer_costs_no_more(seed: int) -> None:
    problem = draw_problem(seed, Size(candidates=8, packages=3))
    result = composed(problem)
    if result.plan is None:
        return
    names = {c.organisation for c in problem.candidates} - set(result.plan.organisations)
    for name in sorted(names):
        told = why_not(problem, result, name)
        if told.absence is Absence.SET_ASIDE:
            assert {each.package for each in told.hurdles} == {p.id for p in problem.packages}
        if told.swap is None or result.solo:
            continue
        assert not verify(problem, told.swap.plan)
        assert name in told.swap.plan.organisations
        exact = what_if(problem, result, [Pin(name)], time_limit_s=60, seed=0)
        assert exact.after.status is Status.OPTIMAL
        assert exact.cost is not None
        assert 0 <= exact.cost <= told.swap.most_more or exact.after.solo


def test_an_unknown_place_has_no_distance(pair_of_gardeners: Problem) -> None:
    near = hurdle(pair_of_gardeners, latitude_deg=None, longitude_deg=None)
    assert (near.obstacle, near.distance_hm, near.beyond_reach_hm) == (Obstacle.NO_PLACE, None, 0)


def test_the_nearest_hurdle_is_that_of_the_package_it_could_almost_take(valley: Problem) -> None:
    """Without the trade of the school, and without crews for the park: the park is nearer."""
    no_one_free = structure(
        "vide", skills=(practises("espaces-verts"),), capacity_cfte_by_month=steady(0)
    )
    problem = valley.certain_only()
    told = asked(problem.replace(candidates=(*problem.candidates, no_one_free)), "vide-asso")
    assert told.nearest is not None
    assert (told.nearest.package, told.nearest.obstacle) == ("parc", Obstacle.CAPACITY)


def test_all_of_a_partner_may_be_taken_over() -> None:
    """One partner of two shares; the only way in is to take both: two partners, no third."""
    both = (practises("espaces-verts"), practises("proprete"))
    problem = Problem(
        packages=(
            package("parc", need_cfte=100, amount_cents=1_800_000, min_share_cfte=100),
            package(
                "ecole",
                trade="proprete",
                need_cfte=100,
                amount_cents=1_800_000,
                min_share_cfte=100,
            ),
            package(
                "quai", trade="recyclage", need_cfte=100, amount_cents=1_800_000, min_share_cfte=100
            ),
        ),
        candidates=(
            structure("duo", skills=both),
            structure("quai", skills=(practises("recyclage"),)),
            structure("rival", skills=both, coordination_cost_cents=160_000),
        ),
    )
    problem = problem.replace(params=replace(problem.params, max_partners=2))
    told = asked(problem, "rival-asso")
    assert told.swap is not None
    assert {move.package for move in told.swap.moves} == {"parc", "ecole"}
    assert told.swap.most_more == 10_000 * UNITS_PER_CENT
