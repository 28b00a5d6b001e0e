"""The pages of a composition: asked for, waited for, read, wished otherwise, studied and kept."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordee.accounts.models import User
from cordee.base import limits, queue
from cordee.base.found import number
from cordee.base.ui import navigation
from cordee.composing import access, actions, pages, wish_page
from cordee.composing.answer_context import (
    ROUTES,
    Tab,
    answer,
    answer_page,
    ended,
    first_context,
    proposed,
    study_context,
)
from cordee.composing.forms import WISH_FORMS, LeanForm, WishForm
from cordee.composing.models import ANSWER_FIELDS, Composition, mark_outdated
from cordee.composing.problem import sentences, wish_options, wish_search
from cordee.composing.problem.team_table import TeamRow
from cordee.composing.progress_page import ProgressPage
from cordee.composing.study_page import StudyPage
from cordee.composing.tasks import compose_longer
from cordee.members.acting import viewer_of
from cordee.members.people_forms import FindForm
from cordee.members.sharing import Viewer
from cordee.mobilisation.problem import NotComposable
from cordee.opportunities.access import published_opportunity_for

# The drawing of the public home: the contract of the example below, and who carries it.

# The places of the knots on the rope, in the units of the drawing, from the valley up.
_PLACES = ((84, 292), (196, 240), (308, 188), (420, 136))
_SMALL_WORDS = re.compile(r"^(?:(?:les?|la|une?|du|des?)\s+|[ld][’'])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DrawnKnot:
    """One structure on the rope, its labels below; no name where the drawing is of nobody."""

    x: int
    y: int
    name: str
    cents: int


def first_name(name: str) -> str:
    """The word that names a structure: « Jardins » of « Les Jardins de la Verdoire »."""
    return _SMALL_WORDS.sub("", name).split(" ")[0] or name


def drawn_knots(rows: Sequence[TeamRow]) -> list[DrawnKnot]:
    """The team on the rope; bare knots where there is none, or one of more than the rope holds."""
    if not 0 < len(rows) <= len(_PLACES):
        return [DrawnKnot(x, y, "", 0) for x, y in _PLACES]
    return [
        DrawnKnot(x, y, first_name(row.name), row.cents)
        for (x, y), row in zip(_PLACES, rows, strict=False)
    ]


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The public home: what Cordée does, and its main job tried on the invented valley.

    Whoever is signed in begins with what waits, unless they try the valley.
    """
    if request.user.is_authenticated and "besoin" not in request.GET:
        return redirect(navigation.first_page(request))
    limits.count_visit(request)
    nobody = Viewer(None, timezone.localdate())
    tries = list(
        access.compositions_for(nobody)
        .filter(state=Composition.State.DONE)
        .select_related("breakdown__opportunity")
        .prefetch_related("breakdown__packages")
        .order_by("breakdown__opportunity_id")
    )
    asked = request.GET.get("besoin", "")
    chosen = next((c for c in tries if str(c.breakdown.opportunity_id) == asked), None)
    if chosen is None and tries:
        # A team says more of Cordée than a structure that suffices alone.
        chosen = next((c for c in tries if c.is_team), tries[0])
    states = [(each, pages.proof_state_of(each)) for each in tries]
    context: dict[str, Any] = {"tries": states, "chosen": chosen, "find": FindForm()}
    rows: Sequence[TeamRow] = ()
    if chosen is not None:
        page = pages.Page(chosen, access.viewer_in(nobody, chosen))
        context["page"] = page
        rows = page.best.team.rows if page.best else ()
    context["knots"] = drawn_knots(rows)
    return render(request, "composing/home.html", context)


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """Ask for the best team of an opportunity; a GET says what will be looked at."""
    viewer = viewer_of(request)
    opportunity = published_opportunity_for(request.user, opportunity_pk, on=viewer.on)
    breakdown = opportunity.latest_breakdown()
    packages = list(breakdown.packages.all()) if breakdown else []
    problem_text, refused = "", None
    is_open = opportunity.is_open(timezone.now())
    if request.method == "POST" and packages and is_open:
        try:
            limits.count("compute", request.user.pk, timezone.now().timestamp())
            composition = actions.request_composition(
                breakdown=breakdown, viewer=viewer, by=request.user
            )
        except NotComposable as missing:
            problem_text = str(missing)
        except limits.NotNow as not_now:
            refused = not_now
        else:
            return redirect("composing:detail", pk=composition.pk)
    earlier = list(
        access.compositions_for(viewer)
        .filter(breakdown__opportunity=opportunity)
        .defer(*ANSWER_FIELDS, "progress")[:5]
    )
    mark_outdated(earlier)
    context = {
        "opportunity": opportunity,
        "groups_banned": opportunity.understood.notice.groups_banned,
        "packages": packages,
        "page": {"supposed": sentences.supposed_of(packages)},
        "may_open_opportunity": True,
        "viewer": viewer,
        "is_open": is_open,
        "problem": problem_text,
        "refused": refused,
        "earlier": earlier,
    }
    response = render(request, "composing/start.html", context)
    return refused.mark(response) if refused else response


@login_not_required
@require_GET
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The team, who does what and what to do next; or how far the search is."""
    limits.count_visit(request)
    viewer = viewer_of(request)
    composition = access.composition_for(viewer, pk)
    if composition.has_answer:
        return answer(request, composition, viewer, Tab.TEAM)
    context = first_context(composition, viewer)
    turn = _turn(composition)
    if composition.state == Composition.State.FAILED or _is_lost(composition, turn):
        return ended(request, context, "failed")
    if composition.state == Composition.State.CANCELLED:
        return ended(request, context, "cancelled")
    return render(request, "composing/running.html", context | _running(composition, viewer, turn))


@login_not_required
@require_GET
def proof(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How the answer is proven, with what it is compared and who was studied."""
    limits.count_visit(request)
    viewer = viewer_of(request)
    composition = access.composition_for(viewer, pk)
    if not composition.has_answer:
        return redirect("composing:detail", pk=pk)
    return answer(request, composition, viewer, Tab.PROOF)


@login_not_required
@require_GET
def progress(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the waiting page asks for each second; it reloads the page when all is done."""
    viewer = viewer_of(request)
    composition = access.composition_for(viewer, pk)
    turn = _turn(composition)
    if composition.is_over or _is_lost(composition, turn):
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"composition": composition, "is_update": True}
    context |= _running(composition, viewer, turn)
    # The buttons are left alone unless they change: one might be about to be pressed.
    context["are_actions_new"] = request.GET.get("vu") != context["page"].key
    return render(request, "composing/running_update.html", context)


def _turn(composition: Composition) -> queue.Turn | None:
    """Where a search stands in the queue; None where it is over, or not there."""
    if composition.is_over:
        return None
    return queue.turn_of(compose_longer, str(composition.pk), timezone.now())


def _is_lost(composition: Composition, turn: queue.Turn | None) -> bool:
    """Whether nobody will work on it: what still stands in the queue is taken one day."""
    return turn is None and composition.is_stalled(timezone.now())


def _running(composition: Composition, viewer: Viewer, turn: queue.Turn | None) -> dict[str, Any]:
    return {
        "page": ProgressPage(composition, viewer, timezone.now(), turn),
        "may_stop": access.may_keep(viewer, composition),
        "is_waiting": composition.state == Composition.State.QUEUED,
    }


@require_POST
def stop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a search with the team that it has found."""
    composition = access.own_composition_for(viewer_of(request), pk)
    actions.stop_composition(composition=composition, by=request.user)
    return redirect("composing:detail", pk=pk)


@require_POST
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Drop a search and whatever it has found."""
    composition = access.own_composition_for(viewer_of(request), pk)
    actions.cancel_composition(composition=composition, by=request.user)
    return redirect("composing:detail", pk=pk)


def _teams_shown(viewer: Viewer, composition: Composition) -> dict[tuple[str, int], pages.Shown]:
    """Return the teams of a composition that the user may keep: those that its page proposes."""
    page = answer_page(composition, viewer) if composition.has_answer else None
    return {} if page is None else proposed(page, StudyPage(page))


@require_POST
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep one of the teams of a composition."""
    viewer = viewer_of(request)
    composition = access.own_composition_for(viewer, pk)
    origin, place = request.POST.get("origin", ""), number(request.POST.get("numero", "")) or 0
    team = _teams_shown(viewer, composition).get((origin, place))
    if team is None:
        messages.error(request, "Cette équipe n’existe pas. Choisissez-en une sur la page.")
        return redirect("composing:detail", pk=pk)
    proposal = actions.keep_proposal(
        composition=composition, origin=origin, number=place, by=request.user
    )
    if request.POST.get("suite") == "alliance":
        return redirect("alliances:open_from_proposal", proposal_pk=proposal.pk)
    kept = "Réponse gardée" if team.is_alone else "Équipe gardée"
    messages.success(request, f"{kept}. Vous la retrouvez dans «\u00a0Alliances\u00a0».")
    name = proposal.shown_as
    return redirect(f"{reverse('composing:detail', args=[pk])}{f'?equipe={name}' if name else ''}")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a kept team back."""
    proposal = access.proposal_for(viewer_of(request), pk)
    actions.withdraw_proposal(proposal=proposal, by=request.user)
    messages.success(request, "Équipe retirée. La composition reste consultable.")
    return redirect("alliances:list")


@login_not_required
@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Other teams and wishes; a POST asks again with one more wish, or one less."""
    viewer = viewer_of(request)
    if request.method == "GET":
        limits.count_visit(request)
        found = access.composition_for(viewer, pk)
        if not found.has_answer:
            return redirect("composing:detail", pk=pk)
        return answer(request, found, viewer, Tab.WHAT_IF)
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    composition = access.own_composition_for(viewer, pk)
    opportunity = composition.breakdown.opportunity
    if not composition.has_answer or not opportunity.is_open(timezone.now()):
        return redirect("composing:detail", pk=pk)
    page = answer_page(composition, viewer)
    if page is None:
        return redirect("composing:detail", pk=pk)
    asked, form = _asked(request, page)
    if asked is None and form is None:
        messages.error(request, "Ce souhait n’existe plus. Choisissez-en un sur la page.")
        return redirect("composing:wish", pk=pk)
    refusal = None
    if asked is not None:
        try:
            limits.count("compute", request.user.pk, timezone.now().timestamp())
            variant = actions.request_wish(composition=composition, asked=asked, by=request.user)
        except limits.NotNow as not_now:
            if form is None:
                raise
            form.add_error(None, str(not_now))
            refusal = not_now
        except wish_options.RefusedWish as refused:
            if form is None:
                messages.error(request, wish_options.refusal(refused))
                return redirect("composing:wish", pk=pk)
            form.add_error(None, wish_options.refusal(refused))
        except actions.FiguresTakenBack:
            messages.error(
                request,
                "Depuis ce calcul, une structure a repris des chiffres. "
                "Composez à nouveau, puis essayez.",
            )
            return redirect("composing:detail", pk=pk)
        else:
            return redirect("composing:detail", pk=variant.pk)
    shown = answer(request, composition, viewer, Tab.WHAT_IF, wish=form)
    return refusal.mark(shown) if refusal else shown


def _asked(
    request: HttpRequest, page: pages.Page
) -> tuple[wish_search.WishRequest | None, WishForm | None]:
    """All that is wished with what was sent; without it where it cannot be, with the form."""
    sent, now = request.POST, wish_search.read_wish_request(page.composition.wishes)
    kind = sent.get("souhait", "")
    if kind == "retirer" and (place := number(sent.get("place", ""))) is not None:
        return now.without(place), None
    if kind == "sans":
        organisation = wish_page.organisation_at(page, sent.get("structure", ""))
        if organisation is None:
            return None, None
        return now.with_wish(wish_options.make("exclude", organisation=organisation)), None
    if kind == "issue":
        way = StudyPage(page).way_out(sent.get("issue", ""))
        if way is None or not way.may_be_tried:
            return None, None
        return replace(now, cure=way.cure), None
    around = page.around
    if kind == "avec-elle":
        organisation = around.organisations.get(sent.get("candidat", ""))
        if organisation is None:
            return None, None
        return now.with_wish(wish_options.make("pin", organisation=organisation)), None
    if kind == "pencher":
        lean = LeanForm(around, [], sent)
        return now.leaning(lean.cleaned_data["preferences"]) if lean.is_valid() else None, None
    made = next((form for form in WISH_FORMS if form.kind == kind), None)
    if made is None:
        return None, None
    form = made(around, sent)
    return (now.with_wish(form.wish()) if form.is_valid() else None), form


@require_POST
def study(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have other teams sought, or ways out: of a variant, or again where that broke down."""
    composition = access.own_composition_for(viewer_of(request), pk)
    if composition.has_answer:
        limits.count("compute", request.user.pk, timezone.now().timestamp())
        limits.refuse_when_full()
        actions.request_study(composition=composition)
    return redirect(f"{reverse(ROUTES[_tab_of(request.POST)], args=[pk])}#etude")


@login_not_required
@require_GET
def study_part(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What the page asks for while other teams are sought: nothing until that is over."""
    viewer = viewer_of(request)
    composition = access.composition_for(viewer, pk)
    if not composition.has_answer:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not access.is_study_over(composition, timezone.now()):
        return HttpResponse(status=204)
    page = answer_page(composition, viewer)
    if page is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    may_keep = access.may_keep(viewer, composition)
    context = first_context(composition, viewer) | {"page": page, "is_news": True}
    context |= study_context(page, StudyPage(page), may_keep, _tab_of(request.GET))
    context["may_wish"] = may_keep and context["is_open"]
    return render(request, "composing/study.html", context)


def _tab_of(sent: QueryDict) -> Tab:
    """On which page a study is read; the page of wishes where nobody says."""
    asked = sent.get("onglet", "")
    return Tab(asked) if asked in set(Tab) else Tab.WHAT_IF
