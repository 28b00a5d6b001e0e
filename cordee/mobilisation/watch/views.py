"""Panels of the home of a network, each a page of its own too: deadlines, silences, coverage."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.found import page_of
from cordee.base.ui import french
from cordee.members.network_access import desk_for
from cordee.mobilisation.watch.reach import Deadlines, Silences
from cordee.mobilisation.watch.together import Coverage, out_of_reach
from cordee.rules import territory
from cordee.rules.trades import TRADES

IN_PANEL = 6
PAGE_SIZE = 25


@require_safe
def deadlines(request: HttpRequest, slug: str) -> HttpResponse:
    desk = desk_for(request.user, slug)
    found = Deadlines(desk, on=timezone.localdate(), now=timezone.now())
    return _shown(request, "mobilisation/network_deadlines.html", desk.network, found)


@require_safe
def silences(request: HttpRequest, slug: str) -> HttpResponse:
    desk = desk_for(request.user, slug)
    found = Silences(desk, on=timezone.localdate(), now=timezone.now())
    return _shown(request, "mobilisation/network_silences.html", desk.network, found)


def _shown(request: HttpRequest, template: str, network: object, found: object) -> HttpResponse:
    lines = found.lines  # type: ignore[attr-defined]
    is_panel = bool(request.headers.get("HX-Request"))
    page = page_of(request, lines, IN_PANEL if is_panel else PAGE_SIZE)
    context = {
        "network": network,
        "found": found,
        "lines": page.object_list,
        "page": page,
        "more": page.paginator.count - len(page.object_list) if is_panel else 0,
        "is_panel": is_panel,
    }
    return render(request, f"{template}#panel" if is_panel else template, context)


@require_safe
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """Where work is open and no member, or hardly one, goes. Never who should answer."""
    desk = desk_for(request.user, slug)
    found = Coverage(desk, on=timezone.localdate(), now=timezone.now())
    is_panel = bool(request.headers.get("HX-Request"))
    department, trade = request.GET.get("departement", ""), request.GET.get("metier", "")
    basins = [
        basin
        for basin in found.basins
        if department in ("", basin.department) and trade in ("", basin.trade)
    ]
    page = page_of(request, basins, IN_PANEL if is_panel else 10)
    context = {
        "network": desk.network,
        "coverage": found,
        "basins": page.object_list,
        "page": page,
        "more": page.paginator.count - len(page.object_list),
        "is_panel": is_panel,
        "department": department,
        "trade": trade,
        "departments": sorted({(b.department, b.place) for b in found.basins}),
        "trades": sorted({(b.trade, b.trade_label) for b in found.basins}),
        "chips": [
            (words, name)
            for words, name in (
                (territory.DEPARTMENT_NAMES.get(department, ""), "departement"),
                (TRADES[trade].short_label if trade in TRADES else "", "metier"),
            )
            if words
        ],
    }
    template = "mobilisation/network_coverage.html"
    return render(request, f"{template}#panel" if is_panel else template, context)


@require_safe
def together(request: HttpRequest, slug: str) -> HttpResponse:
    """« Pour vous » of a network: what no member carries alone, and how many it takes."""
    desk = desk_for(request.user, slug)
    found = out_of_reach(desk, now=timezone.now())
    page = page_of(request, found, 20)
    count = len(found)
    named = f"{french.in_letters(count).capitalize()} marchés" if count > 1 else "Un marché"
    title = f"{named if count else 'Aucun marché'} qu’aucun membre ne tient seul"
    tabs = [
        ("Pour vos membres", request.path, True),
        ("Toute la France", reverse("opportunities:list"), False),
    ]
    context = {
        "network": desk.network,
        "title": title,
        "page": page,
        "contracts": [row.contract(timezone.localdate()) for row in page],
        "tabs": tabs,
    }
    return render(request, "mobilisation/network_together.html", context)
