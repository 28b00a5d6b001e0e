"""Who could carry everything alone: looked for first, since then no team is proposed (RULE-38)."""

from collections import defaultdict
from dataclasses import dataclass

from cordee.engine.method import SOLO, Budget, Method
from cordee.engine.pairs import Pair, Pairs, build_pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Problem
from cordee.engine.result import Plan
from cordee.engine.verify import verify


@dataclass(frozen=True, slots=True)
class Solo:
    """The cheapest way for one organisation to carry everything, and a bound of its cost."""

    organisation: str
    plan: Plan
    bound: int
    nodes: int


def solos(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget
) -> tuple[tuple[Solo, ...], bool]:
    """Return the organisations that can carry everything alone, the cheapest first.

    The second value tells whether all others were shown not to: an organisation of several
    chantiers may end without a plan and without a proof.
    """
    by_organisation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs.all:
        by_organisation[pair.candidate.organisation].append(pair)
    found: list[Solo] = []
    is_complete = True
    for organisation, mine in by_organisation.items():
        if _may_be_alone(problem, organisation) and _could_cover(problem, mine):
            solo, is_decided = _solve(problem, organisation, mine, method, budget)
            is_complete = is_complete and is_decided
            if solo is not None:
                found.append(solo)
    found.sort(key=lambda each: (each.plan.terms.total, each.organisation))
    return tuple(found), is_complete


def _may_be_alone(problem: Problem, organisation: str) -> bool:
    """Whether the wishes let an organisation answer alone; those about shares are verified."""
    return problem.pinned <= {organisation} and all(
        len(unlike.organisations - {organisation}) >= unlike.least_absent
        for unlike in problem.unlike
    )


def _could_cover(problem: Problem, mine: list[Pair]) -> bool:
    return all(
        sum(pair.most_cfte for pair in mine if pair.package.id == package.id) >= package.need_cfte
        for package in problem.packages
    )


def _solve(
    problem: Problem, organisation: str, mine: list[Pair], method: Method, budget: Budget
) -> tuple[Solo | None, bool]:
    own = tuple(c for c in problem.candidates if c.organisation == organisation)
    alone = problem.replace(candidates=own)
    if len({pair.candidate.id for pair in mine}) == 1:
        # One chantier has no choice: it takes everything or it cannot.
        plan = build_plan(alone, mine, {pair.key: pair.package.need_cfte for pair in mine})
        if verify(alone, plan, solo=True):
            return None, True
        return Solo(organisation, plan, plan.terms.total, 0), True
    outcome = method.solve(alone, build_pairs(alone), SOLO, budget)
    if outcome.quantities is None:
        return None, outcome.is_infeasible
    quantities: Quantities = outcome.quantities
    plan = build_plan(alone, mine, quantities)
    return Solo(organisation, plan, outcome.bound or 0, outcome.nodes), True
