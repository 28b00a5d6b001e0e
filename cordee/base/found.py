"""What an address asks for, written by anybody: a row, or 404 in words; a page; a whole number;
and the two addresses of what may be taken back."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

LINES_OF_A_PAGE = 25


def first_or_404[Row: Model](rows: QuerySet[Row], words: str = "") -> Row:
    """The row that an address names, of those that the user may open; `words` where it is none."""
    # One row stands in no order: to ask for it costs more than to find it.
    found = next(iter(rows.order_by()[:1]), None)
    if found is None:
        raise Http404(words) if words else Http404
    return found


def page_of(
    request: HttpRequest,
    rows: Any,
    size: int = LINES_OF_A_PAGE,
    *,
    named: str = "page",
    count: int | None = None,
) -> Page[Any]:
    """The page of the rows that the address names, else the first; past the end, the last.

    `count`: how many there are, for who has just asked the base.
    """
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get(named))


def number(text: str) -> int | None:
    """The whole number that a text writes, as keys and places are; None for anything else.

    `"²".isdigit()` is true and `int("²")` fails; so does a number of five thousand digits.
    """
    is_written_so = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_written_so else None


def kept(route: str, view: Callable[..., HttpResponse], thing: str) -> list[URLPattern]:
    """What takes something back, and what puts it back."""
    return [
        path(f"{route}retirer/", view, {"is_kept": False}, name=f"remove_{thing}"),
        path(f"{route}remettre/", view, {"is_kept": True}, name=f"restore_{thing}"),
    ]
