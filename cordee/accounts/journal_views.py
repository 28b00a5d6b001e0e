"""What happened to a thing, and what one did oneself; as a page and as a file."""

from collections.abc import Iterator
from functools import partial
from itertools import batched

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cordee.accounts import access
from cordee.accounts.journal_list import COLUMNS, FilterForm, JournalRow, lines_of
from cordee.accounts.models import JournalQuerySet
from cordee.accounts.requests import SignedInRequest
from cordee.base.tables import csv_response
from cordee.base.ui.forms import read_filters

PAGE_SIZE = 50
EXPORTED_AT_ONCE = 500


@require_safe
def journal(request: SignedInRequest, slug: str, pk: str) -> HttpResponse:
    kind, subject, rows = access.journal_for(request.user, slug, pk, on=timezone.localdate())
    context = {"kind": kind, "subject": subject, "pk": pk}
    return render(request, "accounts/journal.html", context | _page(request, rows))


@require_safe
def journal_export(request: SignedInRequest, slug: str, pk: str) -> StreamingHttpResponse:
    _, _, rows = access.journal_for(request.user, slug, pk, on=timezone.localdate())
    return _export(request, rows, f"journal-{slug}-{pk}")


@require_safe
def own_journal(request: SignedInRequest) -> HttpResponse:
    rows = access.own_lines_for(request.user)
    return render(request, "accounts/own_journal.html", _page(request, rows))


@require_safe
def own_journal_export(request: SignedInRequest) -> StreamingHttpResponse:
    return _export(request, access.own_lines_for(request.user), "mon-journal")


def _page(request: SignedInRequest, rows: JournalQuerySet) -> dict[str, object]:
    form, found = _asked(request, rows)
    page = Paginator(found.select_related("by"), PAGE_SIZE).get_page(request.GET.get("page"))
    return {
        "form": form,
        "chips": form.chips(),
        "page": page,
        "lines": lines_of(list(page), request.user, timezone.localdate()),
        "total": page.paginator.count,
        "query": request.GET.urlencode(),
        "keep_months": settings.KEEP_JOURNAL_MONTHS,
    }


def _asked(request: HttpRequest, rows: JournalQuerySet) -> tuple[FilterForm, JournalQuerySet]:
    verbs = list(rows.order_by().values_list("verb", flat=True).distinct())
    form = read_filters(partial(FilterForm, verbs), request.GET)
    return form, form.apply(rows)


def _export(request: SignedInRequest, rows: JournalQuerySet, name: str) -> StreamingHttpResponse:
    reader, on = request.user, timezone.localdate()
    _, found = _asked(request, rows)

    def lines() -> Iterator[JournalRow]:
        entries = found.select_related("by").iterator(chunk_size=EXPORTED_AT_ONCE)
        for some in batched(entries, EXPORTED_AT_ONCE):
            yield from lines_of(some, reader, on)

    return csv_response(name, COLUMNS, lines())
