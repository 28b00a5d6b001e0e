"""The ceiling of a structure, as a panel of its page and as a page of its own."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.economics import access, ceiling_page
from cordee.economics.tabs import frame_of
from cordee.members.access import structure_for
from cordee.members.acting import viewer_of
from cordee.members.network_access import tie_for
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.ceiling import is_capped


@require_safe
def ceiling(request: HttpRequest, pk: int) -> HttpResponse:
    """The gauge for those who may see it; for all others, that these figures are not theirs."""
    structure = structure_for(request.user, pk)
    viewer = viewer_of(request)
    capped = is_capped(structure.kind)
    context: dict[str, Any] = {"structure": structure, "title": "Plafond de recettes"}
    lines: list[ceiling_page.CeilingLine] = []
    try:
        years = access.accounts_shown_to(viewer, structure)
        is_open = True
    except PermissionDenied:
        is_open = False
    if is_open and capped:
        lines = ceiling_page.lines(years, viewer.on)
        chantiers = access.chantiers_of(structure, request.GET.get("chantier", ""))
        mine = [line.year.name for line in lines if line.year.chantier_id == chantiers.chosen.pk]
        context |= frame_of(
            viewer, structure, chantiers, "economics:ceiling", year=mine[0] if mine else ""
        )
    context |= {
        "lines": lines,
        "is_open": is_open,
        "is_composable": not is_open and structure.pk in viewer.usable[FigureClass.PRIVATE],
        "is_capped": capped,
        "is_own": viewer.directs(structure),
    }
    part = "#panel" if request.headers.get("HX-Request") else ""
    return render(request, f"economics/ceiling.html{part}", context)


@require_safe
def as_seen(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """For who directs a structure: its accounts as one network reads them, or would."""
    today = timezone.localdate()
    structure, network = tie_for(request.user, pk, slug, today)
    viewer = Viewer.of_network(network, today)
    capped = is_capped(structure.kind)
    is_open = structure.pk in viewer.seen[FigureClass.PRIVATE]
    own = Viewer.of_structures({structure.pk}, today)
    years = access.accounts_shown_to(own, structure)
    context = {
        "structure": structure,
        "network": network,
        "lines": ceiling_page.lines(years, today) if capped else [],
        "is_open": is_open,
        "is_composable": not is_open and structure.pk in viewer.usable[FigureClass.PRIVATE],
        "is_capped": capped,
    }
    part = "#panel" if request.headers.get("HX-Request") else ""
    return render(request, f"economics/as_seen.html{part}", context)
