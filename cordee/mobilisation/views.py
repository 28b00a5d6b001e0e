import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cordee.base import limits
from cordee.base.found import page_of
from cordee.base.ui import panels
from cordee.members.acting import viewer_of
from cordee.mobilisation import access, actions, pages
from cordee.mobilisation.need_reach import reach_of
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities import need_content
from cordee.opportunities.access import draft_for, published_opportunity_for


@require_http_methods(["GET", "POST"])
def ranking(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """Who could answer, package by package; a POST looks again with today's figures."""
    viewer = viewer_of(request)
    opportunity = published_opportunity_for(request.user, opportunity_pk, on=viewer.on)
    breakdown = opportunity.latest_breakdown()
    problem, refused = "", None
    if request.method == "POST" and breakdown is not None:
        try:
            limits.count("compute", request.user.pk, timezone.now().timestamp())
            actions.rank_structures(breakdown=breakdown, viewer=viewer, by=request.user)
        except NotComposable as missing:
            problem = str(missing)
        except limits.NotNow as not_now:
            refused = not_now
        else:
            return redirect("mobilisation:ranking", opportunity_pk=opportunity.pk)
    found, is_night = access.found_for(viewer, breakdown)
    rankings = pages.rankings_of(found, viewer) if found else []
    asked = request.GET.get("travaux", "")
    chosen = next((r for r in rankings if r.id == asked), rankings[0] if rankings else None)
    lines = chosen.lines if chosen else []
    opened = request.GET.get("structure", "")
    context: dict[str, Any] = {
        "opportunity": opportunity,
        "ranking": found,
        "is_night": is_night,
        "rankings": rankings,
        "chosen": chosen,
        "page": page_of(request, lines, pages.PAGE_SIZE),
        "opened": next((line for line in lines if str(line.rank) == opened), None),
        "term_heads": pages.TERM_HEADS,
        "terms_in_words": pages.TERMS_IN_WORDS,
        "problem": problem,
        "refused": refused,
        "has_work": breakdown is not None and breakdown.packages.exists(),
        # The middle of a department is no place: no distance is told of it.
        "is_place_unknown": chosen is not None and int(chosen.id) in pages.without_place(breakdown),
    }
    response = render(request, "mobilisation/ranking.html", context)
    return refused.mark(response) if refused else response


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
