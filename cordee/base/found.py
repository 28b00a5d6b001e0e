"""What an address asks for, written by anybody: a row, or 404 in words; a whole number."""

from django.db.models import Model, QuerySet
from django.http import Http404


def first_or_404[Row: Model](rows: QuerySet[Row], words: str = "") -> Row:
    """The first of the rows that the user may open; `words` are shown where there is none."""
    found = rows.first()
    if found is None:
        raise Http404(words) if words else Http404
    return found


def number(text: str) -> int | None:
    """The whole number that a text writes, as keys and places are; None for anything else.

    `"²".isdigit()` is true and `int("²")` fails; so does a number of five thousand digits.
    """
    is_written_so = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_written_so else None
