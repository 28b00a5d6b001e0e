"""The index itself: rows put in, rows taken out, rows that match."""

from collections.abc import Iterable
from itertools import batched

from django.db import connection, models
from django.db.models.expressions import RawSQL

from cordee.base.models import SearchEntry
from cordee.base.search.words import alternatives, stem

BATCH = 1_000
SQLITE = "SELECT rowid FROM base_search_words WHERE base_search_words MATCH %s"


def kind_of(model: type[models.Model]) -> str:
    if not isinstance(model._meta.pk, models.IntegerField | models.AutoField):
        raise TypeError(f"{model.__name__}: only models with an integer key can be searched.")
    return model._meta.label_lower


def index_rows(model: type[models.Model], rows: Iterable[tuple[int, str]]) -> int:
    """Put rows (key, text as written) in the index, over what it held of them; how many."""
    kind, how_many = kind_of(model), 0
    for batch in batched(rows, BATCH):
        # The last of two rows with one key: an upsert may not touch a row twice in one statement.
        latest = {pk: SearchEntry(kind=kind, object_id=pk, text=stem(text)) for pk, text in batch}
        SearchEntry.objects.bulk_create(
            latest.values(),
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=["text"],
        )
        how_many += len(latest)
    return how_many


def remove_rows(model: type[models.Model], keys: Iterable[int]) -> int:
    kind, removed = kind_of(model), 0
    for batch in batched(keys, BATCH):
        removed += SearchEntry.objects.filter(kind=kind, object_id__in=batch).delete()[0]
    return removed


def matching(model: type[models.Model], query: str) -> "models.QuerySet[SearchEntry, int]":
    """Keys of the rows where every word of the query is found, the last one as a beginning.

    For `.filter(pk__in=matching(Structure, query))`. A query without any word matches nothing:
    do not filter when the box is empty. Hostile text is only ever words.
    """
    entries = SearchEntry.objects.filter(kind=kind_of(model)).values_list("object_id", flat=True)
    wanted = alternatives(query)
    if not wanted:
        return entries.none()
    if connection.vendor == "postgresql":
        # A condition on the row itself: a second look at the table, joined to this one, is planned
        # row against row where the base has no statistics yet.
        return entries.filter(_holds(_tsquery(wanted)))
    # FTS5 is a virtual table of its own: only its row numbers join ours.
    return entries.filter(pk__in=RawSQL(SQLITE, [_fts5(wanted)]))


def _holds(query: str) -> models.Func:
    """Whether the stemmed text of a row holds a tsquery (PostgreSQL).

    The words are already cut and stemmed: no parser of the database may cut them again.
    """
    # The expression of the GIN index, letter for letter: else the planner would not use it.
    words = models.Func(models.F("text"), models.Value(" "), function="string_to_array")
    return models.Func(
        models.Func(words, function="array_to_tsvector"),
        models.Value(query),
        template="%(expressions)s::tsquery",
        arg_joiner=" @@ ",
        output_field=models.BooleanField(),
    )


def _fts5(wanted: list[list[tuple[str, bool]]]) -> str:
    """Tokens hold letters and digits only, so quoting them is enough."""
    return " AND ".join(
        "(" + " OR ".join(f'"{token}"{" *" if is_start else ""}' for token, is_start in one) + ")"
        for one in wanted
    )


def _tsquery(wanted: list[list[tuple[str, bool]]]) -> str:
    return " & ".join(
        "(" + " | ".join(f"'{token}'{':*' if is_start else ''}" for token, is_start in one) + ")"
        for one in wanted
    )
