"""Panel slots: a lower page names a slot, upper rooms fill it when the application starts.

So a page shows what lies above its room without importing it. A panel is loaded with `hx-get`;
where that cannot be, its link opens it as a page of its own (`shown` draws both).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    url_for: Callable[[Any], str]  # the object of the page -> URL of the fragment
    order: int


_slots: dict[str, list[Panel]] = {}


def fill(
    slot: str, title: str, route: str | Callable[[Any], str], named: str = "", *, order: int
) -> None:
    """Show the page of a route in a slot; `named`: what of the thing shown its address names."""

    def url_for(thing: Any) -> str:
        if callable(route):
            return route(thing)
        return reverse(route, args=[attrgetter(named)(thing)] if named else [])

    panels = _slots.setdefault(slot, [])
    if title not in {panel.title for panel in panels}:
        panels.append(Panel(title, url_for, order))
        panels.sort(key=lambda panel: (panel.order, panel.title))


def panels_of(slot: str, subject: Any) -> list[tuple[str, str]]:
    """(title, URL) of each panel of a slot, for the object the page is about."""
    return [(panel.title, panel.url_for(subject)) for panel in _slots.get(slot, [])]


def shown(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, title: str
) -> HttpResponse:
    """A panel for the page that loads it; opened by its address, a page of its own."""
    if request.headers.get("HX-Request"):
        return render(request, template, dict(context))
    return render(
        request, "ui/panel_page.html", {**context, "panel_title": title, "panel": template}
    )
