"""Whose verdicts are computed next: the schedule, within a budget; a task, when a sheet changes."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet
from django.db.models.signals import post_save
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cordee.accounts.models import JournalEntry
from cordee.composing.problem.compilation import warm
from cordee.composing.verdicts.computing import compute
from cordee.members.models import Activity, Chantier, RoleSeat, Structure
from cordee.members.roles import May, roles_that
from cordee.mobilisation.problem import TEAM_KINDS
from cordee.opportunities.actions import verdicts as actions
from cordee.opportunities.models import Breakdown, Verdict, VerdictTurn, WorkPackage

# Hours of Paris in which all verdicts are gone through; by day only what is new or has changed.
NIGHT = range(6)
DAY_SECONDS, TASK_SECONDS = 60.0, 60.0
# One degree of latitude is 111 km: this much holds every circle in which a team is sought.
BOX_DEG = 1.0
# Every write on a sheet leaves its line, were it of many rows at once: the journal tells them all.
# What is noted of a structure elsewhere (who learns there, what it was asked) changes no verdict.
SHEET_VERBS = ("members.", "economics.")
READ_BY = {
    Structure._meta.label_lower: lambda pk: Structure.objects.filter(pk=pk),
    Chantier._meta.label_lower: lambda pk: Structure.objects.filter(chantiers=pk),
}


def run(now: datetime) -> int:
    """What the schedule does each hour: structures whose verdicts are old, longest waiting first.

    It stops when the seconds of its budget are over; the next run goes on from there.
    """
    actions.line_up(list(_directed().values_list("pk", flat=True)))
    is_night = timezone.localtime(now).hour in NIGHT
    ends = perf_counter() + (settings.VERDICT_NIGHT_SECONDS if is_night else DAY_SECONDS)
    done = 0
    warm()
    for pk in list(_due(now, is_night=is_night)):
        if perf_counter() >= ends:
            break
        done += refresh(pk, now, is_over=lambda: perf_counter() >= ends)
    return done


def refresh(structure_pk: int, now: datetime, *, is_over: Callable[[], bool] | None = None) -> bool:
    """Compute the verdicts of one structure; False where the time was over before the end."""
    ends = perf_counter() + TASK_SECONDS
    structure = _directed().select_related("organisation").filter(pk=structure_pk).first()
    if structure is None:
        return False
    actions.begin_verdicts(structure_pk)
    if not compute(structure, now, is_over=is_over or (lambda: perf_counter() >= ends)):
        # It stays in the line, before those who waited less.
        actions.ask_for_verdicts(structure_pk, now)
        return False
    actions.end_verdicts(structure_pk, now)
    return True


def _directed() -> QuerySet[Structure]:
    seats = RoleSeat.objects.filter(role__in=roles_that(May.DIRECT_STRUCTURE))
    return Structure.objects.active().filter(
        kind__in=TEAM_KINDS, pk__in=seats.filter(structure__isnull=False).values("structure")
    )


def _due(now: datetime, *, is_night: bool) -> QuerySet[VerdictTurn, int]:
    due = Q(computed_at__isnull=True) | Q(asked_at__isnull=False)
    if is_night:
        midnight = timezone.make_aware(
            datetime.combine(timezone.localdate(now), time.min), timezone.get_current_timezone()
        )
        due |= Q(computed_at__lt=midnight)
    rows = VerdictTurn.objects.filter(due)
    order = F("computed_at").asc(nulls_first=True), F("asked_at").asc(nulls_last=True), "pk"
    return rows.order_by(*order).values_list("structure_id", flat=True)


def sheet_changed(structure_pk: int) -> None:
    """Have the verdicts of a structure computed again, once however often its sheet changes."""
    # Here, not above: the task calls back into this module.
    from cordee.composing.tasks import refresh_verdicts

    if _directed().filter(pk=structure_pk).exists() and actions.ask_for_verdicts(
        structure_pk, timezone.now()
    ):
        transaction.on_commit(partial(refresh_verdicts.enqueue, structure_pk))


def notice_changed() -> None:
    """Have the structures around new work looked for, once for all notices of an import."""
    from cordee.composing.tasks import follow_notices

    def enqueue() -> None:
        waiting = DBTaskResult.objects.ready().filter(task_path=follow_notices.module_path)
        if not waiting.exists():
            follow_notices.enqueue()

    transaction.on_commit(enqueue)


def ask_around_new_work(now: datetime) -> int:
    """Ask for the verdicts of structures that a notice cut since may change: how many."""
    turns = VerdictTurn.objects.filter(asked_at__isnull=True, computed_at__isnull=False)
    since = turns.order_by("computed_at").values_list("computed_at", flat=True).first()
    if since is None:
        return 0
    # One that was cut while they were computed may have been missed.
    newer = Q(breakdown__made_at__gt=OuterRef("computed_at") - timedelta(minutes=2))
    place = "structure__latitude", "structure__longitude"
    trades = Activity.objects.filter(chantier__structure=OuterRef(OuterRef("structure")))
    around = WorkPackage.objects.filter(
        newer,
        breakdown__made_at__gt=since - timedelta(minutes=2),
        latitude__range=(OuterRef(place[0]) - BOX_DEG, OuterRef(place[0]) + BOX_DEG),
        longitude__range=(OuterRef(place[1]) - 2 * BOX_DEG, OuterRef(place[1]) + 2 * BOX_DEG),
        trade__in=trades.values("trade"),
    )
    told = Verdict.objects.filter(
        structure=OuterRef("structure"),
        opportunity__in=Breakdown.objects.filter(
            made_at__gt=OuterRef(OuterRef("computed_at"))
        ).values("opportunity"),
    )
    found = list(turns.filter(Exists(around) | Exists(told)).values_list("structure_id", flat=True))
    for pk in found:
        sheet_changed(pk)
    return len(found)


def watch() -> None:
    """Listen for what changes a verdict: a line of the journal about a structure, a notice cut
    anew. Once, at the start of the process."""
    post_save.connect(_written, sender=JournalEntry, dispatch_uid="verdicts-journal")
    post_save.connect(_cut, sender=Breakdown, dispatch_uid="verdicts-breakdown")


def _written(sender: type[Model], instance: JournalEntry, created: bool, **more: Any) -> None:
    reader = READ_BY.get(instance.target_kind)
    if not created or reader is None or not instance.verb.startswith(SHEET_VERBS):
        return
    for pk in reader(instance.target_id).values_list("pk", flat=True):
        sheet_changed(pk)


def _cut(sender: type[Model], instance: Breakdown, created: bool, **more: Any) -> None:
    if created:
        notice_changed()
