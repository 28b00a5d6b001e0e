"""Every write of the room that means something."""

import hashlib
import json
import logging
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances import problem
from cordee.alliances.models import Composition, Proposal
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
    failed or its worker was ended. Raises
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
    same = Composition.objects.filter(
        breakdown=breakdown, network=viewer.network, question_sha256=digest, computed_for=on
    ).exclude(state=Composition.State.FAILED)
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
    # Here, not above: the task calls back into this module.
    from cordee.alliances.tasks import compose_longer

    try:
        answer = problem.solve(
            problem.stored_question(composition), time_limit_s=time_limit_s, seed=composition.seed
        )
    except Exception:
        code = f"C-{str(composition.pk)[:8].upper()}"
        logger.exception("Composition %s failed (%s)", composition.pk, code)
        composition.state = Composition.State.FAILED
        composition.error_code = code
        composition.finished_at = timezone.now()
        composition.save(update_fields=["state", "error_code", "finished_at"])
        return
    is_over = answer.is_final or is_last
    with transaction.atomic():
        composition.state = Composition.State.DONE if is_over else Composition.State.QUEUED
        composition.outcome = answer.outcome
        composition.best = problem.result_json(answer.best)
        composition.certain = problem.result_json(answer.certain)
        composition.engine_version = f"{answer.best.method}, {answer.best.solver}"
        composition.time_limit_s = time_limit_s
        composition.finished_at = timezone.now() if is_over else None
        composition.save(
            update_fields=[
                "state",
                "outcome",
                "best",
                "certain",
                "engine_version",
                "time_limit_s",
                "finished_at",
            ]
        )
        if not is_over:
            transaction.on_commit(partial(compose_longer.enqueue, str(composition.pk)))


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
