"""Writes about the time of an alliance: its pace, its backwards calendar, its tasks."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance, AlliancePace, AllianceTask
from cordee.alliances.revisions import locked
from cordee.rules.time_left import Limits, Milestone, default_limits


@transaction.atomic
def set_pace(*, alliance: Alliance, limits: Limits, by: User, on: date) -> None:
    """Keep the alliance's own view of how many days a team needs; the advice again where alike."""
    rows = AlliancePace.objects.filter(alliance=alliance)
    if limits == default_limits(on=on):
        rows.delete()
    else:
        pace = rows.first() or AlliancePace(alliance=alliance)
        pace.new_team_days, pace.known_team_days = limits.new_team_days, limits.known_team_days
        pace.full_clean()
        pace.save()
    noted = {"new": limits.new_team_days, "known": limits.known_team_days}
    journal.record("alliances.set_pace", alliance, by=by, after=noted)


@transaction.atomic
def lay_calendar(
    *, alliance: Alliance, milestones: Sequence[Milestone], by: User, now: datetime
) -> int:
    """A task for each step that has none yet; laying it twice lays it once. Gives how many."""
    # The row of the alliance is the lock: two people who lay it at once lay it once.
    alliance = locked(alliance)
    arrangement = alliance.terms.arrangement
    known = set(alliance.tasks.standing().exclude(step="").values_list("step", flat=True))
    new = [
        AllianceTask(
            alliance=alliance,
            step=milestone.step,
            title=arrangement.step_label(milestone.step),
            due_on=milestone.day,
            made_at=now,
            made_by=by,
        )
        for milestone in milestones
        if milestone.step not in known
    ]
    AllianceTask.objects.bulk_create(new)
    if new:
        journal.record("alliances.lay_calendar", alliance, by=by, after={"tasks": len(new)})
    return len(new)


@transaction.atomic
def save_task(*, task: AllianceTask, by: User, now: datetime) -> AllianceTask:
    """Keep a task, new or changed. Raises `ValidationError`."""
    is_new = task.pk is None
    if is_new:
        task.made_at, task.made_by = now, by
    task.full_clean(exclude=["made_by", "done_by"])
    task.save()
    verb = "alliances.add_task" if is_new else "alliances.edit_task"
    journal.record(verb, task.alliance, by=by, after={"task": task.pk})
    return task


@transaction.atomic
def tick_task(*, task: AllianceTask, is_done: bool, by: User, now: datetime) -> None:
    """Say that it is done, or not after all; saying it twice changes nothing."""
    if (task.done_at is not None) == is_done:
        return
    task.done_at, task.done_by = (now, by) if is_done else (None, None)
    task.save(update_fields=["done_at", "done_by"])
    verb = "alliances.tick_task" if is_done else "alliances.untick_task"
    journal.record(verb, task.alliance, by=by, after={"task": task.pk})


@transaction.atomic
def set_removed(*, task: AllianceTask, is_removed: bool, by: User, now: datetime) -> None:
    """Take a task out of the list, or put it back. Raises `ValidationError` where its step was laid
    again meanwhile."""
    if (task.removed_at is not None) == is_removed:
        return
    task.removed_at = now if is_removed else None
    task.validate_constraints()
    task.save(update_fields=["removed_at"])
    verb = "alliances.remove_task" if is_removed else "alliances.restore_task"
    journal.record(verb, task.alliance, by=by, after={"task": task.pk})
