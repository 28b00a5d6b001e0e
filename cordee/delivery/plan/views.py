"""« Qui peut faire ces heures ? »: a company asks, reads who could, goes on to a team or a need."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cordee.accounts.requests import SignedInRequest
from cordee.alliances.models import Alliance
from cordee.base import limits, queue
from cordee.base.ui import french, months
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.composing import access as composing_access
from cordee.composing.models import Composition
from cordee.composing.progress_page import ProgressPage
from cordee.composing.tasks import compose_longer
from cordee.delivery import access as delivery_access
from cordee.delivery.models import HoursPlan
from cordee.delivery.plan import actions
from cordee.delivery.plan.forms import PlanForm
from cordee.delivery.plan.pages import PlanPage
from cordee.delivery.tabs import frame_of
from cordee.members.acting import viewer_of
from cordee.members.sharing import Viewer
from cordee.notices.sizes.estimated import default_assumptions
from cordee.opportunities import need_content
from cordee.opportunities.actions.needs import draft_of, latest_content

AGAIN = "Ce plan n’est plus à jour. Posez la question de nouveau."


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """The question, how far its search is, or its answer."""
    access, viewer = delivery_access.kept_for(request.user, pk, "structure"), viewer_of(request)
    context = frame_of(access, "delivery:plan")
    kept = _kept(pk)
    is_asking = request.method == "POST" or "question" in request.GET
    composition = None if is_asking else _read(viewer, kept)
    if composition is None:
        return _question(request, viewer, context, kept)
    if not composition.is_over:
        turn = queue.turn_of(compose_longer, str(composition.pk), timezone.now())
        context |= {
            "title": "Nous cherchons qui peut faire ces heures",
            "composition": composition,
            "page": ProgressPage(composition, viewer, timezone.now(), turn),
            "may_stop": composing_access.may_keep(viewer, composition),
            "is_waiting": composition.state == Composition.State.QUEUED,
        }
        return render(request, "delivery/plan/running.html", context)
    assert kept is not None
    page, package = PlanPage(kept, composition, viewer), composition.breakdown.packages.get()
    context |= {
        "title": page.title,
        "page": page,
        "composition": composition,
        "package": package,
        "when": months.span(package.first_month, package.months),
        "year_hours": french.number(default_assumptions().hours_per_fte_year),
    }
    return render(request, "delivery/plan/plan.html", context)


def _question(
    request: SignedInRequest, viewer: Viewer, context: dict[str, Any], kept: HoursPlan | None
) -> HttpResponse:
    """The form, with what was asked last; sent, its plan."""
    delivery = context["delivery"]
    form = PlanForm(posted(request), delivery=delivery, plan=kept, on=viewer.on)
    if form.is_valid():
        now = timezone.now()
        try:
            limits.count("compute", request.user.pk, now.timestamp())
            with refusals_in(form):
                actions.compose_plan(
                    delivery=delivery,
                    asked=form.cleaned_data,
                    viewer=viewer,
                    by=request.user,
                    now=now,
                )
                return redirect("delivery:plan", delivery.pk)
        except limits.NotNow as not_now:
            form.add_error(None, str(not_now))
    context |= {"form": form, "title": "Qui peut faire ces heures\u202f?"}
    return render_form(request, "delivery/plan/question.html", context)


@require_POST
def open_alliance(request: SignedInRequest, pk: int) -> HttpResponse:
    """An alliance of the company and of the structures of its plan; nobody is written to yet."""
    delivery_access.kept_for(request.user, pk)
    viewer, kept = viewer_of(request), _kept(pk)
    composition = _read(viewer, kept)
    if kept is None or composition is None or not composition.has_answer:
        messages.error(request, AGAIN)
        return redirect("delivery:plan", pk)
    led = Alliance.objects.coordinated_by(request.user).running()
    alliance = led.filter(opportunity=kept.need).first()
    with refusals_as_messages(request):
        alliance = alliance or actions.open_alliance(
            plan=kept,
            shares=PlanPage(kept, composition, viewer).shares,
            viewer=viewer,
            by=request.user,
            now=timezone.now(),
        )
        return redirect("alliances:invite", pk=alliance.pk)
    return redirect("delivery:plan", pk)


@require_POST
def post_need(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on to choose which networks read the need; everything else of it is written."""
    delivery_access.kept_for(request.user, pk)
    kept = _kept(pk)
    if kept is None or kept.need.created_by != request.user or kept.need.has_ended:
        messages.error(request, AGAIN)
        return redirect("delivery:plan", pk)
    need = actions.written_need(plan=kept, by=request.user, now=timezone.now())
    typed = need_content.typed_of(latest_content(need))
    draft = draft_of(opportunity=kept.need, typed=typed, by=request.user)
    return redirect("opportunities:need_step", pk=draft.pk, step=need_content.WHO)


def _kept(pk: int) -> HoursPlan | None:
    rows = HoursPlan.objects.select_related("need", "delivery__structure")
    return rows.filter(delivery=pk).first()


def _read(viewer: Viewer, kept: HoursPlan | None) -> Composition | None:
    """The composition of a plan, where the user may still read it; none that broke down, or rests
    on figures taken back since."""
    if kept is None or kept.composition_id is None:
        return None
    rows = composing_access.compositions_for(viewer).filter(pk=kept.composition_id)
    found = rows.select_related("breakdown__opportunity", "network", "made_by", "base").first()
    if found is None or found.is_stalled(timezone.now()):
        return None
    if found.is_over and not found.has_answer:
        return None
    is_withheld = found.has_answer and composing_access.is_withheld(found, on=viewer.on)
    return None if is_withheld else found
