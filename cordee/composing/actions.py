"""Every write of the room that means something."""

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.base import limits
from cordee.base.outages import outage_of
from cordee.composing import access, problem
from cordee.composing.models import Composition, Outcome, Proposal, Study
from cordee.composing.problem import study as studies
from cordee.composing.problem import wish_options, wish_search
from cordee.composing.problem.compilation import compile_all, warm
from cordee.composing.problem.search_progress import ProgressStore
from cordee.members.sharing import Viewer
from cordee.opportunities.models import Breakdown
from cordee.opportunities.supposed import supposition_of
from cordee.rules.months import month_number

logger = logging.getLogger(__name__)
# One seed for all: the same question gives the same answer, whoever asks and when.
SEED = 0
STUDIED = ("composition__network", "composition__made_by", "composition__base")


class FiguresTakenBack(Exception):
    """Figures of the question may not be used any more: it can only be posed anew."""


def request_composition(*, breakdown: Breakdown, viewer: Viewer, by: User | None) -> Composition:
    """Pose the question, try it for a short while, and hand it to the queue if that is not enough.

    The same question asked again gives the composition that already answers it, unless that one
    failed, was stopped or cancelled, or its worker was ended. Raises
    `mobilisation.problem.NotComposable` where a package has no place, time or size, and
    `base.limits.QueueFull` where too many wait already.
    """
    question = problem.pose(list(breakdown.packages.all()), viewer=viewer)
    new = Composition(
        breakdown=breakdown, network=viewer.network, made_by=by, computed_for=viewer.on
    )
    composition, is_new = _composition(new, question, "composing.request_composition")
    if is_new:
        seconds = settings.COMPOSE_SYNCHRONOUS_SECONDS
        run_composition(composition=composition, time_limit_s=seconds, is_last=False)
    return composition


def request_wish(
    *, composition: Composition, asked: wish_search.WishRequest, by: User
) -> Composition:
    """Ask again for the team of an answer under wishes, warm from it: short, then in the queue.

    The wishes are upon the first answer, of which this one may be a variant already; without any
    left, that one is the answer. Raises `FiguresTakenBack`, `RefusedWish` of
    `problem.wish_options` where a wish cannot be asked, a month that has passed among them, and
    `base.limits.QueueFull`.
    """
    first = composition.base or composition
    if not any((asked.wishes, asked.leanings, asked.cure)):
        return first
    question, before = problem.stored_question(first), problem.stored_answer(first)
    # Figures closed since must not serve a second time, were it in another question.
    if before is None or not _may_reuse(first, question):
        raise FiguresTakenBack
    study = Study.objects.filter(composition=composition).first()
    # Those of the answer, and those whom its ways out call.
    people = {**(study.people if study else {}), **composition.people}
    wished = wish_search.wished_question(question, asked, people)
    this_month = month_number(timezone.localdate())
    wish_options.refuse_past_months(question.problem, wished.problem, this_month)
    new = Composition(
        breakdown=first.breakdown,
        network=first.network,
        made_by=by,
        computed_for=first.computed_for,
        base=first,
        wishes=asked.as_json(),
        against=wish_search.against_json(question, before.best, asked),
    )
    variant, is_new = _composition(new, wished, "composing.request_wish")
    if is_new:
        seconds = settings.COMPOSE_SYNCHRONOUS_SECONDS
        first_try = partial(
            wish_search.solve_wish,
            wished,
            asked,
            question,
            before,
            time_limit_s=seconds,
            seed=variant.seed,
        )
        run_composition(composition=variant, time_limit_s=seconds, is_last=False, solve=first_try)
    return variant


def _may_reuse(composition: Composition, question: problem.Question) -> bool:
    """Whether every figure of a question may be used today as on the day it was asked."""
    if composition.shows_everything:
        return True
    asker = access.asker_of(composition, on=timezone.localdate())
    return problem.all_figures_are_open(composition, question, asker)


@transaction.atomic
def _composition(
    new: Composition, question: problem.Question, verb: str
) -> tuple[Composition, bool]:
    """The composition that answers a question already, or the new one, to be run."""
    stored = question.problem_json
    # Sorted keys: the digest is of the question and not of the order in which it was written.
    digest = hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()
    state = Composition.State
    same = Composition.objects.filter(
        breakdown=new.breakdown,
        network=new.network,
        question_sha256=digest,
        computed_for=new.computed_for,
        base=new.base,
    ).exclude(state__in=[state.FAILED, state.STOPPED, state.CANCELLED])
    # Without a network a question is of one person: a colleague's answer is not theirs.
    if new.network is None:
        same = same.filter(made_by=new.made_by)
    found = same.first()
    # A worker that was ended leaves a row that seems to run: that one is begun anew.
    if found is not None and not found.is_stalled(timezone.now()):
        return found, False
    # Checked after the search for an answer that is there: a full queue refuses no reading.
    limits.refuse_when_full()
    new.state = state.RUNNING
    new.seed = SEED
    new.time_limit_s = settings.COMPOSE_SYNCHRONOUS_SECONDS
    new.question_sha256 = digest
    new.problem = stored
    new.people = question.people_json
    new.save(force_insert=True)
    after: dict[str, Any] = {"breakdown": new.breakdown_id, "candidates": len(question.known)}
    if new.base_id is not None:
        after["base"] = str(new.base_id)
    journal.record(verb, new, by=new.made_by, after=after)
    return new, True


def run_composition(
    *,
    composition: Composition,
    time_limit_s: float,
    is_last: bool,
    solve: Callable[[], problem.Answer] | None = None,
) -> None:
    """Solve and store; queue a longer try where more time could help and this is not the last.

    `solve` stands in for the search where something is known that makes it shorter.
    """
    try:
        # Before the seconds are counted. A first try takes what is there, compiled or not; what it
        # did not prove is worth a wait of a minute, once.
        if is_last:
            compile_all()
        warm()
        question = problem.stored_question(composition)
        watcher = ProgressStore(
            composition, question, began_at=timezone.now(), time_limit_s=time_limit_s
        )
        watcher.begin()
        if solve is None:
            solve = partial(
                problem.solve,
                question,
                time_limit_s=time_limit_s,
                seed=composition.seed,
                watch=watcher,
                earlier=problem.stored_answer(composition),
            )
        answer = solve()
        against = wish_search.compared(composition.against, question, answer.best)
    except Exception as error:
        if is_last and outage_of(error):
            # The base is away or the disk is full: the queue runs it again, and says why.
            raise
        code = _code_of(composition)
        # The same code in the log and on the page: who telephones reads it out.
        logger.exception("Composition %s failed (%s)", composition.pk, code)
        _fail(composition, code)
        return
    composition.time_limit_s = time_limit_s
    composition.against = against
    _store(composition, answer, watcher, is_last)


def _code_of(composition: Composition) -> str:
    return f"C-{str(composition.pk)[:8].upper()}"


def _fail(composition: Composition, code: str) -> None:
    """Keep the code of a crash, for the telephone; a search that was cancelled stays so."""
    composition.state = Composition.State.FAILED
    composition.error_code = code
    # Only where it still runs: cancelled meanwhile, it stays cancelled.
    Composition.objects.filter(pk=composition.pk, state=Composition.State.RUNNING).update(
        state=composition.state, error_code=code, finished_at=timezone.now(), progress={}
    )


@transaction.atomic
def _store(
    composition: Composition, answer: problem.Answer, watcher: ProgressStore, is_last: bool
) -> None:
    """Keep an answer, unless the search was cancelled meanwhile."""
    # Here, not above: the task calls back into this module.
    from cordee.composing.tasks import compose_longer

    # Locked and read again: stop and cancel may have come during the search.
    composition.state, asked = _locked(composition)
    if composition.state != Composition.State.RUNNING:
        return
    composition.outcome = answer.outcome
    composition.best = problem.result_json(answer.best)
    composition.summary = problem.summary_of(composition.best)
    composition.certain = problem.result_json(answer.certain)
    composition.engine_version = f"{answer.best.method}, {answer.best.solver}"
    if answer.is_final:
        composition.state = Composition.State.DONE
    elif asked is not None:
        composition.state = Composition.State.STOPPED
    else:
        composition.state = Composition.State.DONE if is_last else Composition.State.QUEUED
    composition.progress = {} if composition.is_over else watcher.as_json()
    composition.finished_at = timezone.now() if composition.is_over else None
    composition.save(
        update_fields=[
            "state",
            "outcome",
            "summary",
            "best",
            "certain",
            "against",
            "progress",
            "engine_version",
            "time_limit_s",
            "finished_at",
        ]
    )
    if not composition.is_over:
        transaction.on_commit(partial(compose_longer.enqueue, str(composition.pk)))
    elif composition.base_id is None:
        # Of a variant only who asks for it: many are tried, few are read.
        request_study(composition=composition)


def _locked(composition: Composition) -> tuple[str, datetime | None]:
    """State of a composition and when a stop was asked, held until the transaction ends."""
    row = Composition.objects.select_for_update().filter(pk=composition.pk)
    found: tuple[str, datetime | None] | None
    found = row.values_list("state", "stop_asked_at").first()
    return found or (Composition.State.CANCELLED, None)


def take_up(composition_id: str, *, is_retry: bool = False) -> Composition | None:
    """Take a composition from the queue, to work on it; none where it is there no more.

    `is_retry`: whoever had it in hand died, so that one which runs is nobody's.
    """
    row = Composition.objects.filter(pk=composition_id)
    return row.get() if _take(row, is_retry=is_retry) else None


def _take(row: QuerySet[Any], *, is_retry: bool) -> bool:
    # A conditional update hands it to one worker of two, on either database.
    state = row.model.State
    free = [state.QUEUED, state.RUNNING] if is_retry else [state.QUEUED]
    return row.filter(state__in=free).update(state=state.RUNNING) > 0


def give_up(composition_id: str) -> None:
    """End a search that takes its workers down, with a code for the telephone."""
    composition = take_up(composition_id, is_retry=True)
    if composition is not None:
        code = _code_of(composition)
        logger.error("Composition %s is given up: its workers died (%s)", composition.pk, code)
        _fail(composition, code)


@transaction.atomic
def request_study(*, composition: Composition) -> None:
    """Have an answer studied; once it is, or is on its way, nothing happens.

    One that broke down, or whose worker was ended, is begun again.
    """
    # Here, not above: the task calls back into this module.
    from cordee.composing.tasks import study_answer

    if composition.outcome not in {Outcome.COMPOSED, Outcome.IMPOSSIBLE}:
        return
    now = timezone.now()
    # The row is the lock: two pages that ask at once have it studied once.
    study, is_new = Study.objects.select_for_update().get_or_create(
        composition=composition, defaults={"asked_at": now}
    )
    if not is_new:
        if not study.is_lost(now):
            return
        study.state, study.asked_at = Study.State.QUEUED, now
        study.save(update_fields=["state", "asked_at"])
    transaction.on_commit(partial(study_answer.enqueue, str(composition.pk)))


def take_up_study(composition_id: str, *, is_retry: bool = False) -> Study | None:
    """Take a study from the queue, to work on it; `is_retry` as in `take_up`."""
    row = Study.objects.filter(composition__pk=composition_id)
    return row.select_related(*STUDIED).get() if _take(row, is_retry=is_retry) else None


def run_study(*, study: Study) -> None:
    """Study the answer and keep each part when it is ready, while its figures may be used."""
    composition, row = study.composition, Study.objects.filter(pk=study.pk)
    try:
        question, answer = problem.stored_question(composition), problem.stored_answer(composition)
        if answer is not None and _may_reuse(composition, question):
            asker = access.asker_of(composition, on=timezone.localdate())
            packages = list(composition.breakdown.packages.all())
            supposed = supposition_of(packages, with_place=True)
            inquiry = studies.Inquiry(
                question,
                answer.best,
                # A wish says otherwise of the work: its size is not what we suppose.
                studies.StudyRequest(supposed=supposed if composition.base_id is None else None),
                seconds=studies.SECONDS_IN_QUEUE.__getitem__,
                seed=composition.seed,
                viewer=asker,
            )
            kept = studies.Findings(question=question).as_columns()
            for found in inquiry.run():
                columns = found.as_columns()
                # What did not change is not written: the page that waits reads it each second.
                news = {name: value for name, value in columns.items() if value != kept.get(name)}
                if news and not row.update(**news):
                    return  # gone with its opportunity
                kept = columns
    except Exception as error:
        if outage_of(error):
            raise
        logger.exception("Study of composition %s failed", composition.pk)
        row.update(state=Study.State.FAILED, finished_at=timezone.now())
        return
    row.update(state=Study.State.DONE, finished_at=timezone.now())


@transaction.atomic
def stop_composition(*, composition: Composition, by: User) -> None:
    """End a search with what it has found; asked again, or once it is over, nothing happens.

    One that still waits in the queue ends at once with what its short try found; one that runs is
    told within half a second, and stores its answer itself.
    """
    state, asked = _locked(composition)
    if asked is not None or state not in {Composition.State.QUEUED, Composition.State.RUNNING}:
        return
    composition.stop_asked_at = timezone.now()
    composition.stopped_by = by
    changed = ["stop_asked_at", "stopped_by"]
    if state == Composition.State.QUEUED:
        composition.state = Composition.State.STOPPED
        composition.finished_at = composition.stop_asked_at
        composition.progress = {}
        changed += ["state", "finished_at", "progress"]
    composition.save(update_fields=changed)
    if composition.is_over and composition.base_id is None:
        request_study(composition=composition)
    journal.record("composing.stop_composition", composition, by=by)


@transaction.atomic
def cancel_composition(*, composition: Composition, by: User) -> None:
    """Drop a search with all that it has found; once it is over, nothing happens.

    Over at once, even where nobody works on it any more: whoever does reads it and stops.
    """
    state, _ = _locked(composition)
    if state not in {Composition.State.QUEUED, Composition.State.RUNNING}:
        return
    dropped: dict[str, Any] = {"outcome": "", "best": {}, "certain": {}, "progress": {}}
    for field, value in dropped.items():
        setattr(composition, field, value)
    composition.state = Composition.State.CANCELLED
    composition.stopped_by = by
    composition.finished_at = timezone.now()
    composition.save(update_fields=[*dropped, "state", "stopped_by", "finished_at"])
    journal.record("composing.cancel_composition", composition, by=by)


@transaction.atomic
def keep_proposal(*, composition: Composition, origin: str, by: User, number: int = 0) -> Proposal:
    """Keep a team of a composition; keeping it twice keeps it once.

    `number` says which of the other teams, from 1.
    """
    proposal, is_new = Proposal.objects.get_or_create(
        composition=composition,
        origin=Proposal.Origin(origin),
        number=number,
        withdrawn_at=None,
        defaults={"kept_by": by},
    )
    if is_new:
        journal.record(
            "composing.keep_proposal", proposal, by=by, after={"origin": origin, "number": number}
        )
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User) -> None:
    """Take a kept team back; the row stays as history."""
    proposal.withdrawn_at = timezone.now()
    proposal.save(update_fields=["withdrawn_at"])
    journal.record("composing.withdraw_proposal", proposal, by=by)


@transaction.atomic
def open_to_all(*, composition: Composition) -> None:
    """Show a composition of the invented valley to anybody, with every figure in it."""
    composition.is_public = True
    composition.save(update_fields=["is_public"])
    journal.record("composing.open_to_all", composition, by=None)
