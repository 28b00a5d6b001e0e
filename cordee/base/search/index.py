"""The index itself: rows put in, rows taken out, rows that match."""

from collections.abc import Collection, Iterable, Mapping
from itertools import batched
from math import log

import numpy as np
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from numpy.typing import NDArray

from cordee.base.models import SearchEntry
from cordee.base.search.words import TITLE_MARK, alternatives, stem, telling_stems

type Numbers = NDArray[np.int64]

BATCH = 1_000
SQLITE = "SELECT rowid FROM base_search_words WHERE base_search_words MATCH %s"
# For `_holding`: a number and keys, as one text.
ENTRIES = "(id || ',' || object_id, ',') FROM base_searchentry WHERE kind = %s"
SQLITE_ENTRIES = f"SELECT -1, group_concat{ENTRIES}"
SQLITE_FOUND = SQLITE.replace("rowid", "%s, group_concat(rowid)", 1)
POSTGRESQL_ENTRIES = f"SELECT -1, string_agg{ENTRIES}"
# The expression of the GIN index, letter for letter: else the planner would not use it.
POSTGRESQL_FOUND = (
    "SELECT %s, string_agg(id::text, ',') FROM base_searchentry WHERE kind = %s "
    "AND array_to_tsvector(string_to_array(text, ' ')) @@ %s::tsquery"
)


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
    return _matching(model, alternatives(query))


def titled(model: type[models.Model], words: str) -> "models.QuerySet[SearchEntry, int]":
    """Keys of the rows whose title (`of_title`) says one of these words."""
    said = sorted(_in_title(telling_stems(words)))
    return _matching(model, [[(token, False) for token in said]] if said else [])


def _matching(
    model: type[models.Model], wanted: list[list[tuple[str, bool]]]
) -> "models.QuerySet[SearchEntry, int]":
    entries = SearchEntry.objects.filter(kind=kind_of(model)).values_list("object_id", flat=True)
    if not wanted:
        return entries.none()
    if connection.vendor == "postgresql":
        # A condition on the row itself: a second look at the table, joined to this one, is planned
        # row against row where the base has no statistics yet.
        return entries.filter(_holds(_tsquery(wanted)))
    # FTS5 is a virtual table of its own: only its row numbers join ours.
    return entries.filter(pk__in=RawSQL(SQLITE, [_fts5(wanted)]))


def ranked(
    model: type[models.Model],
    query: str,
    *,
    within: "models.QuerySet[models.Model] | None" = None,
    near: Mapping[str, Collection[str]] | None = None,
    most: int = 100,
) -> list[tuple[int, int]]:
    """(key, score) of the rows that say most of a question, the best first; a word may lack.

    A word weighs by how rare it is among the rows of the model; half where only one of `near` (by
    stem: those said for it) is there; half as much again where a title says it (`of_title`). Scores
    are whole numbers added here, over the rows that each word is found in: both engines give the
    same, and the same order. One query, and one for `within`.
    """
    wanted = [
        (frozenset({stem}), frozenset({stem, *(near or {}).get(stem, ())}))
        for stem in telling_stems(query)
    ]
    if not wanted:
        return []
    entries, keys, held = _holding(model, {tokens for each in wanted for tokens in _said(*each)})
    size = 1 + max(int(found.max(initial=0)) for found in (entries, *held.values()))
    # SQLite finds entries of other models too.
    is_ours = np.zeros(size, bool)
    is_ours[entries] = True
    scores = np.zeros(size, np.int64)
    for own, each in wanted:
        weight = _weight(int(is_ours[held[each]].sum()), len(entries))
        for tokens, times in zip(_said(own, each), (2, 2, 1, 1), strict=True):
            scores[held[tokens]] += times * weight
    scores = scores[entries]
    is_found = scores > 0
    if within is not None:
        as_text = models.StringAgg(Cast("pk", models.TextField()), models.Value(","))
        is_found &= np.isin(keys, _numbers(within.order_by().aggregate(keys=as_text)["keys"]))
    keys, scores = keys[is_found], scores[is_found]
    best = np.lexsort((keys, -scores))[:most]
    return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))


def _weight(rows: int, of: int) -> int:
    """How much a word tells that so many rows say, in thousandths: that of BM25."""
    return round(1_000 * log(1 + (of - rows + 0.5) / (rows + 0.5))) if rows else 0


def _said(own: frozenset[str], each: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Any of the words, the word itself; the same in a title."""
    return each, own, _in_title(each), _in_title(own)


def _in_title(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset(TITLE_MARK + token for token in tokens)


def _holding(
    model: type[models.Model], sets: Iterable[frozenset[str]]
) -> tuple[Numbers, Numbers, dict[frozenset[str], Numbers]]:
    """The entries of a model, beside them the keys of their rows; and by set, the entries that hold
    one of its tokens, each once. One query.

    The base writes many numbers as one text: to read a row for each takes three times as long.
    """
    asked, kind = list(sets), kind_of(model)
    alike = [[[(token, False) for token in sorted(tokens)]] for tokens in asked]
    if connection.vendor == "postgresql":
        entries, found = POSTGRESQL_ENTRIES, POSTGRESQL_FOUND
        values = [value for at, each in enumerate(alike) for value in (at, kind, _tsquery(each))]
    else:
        entries, found = SQLITE_ENTRIES, SQLITE_FOUND
        values = [value for at, each in enumerate(alike) for value in (at, _fts5(each))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([entries, *[found] * len(asked)]), [kind, *values])
        texts = dict(cursor.fetchall())
    pks, keys = _numbers(texts[-1]).reshape(-1, 2).T
    return pks, keys, {tokens: _numbers(texts[at]) for at, tokens in enumerate(asked)}


def _numbers(written: str | None) -> Numbers:
    """Of nothing, none."""
    return np.fromstring(written or "", np.int64, sep=",")


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
