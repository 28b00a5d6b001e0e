"""Poses a composition to the engine and reads its answers."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from time import perf_counter
from typing import Any

from cordee.composing.models import Composition, KeptJson, Outcome
from cordee.composing.problem.reader import STRANGER_ID
from cordee.composing.problem.search_progress import Run, Watch
from cordee.engine.compose import Moment, RefusedResult, compose
from cordee.engine.plan import assumptions
from cordee.engine.problem import Candidate
from cordee.engine.problem import Problem as Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Obstacle, Result, Status, pack, unpack
from cordee.engine.verify import verify_result
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.mobilisation import rounding
from cordee.opportunities.models import WorkPackage
from cordee.rules.plain import from_plain, to_plain

# Two thirds of the time for the best team, a third for the one that supposes nothing.
BEST_SHARE = 2 / 3
# The run with known figures only, once somebody has asked to stop.
SECONDS_ONCE_STOPPED = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """A problem with the people behind its candidates."""

    problem: Problem
    known: Mapping[str, mobilisation.CandidateRow]

    @property
    def problem_json(self) -> dict[str, Any]:
        return pack(self.problem)

    @property
    def people_json(self) -> dict[str, Any]:
        """Names of the candidates, as they are called on the day of the question."""
        return {key: asdict(known) for key, known in self.known.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """The best team, and the best one that rests on known figures only (the same where it can)."""

    best: Result
    certain: Result

    @property
    def outcome(self) -> Outcome:
        """What to call it."""
        return outcome_of(self.best)

    @property
    def is_final(self) -> bool:
        """Whether more time could not change it."""
        final = {Status.OPTIMAL, Status.IMPOSSIBLE}
        return self.best.status in final and self.certain.status in final

    @property
    def was_stopped(self) -> bool:
        """Whether somebody asked to stop with what there was."""
        return self.best.was_stopped or self.certain.was_stopped


def pose(work_packages: Sequence[WorkPackage], *, viewer: Viewer) -> Question:
    """Everything the composition of a breakdown depends on, as this viewer may compose with it.

    Raises `mobilisation.problem.NotComposable` where a package has no place, time or size.
    """
    # Everything is frozen here: an answer is recomputed from the question, not from the base.
    packages = mobilisation.engine_packages(work_packages, on=viewer.on)
    params = mobilisation.params_for(packages)
    field = mobilisation.engine_candidates(packages, viewer=viewer, params=params)
    posed = Problem(packages=packages, candidates=field.candidates, params=params)
    return Question(posed, field.known)


def solve(
    question: Question,
    *,
    time_limit_s: float,
    seed: int,
    watch: Watch | None = None,
    earlier: Answer | None = None,
    near: Answer | None = None,
    best: Result | None = None,
) -> Answer:
    """Compose with everything; where guesses were used, compose again with known figures only.

    Both together take the time limit: a third of it is kept for the second. `watch` is told what
    each run finds; once it answers False, both stop with what there is. `earlier` is the answer of
    a shorter try of the same question: the search starts from it, and never proves less. `near`
    is the answer to a question like it, to start from; `best`, the first of both where
    it is known.
    """
    began = perf_counter()
    search = partial(_search, question, seed, watch, is_same=earlier is not None)
    near = earlier or near
    if best is None:
        start = None if near is None else near.best
        best = search(Run.BEST, question.problem, time_limit_s * BEST_SHARE, start)
    if not best.assumptions:
        return Answer(best, best)
    goes_on = not best.was_stopped
    if watch is not None and goes_on:
        goes_on = watch(Run.BEST, Moment(best.seconds, best.plan, best.bound))
    left = max(time_limit_s / 3, time_limit_s - (perf_counter() - began))
    certain = search(
        Run.CERTAIN,
        question.problem.certain_only(),
        # Stopped, the second run still gets a second: without it nothing certain could be shown.
        left if goes_on else min(left, SECONDS_ONCE_STOPPED),
        None if near is None else certain_answer(near),
    )
    return Answer(best, certain)


def _search(
    question: Question,
    seed: int,
    watch: Watch | None,
    run: Run,
    problem: Problem,
    time_limit_s: float,
    near: Result | None,
    *,
    is_same: bool,
) -> Result:
    result = compose(
        problem,
        time_limit_s=time_limit_s,
        seed=seed,
        near=near,
        watch=None if watch is None else partial(watch, run),
    )
    return _no_less(problem, result, near) if near is not None and is_same else result


def _no_less(problem: Problem, result: Result, earlier: Result) -> Result:
    """The result, with the bound of an earlier try of the same problem where that one is higher."""
    # A lower bound of one search holds for the other: it is the same problem.
    if result.plan is None or earlier.bound is None or result.solo or earlier.solo:
        return result
    if earlier.bound <= (result.bound or 0):
        return result
    room = result.plan.terms.total - earlier.bound
    status = Status.OPTIMAL if room <= OPTIMAL_WITHIN_UNITS else Status.GAP
    # Within the tolerance a bound is cut down to the cost; above it, it must be seen as a fault.
    bound = earlier.bound + min(0, room) if room >= -OPTIMAL_WITHIN_UNITS else earlier.bound
    better = replace(result, bound=bound, status=status)
    if violations := verify_result(problem, better):
        raise RefusedResult(violations)
    return better


def simple_team(problem: Problem, result: Result) -> Result:
    """The answer of the simple method, with what it rests on, in the place of the proven one."""
    return replace(
        result, plan=result.greedy, assumptions=assumptions(problem, result.greedy), bound=None
    )


def studied(problem: Problem, result: Result, *, known_only: bool) -> int:
    """How many candidates an answer speaks of; the run without guesses leaves many out."""
    asked = problem.certain_only() if known_only else problem
    return len(asked.candidates) - len(result.set_aside)


def outcome_of(result: Result) -> Outcome:
    """What to call an answer."""
    if result.status is Status.IMPOSSIBLE:
        return Outcome.IMPOSSIBLE
    return Outcome.UNDECIDED if result.plan is None else Outcome.COMPOSED


def proposal_json(question: Question, result: Result) -> dict[str, Any]:
    """A proposal for programs: who takes what, what it costs, how far it is proven."""
    assert result.plan is not None
    whole = not result.greedy_violations
    return {
        "status": str(result.status),
        "gap": result.gap,
        "verified": result.verified,
        "solo": result.solo,
        "objective": result.objective_cents,
        "bound": result.bound_cents,
        "greedy_objective": result.greedy.objective_cents if whole else None,
        "terms_microcents": dict(result.plan.terms.items()),
        "assumptions": [to_plain(each) for each in result.assumptions],
        "partners": [
            {
                "organisation": partner.organisation,
                "name": question.known[partner.shares[0].candidate].name,
                "kind": question.known[partner.shares[0].candidate].kind,
                "is_lead": partner.is_lead,
                "cents": sum(share.cents for share in partner.shares),
                "shares": [to_plain(share) for share in partner.shares],
            }
            for partner in result.plan.partners
        ],
        "seconds": round(result.seconds, 3),
        "seed": result.seed,
        "solver": f"{result.method}, {result.solver}",
    }


def stored_question(composition: Composition) -> Question:
    """The question of a stored composition, as it was posed."""
    return Question(read_problem(composition.problem), _once(composition.people, _known))


def _known(people: Mapping[str, Any]) -> dict[str, mobilisation.CandidateRow]:
    return {key: mobilisation.CandidateRow(**who) for key, who in people.items()}


def _once[Made](stored: Mapping[str, Any], make: Callable[[Mapping[str, Any]], Made]) -> Made:
    """What is made of a column, once where several readers share it."""
    made: Made = stored.once(make) if isinstance(stored, KeptJson) else make(stored)
    return made


def stored_answer(composition: Composition) -> Answer | None:
    """What a shorter try of a composition found; none before it ended."""
    if not composition.best:
        return None
    return Answer(read_result(composition.best), read_result(composition.certain))


def certain_answer(answer: Answer) -> Result | None:
    """The answer without guesses where it was sought apart: without any, one run said all."""
    return answer.certain if answer.best.assumptions else None


def rests_on_open_figures(composition: Composition, asker: Viewer) -> bool:
    """Whether the figures behind what an answer shows may all still be used, and as finely.

    Those of the structures in its teams and in the one it is compared with; where there is no team,
    those of all who were studied.
    """
    if not composition.best:
        return True
    best, certain = read_result(composition.best), read_result(composition.certain)
    plans = [best.greedy, *(result.plan for result in (best, certain) if result.plan)]
    shown = {share.candidate for plan in plans for share in plan.shares}
    aside = {each.candidate for each in best.set_aside}
    posed = with_true_figures(composition, read_problem(composition.problem))
    if composition.against:
        shown |= {each["id"] for each in composition.against["problem"]["candidates"]}
    # Where there is no team, the reasons speak of everybody who was studied.
    if best.plan is None:
        shown |= {each.id for each in posed.candidates if each.id not in aside}
    return are_open(posed, composition.people, shown, asker)


def all_figures_are_open(composition: Composition, question: Question, asker: Viewer) -> bool:
    """Whether a question may be asked again, or otherwise: every figure in it is still open."""
    posed = with_true_figures(composition, question.problem)
    everybody = {each.id for each in posed.candidates}
    return are_open(posed, composition.people, everybody, asker)


def with_true_figures(composition: Composition, posed: Problem) -> Problem:
    """A problem with the figures as they were told, where a way out supposes others."""
    if not composition.against:
        return posed
    kept = from_plain(Problem, composition.against["problem"]).candidates
    true_by_id: dict[str, Candidate] = {each.id: each for each in kept}
    return posed.replace(candidates=tuple(true_by_id.get(c.id, c) for c in posed.candidates))


def are_open(
    posed: Problem,
    people: Mapping[str, Mapping[str, Any]],
    candidates: Collection[str],
    asker: Viewer,
) -> bool:
    """Whether the figures that a question holds of some candidates may all still be used."""
    ids = {key: int(people[key]["structure_id"]) for key in candidates if key in people}
    asker = asker.among(ids.values())
    return all(
        rounding.still_allow(
            asker,
            ids[each.id],
            free_cfte=list((each.capacity_cfte_by_month or {}).values()),
            least_share=each.min_crew_cfte,
            packages=each.max_packages,
            headrooms=[year.headroom_cents for year in each.accounting_years],
        )
        for each in posed.candidates
        if each.id in candidates and ids[each.id] != STRANGER_ID
    )


def result_json(result: Result) -> dict[str, Any]:
    return pack(result)


def summary_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What lists say of an answer, from its `result_json`: they read no more of it."""
    found = stored["value"]
    reasons = found["impossibility"]["reasons"] if found["impossibility"] else []
    return {
        "partners": len(found["plan"]["partners"]) if found["plan"] else 0,
        "assumptions": len(found["assumptions"]),
        "is_optimal": found["status"] == Status.OPTIMAL.value,
        "may_be_alone": bool(found["alone_if"]),
        "lacks": [[each["shortage"], each["package"]] for each in reasons],
        # Somebody near has not told their trades.
        "is_untold": any(
            each["obstacle"] == Obstacle.UNKNOWN_TRADE.value for each in found["set_aside"]
        ),
    }


def read_problem(stored: Mapping[str, Any]) -> Problem:
    return _once(stored, partial(unpack, Problem))


def read_result(stored: Mapping[str, Any]) -> Result:
    return _once(stored, partial(unpack, Result))
