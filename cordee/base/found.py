"""A row that is asked for by its address, or 404 in words that say what to do."""

from django.db.models import Model, QuerySet
from django.http import Http404


def first_or_404[Row: Model](rows: QuerySet[Row], words: str = "") -> Row:
    """The first of the rows that the user may open; `words` are shown where there is none."""
    found = rows.first()
    if found is None:
        raise Http404(words) if words else Http404
    return found
