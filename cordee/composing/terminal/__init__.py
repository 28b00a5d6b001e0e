"""What `compose` does and prints: one report, as text for a person or as JSON for a program.

`--time-limit` holds for everything but compiling the engine, once a version. The composition comes
first and leaves a quarter of it, five seconds at most, to the study of its answer, which also gets
what is left over.
"""

from argparse import ArgumentTypeError
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, datetime
from time import perf_counter

from cordee.base.ui import french
from cordee.composing import problem
from cordee.composing.models import Outcome
from cordee.composing.problem import sentences, study
from cordee.composing.problem.compilation import compile_all, warm
from cordee.composing.problem.study import StudyRequest
from cordee.composing.problem.study_report import report_of
from cordee.composing.terminal.progress import ProgressLine
from cordee.composing.terminal.report import STEP_WORDS, Report
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem as mobilisation
from cordee.notices.notice import Notice
from cordee.notices.packages import ScopeOutcome, needs_comparison, scope
from cordee.opportunities.breakdown_rows import package_rows
from cordee.opportunities.models import WorkPackage
from cordee.opportunities.models.contracts import contracts_like
from cordee.opportunities.places import PlaceFinder
from cordee.opportunities.supposed import supposition_of
from cordee.opportunities.understanding import ReadVersion, understand

SEED = 0
MOST_KEPT_SECONDS, KEPT_SHARE = 5.0, 0.25
MOST_ALTERNATIVES = 10


def answer(
    notice: Notice,
    *,
    viewer_of: Callable[[], Viewer],
    on: date,
    now: datetime | None,
    time_limit_s: float,
    progress: Callable[[str], None],
    follower: ProgressLine | None = None,
    alternatives: int = 3,
) -> Report:
    """Go from a notice to a proven team, as far as the road leads.

    `viewer_of` opens the base of structures, which a notice that ends earlier does not need.
    `now` decides whether the deadline has passed; without it, the start of the day `on` does.
    `follower` is told how far the search is, and may stop it; `alternatives` are other teams.
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
    try:
        _compose(report, viewer, alternatives, time_limit_s, progress, follower)
    except mobilisation.NotComposable as missing:
        report.outcome, report.reasons = Outcome.IMPOSSIBLE, [str(missing)]
    return report


def _compose(
    report: Report,
    viewer: Viewer,
    alternatives: int,
    time_limit_s: float,
    progress: Callable[[str], None],
    follower: ProgressLine | None,
) -> None:
    """From work packages to an answer and its study, within one time limit."""
    progress("Classement des structures")
    question = report.question = problem.pose(report.packages, viewer=viewer)
    posed = question.problem
    field = mobilisation.Field(posed.candidates, question.known)
    report.ranking = mobilisation.ranking_of(posed.packages, field, params=posed.params)
    progress("Mise en route du calcul")
    compile_all()
    warm()
    began = perf_counter()
    kept = min(MOST_KEPT_SECONDS, KEPT_SHARE * time_limit_s)
    progress(f"Composition parmi {french.count(len(question.known), 'structure')}")
    with follower.stopped_by_ctrl_c() if follower else nullcontext():
        found = problem.solve(question, time_limit_s=time_limit_s - kept, seed=SEED, watch=follower)
    report.answer, report.outcome, report.viewer = found, found.outcome, viewer
    report.reasons = sentences.reasons_of(posed, found.best, accounts_seen_of=None)
    inquiry = study.Inquiry(
        question,
        found.best,
        StudyRequest(
            alternatives=alternatives,
            supposed=supposition_of(report.packages, with_place=True),
        ),
        seconds=study.shares_of(max(kept, time_limit_s - (perf_counter() - began))),
        seed=SEED,
        viewer=viewer,
    )
    findings = inquiry.first
    # Nothing is sought once somebody asked to stop.
    if not found.was_stopped:
        *_, findings = inquiry.run(lambda step: progress(f"Recherche\u00a0: {STEP_WORDS[step]}"))
    report.study = report_of(findings, found.best, viewer)


def whole_number(least: int, most: int, example: int) -> Callable[[str], int]:
    """An `argparse` type: a whole number between two bounds."""

    def read(text: str) -> int:
        if not text.strip().isdigit() or not least <= int(text) <= most:
            raise ArgumentTypeError(
                f"« {text} » ne convient pas : écrivez un nombre entier de {least} à {most}, "
                f"par exemple {example}."
            )
        return int(text)

    return read


def seconds(text: str) -> float:
    """An `argparse` type: a time limit."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = 0.0
    if not 0 < value <= 86_400:
        raise ArgumentTypeError(
            f"« {text} » ne convient pas : écrivez des secondes, de plus de 0 à 86400, "
            "par exemple 20."
        )
    return value
