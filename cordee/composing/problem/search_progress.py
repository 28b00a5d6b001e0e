"""How far a search is: from the moments that the engine tells to what is stored, and back.

Only the packages and the candidates of the teams found are stored with them: a page that is asked
each second must not read a whole problem.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from cordee.engine.compose import Moment as Moment
from cordee.engine.plan import assumptions
from cordee.engine.problem import Problem
from cordee.engine.result import OPTIMAL_WITHIN_UNITS, Assumption, Plan
from cordee.engine.serialise import from_plain, to_plain
from cordee.mobilisation.problem import CandidateRow


class Run(StrEnum):
    """The two searches of a composition: with everything, then with known figures only."""

    BEST = "best"
    CERTAIN = "certain"


# Told what each run finds; an answer of False stops with what there is.
Watch = Callable[[Run, Moment], bool]


def gap_of(cost: int, bound: int | None) -> float | None:
    """How much could still be saved at most, as a share of the cost; 0.0 when proven."""
    if bound is None:
        return None
    return 0.0 if cost - bound <= OPTIMAL_WITHIN_UNITS else (cost - bound) / cost


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The best team of one run so far; `gap` is what a better one could still save at most."""

    plan: Plan
    assumptions: tuple[Assumption, ...]
    gap: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What was last stored of a search; `problem` and `people` hold those in its teams only."""

    run: Run
    problem: Problem
    people: Mapping[str, Mapping[str, Any]]
    found: Mapping[Run, BestSoFar]


def progress_of(stored: Mapping[str, Any]) -> Progress | None:
    """The progress that was stored; none before the first moment."""
    if "runs" not in stored:
        return None
    problem: Problem = from_plain(Problem, stored["problem"])
    found = {}
    for name, each in stored["runs"].items():
        if each["plan"] is not None:
            plan: Plan = from_plain(Plan, each["plan"])
            gap = gap_of(each["cost"], each["bound"])
            found[Run(name)] = BestSoFar(plan, assumptions(problem, plan), gap)
    return Progress(Run(stored["run"]), problem, stored["people"], found)


class Record:
    """Keeps the best of what a search tells; a longer search goes on from what is stored."""

    def __init__(
        self, problem: Problem, known: Mapping[str, CandidateRow], stored: Mapping[str, Any]
    ) -> None:
        self._problem, self._known = problem, known
        self._candidates = {candidate.id: candidate for candidate in problem.candidates}
        self._run = Run(stored.get("run", Run.BEST))
        self._runs: dict[str, dict[str, Any]] = dict(stored.get("runs", {}))
        self.has_news = False

    def hear(self, run: Run, moment: Moment) -> None:
        """Take what is cheaper, and a bound that is higher."""
        kept = self._runs.setdefault(run, {"plan": None, "cost": None, "bound": None})
        before = self._run, kept["cost"], kept["bound"]
        self._run = run
        if moment.plan is not None:
            cost = moment.plan.terms.total
            if kept["cost"] is None or cost < kept["cost"]:
                kept["plan"], kept["cost"] = to_plain(moment.plan), cost
        if moment.bound is not None:
            kept["bound"] = max(moment.bound, kept["bound"] or 0)
        if (self._run, kept["cost"], kept["bound"]) != before:
            self.has_news = True

    def as_json(self) -> dict[str, Any]:
        """What a page needs, as a JSON column keeps it."""
        self.has_news = False
        ids = {
            share["candidate"]
            for each in self._runs.values()
            for partner in (each["plan"] or {"partners": ()})["partners"]
            for share in partner["shares"]
        }
        shown = Problem(
            packages=self._problem.packages,
            candidates=tuple(self._candidates[each] for each in ids),
            params=self._problem.params,
        )
        return {
            "run": self._run.value,
            "runs": self._runs,
            "problem": to_plain(shown),
            "people": {each: asdict(self._known[each]) for each in ids},
        }
