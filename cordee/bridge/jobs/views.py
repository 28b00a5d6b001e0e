"""« Postes »: what employers ask for, and what the structure answered to its networks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.bridge import access
from cordee.bridge.tabs import frame_of
from cordee.mobilisation.campaigns.access import asks_for
from cordee.mobilisation.campaigns.answer_page import lines_of
from cordee.notices.notice import NeedKind


@require_safe
def jobs(request: SignedInRequest, pk: int) -> HttpResponse:
    """Posts are needs; who directs answers as to any question of a network."""
    structure, now = access.bridge_structure_for(request.user, pk), timezone.now()
    asks = asks_for(request.user).filter(
        structure=structure, opportunity__need_kind=NeedKind.LABOUR
    )
    asked = {line.ask.opportunity_id: line for line in lines_of(asks, now=now)}
    posts = page_of(request, access.posts_for(request.user, on=timezone.localdate(now)), 20)
    count, waiting = posts.paginator.count, sum(line.is_waiting for line in asked.values())
    title = f"{french.in_letters(count).capitalize()} poste{'s' if count > 1 else ''} à pourvoir"
    title = title.replace("Une poste", "Un poste").replace("Aucune", "Aucun")
    if waiting:
        title += f", {waiting} {'attendent' if waiting > 1 else 'attend'} votre réponse"
    context = frame_of(request.user, structure, "bridge:jobs") | {
        "title": title,
        "rows": [(post, asked.get(post.pk)) for post in posts],
        "page": posts,
    }
    return render(request, "bridge/jobs/list.html", context)
