"""Writing a need, step by step, and what its author does with it afterwards."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.found import page_of
from cordee.base.ui.forms import posted, refusals_as_messages, refusals_in, render_form
from cordee.base.ui.panels import panels_of
from cordee.members.today.way_back import redirect_after
from cordee.notices.notice import NeedKind, NoticeError
from cordee.opportunities import need_content
from cordee.opportunities.access import (
    audience_for,
    audiences_for,
    draft_for,
    may_post_needs,
    networks_moderated_by,
    own_need_for,
    own_needs_for,
)
from cordee.opportunities.actions import needs as actions
from cordee.opportunities.models import Audience, NeedDraft
from cordee.opportunities.need_content import STATES, lines_of, state_of
from cordee.opportunities.need_forms import FilledForm, NeedDecisionForm

NOBODY_MAY = (
    "Pour écrire un besoin, il faut un rôle\u00a0: acheteur, entreprise, facilitateur, "
    "direction de structure ou équipe d’un réseau."
)
KIND_WORDS = {
    NeedKind.CONTRACT: "Vous cherchez qui fera un travail, seul ou en équipe.",
    NeedKind.QUOTE: "Vous voulez un prix avant de décider.",
    NeedKind.SUBCONTRACTOR: "Vous avez un marché et cherchez qui en fait une part.",
    NeedKind.LABOUR: "Vous recrutez. Des personnes en parcours cherchent un emploi durable.",
    NeedKind.SPONSORSHIP: "Vous donnez du temps, du matériel ou de l’argent.",
    NeedKind.PROJECT: "Vous soutenez des projets et cherchez qui en propose.",
}


@require_safe
def my_needs(request: HttpRequest) -> HttpResponse:
    """The needs that the user posted, with what each network decided, and those begun."""
    _may_post(request)
    rows = (
        own_needs_for(request.user)
        .standing()
        .prefetch_related("audiences__network")
        .order_by("-created_at", "-pk")
    )
    page = page_of(request, rows)
    now = timezone.now()
    context = {
        "page": page,
        "rows": [(need, state_of(need, now)) for need in page],
        "drafts": NeedDraft.objects.filter(by=request.user, opportunity=None, revises=None)[:5],
        "reads_over": networks_moderated_by(request.user).exists(),
    }
    return render(request, "opportunities/my_needs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_need(request: SignedInRequest) -> HttpResponse:
    """Choose what sort of need it is; a POST begins a draft."""
    _may_post(request)
    if request.method == "POST":
        asked = request.POST.get("kind", "")
        if asked in NeedKind:
            draft = actions.start_draft(kind=NeedKind(asked), by=request.user)
            return redirect("opportunities:need_step", pk=draft.pk, step=need_content.WHAT)
        messages.error(request, "Choisissez une sorte de besoin.")
    kinds = [(kind.value, kind.label, KIND_WORDS[kind]) for kind in NeedKind]
    return render(request, "opportunities/new_need.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def need_step(request: HttpRequest, pk: uuid.UUID, step: str) -> HttpResponse:
    """One step of a need: what is typed is kept, and kept again where something is wrong."""
    draft = draft_for(request.user, pk)
    if step not in need_content.STEPS:
        raise Http404
    if draft.opportunity is not None:
        # The back button after sending.
        return redirect("opportunities:my_need", pk=draft.opportunity.pk)
    if step == need_content.CHECK:
        return _check(request, draft)
    data = posted(request)
    form: Any = need_content.step_form(draft, step, data, request.user)
    if request.method == "POST" and form.is_valid():
        actions.save_step(draft=draft, step=step, typed=form.typed)
        following = need_content.STEPS[need_content.STEPS.index(step) + 1]
        return redirect("opportunities:need_step", pk=draft.pk, step=following)
    is_audience = step == need_content.WHO
    context = _step_context(draft, step) | {
        "form": form,
        "is_audience": is_audience,
        "is_everywhere": is_audience and not form.fields["networks"].queryset.exists(),
    }
    return render_form(request, "opportunities/need_step.html", context)


def _check(request: HttpRequest, draft: NeedDraft) -> HttpResponse:
    found = need_content.complete(draft, request.user)
    if isinstance(found, str):
        return redirect("opportunities:need_step", pk=draft.pk, step=found)
    content, networks = found
    problem = ""
    if request.method == "POST":
        try:
            need = actions.send_draft(
                draft=draft, content=content, networks=networks, now=timezone.now()
            )
        except NoticeError as error:
            problem = f"{error.reason} {error.cure}"
        except ValidationError as refused:
            problem = " ".join(refused.messages)
        else:
            messages.success(request, "C’est envoyé. Voici où en est votre besoin.")
            return redirect("opportunities:my_need", pk=need.pk)
    own = set(networks_moderated_by(request.user))
    context = _step_context(draft, need_content.CHECK) | {
        "lines": lines_of(content),
        "networks": networks,
        "is_read_over": any(network not in own for network in networks),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "opportunities/need_check.html", context, status=status)


def _step_context(draft: NeedDraft, step: str) -> dict[str, Any]:
    number = need_content.STEPS.index(step)
    return {
        "draft": draft,
        "step": step,
        "title": need_content.TITLES[step],
        "number": number + 1,
        "count": len(need_content.STEPS),
        "before": need_content.STEPS[number - 1] if number else "",
    }


@require_POST
def drop_draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    actions.drop_draft(draft=draft_for(request.user, pk))
    messages.success(request, "Le brouillon est effacé.")
    return redirect("opportunities:my_needs")


@require_safe
def my_need(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the user's need stands, network by network, and what the user can still do."""
    need = own_need_for(request.user, pk)
    now = timezone.now()
    audiences = list(need.audiences.select_related("network"))
    context = {
        "need": need,
        "today": timezone.localdate(now),
        "state": state_of(need, now),
        "audiences": audiences,
        "is_asked": not need.has_ended
        and any(each.state == Audience.State.ASKED for each in audiences),
        "lines": lines_of(actions.latest_content(need)),
        "is_open": need.is_open(now),
        "is_published": need.is_published,
        "composing": panels_of("my-need-action", need),
        "versions": need.publications.values_list("versions__imported_at", "versions__kind")
        .exclude(versions=None)
        .order_by("versions__pk"),
    }
    return render(request, "opportunities/my_need.html", context)


@require_POST
def correct_need(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a correction; of a need that has ended, a new one with the same answers."""
    need = own_need_for(request.user, pk)
    typed = need_content.typed_of(actions.latest_content(need))
    if need.has_ended:
        kind = NeedKind(need.need_kind or NeedKind.CONTRACT)
        draft = actions.start_draft(kind=kind, typed=typed, by=request.user)
    else:
        draft = actions.draft_of(opportunity=need, typed=typed, by=request.user)
    return redirect("opportunities:need_step", pk=draft.pk, step=need_content.WHAT)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_need(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, then take the need back."""
    need = own_need_for(request.user, pk)
    if request.method == "POST":
        with refusals_as_messages(request):
            actions.withdraw_need(opportunity=need, by=request.user, now=timezone.now())
            messages.success(request, "Votre besoin est retiré.")
        return redirect("opportunities:my_need", pk=need.pk)
    return render(request, "opportunities/withdraw_need.html", {"need": need})


@require_http_methods(["GET", "HEAD", "POST"])
def close_need(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that it is met, and by whom."""
    need = own_need_for(request.user, pk)
    form = FilledForm(posted(request))
    if form.is_valid():
        with refusals_as_messages(request):
            actions.close_need(
                opportunity=need,
                filled_by=form.cleaned_data["filled_by"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, "Votre besoin est pourvu. Les réseaux le savent.")
        return redirect("opportunities:my_need", pk=need.pk)
    return render_form(request, "opportunities/close_need.html", {"need": need, "form": form})


def _may_post(request: HttpRequest) -> None:
    if not may_post_needs(request.user):
        raise PermissionDenied(NOBODY_MAY)


DECIDED = {
    "publish": (Audience.State.PUBLISHED, "Besoin publié : vos membres le voient maintenant."),
    "ask": (Audience.State.ASKED, "Question envoyée à l’auteur."),
    "refuse": (Audience.State.REFUSED, "Besoin refusé. L’auteur lit votre raison."),
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
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, STATES[row.state]) for row in page],
        "waiting": audiences_for(request.user).to_decide().count(),
    }
    return render(request, "opportunities/needs_to_read.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    """One need, as its author wrote it, and the three ways to decide."""
    audience = audience_for(request.user, pk)
    need = audience.opportunity
    form = NeedDecisionForm(posted(request))
    if form.is_valid():
        state, done = DECIDED[form.cleaned_data["decision"]]
        words = "" if state == Audience.State.PUBLISHED else form.cleaned_data["words"]
        with refusals_in(form, on="words"):
            actions.decide_need(
                audience=audience, state=state, words=words, by=request.user, now=timezone.now()
            )
            messages.success(request, done)
            return redirect_after(request, "opportunities:needs_to_read")
    context = {
        "audience": audience,
        "need": need,
        "state": STATES[audience.state],
        "lines": lines_of(actions.latest_content(need)),
        "form": form,
        "others": need.audiences.count() - 1,
    }
    return render_form(request, "opportunities/moderate.html", context)
