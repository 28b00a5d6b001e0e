"""The page of an answer with its study, for the views that show it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cordee.composing import access, pages, problem, wish_page
from cordee.composing.forms import WISH_FORMS, LeanForm, WishForm
from cordee.composing.models import Composition, Study
from cordee.composing.own_teams import own_teams_of
from cordee.composing.problem import wish_options
from cordee.composing.problem.study import Findings
from cordee.composing.study_page import StudyPage, study_page
from cordee.members.access import structures_for
from cordee.members.sharing import Viewer

VARIANTS, ELSEWHERE, LOOKED_AT = 6, 3, 50


def answer(
    request: HttpRequest,
    composition: Composition,
    viewer: Viewer,
    context: dict[str, Any],
    wish: WishForm | None = None,
) -> HttpResponse:
    """The page of an answer; `wish` is what could not be asked, with its errors."""
    composition.read_answer()
    if access.is_withheld(composition, on=viewer.on):
        return render(request, "composing/withheld.html", context)
    page, row = answer_page(composition, viewer)
    study = study_page(page)
    kept = set(
        composition.proposals.filter(withdrawn_at__isnull=True).values_list("origin", "number")
    )
    shown = _shown(page, study, request.GET.get("equipe", ""))
    key = (shown.origin, shown.number) if shown else None
    may_keep = access.may_keep(viewer, composition)
    context |= study_context(study, row, may_keep)
    variants = access.variants_for(viewer, composition)[:VARIANTS] if may_keep else ()
    context |= {
        "page": page,
        "shown": shown,
        "map": pages.map_of(shown.team) if shown and len(shown.team.rows) > 1 else None,
        "may_keep": may_keep,
        "is_kept": may_keep and key in kept,
        "may_keep_shown": may_keep and key in proposed(page, study),
        "own_teams": own_teams_of(viewer, composition.breakdown) if may_keep else (),
        "wished": wish_page.granted_wishes(page),
        "variants": wish_page.variants_of(page, variants),
        "way": study.way_out(request.GET.get("equipe", "")),
    }
    context |= wish_context(request, page, composition, wish, may_keep=may_keep)
    template = "composing/detail.html" if page.best else "composing/impossible.html"
    return render(request, template, context)


def answer_page(composition: Composition, viewer: Viewer) -> tuple[pages.Page, Study | None]:
    """The answer with what was found of it, as far as this viewer may see, and its study."""
    row = access.study_of(composition)
    question = problem.stored_question(composition)
    found = Findings(question=question) if row is None else Findings.kept_in(row, question)
    shown_to = access.viewer_in(viewer, composition)
    is_withheld = row is not None and access.is_study_withheld(composition, found, on=viewer.on)
    return pages.page_of(composition, shown_to, found, is_study_withheld=is_withheld), row


def proposed(page: pages.Page, study: StudyPage) -> dict[tuple[str, int], pages.Shown]:
    """Return the teams that one may keep, those that hold, by origin and number."""
    others = [other.shown for other in study.others] if page.best else []
    return {(team.origin, team.number): team for team in (*page.proposed, *others)}


def _shown(page: pages.Page, study: StudyPage, name: str) -> pages.Shown | None:
    """The team whose table is asked for, or the best one."""
    other = study.other(name)
    return other.shown if other else page.shown(name) if page.best else None


def study_context(study: StudyPage, row: Study | None, may_keep: bool) -> dict[str, Any]:
    is_lost = row is not None and row.is_lost(timezone.now())
    return {
        "study": study,
        "is_studying": row is not None and not row.is_over and not is_lost,
        "may_study": may_keep and (row is None or is_lost),
        "is_study_lost": is_lost,
    }


def wish_context(
    request: HttpRequest,
    page: pages.Page,
    composition: Composition,
    wish: WishForm | None,
    *,
    may_keep: bool,
) -> dict[str, Any]:
    """The forms of wishes, for those who may ask; and who was expected, for everybody."""
    opportunity, on = composition.breakdown.opportunity, timezone.localdate()
    may_wish = may_keep and opportunity.is_open(timezone.now())
    asked = request.GET.get("pourquoi", "").strip()[:200]
    context: dict[str, Any] = {"may_wish": may_wish, "asked_why": asked, "failed_wish": wish}
    if may_wish:
        around = wish_page.around_of(page)
        made = [wish if wish and wish.kind == form.kind else form(around) for form in WISH_FORMS]
        context["wish_forms"] = [form for form in made if form.is_possible]
        context["lean_form"] = LeanForm(around, list(composition.wishes.get("leanings", ())))
    if asked and page.best:
        is_open = access.open_figures(composition, page.posed, on=on)
        expected, more = wish_page.expected_of(page, asked, is_open=is_open)
        studied = {who["structure_id"] for who in composition.people.values()}
        found = structures_for(request.user).active()
        named = found.filter(Q(name__icontains=asked) | Q(brand__icontains=asked)).order_by("name")
        # Most of the names asked for were studied: more rows are read than are shown.
        unknown = [
            each
            for each in named[:LOOKED_AT]
            if each.pk not in studied and wish_options.is_named(each.shown_name, asked)
        ][:ELSEWHERE]
        context |= {
            "expected": expected,
            "more_expected": more,
            "not_studied": wish_page.not_studied(page, unknown),
        }
    return context
