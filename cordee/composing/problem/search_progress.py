"""How far a search is: from the moments that the engine tells to what is stored, and back.

While it runs, how far it is goes to the base, and what people ask comes back.

Only the packages and the candidates of the teams found are stored with them: a page that is asked
each second must not read a whole problem.
"""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.db.models import QuerySet

from cordee.composing.models import Composition
from cordee.engine.compose import Moment as Moment
from cordee.engine.plan import assumptions
from cordee.engine.problem import Problem
from cordee.engine.result import Assumption, Plan, gap_of
from cordee.mobilisation.problem import CandidateRow
from cordee.rules.plain import from_plain, to_plain

if TYPE_CHECKING:
    from cordee.composing.problem import Question

logger = logging.getLogger(__name__)
# A person reads no faster, and a base with one writer has others to serve.
SECONDS_BETWEEN = 0.5


class Run(StrEnum):
    """The two searches of a composition: with everything, then with known figures only."""

    BEST = "best"
    CERTAIN = "certain"


# Told what each run finds; an answer of False stops with what there is.
Watch = Callable[[Run, Moment], bool]


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
            candidates=tuple(self._problem.candidates_by_id[each] for each in ids),
            params=self._problem.params,
        )
        return {
            "run": self._run.value,
            "runs": self._runs,
            "problem": to_plain(shown),
            "people": {each: asdict(self._known[each]) for each in ids},
        }


class ProgressStore:
    """Stores what a search finds, and tells it to stop once somebody has asked.

    Called several times a second; twice a second at most it makes one UPDATE of one column, where
    there is news, and one SELECT of two.
    """

    def __init__(
        self,
        composition: Composition,
        question: "Question",
        *,
        began_at: datetime,
        time_limit_s: float,
    ) -> None:
        self._pk = composition.pk
        self._record = Record(question.problem, question.known, composition.progress)
        self._times = {"began_at": began_at.isoformat(), "time_limit_s": time_limit_s}
        self._looked = -math.inf
        self._goes_on = True

    def begin(self) -> None:
        """Say that the search has begun, with what an earlier try has found."""
        self._row().update(progress=self.as_json())

    def __call__(self, run: Run, moment: Moment) -> bool:
        """Take a moment, and return whether to go on."""
        self._record.hear(run, moment)
        if self._goes_on and monotonic() - self._looked >= SECONDS_BETWEEN:
            try:
                self._look()
            except OperationalError:
                # A base that is busy costs a picture of the search, never the search.
                logger.warning("Composition %s: progress not stored", self._pk, exc_info=True)
            self._looked = monotonic()
        return self._goes_on

    def as_json(self) -> dict[str, Any]:
        """Everything found so far, as the column keeps it."""
        return {**self._record.as_json(), **self._times}

    def _row(self) -> QuerySet[Composition]:
        return Composition.objects.filter(pk=self._pk, state=Composition.State.RUNNING)

    def _look(self) -> None:
        if self._record.has_news:
            self._row().update(progress=self.as_json())
        asked = self._row().values_list("stop_asked_at", flat=True)
        # Cancelled, or gone with its opportunity, there is no row: nobody waits any more.
        self._goes_on = list(asked) == [None]
