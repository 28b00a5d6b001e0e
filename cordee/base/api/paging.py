"""Rows by pages: how many there are, those of one page, the way to the next."""

from typing import Annotated, Any

from django.core.paginator import EmptyPage, Paginator
from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from cordee.base.api.problems import Refusal

MOST_ROWS = 100
PageNumber = Annotated[int, Query(ge=1, description="Numéro de la page, à partir de 1.")]
PageSize = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Lignes par page, 100 au plus.")]


class Paged(Schema):
    """Une page de résultats."""

    count: int = Field(description="Nombre de résultats, toutes pages comprises.")
    page: int = Field(description="Cette page.")
    pages: int = Field(description="Nombre de pages.")
    next: str | None = Field(description="Adresse de la page suivante.")
    previous: str | None = Field(description="Adresse de la page précédente.")


def page_of(
    request: HttpRequest, rows: Any, number: int, size: int
) -> tuple[list[Any], dict[str, Any]]:
    """The rows of a page, and what `Paged` says of it. Raises `Refusal` beyond the last page."""
    paginator = Paginator(rows, size)
    try:
        page = paginator.page(number)
    except EmptyPage as beyond:
        last = paginator.num_pages
        cure = f"Demandez une page de 1 à {last}."
        message = "Cette page n’existe pas."
        raise Refusal(422, message, field="page", value=number, cure=cure) from beyond
    return list(page), {
        "count": paginator.count,
        "page": number,
        "pages": paginator.num_pages,
        "next": _address(request, number + 1) if page.has_next() else None,
        "previous": _address(request, number - 1) if page.has_previous() else None,
    }


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"
