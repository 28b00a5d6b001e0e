"""The time of an alliance: what the days left allow, the backwards calendar, the tasks."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceParty, AllianceTask
from cordee.alliances.planning import access as planning_access
from cordee.alliances.planning import actions, pages
from cordee.alliances.planning.forms import LimitsForm, TaskForm
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in


@require_safe
def time(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the days left allow, and what is to be done before filing; a subcontractor’s own."""
    access = alliance_access.taking_part_for(request.user, pk)
    return _time(request, access)


@require_POST
def pace(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change, for this alliance, from how many days left a team may answer."""
    access = alliance_access.coordinator_for(request.user, pk)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _time(request, access, form)
    on = timezone.localdate()
    actions.set_pace(alliance=access.alliance, limits=form.limits, by=request.user, on=on)
    messages.success(request, "Vos repères sont gardés pour cette alliance.")
    return redirect("alliances:planning", pk=pk)


@require_POST
def lay(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a task of each step of the backwards calendar that has none."""
    access = alliance_access.inside_for(request.user, pk)
    milestones = pages.milestones_of(access.alliance, on=timezone.localdate())
    made = actions.lay_calendar(
        alliance=access.alliance, milestones=milestones, by=request.user, now=timezone.now()
    )
    if made:
        messages.success(request, "Le calendrier est posé. Dites qui se charge de quoi.")
    else:
        messages.info(request, "Le calendrier est déjà posé.")
    return redirect("alliances:planning", pk=pk)


@require_safe
def ics(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The tasks still to do that the page shows the user, for their own calendar."""
    access = alliance_access.taking_part_for(request.user, pk)
    # Read at the first use: each start would be a twentieth longer for what writes calendars.
    from cordee.alliances.planning.calendar_file import CONTENT_TYPE, calendar

    now = timezone.now()
    page = pages.time_page(access, now=now)
    tasks = [(view.task, view.owner) for view in page.tasks if view.task.done_at is None]
    answer = HttpResponse(calendar(access.alliance, tasks, now=now), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="taches.ics"'
    return answer


@require_http_methods(["GET", "POST"])
def add_task(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Note something to do."""
    access = alliance_access.inside_for(request.user, pk)
    return _task(request, access, AllianceTask(alliance=access.alliance))


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Change a task: what, by whom, before when."""
    access, found = planning_access.task_for(request.user, pk, task_pk)
    return _task(request, access, found)


@require_POST
def tick(request: HttpRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Done, or not after all."""
    found = planning_access.ticked_task_for(request.user, pk, task_pk)
    typed = request.POST.get("fait", "")
    if typed not in {"oui", "non"}:
        messages.error(request, "Dites si la tâche est faite avec l’un des boutons.")
    else:
        actions.tick_task(task=found, is_done=typed == "oui", by=request.user, now=timezone.now())
    return redirect("alliances:planning", pk=pk)


@require_POST
def remove_task(request: HttpRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Take a task out; it can be put back."""
    _, found = planning_access.task_for(request.user, pk, task_pk)
    actions.remove_task(task=found, by=request.user, now=timezone.now())
    messages.success(request, "Tâche retirée. Vous pouvez la remettre, en bas de la liste.")
    return redirect("alliances:planning", pk=pk)


@require_POST
def restore_task(request: HttpRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Put a task back."""
    _, found = planning_access.task_for(request.user, pk, task_pk)
    with refusals_as_messages(request):
        actions.restore_task(task=found, by=request.user)
        messages.success(request, "La tâche est remise.")
    return redirect("alliances:planning", pk=pk)


def _time(
    request: HttpRequest, access: alliance_access.AllianceAccess, form: LimitsForm | None = None
) -> HttpResponse:
    page = pages.time_page(access, now=timezone.now())
    limits = {
        "new_team_days": page.limits.new_team_days,
        "known_team_days": page.limits.known_team_days,
    }
    context = alliance_context(access, "alliances:planning") | {
        "page": page,
        "form": form or LimitsForm(initial=limits),
    }
    return render(request, "alliances/planning/time.html", context)


def _task(
    request: HttpRequest, access: alliance_access.AllianceAccess, found: AllianceTask
) -> HttpResponse:
    rows, names = access.rows, access.called
    active = {row.key: row for row in rows if row.state == AllianceParty.State.INTERESTED}
    owners = [(key, names[key]) for key in active]
    initial: dict[str, Any] = {}
    if found.pk is not None:
        initial = {"title": found.title, "due_on": found.due_on, "owner": str(found.owner_id or "")}
    form = TaskForm(owners, posted(request), initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.save_task(task=form.fill(found, active), by=request.user, now=timezone.now())
            messages.success(request, "La tâche est notée.")
            return redirect("alliances:planning", pk=access.alliance.pk)
    context = {"access": access, "alliance": access.alliance, "form": form, "task": found}
    return render(request, "alliances/planning/task.html", context)
