"""« Auto-positionnement » of a structure, function by function."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import number
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.economics.dossiers.views import to_file
from cordee.members.access import edited_structure_for
from cordee.members.actions.undoable import keep_row
from cordee.practices.models import PlannedAction
from cordee.practices.positioning import access, actions, pages, papers
from cordee.practices.positioning.forms import ActionForm, FunctionForm, StepForm
from cordee.practices.positioning.grid import NOT_A_LABEL, Grid, own_text, read

EDIT = require_http_methods(["GET", "HEAD", "POST"])
FRAME = {"not_a_label": NOT_A_LABEL}


@require_safe
def positioning(request: SignedInRequest, pk: int, key: int | None = None) -> HttpResponse:
    """One of them; without `key` the newest, else how to begin."""
    structure, on = edited_structure_for(request.user, pk), timezone.localdate()
    every = list(structure.positionings.select_related("grid"))
    found = access.positioning_for(request.user, pk, key) if key else next(iter(every), None)
    context: dict[str, Any] = FRAME | {
        "structure": structure,
        "positioning": found,
        "title": "Où en êtes-vous, en quinze minutes\u00a0?",
        "is_current": found == next(iter(every), None),
        "others": [each for each in every if each != found],
        # None stands for ours, which is kept only once somebody begins with it.
        "grids": [
            *((row.pk, row.value) for row in actions.network_grids(structure, on)),
            ("", read(own_text())),
        ],
    }
    if found is not None:
        context |= {
            "title": pages.told(found).capitalize(),
            "functions": pages.functions_of(found),
            "next_function": pages.next_function(found),
            "actions": found.actions.in_force(),
        }
    return render(request, "practices/positioning/positioning.html", context)


@require_POST
def begin(request: SignedInRequest, pk: int) -> HttpResponse:
    structure, on = edited_structure_for(request.user, pk), timezone.localdate()
    asked = number(request.POST.get("grille", ""))
    offered = {row.pk: row for row in actions.network_grids(structure, on)}
    chosen = offered.get(asked or 0) or actions.own_grid()
    row = actions.begin(structure=structure, chosen=chosen, by=request.user, on=on)
    return redirect("practices:positioning_step", pk, row.pk, row.value.functions[0].key)


def ask_function(
    request: SignedInRequest, grid: Grid, form: FunctionForm, said: Collection[str], **more: Any
) -> HttpResponse:
    """The page of one function of a grid; `said`: the keys of those told already."""
    now, every = form.function, grid.functions
    route = [(f.name, "now" if f == now else "done" if f.key in said else "todo") for f in every]
    context = FRAME | more | {"form": form, "function": now, "route": route}
    context["is_last"] = now == every[-1]
    return render_form(request, "practices/positioning/step.html", context)


@EDIT
def step(request: SignedInRequest, pk: int, key: int, function: str) -> HttpResponse:
    """One function; kept, the next one that is not wholly said."""
    row = access.positioning_for(request.user, pk, key, is_edited=True)
    grid, on = row.value, timezone.localdate()
    form = StepForm(posted(request), positioning=row, function=grid.function(function), on=on)
    if form.is_valid():
        said = {name: (int(level), word) for name, (level, word) in form.said.items()}
        row = actions.keep_answers(positioning=row, said=said, by=request.user, on=on)
        messages.success(request, "C’est gardé.")
        if following := pages.next_function(row, after=function):
            return redirect("practices:positioning_step", pk, key, following.key)
        return redirect("practices:positionings", pk)
    said_already = [each.key for each in grid.functions if not row.lacks(each)]
    # The key is new as soon as something is kept: what the browser holds is then dropped.
    keep = f"positionnement-{row.pk}-{function}-{row.said_at.timestamp():.0f}"
    return ask_function(request, grid, form, said_already, structure=row.structure, keep=keep)


@EDIT
def plan(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    row = access.positioning_for(request.user, pk, key, is_edited=True)
    action = PlannedAction(positioning=row, noted_by=request.user)
    form = ActionForm(posted(request), instance=action)
    if form.is_valid():
        with refusals_in(form):
            actions.plan(action=form.instance, by=request.user)
            messages.success(request, "C’est noté. «\u00a0Aujourd’hui\u00a0» vous le rappellera.")
            return redirect("practices:positionings", pk)
    context = FRAME | {"structure": row.structure, "form": form}
    return render_form(request, "practices/positioning/action.html", context)


@require_POST
def keep_action(
    request: SignedInRequest, pk: int, key: int, *, is_kept: bool, at: str = "taken_back_at"
) -> HttpResponse:
    """Taken back, or done (`at`); or neither any more."""
    row, now = access.action_for(request.user, pk, key), timezone.now()
    owner, by = row.positioning.structure, request.user
    when: Any = now if at == "taken_back_at" else timezone.localdate()
    with refusals_as_messages(request):
        of = "action" if at == "taken_back_at" else "action_to_do"
        keep_row(row=row, owner=owner, is_kept=is_kept, by=by, now=when, of=of, at=at)
        messages.success(request, "C’est noté.")
    return redirect("practices:positionings", pk)


@require_safe
def annex(request: SignedInRequest, pk: int, key: int) -> HttpResponse:
    return to_file(request, papers.annex(access.positioning_for(request.user, pk, key)))
