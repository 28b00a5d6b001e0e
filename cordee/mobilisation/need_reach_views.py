"""The preview of whom a need reaches, for who writes it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cordee.base.ui import panels
from cordee.mobilisation.need_reach import reach_of
from cordee.opportunities import need_content
from cordee.opportunities.access import draft_for


@require_GET
def need_reach(request: HttpRequest, draft_pk: uuid.UUID) -> HttpResponse:
    """Counts by network, distance and department, from the answers of the draft."""
    draft = draft_for(request.user, draft_pk)
    form = need_content.step_form(
        draft, need_content.WHERE, draft.typed.get(need_content.WHERE, {}), request.user
    )
    reach = None
    if form.is_valid():
        data = form.cleaned_data
        reach = reach_of(
            data["trade"],
            data.get("place") or [],
            deadline=data["deadline"],
            on=timezone.localdate(),
        )
    context = {"reach": reach, "draft": draft}
    title = "Qui votre besoin peut toucher"
    return panels.shown(request, "mobilisation/need_reach.html", context, title=title)
