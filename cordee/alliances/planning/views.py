"""The time of an alliance: what the days left allow, the backwards calendar, the tasks."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest, by_now
from cordee.alliances import access as alliance_access
from cordee.alliances.frame.sections import alliance_context
from cordee.alliances.models import AllianceTask
from cordee.alliances.planning import actions, pages
from cordee.alliances.planning.access import task_for, ticked_task_for
from cordee.base.ui.fields import DayField
from cordee.base.ui.forms import ChoosingForm, posted, refusals_as_messages, refusals_in
from cordee.rules.time_left import Limits

# A mistyped year, which no calendar would take.
FIRST_YEAR, LAST_YEAR = 2000, 2099


class LimitsForm(forms.Form):
    """From how many days left a team of each sort may answer."""

    new_team_days = forms.IntegerField(
        label="Une équipe nouvelle, à partir de", min_value=2, max_value=365, help_text="en jours"
    )
    known_team_days = forms.IntegerField(
        label="Des partenaires qui se connaissent, à partir de",
        min_value=1,
        max_value=364,
        help_text="en jours ; en dessous, une équipe prête d’avance",
    )


class TaskForm(ChoosingForm):
    """What, by whom, before when."""

    title = forms.CharField(label="Quoi", max_length=200)
    owner = forms.ChoiceField(label="Qui s’en charge", required=False)
    due_on = DayField(label="Avant le")

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if not FIRST_YEAR <= due_on.year <= LAST_YEAR:
            raise ValidationError("Vérifiez l’année de cette date.")
        return due_on

    def fill(self, task: AllianceTask, owners: Mapping[str, Any]) -> AllianceTask:
        """The task with what was typed; `owners` by key."""
        typed = self.cleaned_data
        task.title, task.due_on = typed["title"], typed["due_on"]
        task.owner = owners.get(typed["owner"])
        return task


@require_safe
def time(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the days left allow, and what is to be done before filing; a subcontractor’s own."""
    access = alliance_access.taking_part_for(request.user, pk)
    return _time(request, access)


@require_POST
def pace(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change, for this alliance, from how many days left a team may answer."""
    access = alliance_access.coordinator_for(request.user, pk)
    form = LimitsForm(request.POST)
    if form.is_valid():
        on, limits = timezone.localdate(), Limits(**form.cleaned_data)
        with refusals_in(form):
            actions.set_pace(alliance=access.alliance, limits=limits, by=request.user, on=on)
            messages.success(request, "Vos repères sont gardés pour cette alliance.")
            return redirect("alliances:planning", pk=pk)
    return _time(request, access, form)


@require_POST
def lay(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a task of each step of the backwards calendar that has none."""
    access = alliance_access.inside_for(request.user, pk)
    milestones = pages.milestones_of(access.alliance, on=timezone.localdate())
    made = actions.lay_calendar(alliance=access.alliance, milestones=milestones, **by_now(request))
    if made:
        messages.success(request, "Le calendrier est posé. Dites qui se charge de quoi.")
    else:
        messages.info(request, "Le calendrier est déjà posé.")
    return redirect("alliances:planning", pk=pk)


@require_http_methods(["GET", "POST"])
def add_task(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Note something to do."""
    access = alliance_access.inside_for(request.user, pk)
    return _task(request, access, AllianceTask(alliance=access.alliance))


@require_http_methods(["GET", "POST"])
def task(request: SignedInRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Change a task: what, by whom, before when."""
    access, found = task_for(request.user, pk, task_pk)
    return _task(request, access, found)


@require_POST
def tick(request: SignedInRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Done, or not after all."""
    found = ticked_task_for(request.user, pk, task_pk)
    typed = request.POST.get("fait", "")
    if typed not in {"oui", "non"}:
        messages.error(request, "Dites si la tâche est faite avec l’un des boutons.")
    else:
        actions.tick_task(task=found, is_done=typed == "oui", **by_now(request))
    return redirect("alliances:planning", pk=pk)


@require_POST
def remove_task(request: SignedInRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Take a task out; it can be put back."""
    _, found = task_for(request.user, pk, task_pk)
    actions.set_removed(task=found, is_removed=True, **by_now(request))
    messages.success(request, "Tâche retirée. Vous pouvez la remettre, en bas de la liste.")
    return redirect("alliances:planning", pk=pk)


@require_POST
def restore_task(request: SignedInRequest, pk: uuid.UUID, task_pk: int) -> HttpResponse:
    """Put a task back."""
    _, found = task_for(request.user, pk, task_pk)
    with refusals_as_messages(request):
        actions.set_removed(task=found, is_removed=False, **by_now(request))
        messages.success(request, "La tâche est remise.")
    return redirect("alliances:planning", pk=pk)


def _time(
    request: SignedInRequest, access: alliance_access.AllianceAccess, form: LimitsForm | None = None
) -> HttpResponse:
    page = pages.time_page(access, now=timezone.now())
    limits = {name: getattr(page["limits"], name) for name in LimitsForm.base_fields}
    context = alliance_context(access, "alliances:planning") | {
        "page": page,
        "form": form or LimitsForm(initial=limits),
    }
    return render(request, "alliances/planning/time.html", context)


def _task(
    request: SignedInRequest, access: alliance_access.AllianceAccess, found: AllianceTask
) -> HttpResponse:
    active = {row.key: row for row in access.rows if row.state in alliance_access.INSIDE}
    owners = [("", "Qui coordonne"), *((key, access.called[key]) for key in active)]
    initial: dict[str, Any] = {}
    if found.pk is not None:
        initial = {"title": found.title, "due_on": found.due_on, "owner": str(found.owner_id or "")}
    form = TaskForm(posted(request), choices={"owner": owners}, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            actions.save_task(task=form.fill(found, active), **by_now(request))
            messages.success(request, "La tâche est notée.")
            return redirect("alliances:planning", pk=access.alliance.pk)
    context = {"access": access, "alliance": access.alliance, "form": form, "task": found}
    return render(request, "alliances/planning/task.html", context)
