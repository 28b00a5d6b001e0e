"""The list "Bientôt": what ends, what is announced, and its export."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.base.found import page_of
from cordee.base.tables.writing import csv_response
from cordee.base.ui.forms import read_filters
from cordee.opportunities.access import contracts_for, opportunities_for
from cordee.opportunities.upcoming import (
    CALL_MONTHS_BEFORE,
    COLUMNS,
    SORTS,
    SoonFilters,
    SoonRow,
    UpcomingForm,
    keys_of,
    rows_of,
)

DEFAULT_SORT = "fin"
EXPORTED_AT_ONCE = 500


def _asked(request: HttpRequest) -> tuple[UpcomingForm, SoonFilters, QuerySet[Any, Any], str]:
    form = read_filters(UpcomingForm, request.GET)
    filters = SoonFilters.of(form)
    today = timezone.localdate()
    sort = request.GET.get("tri", "")
    sort = sort if sort in SORTS else DEFAULT_SORT
    keys = keys_of(
        filters.contracts(contracts_for(request.user), today),
        filters.announced(opportunities_for(request.user, on=today), today),
        sort,
    )
    return form, filters, keys, sort


@require_safe
def soon(request: HttpRequest) -> HttpResponse:
    form, filters, keys, sort = _asked(request)
    page = page_of(request, keys)
    context = {
        "form": form,
        "chips": filters.chips(),
        "sort": sort,
        "page": page,
        "rows": rows_of(page, timezone.localdate()),
        "more": [form[name] for name in ("metier", "departement", "sorte")],
        "total": page.paginator.count,
        "months_before": CALL_MONTHS_BEFORE,
        "today": timezone.localdate(),
    }
    part = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"opportunities/soon.html{part}", context)


@require_safe
def export_soon(request: HttpRequest) -> HttpResponseBase:
    """The rows of the list, all pages, as CSV."""
    _, _, keys, _ = _asked(request)
    today = timezone.localdate()

    def rows() -> Iterator[SoonRow]:
        for batch in batched(keys.iterator(chunk_size=EXPORTED_AT_ONCE), EXPORTED_AT_ONCE):
            yield from rows_of(batch, today)

    return csv_response("bientot", COLUMNS, rows())
