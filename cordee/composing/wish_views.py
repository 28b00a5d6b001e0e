"""Wishing otherwise, and having an answer studied."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cordee.accounts.models import User
from cordee.base import limits
from cordee.base.found import number
from cordee.composing import access, actions, pages, wish_page
from cordee.composing.answer_context import (
    ROUTES,
    Tab,
    answer,
    answer_page,
    first_context,
    study_context,
)
from cordee.composing.forms import WISH_FORMS, LeanForm, WishForm
from cordee.composing.problem import wish_options, wish_search
from cordee.composing.study_page import StudyPage
from cordee.members.acting import viewer_of


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
