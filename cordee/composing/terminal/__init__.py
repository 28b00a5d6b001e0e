"""What `compose` does and prints: one report, as text for a person or as JSON for a program.

`--time-limit` holds for everything but compiling the engine, once a version. The composition comes
first and leaves a quarter of it, five seconds at most, to the study of its answer, which also gets
what is left over.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter

from cordee.base.ui import french
from cordee.composing import problem
from cordee.composing.outcomes import Outcome
from cordee.composing.problem import sentences, study, team_bounds
from cordee.composing.problem.compilation import compile_all, warm
from cordee.composing.problem.reader import Reader
from cordee.composing.problem.study import StudyRequest, StudyStep
from cordee.composing.problem.study_report import report_of
from cordee.composing.problem.within_reach import WithinReach
from cordee.composing.terminal.options import Options, RefusedOption, organisation_called
from cordee.composing.terminal.progress import ProgressLine
from cordee.composing.terminal.report import Report
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.notices.notice import Notice
from cordee.notices.packages import ScopeOutcome, needs_comparison, scope
from cordee.opportunities.breakdown_rows import package_rows
from cordee.opportunities.comparables import contracts_like
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.places import PlaceFinder
from cordee.opportunities.understanding import ReadVersion, understand

SEED = 0
MOST_KEPT_SECONDS, KEPT_SHARE = 5.0, 0.25
STEP_WORDS = {
    StudyStep.WISHES: "Recherche de ce que coûte votre demande",
    StudyStep.EXPECTED: "Recherche d’une équipe avec les structures attendues",
    StudyStep.ALTERNATIVES: "Recherche d’autres équipes",
    StudyStep.LIMITS: "Recherche de ce qui limite l’équipe",
    StudyStep.CURES: "Recherche de ce qui rendrait ce marché possible",
}


def answer(
    notice: Notice,
    *,
    viewer_of: Callable[[], Viewer],
    on: date,
    now: datetime | None,
    time_limit_s: float,
    progress: Callable[[str], None],
    follower: ProgressLine | None = None,
    options: Options | None = None,
) -> Report:
    """Go from a notice to a proven team, as far as the road leads.

    `viewer_of` opens the base of structures, which a notice that ends earlier does not need.
    `now` decides whether the deadline has passed; without it, the start of the day `on` does.
    `follower` is told how far the search is, and may stop it. Raises `RefusedOption`.
    """
    report = Report(notice, on)
    read = scope(notice, on=on)
    if read.outcome is not ScopeOutcome.IN_SCOPE:
        report.outcome, report.reasons = Outcome(read.outcome.value), list(read.why)
        return report
    if now is not None and notice.deadline is not None and notice.deadline <= now:
        when = french.moment(notice.deadline, on)
        report.outcome, report.reasons = Outcome.CLOSED, [f"Délai de réponse passé : {when}."]
        return report
    viewer = viewer_of()
    understanding = understand([ReadVersion(0, 0, notice)], [])
    contracts = contracts_like(needs_comparison(notice), before=on, not_of=None)
    rows, left_out = package_rows(understanding, PlaceFinder(), on=on, contracts=contracts)
    report.packages = [WorkPackage(**row.values()) for row in rows]
    report.left_out = left_out
    road = _Road(report, viewer, options or Options(), time_limit_s, progress, follower)
    try:
        road.compose()
    except mobilisation.NotComposable as missing:
        report.outcome, report.reasons = Outcome.IMPOSSIBLE, [str(missing)]
    return report


@dataclass(frozen=True, slots=True)
class _Road:
    """From work packages to an answer and its study, within one time limit."""

    report: Report
    viewer: Viewer
    options: Options
    time_limit_s: float
    progress: Callable[[str], None]
    follower: ProgressLine | None

    def compose(self) -> None:
        report = self.report
        self.progress("Classement des structures")
        before = problem.pose(
            report.packages,
            report.notice,
            viewer=self.viewer,
            look_as_far_as_km=self.options.radius or 0,
        )
        wishes, leanings = self.options.wishes(before), self.options.lean
        question = report.question = team_bounds.grant(before, wishes, leanings)
        expected, far = self._expected(question)
        request = StudyRequest(
            alternatives=self.options.alternatives,
            least_difference=self.options.different,
            expected=expected,
            wishes=wishes,
            leanings=leanings,
            without_wishes=before if wishes or leanings else None,
        )
        report.ranking = mobilisation.ranking_of(
            question.problem.packages,
            mobilisation.Field(question.problem.candidates, question.known),
            params=question.problem.params,
        )
        self.progress("Mise en route du calcul")
        compile_all()
        warm()
        began = perf_counter()
        kept = min(MOST_KEPT_SECONDS, KEPT_SHARE * self.time_limit_s)
        found = self._solve(question, self.time_limit_s - kept)
        report.answer, report.outcome = found, found.outcome
        report.viewer = self.viewer
        report.reasons = sentences.reasons_of(
            question.problem, found.best, solo_only=question.solo_only, accounts_seen_of=None
        )
        left = max(kept, self.time_limit_s - (perf_counter() - began))
        findings = self._study(question, found, request, left)
        report.study = report_of(findings, found.best, self.viewer)
        if found.best.plan is not None:
            inside = [name for name in expected if name in found.best.plan.organisations]
            report.expected_elsewhere = _elsewhere(question, inside, far, self.viewer)

    def _expected(self, question: problem.Question) -> tuple[tuple[str, ...], list[str]]:
        """The organisations expected, and the names of those that are nowhere near."""
        called = [
            (organisation_called(question, "--why-not", written), written)
            for written in self.options.why_not
        ]
        near = dict.fromkeys(name for name, _ in called if name is not None)
        return tuple(near), [written for name, written in called if name is None]

    def _solve(self, question: problem.Question, time_limit_s: float) -> problem.Answer:
        self.progress(f"Composition parmi {french.count(len(question.known), 'structure')}")
        with self.follower.stopped_by_ctrl_c() if self.follower else nullcontext():
            return problem.solve(
                question, time_limit_s=time_limit_s, seed=SEED, watch=self.follower
            )

    def _study(
        self,
        question: problem.Question,
        answer: problem.Answer,
        request: StudyRequest,
        time_limit_s: float,
    ) -> study.Findings:
        """All that is found in the time; nothing is sought once somebody asked to stop."""
        if answer.was_stopped:
            return study.first_findings(question, answer.best, request)
        *_, found = study.inquire(
            question,
            answer.best,
            request,
            seconds=study.shares_of(time_limit_s),
            seed=SEED,
            within_reach=lambda: WithinReach.of(question, viewer=self.viewer),
            begins=lambda step: self.progress(STEP_WORDS[step]),
        )
        return found


def _elsewhere(
    question: problem.Question, inside: Iterable[str], far: Iterable[str], viewer: Viewer
) -> list[str]:
    """Sentences on those expected who are in the team, or nowhere near."""
    reader = Reader(question.problem, question.people_json, viewer)
    limit = french.km(question.problem.params.max_distance_km)
    return [
        *(f"{reader.organisation(name)}\u00a0: elle est dans l’équipe." for name in inside),
        *(
            f"{name}\u00a0: aucune structure de ce nom à moins de {limit} des travaux."
            for name in far
        ),
    ]
