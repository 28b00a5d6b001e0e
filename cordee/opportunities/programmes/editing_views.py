"""Keeping a programme: its words, its promises, its rules, and what a hand attaches."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui import french
from cordee.base.ui.forms import posted, refusals_in, render_form
from cordee.members.actions import programmes as members_actions
from cordee.members.models import Programme, ProgrammeCommitment, ProgrammeFact
from cordee.opportunities import access
from cordee.opportunities.actions import programmes as actions
from cordee.opportunities.models import Opportunity
from cordee.opportunities.programmes.forms import (
    CommitmentForm,
    FactForm,
    ProgrammeForm,
    ReasonForm,
    RuleForm,
)
from cordee.opportunities.rows import row_of

type Line = ProgrammeCommitment | ProgrammeFact

PREVIEWED = 10
# Fields of the model that the form calls otherwise.
FIELDS = {"in_places": "lieux", "value": "number"}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    access.refuse_opening(request.user)
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, FIELDS):
            made = members_actions.open_programme(**form.content, by=request.user)
            messages.success(
                request, "Le programme est ouvert. Vous êtes la première de son équipe."
            )
            return redirect("programmes:programme", slug=made.slug)
    return _form(request, form, "Ouvrir un programme", "Ouvrir ce programme")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    programme = access.team_programme_for(request.user, slug)
    form = (
        ProgrammeForm(request.POST) if request.method == "POST" else ProgrammeForm.about(programme)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, FIELDS):
            members_actions.edit_programme(programme=programme, **form.content, by=request.user)
            actions.attach_by_rules(programme=programme, now=timezone.now())
            messages.success(request, "Le programme est à jour.")
            return redirect("programmes:programme", slug=programme.slug)
    return _form(request, form, "Modifier le programme", "Garder ces changements", programme)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_line(
    request: SignedInRequest, slug: str, kind: type[Line], pk: int | None = None
) -> HttpResponse:
    """A promise or a published fact, that is there or new."""
    programme = access.team_programme_for(request.user, slug)
    line = access.line_for(request.user, slug, kind, pk) if pk else kind(programme=programme)
    form_class = CommitmentForm if kind is ProgrammeCommitment else FactForm
    form: Any = form_class(request.POST or None, instance=line)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form, FIELDS):
            members_actions.save_line(line=form.instance, by=request.user)
            messages.success(request, "C’est noté, avec sa source.")
            return redirect("programmes:programme", slug=programme.slug)
    what = "un engagement" if kind is ProgrammeCommitment else "un fait publié"
    title = f"Modifier {what}" if pk else f"Ajouter {what}"
    return _form(request, form, title, "Garder cette ligne", programme)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_line(request: SignedInRequest, slug: str, kind: type[Line], pk: int) -> HttpResponse:
    line = access.line_for(request.user, slug, kind, pk)
    if request.method == "POST":
        members_actions.remove_line(line=line, by=request.user)
        messages.success(request, "La ligne est retirée.")
        return redirect("programmes:programme", slug=line.programme.slug)
    return _ask(request, line.programme, "ligne", line.label)


@require_http_methods(["GET", "HEAD", "POST"])
def add_rule(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET asks and previews, at an address of its own; POST keeps what was previewed."""
    programme = access.team_programme_for(request.user, slug)
    now = timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    is_asked = "apercu" in asked
    has_places = programme.departments.exists() or programme.communes.exists()
    form = RuleForm(asked) if is_asked else RuleForm(initial={"lieux": has_places, "periode": True})
    context: dict[str, Any] = {
        "form": form,
        "programme": programme,
        "today": timezone.localdate(now),
    }
    if is_asked and form.is_valid():
        rule = form.rule(programme)
        if request.method == "POST":
            with refusals_in(form, FIELDS):
                fitting = actions.save_rule(rule=rule, by=request.user, now=now)
                found = french.count(fitting, "opportunité convient", "opportunités conviennent")
                messages.success(request, f"La règle est gardée\u00a0: {found} aujourd’hui.")
                return redirect("programmes:programme", slug=programme.slug)
        elif rule.in_places and not has_places:
            form.add_error("lieux", "Ce programme n’a pas encore de lieu. Ajoutez-en, ou décochez.")
        else:
            found = actions.matching(rule)
            seen = access.opportunities_for(request.user, on=timezone.localdate(now))
            first = seen.filter(pk__in=found[:PREVIEWED]).order_by("-published_on", "-pk")
            context |= {
                "previewed": True,
                "fitting": len(found),
                "rows": [row_of(each, now) for each in first.prefetch_related("trades", "places")],
                "sentence": rule.in_words(timezone.localdate(now)),
                "hidden": [(name, v) for name, values in request.GET.lists() for v in values],
            }
    return render_form(request, "opportunities/programmes/rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_rule(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    rule = access.rule_for(request.user, slug, pk)
    if request.method == "POST":
        left = actions.drop_rule(rule=rule, by=request.user, now=timezone.now())
        gone = french.count(left, "opportunité sort", "opportunités sortent")
        messages.success(request, f"La règle est retirée. {gone} du programme.")
        return redirect("programmes:programme", slug=slug)
    return _ask(request, rule.programme, "règle", rule.in_words(timezone.localdate()))


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: SignedInRequest, slug: str, opportunity_pk: int) -> HttpResponse:
    programme = access.team_programme_for(request.user, slug)
    opportunity = access.opportunity_for(request.user, opportunity_pk, on=timezone.localdate())
    return _by_hand(request, programme, opportunity, is_detached=False)


@require_http_methods(["GET", "HEAD", "POST"])
def detach(request: SignedInRequest, slug: str, opportunity_pk: int) -> HttpResponse:
    row = access.attachment_for(request.user, slug, opportunity_pk)
    return _by_hand(request, row.programme, row.opportunity, is_detached=True)


def _by_hand(
    request: SignedInRequest, programme: Programme, opportunity: Opportunity, *, is_detached: bool
) -> HttpResponse:
    """Put an opportunity in a programme, or take it out, with a reason that no rule overrules."""
    form = ReasonForm(posted(request))
    if form.is_valid():
        with refusals_in(form, FIELDS):
            actions.place_by_hand(
                programme=programme,
                opportunity=opportunity,
                is_detached=is_detached,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
            if is_detached:
                done = "L’opportunité est sortie du programme. Aucune règle ne l’y remettra."
                messages.success(request, done)
                return redirect("programmes:programme", slug=programme.slug)
            messages.success(request, f"L’opportunité est dans le programme {programme}.")
            return redirect("opportunities:detail", pk=opportunity.pk)
    context = {
        "form": form,
        "programme": programme,
        "opportunity": opportunity,
        "is_detached": is_detached,
    }
    return render_form(request, "opportunities/programmes/hand.html", context)


@require_http_methods(["POST"])
def forget(request: SignedInRequest, slug: str, opportunity_pk: int) -> HttpResponse:
    """Undo what a hand did: the rules decide again."""
    row = access.attachment_for(request.user, slug, opportunity_pk)
    if row.is_by_hand:
        actions.forget_hand(attachment=row, by=request.user, now=timezone.now())
        messages.success(request, "C’est annulé. Les règles du programme décident à nouveau.")
    return redirect("programmes:programme", slug=slug)


def _form(
    request: HttpRequest, form: Any, title: str, verb: str, programme: Programme | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "verb": verb, "programme": programme}
    return render_form(request, "opportunities/programmes/form.html", context)


def _ask(request: HttpRequest, programme: Programme, what: str, says: str) -> HttpResponse:
    context = {"programme": programme, "what": what, "says": says}
    return render(request, "opportunities/programmes/ask.html", context)
