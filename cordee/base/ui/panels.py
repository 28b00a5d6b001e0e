"""Panel slots: a lower page names a slot, upper rooms fill it when the application starts.

So a page shows what lies above its room without importing it. A panel is loaded with `hx-get`;
where that cannot be, its link opens it as a page of its own (`or_page`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

type View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Panel:
    title: str
    url_for: Callable[[Any], str]  # the object of the page -> URL of the fragment
    order: int


_slots: dict[str, list[Panel]] = {}


def fill(slot: str, title: str, url_for: Callable[[Any], str], *, order: int) -> None:
    panels = _slots.setdefault(slot, [])
    if title not in {panel.title for panel in panels}:
        panels.append(Panel(title, url_for, order))
        panels.sort(key=lambda panel: (panel.order, panel.title))


def panels_of(slot: str, subject: Any) -> list[tuple[str, str]]:
    """(title, URL) of each panel of a slot, for the object the page is about."""
    return [(panel.title, panel.url_for(subject)) for panel in _slots.get(slot, [])]


def or_page(title: str) -> Callable[[View], View]:
    """Let the view of a panel, opened by its address, give a whole page under this title."""

    def decorated(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if request.headers.get("HX-Request") or response.status_code != 200:
                return response
            # Our own template drew it, and escaped what others wrote.
            panel = mark_safe(response.content.decode())
            return render(request, "ui/panel_page.html", {"title": title, "panel": panel})

        return shown

    return decorated
