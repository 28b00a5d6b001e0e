"""Every method: feasible where it says so, no bound above a plan, the same answer twice."""

import pytest

from cordee.engine import milp
from cordee.engine.method import SOLO, TeamRule
from cordee.engine.pairs import build_pairs
from cordee.engine.plan import build_plan
from cordee.engine.result import OPTIMAL_WITHIN_UNITS
from cordee.engine.verify import verify
from tests.engine.brute_force import least_cost
from tests.engine.conformance import METHODS, Entry, run
from tests.engine.instances import draw_problem

each_method = pytest.mark.parametrize(
    "entry", METHODS, ids=[entry.method.name for entry in METHODS]
)


@each_method
@pytest.mark.parametrize("seed", range(400, 440))
def test_a_claim_holds(entry: Entry, seed: int) -> None:
    problem = draw_problem(seed)
    rule = TeamRule(2, problem.params.max_partners)
    least = least_cost(problem, rule.least, rule.most)
    outcome = run(entry, problem, rule)
    if outcome.is_infeasible:
        assert least is None
    if outcome.quantities is not None:
        plan = build_plan(problem, build_pairs(problem).all, outcome.quantities)
        assert verify(problem, plan) == ()
        assert least is not None
        assert plan.terms.total >= least
        if entry.is_exact:
            assert plan.terms.total - least <= OPTIMAL_WITHIN_UNITS
    if outcome.bound is not None and least is not None:
        assert outcome.bound <= least
    if entry.is_exact:
        assert outcome.is_infeasible == (least is None)


@pytest.mark.parametrize("patterns", [0, 1])
@pytest.mark.parametrize("seed", range(400, 420))
def test_running_out_of_patterns_changes_no_answer(
    monkeypatch: pytest.MonkeyPatch, patterns: int, seed: int
) -> None:
    """The whole model, solved at once, says the same as pattern after pattern."""
    problem = draw_problem(seed)
    rule = TeamRule(2, problem.params.max_partners)
    usual = run(METHODS[0], problem, rule)
    monkeypatch.setattr(milp, "PATTERNS", patterns)
    whole = run(METHODS[0], problem, rule)
    assert whole.is_infeasible == usual.is_infeasible
    if usual.quantities is not None:
        assert usual.bound is not None
        assert whole.bound == pytest.approx(usual.bound, abs=OPTIMAL_WITHIN_UNITS)


@each_method
@pytest.mark.parametrize("seed", range(440, 450))
def test_the_same_question_has_the_same_answer(entry: Entry, seed: int) -> None:
    problem = draw_problem(seed)
    rule = TeamRule(2, problem.params.max_partners)
    assert run(entry, problem, rule) == run(entry, problem, rule)


@pytest.mark.parametrize("entry", [entry for entry in METHODS if entry.is_exact])
@pytest.mark.parametrize("seed", range(450, 480))
def test_an_exact_method_finds_who_is_able_alone(entry: Entry, seed: int) -> None:
    problem = draw_problem(seed)
    least = least_cost(problem, 1, 1)
    assert run(entry, problem, SOLO).is_infeasible == (least is None)
