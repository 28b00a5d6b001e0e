"""Reading needs over for a network, before its members see them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.base.ui.forms import posted, refusals_as_messages
from cordee.members.today.waiting import settled
from cordee.opportunities import actions
from cordee.opportunities.access import audience_for, audiences_for, networks_moderated_by
from cordee.opportunities.actions.needs import latest_content
from cordee.opportunities.models import Audience, Stage
from cordee.opportunities.need_forms import NeedDecisionForm
from cordee.opportunities.need_states import STATES
from cordee.opportunities.need_words import lines_of

PAGE_SIZE = 25
DONE = {
    "publish": "Besoin publié : vos membres le voient maintenant.",
    "ask": "Question envoyée à l’auteur.",
    "refuse": "Besoin refusé. L’auteur lit votre raison.",
}


@require_safe
def needs_to_read(request: HttpRequest) -> HttpResponse:
    """What waits to be read over, then what is decided, the newest first."""
    if not networks_moderated_by(request.user).exists():
        raise Http404
    waits_first = Case(
        When(state=Audience.State.PENDING, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = audiences_for(request.user).order_by(waits_first, "-asked_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, STATES[row.state]) for row in page],
        "waiting": audiences_for(request.user).to_decide().count(),
    }
    return render(request, "opportunities/needs_to_read.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """One need, as its author wrote it, and the three ways to decide."""
    audience = audience_for(request.user, pk)
    need = audience.opportunity
    form = NeedDecisionForm(posted(request))
    if form.is_valid():
        decision = form.cleaned_data["decision"]
        words = form.cleaned_data["words"]
        common: Any = {"audience": audience, "by": request.user, "now": timezone.now()}
        with refusals_as_messages(request):
            if decision == "publish":
                actions.publish_need(**common)
            elif decision == "ask":
                actions.ask_author(question=words, **common)
            else:
                actions.refuse_need(reason=words, **common)
            messages.success(request, DONE[decision])
        return settled(request, "opportunities:needs_to_read")
    context = {
        "audience": audience,
        "need": need,
        "state": STATES[audience.state],
        "lines": lines_of(latest_content(need)),
        "form": form,
        "has_ended": need.stage in (Stage.AWARDED, Stage.CANCELLED),
        "others": need.audiences.count() - 1,
    }
    return render(
        request, "opportunities/moderate.html", context, status=422 if form.errors else 200
    )
