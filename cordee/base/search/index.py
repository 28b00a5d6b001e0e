"""The index itself: rows put in, rows taken out, rows that match."""

from collections.abc import Collection, Iterable, Mapping
from itertools import batched
from math import log

from django.db import connection, models
from django.db.models.expressions import RawSQL

from cordee.base.models import SearchEntry
from cordee.base.search.words import TITLE_MARK, alternatives, stem, telling_stems

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
    are whole numbers added by the base: both engines give the same, and the same order. Two
    queries.
    """
    rows = SearchEntry.objects.filter(kind=kind_of(model)).order_by()
    wanted = [({stem}, {stem, *(near or {}).get(stem, ())}) for stem in telling_stems(query)]
    counts = rows.aggregate(
        all=models.Count("pk"),
        **{f"word{at}": _count_of(each) for at, (_, each) in enumerate(wanted)},
    )
    score: models.expressions.Combinable = models.Value(0)
    for at, (own, each) in enumerate(wanted):
        if weight := _weight(counts[f"word{at}"], counts["all"]):
            for tokens, times in ((each, 2), (own, 2), (_in_title(each), 1), (_in_title(own), 1)):
                holds = models.When(_any_of(tokens), then=models.Value(times * weight))
                score += models.Case(holds, default=models.Value(0))
    if within is not None:
        rows = rows.filter(object_id__in=within.order_by().values("pk"))
    found = rows.annotate(score=score).filter(score__gt=0).order_by("-score", "object_id")
    return list(found.values_list("object_id", "score")[:most])


def titled(model: type[models.Model], words: str) -> "models.QuerySet[SearchEntry, int]":
    """Keys of the rows whose title (`of_title`) says one of these words."""
    entries = SearchEntry.objects.filter(kind=kind_of(model)).order_by()
    said = _any_of(_in_title(telling_stems(words)))
    return entries.filter(said).values_list("object_id", flat=True)


def _weight(rows: int, of: int) -> int:
    """How much a word tells that so many rows say, in thousandths: that of BM25."""
    return round(1_000 * log(1 + (of - rows + 0.5) / (rows + 0.5))) if rows else 0


def _in_title(tokens: Iterable[str]) -> set[str]:
    return {TITLE_MARK + token for token in tokens}


def _count_of(tokens: Collection[str]) -> models.Count:
    return models.Count("pk", filter=_any_of(tokens))


def _any_of(tokens: Collection[str]) -> models.Q:
    """Whether a row holds one of the tokens. Its keys are found once, for all rows."""
    wanted = [[(token, False) for token in sorted(tokens)]]
    if connection.vendor == "postgresql":
        return models.Q(pk__in=SearchEntry.objects.filter(_holds(_tsquery(wanted))).values("pk"))
    return models.Q(pk__in=RawSQL(SQLITE, [_fts5(wanted)]))


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
