"""Every write of the room that means something."""

import hashlib
import json
import logging
from datetime import date, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances import problem
from cordee.alliances.models import Composition, Proposal
from cordee.alliances.watching import Watcher
from cordee.members.sharing import Viewer
from cordee.notices.notice import Notice
from cordee.opportunities.models import Breakdown

logger = logging.getLogger(__name__)
SEED = 0


def request_composition(
    *, breakdown: Breakdown, notice: Notice, viewer: Viewer, by: User | None, on: date
) -> Composition:
    """Pose the question, try it for a short while, and hand it to the queue if that is not enough.

    The same question asked again gives the composition that already answers it, unless that one
    failed, was stopped or cancelled, or its worker was ended. Raises
    `mobilisation.problem.NotComposable` where a package has no place, time or size.
    """
    question = problem.pose(list(breakdown.packages.all()), notice, viewer=viewer, on=on)
    stored = question.problem_json
    composition, is_new = _composition(breakdown, stored, question, viewer, by, on)
    if is_new:
        seconds = settings.COMPOSE_SYNCHRONOUS_SECONDS
        run_composition(composition=composition, time_limit_s=seconds, is_last=False)
    return composition


@transaction.atomic
def _composition(
    breakdown: Breakdown,
    stored: dict[str, Any],
    question: problem.Question,
    viewer: Viewer,
    by: User | None,
    on: date,
) -> tuple[Composition, bool]:
    text = json.dumps([stored, question.solo_only], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    state = Composition.State
    same = Composition.objects.filter(
        breakdown=breakdown, network=viewer.network, question_sha256=digest, computed_for=on
    ).exclude(state__in=[state.FAILED, state.STOPPED, state.CANCELLED])
    if viewer.network is None:
        same = same.filter(made_by=by)
    found = same.first()
    if found is not None and not found.is_stalled(timezone.now()):
        return found, False
    composition = Composition.objects.create(
        breakdown=breakdown,
        network=viewer.network,
        made_by=by,
        computed_for=on,
        state=Composition.State.RUNNING,
        seed=SEED,
        time_limit_s=settings.COMPOSE_SYNCHRONOUS_SECONDS,
        question_sha256=digest,
        is_solo_only=question.solo_only,
        problem=stored,
        people=question.people_json,
    )
    journal.record(
        by=by,
        verb="alliances.request_composition",
        target=composition,
        after={"breakdown": breakdown.pk, "candidates": len(question.known)},
    )
    return composition, True


def run_composition(*, composition: Composition, time_limit_s: float, is_last: bool) -> None:
    """Solve and store; queue a longer try where more time could help and this is not the last."""
    try:
        question = problem.stored_question(composition)
        watcher = Watcher(composition, question, began_at=timezone.now(), time_limit_s=time_limit_s)
        watcher.begin()
        answer = problem.solve(
            question,
            time_limit_s=time_limit_s,
            seed=composition.seed,
            watch=watcher,
            earlier=problem.stored_answer(composition),
        )
    except Exception:
        code = f"C-{str(composition.pk)[:8].upper()}"
        logger.exception("Composition %s failed (%s)", composition.pk, code)
        _fail(composition, code)
        return
    composition.time_limit_s = time_limit_s
    _store(composition, answer, watcher, is_last)


def _fail(composition: Composition, code: str) -> None:
    """Keep the code of a crash, for the telephone; a search that was cancelled stays so."""
    composition.state = Composition.State.FAILED
    composition.error_code = code
    Composition.objects.filter(pk=composition.pk, state=Composition.State.RUNNING).update(
        state=composition.state, error_code=code, finished_at=timezone.now(), progress={}
    )


@transaction.atomic
def _store(
    composition: Composition, answer: problem.Answer, watcher: Watcher, is_last: bool
) -> None:
    """Keep an answer, unless the search was cancelled meanwhile."""
    # Here, not above: the task calls back into this module.
    from cordee.alliances.tasks import compose_longer

    composition.state, asked = _locked(composition)
    if composition.state != Composition.State.RUNNING:
        return
    composition.outcome = answer.outcome
    composition.best = problem.result_json(answer.best)
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
            "best",
            "certain",
            "progress",
            "engine_version",
            "time_limit_s",
            "finished_at",
        ]
    )
    if not composition.is_over:
        transaction.on_commit(partial(compose_longer.enqueue, str(composition.pk)))


def _locked(composition: Composition) -> tuple[str, datetime | None]:
    """State of a composition and when a stop was asked, held until the transaction ends."""
    row = Composition.objects.select_for_update().filter(pk=composition.pk)
    found: tuple[str, datetime | None] | None
    found = row.values_list("state", "stop_asked_at").first()
    return found or (Composition.State.CANCELLED, None)


def take_up(composition_id: str) -> Composition | None:
    """Take a composition from the queue, to work on it; none where it is there no more."""
    row = Composition.objects.filter(pk=composition_id)
    taken = row.filter(state=Composition.State.QUEUED).update(state=Composition.State.RUNNING)
    return row.get() if taken else None


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
    journal.record(by=by, verb="alliances.stop_composition", target=composition)


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
    journal.record(by=by, verb="alliances.cancel_composition", target=composition)


@transaction.atomic
def keep_proposal(*, composition: Composition, origin: str, by: User) -> Proposal:
    """Keep a team of a composition; keeping it twice keeps it once."""
    proposal, is_new = Proposal.objects.get_or_create(
        composition=composition,
        origin=Proposal.Origin(origin),
        withdrawn_at=None,
        defaults={"kept_by": by},
    )
    if is_new:
        journal.record(
            by=by, verb="alliances.keep_proposal", target=proposal, after={"origin": origin}
        )
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User) -> None:
    """Take a kept team back; the row stays as history."""
    proposal.withdrawn_at = timezone.now()
    proposal.save(update_fields=["withdrawn_at"])
    journal.record(by=by, verb="alliances.withdraw_proposal", target=proposal)


@transaction.atomic
def open_to_all(*, composition: Composition) -> None:
    """Show a composition of the invented valley to anybody, with every figure in it."""
    composition.is_public = True
    composition.save(update_fields=["is_public"])
    journal.record(by=None, verb="alliances.open_to_all", target=composition)
