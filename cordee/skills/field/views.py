"""The page of the field, what it asks when a signal comes back, and its worker."""

import json
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from ninja import Schema
from pydantic import Field, ValidationError

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.skills import access
from cordee.skills.field.actions import AT_ONCE, Noted, note_from_field, observe
from cordee.skills.field.page import data_of
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.learners.forms import ObservationForm
from cordee.skills.learners.pages import task_of, tasks_of
from cordee.skills.models import Observation


class Sending(Schema):
    observations: list[Noted] = Field(max_length=AT_ONCE)


@require_safe
@never_cache
def field(request: SignedInRequest) -> HttpResponse:
    structure = access.field_structure_for(request.user, request.GET.get("structure", ""))
    data = data_of(structure, frameworks_of(structure).values())
    return render(
        request,
        "skills/field/field.html",
        {"structure": structure, "data": data, "as_json": json.dumps(data)},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: SignedInRequest) -> HttpResponse:
    """One page is the sheet on paper, and the form that it is typed in by; first, of which task."""
    structure = access.field_structure_for(request.user, request.GET.get("structure", ""))
    frameworks = frameworks_of(structure)
    learners = list(structure.learners.present())
    task = task_of(frameworks, request.GET.get("quoi", ""))
    context: dict[str, Any] = {"structure": structure, "learners": learners, "task": task}
    if task is None or not learners:
        context["tasks"] = [(each.name, list(tasks_of(each))) for each in frameworks.values()]
        context["ask"] = f"structure={structure.pk}"
        return render(request, "skills/field/sheets.html", context)
    newest, today = Observation.objects.newest(structure), timezone.localdate()
    start = {"seen_on": today, "newest": newest}
    form = ObservationForm(
        posted(request), task=task, learners=learners, is_sheet=True, initial=start
    )
    if form.is_valid():
        said = form.cleaned_data
        with refusals_in(form):
            observe(structure=structure, task=task, **said, by=request.user, today=today)
            noted = french.count(len(said["levels"]), "case est notée", "cases sont notées")
            messages.success(request, f"{noted}.")
            return redirect(f"{request.path}?structure={structure.pk}")
        form.knows(newest)
    return render_form(request, "skills/field/sheet.html", context | {"form": form})


@require_safe
@never_cache
def state(request: SignedInRequest) -> HttpResponse:
    """Who is signed in here: a phone sends what it kept to nobody else."""
    access.field_structure_for(request.user)
    return JsonResponse({"author": request.user.pk, "token": get_token(request)})


@require_POST
def send(request: SignedInRequest) -> HttpResponse:
    structure = access.field_structure_for(request.user, request.GET.get("structure", ""))
    try:
        sent = Sending.model_validate_json(request.body)
    except ValidationError as error:
        words = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return JsonResponse({"faults": words}, status=400)
    results = note_from_field(
        structure=structure,
        noted=sent.observations,
        frameworks=frameworks_of(structure),
        by=request.user,
        today=timezone.localdate(),
    )
    return JsonResponse({"results": results})


@require_safe
def worker(request: SignedInRequest) -> HttpResponse:
    """Below the page that it serves: a worker reaches no further than its own address."""
    found = finders.find("skills/field-worker.js")
    if found is None:
        raise Http404
    return HttpResponse(Path(found).read_bytes(), content_type="text/javascript")


@require_safe
def manifest(request: SignedInRequest) -> HttpResponse:
    content: dict[str, Any] = {
        "name": "Cordée, sur le terrain",
        "short_name": "Terrain",
        "lang": "fr",
        "start_url": reverse("field:field"),
        "scope": reverse("field:field"),
        "display": "standalone",
        "background_color": "#f6f5f0",
        "theme_color": "#6a2c5a",
        "icons": [{"src": static("ui/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")
