"""An impossible need says which package, which months, and how much is missing."""

from dataclasses import replace

import pytest

from cordee.engine.compose import compose
from cordee.engine.impossible import explain_impossible
from cordee.engine.method import Budget, TeamRule
from cordee.engine.milp import least_shortage
from cordee.engine.pairs import build_pairs
from cordee.engine.problem import Params, Problem
from cordee.engine.result import Certificate, Impossibility, Reason, Shortage, Status
from tests.engine.conftest import APRIL, accounts, package, practises, steady, structure
from tests.engine.instances import draw_problem

PARK = tuple(range(APRIL, APRIL + 6))


def why(problem: Problem) -> Impossibility:
    """Return why a problem has no answer."""
    result = compose(problem, time_limit_s=60, seed=0)
    assert result.status is Status.IMPOSSIBLE
    assert (result.plan, result.bound, result.gap, result.verified) == (None, None, None, False)
    assert result.impossibility is not None
    return result.impossibility


def everybody(problem: Problem, **changes: object) -> Problem:
    """Return the problem with every candidate changed alike."""
    return problem.replace(
        candidates=tuple(replace(c, **changes) for c in problem.candidates)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("changes", "shortage"),
    [
        ({"skills": (practises("proprete"),)}, Shortage.TRADE),
        ({"skills": ()}, Shortage.TRADE),
        ({"latitude_deg": 46.0}, Shortage.REACH),
        ({"kind": "AI"}, Shortage.STAFF_SUPPLY),
        ({"kind": "ENTREPRISE"}, Shortage.ELIGIBILITY),
        ({"certifications": frozenset()}, Shortage.CERTIFICATION),
    ],
)
def test_nobody_for_a_package(
    pair_of_gardeners: Problem, changes: dict[str, object], shortage: Shortage
) -> None:
    held = frozenset({"certiphyto"})
    asked = pair_of_gardeners.replace(
        packages=(
            package(
                "parc",
                required_certifications=held,
                eligible_kinds=frozenset({"EI", "AI"}),
            ),
        )
    )
    found = why(everybody(asked, **({"certifications": held} | changes)))
    assert found.reasons == (Reason(shortage, "parc", PARK, missing_cfte=300),)
    assert found.certificate is Certificate.COUNT


def test_months_in_which_nobody_is_free(pair_of_gardeners: Problem) -> None:
    """In June and July the two have 2.4 FTE between them for 3."""
    summer = steady(200) | {APRIL + 2: 120, APRIL + 3: 120}
    found = why(everybody(pair_of_gardeners, capacity_cfte_by_month=summer))
    assert found.reasons == (
        Reason(Shortage.CAPACITY, "parc", (APRIL + 2, APRIL + 3), missing_cfte=60),
    )


def test_free_in_each_month_but_nobody_steadily(pair_of_gardeners: Problem) -> None:
    """A share is constant: 3 FTE are free in each month, but never with the same two."""
    spring = steady(200) | {APRIL + m: 100 for m in range(3)}
    summer = steady(200) | {APRIL + m: 100 for m in range(3, 6)}
    abelia, buis = pair_of_gardeners.candidates
    problem = pair_of_gardeners.replace(
        candidates=(
            replace(abelia, capacity_cfte_by_month=spring),
            replace(buis, capacity_cfte_by_month=summer),
        )
    )
    assert why(problem).reasons == (Reason(Shortage.CAPACITY, "parc", PARK, missing_cfte=100),)


def test_ceilings_too_low(pair_of_gardeners: Problem) -> None:
    """18 000 € each for a park of 54 000 €: 18 000 € and 100 cFTE are missing."""
    capped = everybody(
        pair_of_gardeners, kind="ACI", is_capped=True, accounting_years=accounts(1_800_000)
    )
    assert why(capped).reasons == (
        Reason(
            Shortage.CEILING,
            "parc",
            PARK,
            missing_cfte=100,
            missing_cents=1_800_000,
            organisations=("abelia-asso", "buis-asso"),
        ),
    )


def test_too_few_partners_allowed() -> None:
    three = tuple(structure(f"s{n}", capacity_cfte_by_month=steady(100)) for n in range(4))
    problem = Problem(packages=(package("parc"),), candidates=three, params=Params(max_partners=2))
    assert why(problem).reasons == (Reason(Shortage.PARTNERS, needed=3, available=2),)


def test_only_one_candidate() -> None:
    problem = Problem(
        packages=(package("parc", need_cfte=150),),
        candidates=(structure("seul", capacity_cfte_by_month=steady(150), max_packages=1),),
    )
    assert compose(problem, time_limit_s=60, seed=0).solo
    two = problem.replace(packages=(*problem.packages, package("square", first_month=APRIL + 6)))
    found = why(two)
    assert found.reasons[0].shortage is Shortage.CAPACITY


def test_nobody_able_to_lead(pair_of_gardeners: Problem) -> None:
    assert why(everybody(pair_of_gardeners, can_lead=False)).reasons == (Reason(Shortage.LEAD),)


def test_a_pinned_partner_that_can_do_nothing(pair_of_gardeners: Problem) -> None:
    pinned = pair_of_gardeners.replace(pinned=frozenset({"inconnue"}))
    assert why(pinned).reasons == (Reason(Shortage.PINNED, organisations=("inconnue",)),)


def test_two_packages_that_want_the_same_people() -> None:
    """Each package could be held; both in the same months, by the same two, cannot."""
    packages = (package("parc"), package("square", trade="proprete"))
    candidates = tuple(structure(name) for name in ("abelia", "buis"))
    found = why(Problem(packages=packages, candidates=candidates))
    assert found.reasons == (Reason(Shortage.CAPACITY, None, PARK, missing_cfte=200),)


def test_a_joint_shortage_is_proven_by_a_second_model() -> None:
    """Supervision: each gardener holds one package only, and three packages want a crew of two."""
    packages = tuple(package(f"p{n}", need_cfte=60, first_month=APRIL + n) for n in range(3))
    candidates = tuple(structure(name, max_packages=1) for name in ("abelia", "buis"))
    problem = Problem(packages=packages, candidates=candidates)
    found = why(problem)
    assert found.certificate in {Certificate.RELAXATION, Certificate.SEARCH}
    assert {reason.shortage for reason in found.reasons} == {Shortage.JOINT}
    assert sum(reason.missing_cfte for reason in found.reasons) >= 60


def test_a_joint_shortage_that_one_partner_more_would_cure() -> None:
    """Three specialists for three packages; counting one package at a time sees only one each."""
    trades = ("espaces-verts", "proprete", "second-oeuvre-batiment")
    packages = tuple(
        package(f"p{n}", trade=trade, first_month=APRIL + 6 * n) for n, trade in enumerate(trades)
    )
    free = steady(300, months=36)
    candidates = tuple(
        structure(f"s{n}", skills=(practises(trade),), capacity_cfte_by_month=free)
        for n, trade in enumerate(trades)
    )
    problem = Problem(packages=packages, candidates=candidates, params=Params(max_partners=2))
    found = why(problem)
    assert found.reasons == (Reason(Shortage.PARTNERS, needed=3, available=2),)
    # Out of time no third model is solved: what is short is told, not who would cure it.
    late = explain_impossible(problem, build_pairs(problem), Budget(0.0, 0))
    assert late is not None
    assert {reason.shortage for reason in late.reasons} == {Shortage.JOINT}


@pytest.mark.parametrize("seed", range(500, 540))
def test_no_reason_is_given_where_there_is_a_plan(seed: int) -> None:
    """The elastic model agrees with the exact one: short if and only if there is no team."""
    problem = draw_problem(seed)
    pairs = build_pairs(problem)
    rule = TeamRule(2, problem.params.max_partners)
    result = compose(problem, time_limit_s=60, seed=0)
    if pairs.all and problem.pinned <= {pair.candidate.organisation for pair in pairs.all}:
        short = least_shortage(problem, pairs, rule, Budget(60.0, 0), relaxed=False)
        if result.status is Status.IMPOSSIBLE:
            assert short.at_least > 0.5
        elif not result.solo:
            assert short.at_least == pytest.approx(0.0, abs=1e-6)
