"""Reading programmes: the list, a page with its opportunities, its progress, its export."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.found import page_of
from cordee.base.tables.writing import csv_response
from cordee.base.ui import panels
from cordee.base.ui.forms import read_filters
from cordee.base.ui.panels import panels_of
from cordee.members.access import is_staff_of_national_network
from cordee.members.models import Programme
from cordee.opportunities import access
from cordee.opportunities.filters import SORTS, Filters
from cordee.opportunities.forms import FilterForm
from cordee.opportunities.models import Opportunity, ProgrammeAttachment, ProgrammeRule, Stage
from cordee.opportunities.models.opportunities import OpportunityQuerySet
from cordee.opportunities.programmes.progress import attached_to, progress_of, promises_of
from cordee.opportunities.rows import COLUMNS, row_of
from cordee.opportunities.views.listing import links_to_namesakes, sorted_rows

ANY_TIME = "toutes"


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    rows = access.programmes_for(request.user)
    stands = Q(attachments__is_detached=False, attachments__opportunity__joined_to__isnull=True)
    still = Q(attachments__opportunity__deadline__isnull=True) | Q(
        attachments__opportunity__deadline__gt=now
    )
    is_call = Q(attachments__opportunity__stage=Stage.CALL)
    rows = rows.annotate(
        attached=Count("attachments", filter=stands),
        open=Count("attachments", filter=stands & is_call & still),
    )
    parts = [
        ("En cours", rows.current(today).order_by("ends_on", "name")),
        ("À venir", rows.to_come(today).order_by("starts_on", "name")),
        ("En mémoire", rows.memories(today).order_by("-ends_on", "name")),
    ]
    context = {
        "parts": [(title, list(found)) for title, found in parts],
        "today": today,
        "may_open": is_staff_of_national_network(request.user),
    }
    return render(request, "opportunities/programmes/list.html", context)


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    found = access.programme_for(request.user, slug)
    form, filters, rows, sort = _asked(request, found, now)
    page = page_of(request, rows.prefetch_related("trades", "places"))
    holds = access.is_on_team(request.user, found)
    context = {
        **frame(found, timezone.localdate(now), holds),
        "commitments": list(found.commitments.all()),
        "facts": list(found.facts.all()),
        "rules": _rules_in_words(found, timezone.localdate(now)),
        "detached": _detached(found) if holds else [],
        "form": form,
        "filters": filters,
        "place_links": links_to_namesakes(request, filters),
        "chips": [chip for chip in filters.chips() if chip[1] != "delai" or "delai" in request.GET],
        "more": [form[name] for name in ("departement", "metier", "source", "reserve", "clause")],
        "sort": sort,
        "page": page,
        "rows": [(row_of(each, now), why) for each, why in _with_why(found, page)],
        "total": page.paginator.count,
        "has_any": bool(page.paginator.count) or attached_to(found).exists(),
        "departments": list(found.departments.all()),
        "communes": list(found.communes.all()),
    }
    part = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"opportunities/programmes/programme.html{part}", context)


@require_safe
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The opportunities of the page, all pages, as CSV."""
    found = access.programme_for(request.user, slug)
    _, _, rows, _ = _asked(request, found, timezone.now())
    rows = rows.prefetch_related("trades", "places")
    return csv_response(found.slug, COLUMNS, rows.iterator(chunk_size=500))


@require_safe
def progress(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    found = access.programme_for(request.user, slug)
    known = progress_of(found, now=now)
    context = {
        **frame(found, today, access.is_on_team(request.user, found)),
        "known": known,
        "lines": promises_of(list(found.commitments.all()), known),
        "facts": list(found.facts.all()),
    }
    return render(request, "opportunities/programmes/progress.html", context)


@require_safe
def panel(request: HttpRequest, opportunity_pk: int) -> HttpResponse:
    """The programmes of an opportunity, for its page."""
    today = timezone.localdate()
    opportunity = access.opportunity_for(request.user, opportunity_pk, on=today)
    attached = access.attachments_of(opportunity)
    held = access.team_programmes_for(request.user)
    context = {
        "opportunity": opportunity,
        "attached": [(row, row.rule.in_words(today) if row.rule else "") for row in attached],
        "mine": {programme.pk for programme in held},
        "others": held.exclude(pk__in=[row.programme_id for row in attached]),
    }
    return panels.shown(request, "opportunities/programmes/panel.html", context, title="Programmes")


def frame(found: Programme, today: date, holds: bool) -> dict[str, Any]:
    """What the head of every page of a programme needs."""
    return {
        "programme": found,
        "today": today,
        "is_memory": found.is_memory(today),
        "is_to_come": found.is_to_come(today),
        "holds": holds,
        # Upper rooms speak to the team alone here: counts of answers, networks to write to.
        "team_panels": panels_of("programme", found) if holds else [],
        "team_actions": panels_of("programme-action", found) if holds else [],
    }


def _asked(
    request: HttpRequest, found: Programme, now: datetime
) -> tuple[FilterForm, Filters, OpportunityQuerySet, str]:
    """The filters of the list of opportunities, over those attached; a memory shows them all."""
    asked = request.GET.copy()
    asked.setdefault("delai", ANY_TIME)
    form = read_filters(FilterForm, asked)
    filters = Filters.of(form)
    sort = request.GET.get("tri", "")
    sort = sort if sort in SORTS else "-publie"
    return form, filters, sorted_rows(filters.apply(attached_to(found), now), sort), sort


def _with_why(found: Programme, page: Iterable[Opportunity]) -> list[tuple[Opportunity, str]]:
    """Each opportunity of a page with "à la main" and its reason, or nothing for a rule."""
    shown = list(page)
    rows = ProgrammeAttachment.objects.filter(
        programme=found, opportunity__in=[each.pk for each in shown], is_by_hand=True
    )
    reasons = dict(rows.values_list("opportunity_id", "reason"))
    return [(each, reasons.get(each.pk, "")) for each in shown]


def _rules_in_words(found: Programme, today: date) -> list[tuple[ProgrammeRule, str]]:
    rules = ProgrammeRule.objects.filter(programme=found).select_related("programme")
    rules = rules.prefetch_related("programme__departments", "programme__communes")
    return [(rule, rule.in_words(today)) for rule in rules]


def _detached(found: Programme) -> list[ProgrammeAttachment]:
    rows = ProgrammeAttachment.objects.filter(programme=found, is_detached=True)
    return list(rows.select_related("opportunity").order_by("-at")[:50])
