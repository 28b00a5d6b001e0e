"""Who could carry everything alone: looked for first, since then no team is proposed (RULE-38)."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from cordee.engine.method import SOLO, Budget, Method
from cordee.engine.pairs import Pair, Pairs, build_pairs
from cordee.engine.plan import Quantities, build_plan
from cordee.engine.problem import Candidate, Problem
from cordee.engine.result import Plan
from cordee.engine.table import table_of
from cordee.engine.verify import verify


@dataclass(frozen=True, slots=True)
class Solo:
    """The cheapest way for one organisation to carry everything, and a bound of its cost."""

    organisation: str
    plan: Plan
    bound: int
    nodes: int


def solo_candidates(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget
) -> tuple[tuple[Solo, ...], tuple[Solo, ...], bool]:
    """Return those able alone on known figures, the others that are if unknowns allow, if complete.

    Incomplete: an organisation of several chantiers was neither shown able nor unable in time.
    """
    # Nearly nobody can carry everything: of a country, a handful are looked at.
    few = _who_might(problem, pairs)
    if not few.candidates:
        return (), (), True
    perhaps, is_complete = _solos(few, build_pairs(few), method, budget)
    certain = few.certain_only()
    # Nothing is unknown of them: both questions are one.
    if certain is few:
        return perhaps, (), is_complete
    alone, _ = _solos(certain, build_pairs(certain), method, budget)
    already = {each.organisation for each in alone}
    others = tuple(each for each in perhaps if each.organisation not in already)
    return alone, others, is_complete


def _who_might(problem: Problem, pairs: Pairs) -> Problem:
    """Return the problem among organisations that wishes let answer alone and whose bounds suffice.

    On known figures bounds are the same or not there at all, so this holds for both questions.
    """
    table, columns = table_of(problem), pairs.columns
    width = len(problem.packages)
    cells = table.organisation[columns.candidate] * width + columns.package
    size = len(table.organisations) * width
    most = np.bincount(cells, columns.most_cfte, minlength=size).reshape(-1, width)
    need = [package.need_cfte for package in problem.packages]
    able = [table.organisations[code] for code in np.flatnonzero((most >= need).all(axis=1))]
    names = {name for name in able if _may_be_alone(problem, name)}
    own = (c for c in problem.candidates if c.organisation in names) if names else ()
    return problem.replace(candidates=tuple(own))


def _solos(
    problem: Problem, pairs: Pairs, method: Method, budget: Budget
) -> tuple[tuple[Solo, ...], bool]:
    """Return the organisations that can carry everything alone, the cheapest first.

    The second value tells whether all others were shown not to.
    """
    by_organisation: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs.all:
        by_organisation[pair.candidate.organisation].append(pair)
    chantiers: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in problem.candidates:
        chantiers[candidate.organisation].append(candidate)
    found: list[Solo] = []
    is_complete = True
    for organisation, mine in by_organisation.items():
        if _could_cover(problem, mine):
            alone = problem.replace(candidates=tuple(chantiers[organisation]))
            solo, is_decided = _solve(alone, organisation, mine, method, budget)
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
    alone: Problem, organisation: str, mine: list[Pair], method: Method, budget: Budget
) -> tuple[Solo | None, bool]:
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
