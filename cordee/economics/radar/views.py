"""The ceiling of a structure: a panel of its page, what a network reads, and the radar."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cordee.accounts.requests import SignedInRequest
from cordee.base.ui.forms import refusals_in
from cordee.economics import access, actions
from cordee.economics.headroom import Position, positions_by_chantier
from cordee.economics.radar import what_if as what_if_page
from cordee.economics.radar.page import Radar
from cordee.economics.radar.what_if import MonthByMonth, NameForm
from cordee.economics.tabs import frame_of
from cordee.members.access import structure_for
from cordee.members.acting import viewer_of
from cordee.members.models import Structure
from cordee.members.network_access import tie_for
from cordee.members.sharing import FigureClass, Viewer
from cordee.rules.kinds import is_capped


@require_safe
def ceiling(request: HttpRequest, pk: int) -> HttpResponse:
    """The radar for those who may see it; for all others, that these figures are not theirs."""
    structure = structure_for(request.user, pk)
    viewer = viewer_of(request)
    is_open = structure.pk in viewer.seen[FigureClass.PRIVATE]
    if request.headers.get("HX-Request") or not (is_open and is_capped(structure.kind)):
        context = _panel(viewer, structure) | {
            "is_own": viewer.directs(structure),
            "title": "Plafond de recettes",
        }
        part = "#panel" if request.headers.get("HX-Request") else ""
        return render(request, f"economics/ceiling.html{part}", context)
    return render(request, "economics/radar/radar.html", _radar(request, structure, "ceiling"))


@require_safe
def months(request: HttpRequest, pk: int) -> HttpResponse:
    """The same year month by month, and what moves it."""
    structure = structure_for(request.user, pk)
    context = _radar(request, structure, "months")
    radar: Radar = context["radar"]
    if radar.shown is not None and radar.cases[0].position.rate is not None:
        by_month = MonthByMonth(radar, radar.shown)
        context |= {"months": by_month, "title": by_month.title}
    return render(request, "economics/radar/months.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def what_if(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cases tried beside today, for who directs; nothing is kept until it has a name."""
    structure = structure_for(request.user, pk)
    context = _radar(request, structure, "what_if")
    radar: Radar = context["radar"]
    if not radar.is_own:
        raise Http404("Seule la direction de la structure essaie des cas.")
    scenarios = list(radar.chantier.scenarios.all())
    here = reverse("economics:what_if", args=[pk]) + context["chantiers"].query
    if "retirer" in request.POST:
        for scenario in scenarios:
            if str(scenario.pk) == request.POST["retirer"]:
                actions.drop_scenario(scenario=scenario, by=request.user)
        return redirect(here)
    if radar.shown is None or radar.cases[0].position.rate is None:
        return render(request, "economics/radar/what_if.html", context)
    page = what_if_page.WhatIfPage(radar, scenarios, request.POST or request.GET)
    naming = NameForm(request.POST or None)
    if page.tried is not None and naming.is_valid():
        with refusals_in(naming, on="nom"):
            actions.keep_scenario(
                chantier=radar.chantier,
                name=naming.cleaned_data["nom"],
                asked=page.asked,
                by=request.user,
            )
            messages.success(request, "Ce cas est gardé. Rien d’autre n’a changé.")
            return redirect(here)
    context |= {"page": page, "form": page.form, "naming": naming, "title": page.title}
    context["has_errors"] = bool(naming.errors or (page.form is not None and page.form.errors))
    status = 422 if context["has_errors"] else 200
    return render(request, "economics/radar/what_if.html", context, status=status)


@require_safe
def as_seen(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """For who directs a structure: its accounts as one network reads them, or would."""
    today = timezone.localdate()
    structure, network = tie_for(request.user, pk, slug, today)
    own = Viewer.of_structures({structure.pk}, today)
    context = _panel(Viewer.of_network(network, today), structure, figures_of=own)
    part = "#panel" if request.headers.get("HX-Request") else ""
    return render(request, f"economics/as_seen.html{part}", context | {"network": network})


def _panel(
    viewer: Viewer, structure: Structure, *, figures_of: Viewer | None = None
) -> dict[str, Any]:
    """What the panel says to `viewer`, with the figures that `figures_of` reads where given."""
    is_open = structure.pk in viewer.seen[FigureClass.PRIVATE]
    is_aci = is_capped(structure.kind)
    found: list[Position] = []
    if is_aci and (is_open or figures_of):
        years = access.accounts_shown_to(figures_of or viewer, structure)
        # A year that has ended is no headroom.
        found = [
            each
            for mine in positions_by_chantier(years, viewer.on).values()
            for each in mine
            if not each.year.has_ended(viewer.on)
        ]
    return {
        "structure": structure,
        "lines": found,
        "is_open": is_open,
        "is_composable": not is_open and structure.pk in viewer.usable[FigureClass.PRIVATE],
        "is_capped": is_aci,
    }


def _radar(request: HttpRequest, structure: Structure, here: str) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not is_capped(structure.kind):
        raise Http404(
            "Le plafond de recettes ne concerne que les ateliers et chantiers d’insertion."
        )
    if structure.pk not in viewer.seen[FigureClass.PRIVATE]:
        raise Http404("Cette structure garde ses comptes pour elle.")
    chantiers = access.chantiers_of(structure, request.GET.get("chantier", ""))
    radar = Radar(viewer, structure, chantiers.chosen, request.GET.get("exercice", ""))
    return {
        "radar": radar,
        "title": radar.title,
        **frame_of(viewer, structure, chantiers, f"economics:{here}", year=radar.year),
    }
