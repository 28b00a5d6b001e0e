"""Pages that belong to no room: the catalogue of components and four pages of the foot."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.ui import catalogue, legal_values
from cordee.rules import parameters


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components.html", catalogue.examples())


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    ceiling = parameters.rate("ceiling.standard_rate", on=timezone.localdate())
    return render(request, "ui/help.html", {"ceiling": ceiling})


@login_not_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Every legal value we count with: since when, from which text, when it was last read."""
    rows = legal_values.shown(timezone.localdate())
    subjects = [(subject, list(group)) for subject, group in groupby(rows, lambda row: row.subject)]
    return render(request, "ui/sources.html", {"subjects": subjects, "how_many": len(rows)})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html")
