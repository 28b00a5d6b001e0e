"""What the page of time shows: what the days left allow, the dates counted backwards, tasks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from cordee.alliances.access import INSIDE, AllianceAccess
from cordee.alliances.law import last_decisions
from cordee.alliances.models import Alliance, AlliancePace, AllianceParty, AllianceTask, GoDecision
from cordee.alliances.state.current import signing_of
from cordee.base.ui import french
from cordee.rules import time_left
from cordee.rules.time_left import Limits, Milestone, Pace


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task, by whom, and how it stands."""

    task: AllianceTask
    owner: str
    is_own: bool
    kind: str
    state: str


def deadline_of(alliance: Alliance) -> date | None:
    """The last day on which an answer counts, where the place is."""
    deadline = alliance.opportunity.deadline
    return None if deadline is None else timezone.localdate(deadline)


def limits_of(alliance: Alliance, *, on: date) -> tuple[Limits, bool]:
    """The alliance's own limits and True, or the advice and False."""
    own: AlliancePace | None = getattr(alliance, "pace", None)
    return (time_left.default_limits(on=on), False) if own is None else (own.limits, True)


def milestones_of(alliance: Alliance, *, on: date) -> tuple[Milestone, ...]:
    """The backwards calendar from the deadline; empty where it is unknown, past, or met."""
    if not alliance.step.is_editable:
        return ()
    deadline = deadline_of(alliance)
    limits, _ = limits_of(alliance, on=on)
    pace = None if deadline is None else time_left.pace((deadline - on).days, limits)
    if deadline is None or pace is None:
        return ()
    found = time_left.pace_milestones(deadline, pace, on=on)
    # Where there is no common paper, nobody approves one.
    has_paper = alliance.terms.has_paper
    return tuple(each for each in found if has_paper or each.step is not time_left.Step.SIGNATURE)


def time_page(access: AllianceAccess, *, now: datetime) -> dict[str, Any]:
    """Everything the page of time says: a fixed number of queries."""
    alliance, on = access.alliance, timezone.localdate(now)
    deadline = deadline_of(alliance)
    arrangement = alliance.terms.arrangement
    limits, is_own = limits_of(alliance, on=on)
    left = _days_left(alliance, now)
    is_open = alliance.step.is_editable
    here = None if left is None or not is_open else time_left.pace(left, limits)
    names = access.called
    tasks = _tasks(access, names, on)
    standing = [view for view in tasks if view.task.removed_at is None]
    milestones = () if left is None or left < 0 else milestones_of(alliance, on=on)
    laid = {view.task.step for view in standing}
    inside = [
        row
        for row in access.rows
        if row.state in INSIDE and (access.reads_shares or row in access.own)
    ]
    decisions = last_decisions(inside)
    # What stands where no day is left to count.
    over = "L’offre est déposée" if alliance.step.is_frozen else "Le temps de répondre est passé"
    return {
        "sentence": time_left.advice(left, limits) if is_open else over,
        "deadline": deadline,
        "limits": limits,
        "is_own_limits": is_own,
        "paces": _paces(limits, here),
        # What, on which day, and whether that day is past.
        "milestones": [(arrangement.step_label(m.step), m.day, m.is_late) for m in milestones],
        # Whether so few days are left that one should rather answer alone, and the user can decide
        # that.
        "advises_alone": here is Pace.STANDING_TEAM
        and access.coordinates
        and not arrangement.is_alone,
        "to_lay": sum(milestone.step not in laid for milestone in milestones),
        # Whether the user writes tasks for the team; a subcontractor ticks its own.
        "may_write": access.reads_shares,
        "tasks": sorted(standing, key=lambda view: view.task.done_at is not None),
        "removed": [view for view in tasks if view.task.removed_at is not None],
        "done": sum(view.task.done_at is not None for view in standing),
        # What the votes of councils lack to come in time, by name.
        "councils": [
            (names[row.key], finding)
            for row in inside
            if row.power == AllianceParty.Power.COUNCIL
            for finding in signing_of(row, files_on=deadline, on=on)
        ],
        "decisions": [_decision(names[row.key], decisions.get(row.pk)) for row in inside],
    }


def _days_left(alliance: Alliance, now: datetime) -> int | None:
    """Days until the last one that counts; -1 from the very moment of the deadline."""
    deadline = alliance.opportunity.deadline
    if deadline is None:
        return None
    return -1 if deadline < now else (timezone.localdate(deadline) - timezone.localdate(now)).days


def _tasks(access: AllianceAccess, names: Mapping[str, str], on: date) -> list[TaskView]:
    """Those that the user reads: all of the table, or those of its own part."""
    own = {party.pk for party in access.own}
    leader = access.alliance.coordinator_name
    return [
        _task(task, names.get(str(task.owner_id), "") or leader, task.owner_id in own, on)
        for task in access.alliance.tasks.all()
        if access.reads_shares or task.owner_id in own
    ]


def _paces(limits: Limits, here: Pace | None) -> list[tuple[str, str, bool]]:
    """Each sort of team: from how many days left, and whether that is where we are."""
    days = {
        Pace.NEW_TEAM: f"{limits.new_team_days}{french.THIN}jours et plus",
        Pace.KNOWN_TEAM: (
            f"de {limits.known_team_days} à {limits.new_team_days - 1}{french.THIN}jours"
        ),
        Pace.STANDING_TEAM: f"moins de {limits.known_team_days}{french.THIN}jours",
    }
    return [(days[pace], pace.label, pace is here) for pace in Pace]


def _decision(name: str, found: GoDecision | None) -> tuple[str, str, str]:
    if found is None:
        return name, "inconnu", "Pas encore dit"
    return (name, "sur", "Y va") if found.is_go else (name, "bloque", "N’y va pas")


def _task(task: AllianceTask, owner: str, is_own: bool, on: date) -> TaskView:
    if task.done_at is not None:
        kind, state = "sur", "Faite"
    elif task.due_on < on:
        kind, state = "bloque", "En retard"
    elif (task.due_on - on).days <= 2:
        kind, state = "vigilance", "Bientôt"
    else:
        kind, state = "inconnu", "À faire"
    return TaskView(task, owner, is_own, kind, state)
