"""Composing: hand-checked answers, the oracle, and what may never happen."""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.engine.compose import RefusedResult, compose
from cordee.engine.method import Outcome
from cordee.engine.milp import Milp
from cordee.engine.problem import AccountingYear, Certainty, Problem, Skill, Weights
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, AssumptionKind, Obstacle, Result, Status
from cordee.engine.verify import verify, verify_result
from tests.engine.brute_force import best_plan
from tests.engine.conftest import APRIL, YEAR_2027, accounts, package, practises, steady, structure
from tests.engine.instances import Size, draw_problem

IS_FULL = os.environ.get("CORDEE_FUZZ") == "full"
SEEDS = range(2_000 if IS_FULL else 60)
EIGHT = Size(candidates=8, packages=3, need_cfte=5, months=5)


def answer(problem: Problem) -> Result:
    """Compose without a practical limit of time."""
    return compose(problem, time_limit_s=60, seed=0)


def quantities(result: Result) -> dict[tuple[str, str], int]:
    """Return cFTE by candidate and package."""
    assert result.plan is not None
    return {(share.candidate, share.package): share.cfte for share in result.plan.shares}


def sort_of(result: Result) -> tuple[bool, bool]:
    """Tell a team, one surely able alone, and one perhaps able alone from each other.

    Costs compare within a sort only: the first that applies is the answer, cheapest or not.
    """
    return result.solo, bool(result.alone)


def test_two_gardeners_share_a_park(pair_of_gardeners: Problem) -> None:
    """2 interfaces, 2 coordinations, the cheaper lead, 120 cFTE-months above 70 % of capacity."""
    result = answer(pair_of_gardeners)
    assert result.status is Status.OPTIMAL
    assert result.objective_cents == 2 * 30_000 + 2 * 150_000 + 80_000 + 120 * 60
    assert result.plan is not None
    assert result.plan.lead == "buis-asso"
    assert result.verified
    assert result.gap == 0.0
    assert sum(share.cents for share in result.plan.shares) == 5_400_000
    assert sum(share.cfte for share in result.plan.shares) == 300


def test_the_valley_on_known_figures(valley: Problem) -> None:
    """jardins to its full capacity and exactly 90 % of its ceiling, paysage the rest, relais alone.

    3 interfaces, 3 coordinations, a lead, 360 tight cFTE-months twice, 100 cFTE x 4.38 € of travel.
    """
    result = answer(valley.certain_only())
    assert quantities(result) == {
        ("jardins", "parc"): 200,
        ("paysage", "parc"): 100,
        ("relais", "ecole"): 200,
    }
    tight = 2 * 360 * 60
    assert result.objective_cents == 90_000 + 450_000 + 100_000 + tight + 100 * 438
    assert result.assumptions == ()
    assert result.plan is not None
    assert result.plan.lead == "jardins-asso"
    assert dict(result.plan.terms.items())["travel"] == 100 * 438 * 1_000_000


def test_the_valley_with_its_unknowns(valley: Problem) -> None:
    """nouveau has no known limit: it takes the park, and the result says what it assumes."""
    result = answer(valley)
    assert quantities(result) == {("nouveau", "parc"): 300, ("relais", "ecole"): 200}
    assert result.objective_cents == 60_000 + 300_000 + 100_000 + 360 * 60
    assert (result.solo, result.alone, result.alone_if) == (False, (), ("nouveau-asso",))
    told = {(each.organisation, each.kind, each.certainty) for each in result.assumptions}
    assert told == {
        ("nouveau-asso", AssumptionKind.CAPACITY, Certainty.UNKNOWN),
        ("nouveau-asso", AssumptionKind.CEILING, Certainty.UNKNOWN),
    }
    assert result.assumptions[0].months == tuple(range(APRIL, APRIL + 6))
    aside = {each.candidate: each.obstacle for each in result.set_aside}
    assert aside == {"loin": Obstacle.OUT_OF_REACH}


def test_a_reserved_lot_is_reserved_as_a_whole(valley: Problem) -> None:
    """The company may not enter the lot of the park, even through an open package of it."""
    siae = frozenset({"ACI", "EI", "AI", "ETTI", "EITI"})
    parc, square = package("parc"), package("square", lot_id="lot-parc", eligible_kinds=siae)
    problem = valley.certain_only().replace(
        packages=(parc, replace(square, need_cfte=60, amount_cents=1_080_000))
    )
    result = answer(problem)
    assert result.plan is not None
    assert "paysage-asso" not in result.plan.organisations
    assert {s.candidate for s in result.plan.shares} == {"jardins", "berges"}


def test_a_lead_must_be_eligible_to_every_reserved_lot(pair_of_gardeners: Problem) -> None:
    """A company on an open lot may not lead a group that also answers a reserved one."""
    abelia, buis = pair_of_gardeners.candidates
    company = replace(buis, kind="ENTREPRISE", lead_cost_cents=0, skills=(practises("proprete"),))
    gardeners = (abelia, replace(abelia, id="cedre", organisation="cedre-asso"))
    reserved = package("parc", eligible_kinds=frozenset({"EI", "ACI"}))
    open_lot = package("ecole", trade="proprete", need_cfte=200, amount_cents=3_600_000)
    result = answer(
        pair_of_gardeners.replace(packages=(reserved, open_lot), candidates=(*gardeners, company))
    )
    assert result.plan is not None
    assert "buis-asso" in result.plan.organisations
    assert result.plan.lead == "abelia-asso"


def test_one_that_can_do_all_answers_alone(pair_of_gardeners: Problem) -> None:
    """RULE-38: no team where one is enough; the cheapest of those able is named."""
    able = structure("chene", capacity_cfte_by_month=steady(300))
    farther = structure("erable", capacity_cfte_by_month=steady(300), latitude_deg=45.09)
    problem = pair_of_gardeners.replace(candidates=(*pair_of_gardeners.candidates, able, farther))
    result = answer(problem)
    assert result.solo
    assert result.alone == ("chene-asso", "erable-asso")
    assert quantities(result) == {("chene", "parc"): 300}
    assert result.plan is not None
    assert (result.plan.lead, result.plan.terms.coordination) == (None, 0)
    # One interface, and 300 x 6 cFTE-months of which 30 % are above 70 % of the capacity.
    assert result.objective_cents == 30_000 + 540 * 60


def test_one_that_could_if_unknowns_allow_does_not_stop_a_team(valley: Problem) -> None:
    assert not answer(valley).solo


def test_alone_if_is_the_answer_where_no_team_exists(pair_of_gardeners: Problem) -> None:
    lonely = structure("seul", capacity_cfte_by_month=None, capacity_certainty=Certainty.UNKNOWN)
    result = answer(pair_of_gardeners.replace(candidates=(lonely,)))
    assert result.solo
    assert (result.alone, result.alone_if) == ((), ("seul-asso",))
    assert [each.kind for each in result.assumptions] == [AssumptionKind.CAPACITY]


def test_an_organisation_signs_once(pair_of_gardeners: Problem) -> None:
    """Two chantiers of one carrier are one partner: not a team, but able alone together."""
    both = tuple(replace(c, organisation="mairie") for c in pair_of_gardeners.candidates)
    result = answer(pair_of_gardeners.replace(candidates=both))
    assert result.solo
    assert result.plan is not None
    assert result.plan.organisations == ("mairie",)
    assert {share.candidate for share in result.plan.shares} == {"abelia", "buis"}


@pytest.mark.parametrize(("headroom_cents", "status"), [(2_700_000, "optimal"), (2_699_999, None)])
def test_the_ceiling_holds_to_the_cent(
    pair_of_gardeners: Problem, headroom_cents: int, status: str | None
) -> None:
    """Half of the park is 27 000.00 €: it fits a headroom of as much, not one of a cent less."""
    halves = tuple(
        replace(
            candidate,
            kind="ACI",
            is_capped=True,
            min_crew_cfte=150,
            accounting_years=accounts(headroom_cents),
        )
        for candidate in pair_of_gardeners.candidates
    )
    result = answer(pair_of_gardeners.replace(candidates=halves))
    assert result.status == (status or "impossible")


@pytest.mark.parametrize(("headroom_cents", "status"), [(135, "optimal"), (134, "impossible")])
def test_the_ceiling_holds_to_the_cent_over_two_packages(headroom_cents: int, status: str) -> None:
    """One cent of prudence for the second line: rounding may never carry the sum over the limit.

    The crew of 2 takes two thirds of both packages: 66.67 + 66.67 cents, 134 once rounded.
    """
    thirds = {"need_cfte": 3, "amount_cents": 100, "months": 1, "min_share_cfte": 1}
    capped = structure(
        "capped",
        kind="ACI",
        is_capped=True,
        min_crew_cfte=2,
        accounting_years=accounts(headroom_cents),
    )
    other = structure("other", capacity_cfte_by_month=steady(2))
    problem = Problem(
        packages=(package("a", **thirds), package("b", **thirds)), candidates=(capped, other)
    )
    assert answer(problem).status == status


def test_accounting_years_need_not_be_calendar_years(pair_of_gardeners: Problem) -> None:
    """A year that closes in June cuts the park in two: each half is tested on its own headroom."""
    abelia, buis = pair_of_gardeners.candidates
    years = (
        AccountingYear(first_month=YEAR_2027 - 6, headroom_cents=900_000),
        AccountingYear(first_month=YEAR_2027 + 6, headroom_cents=1_800_000),
    )
    capped = replace(abelia, kind="ACI", is_capped=True, accounting_years=years)
    result = answer(pair_of_gardeners.replace(candidates=(capped, buis)))
    # April to June, then July to September: 9 000 cents a cFTE each; 100 cFTE fill the first half.
    assert quantities(result) == {("abelia", "parc"): 100, ("buis", "parc"): 200}
    assert result.plan is not None
    (share,) = (s for s in result.plan.shares if s.candidate == "abelia")
    assert [(y.first_month, y.cents) for y in share.cents_by_year] == [
        (YEAR_2027 - 6, 900_000),
        (YEAR_2027 + 6, 900_000),
    ]
    # 90 % of the first headroom is passed by 90 000 cents, at 12 cents a euro.
    assert result.plan.terms.ceiling_tightness == 90_000 * 120 * 1_000


def test_a_guessed_trade_is_told(pair_of_gardeners: Problem) -> None:
    guess = Skill(trade="espaces-verts", certainty=Certainty.GUESSED, proficiency=3, reach_km=40)
    abelia, buis = pair_of_gardeners.candidates
    problem = pair_of_gardeners.replace(candidates=(replace(abelia, skills=(guess,)), buis))
    result = answer(problem)
    assert [(a.kind, a.detail) for a in result.assumptions] == [
        (AssumptionKind.TRADE, "espaces-verts")
    ]
    assert answer(problem.certain_only()).status is Status.IMPOSSIBLE


def test_pins_and_exclusions(valley: Problem) -> None:
    pinned = answer(valley.replace(pinned=frozenset({"berges-asso"})))
    assert pinned.plan is not None
    assert "berges-asso" in pinned.plan.organisations
    free = answer(valley)
    assert pinned.objective is not None
    assert free.objective is not None
    assert pinned.objective > free.objective
    without = answer(valley.replace(excluded=frozenset({"nouveau-asso"})))
    assert quantities(without) == quantities(answer(valley.certain_only()))
    assert answer(valley.replace(pinned=frozenset({"relais-asso"}))).objective == free.objective
    unused = answer(valley.replace(excluded=frozenset({"berges-asso"})))
    assert unused.objective == free.objective


def test_params_of_the_problem_are_those_of_the_result(pair_of_gardeners: Problem) -> None:
    free_lead = replace(pair_of_gardeners.params, weights=Weights(lead_permille=0))
    result = compose(pair_of_gardeners.replace(params=free_lead), time_limit_s=10, seed=0)
    assert result.params == free_lead
    assert result.plan is not None
    assert result.plan.terms.lead == 0


def test_the_greedy_baseline_stands_beside(valley: Problem) -> None:
    result = answer(valley)
    assert result.greedy.partners
    assert result.greedy_violations == verify(valley, result.greedy)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_brute_force(seed: int) -> None:
    """Same status, same cost, alone or in a team, on every seed."""
    problem = draw_problem(seed, EIGHT if seed % 10 == 0 else Size())
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
        assert result.verified
        assert verify_result(problem, result) == ()


@settings(
    max_examples=300 if IS_FULL else 25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(100_000, 10**9), data=st.data())
def test_order_changes_nothing(seed: int, data: st.DataObject) -> None:
    problem = draw_problem(seed)
    shuffled = problem.replace(
        packages=tuple(data.draw(st.permutations(problem.packages))),
        candidates=tuple(data.draw(st.permutations(problem.candidates))),
    )
    assert answer(shuffled).plan == answer(problem).plan


MORE_SEEDS = range(200, 900 if IS_FULL else 230)


@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_more_means_never_cost_more(seed: int) -> None:
    """A partner, capacity or headroom more: never dearer within one sort of answer."""
    problem = draw_problem(seed)
    base = answer(problem)
    params = replace(problem.params, max_partners=problem.params.max_partners + 1)
    roomier = tuple(
        replace(
            c,
            capacity_cfte_by_month={m: q + 1 for m, q in c.capacity_cfte_by_month.items()},
        )
        if c.capacity_cfte_by_month is not None
        else c
        for c in problem.candidates
    )
    richer = tuple(
        replace(
            c,
            accounting_years=tuple(
                replace(y, headroom_cents=y.headroom_cents + 2_000)
                if y.headroom_cents is not None
                else y
                for y in c.accounting_years
            ),
        )
        for c in problem.candidates
    )
    for eased in (
        problem.replace(params=params),
        problem.replace(candidates=roomier),
        problem.replace(candidates=richer),
    ):
        after = answer(eased)
        if base.objective is None:
            continue
        assert after.objective is not None
        if sort_of(after) == sort_of(base):
            assert after.objective <= base.objective


@pytest.mark.parametrize("seed", MORE_SEEDS)
def test_a_candidate_more_never_costs_more(seed: int) -> None:
    problem = draw_problem(seed)
    fewer = problem.replace(candidates=problem.candidates[:-1])
    before, after = answer(fewer), answer(problem)
    if before.objective is not None and not problem.pinned:
        assert after.objective is not None
        if sort_of(after) == sort_of(before):
            assert after.objective <= before.objective


def test_twins_sign_in_the_order_of_their_names(pair_of_gardeners: Problem) -> None:
    """Of four gardeners that differ by name alone, the first two; whatever the order given."""
    abelia, _ = pair_of_gardeners.candidates
    twins = tuple(
        replace(abelia, id=name, organisation=f"{name}-asso", name=name)
        for name in ("zinnia", "mauve", "abelia", "buis")
    )
    for candidates in (twins, twins[::-1]):
        result = answer(pair_of_gardeners.replace(candidates=candidates))
        assert result.plan is not None
        assert result.plan.organisations == ("abelia-asso", "buis-asso")
        assert result.plan.lead == "abelia-asso"


def test_scaling_money_scales_the_cost(pair_of_gardeners: Problem) -> None:
    weights = Weights(
        travel_millicents_per_hm_cfte_month=7_300,
        no_reference_cents=400_000,
        interface_cents=300_000,
        capacity_tightness_cents_per_cfte_month=600,
    )
    dearer = pair_of_gardeners.replace(
        packages=tuple(
            replace(p, amount_cents=10 * p.amount_cents) for p in pair_of_gardeners.packages
        ),
        candidates=tuple(
            replace(
                c,
                coordination_cost_cents=10 * c.coordination_cost_cents,
                lead_cost_cents=10 * c.lead_cost_cents,
            )
            for c in pair_of_gardeners.candidates
        ),
        params=replace(pair_of_gardeners.params, weights=weights),
    )
    before, after = answer(pair_of_gardeners).objective, answer(dearer).objective
    assert before is not None
    assert after == 10 * before


def test_no_time_is_told_as_such(valley: Problem) -> None:
    """With no second to spend there is a gap or nothing, never a proof."""
    result = compose(valley.certain_only(), time_limit_s=0.0, seed=0)
    assert result.status in {Status.GAP, Status.UNDECIDED}
    if result.plan is not None:
        assert result.gap is not None
        assert result.gap > 0


class Liar(Milp):
    """A method that claims what it pleases."""

    name = "liar"

    def __init__(self, outcome: Outcome) -> None:
        """Keep the claim."""
        self.outcome = outcome

    def solve(self, *_: object, **__: object) -> Outcome:
        """Claim it."""
        return self.outcome


@pytest.mark.parametrize(
    "claim",
    [
        Outcome({("abelia", "parc"): 200, ("buis", "parc"): 99}, 0, False, 0),  # not covered
        Outcome({("abelia", "parc"): 210, ("buis", "parc"): 90}, 0, False, 0),  # beyond capacity
        Outcome({("abelia", "parc"): 150, ("buis", "parc"): 150}, 10**15, False, 0),  # bound
        Outcome(None, None, True, 0),  # "infeasible", though the baseline is a plan
    ],
)
def test_a_method_is_never_believed(pair_of_gardeners: Problem, claim: Outcome) -> None:
    with pytest.raises(RefusedResult, match="refused by the independent check"):
        compose(pair_of_gardeners, time_limit_s=5, seed=0, method=Liar(claim))


def test_the_baseline_stands_in_when_a_method_finds_nothing(pair_of_gardeners: Problem) -> None:
    """Unproven, with the bound that there is."""
    nothing = Liar(Outcome(None, 40_000_000, False, 0))
    result = compose(pair_of_gardeners, time_limit_s=5, seed=0, method=nothing)
    assert (result.status, result.plan, result.bound) == (Status.GAP, result.greedy, 40_000_000)
    assert result.gap is not None
    assert 0.99 < result.gap < 1
