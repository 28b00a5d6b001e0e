"""What the search reads of a sheet, and sheets by how well they answer a question."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import batched
from pathlib import Path
from typing import Any

from cordee.base.search import index
from cordee.base.search.words import of_title, stem_groups
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetQuerySet
from cordee.rules.trades import TRADES

BATCH = 200
# Of the best score: below, a word in common is chance.
WORTH = 0.3
# What an answer that nobody confirmed in time keeps of its score.
LATE = 0.6


@cache
def synonyms() -> Mapping[str, frozenset[str]]:
    """Words of the trade said for one another, by stem."""
    path = Path(__file__).with_name("synonyms.toml")
    return stem_groups(tomllib.loads(path.read_text(encoding="utf-8"))["groups"])


def index_sheets(keys: Iterable[int]) -> None:
    """Put sheets in the search as they are published; out of it, those that are not."""
    for batch in batched(keys, BATCH):
        rows = list(Sheet.objects.published().filter(pk__in=batch).with_context())
        index.index_rows(Sheet, map(_text_of, rows))
        index.remove_rows(Sheet, set(batch) - {row.pk for row in rows})


def _text_of(sheet: Sheet) -> tuple[int, str]:
    """Its nameless text, as its versions: who wrote it is found on its page, with consent."""
    place = (str(sheet.department or ""), sheet.get_territory_display())
    trades = (TRADES[each.trade].label for each in sheet.trades.all())
    said = " ".join([sheet.title, *sheet.latest.sections.values(), *place, *trades])
    return sheet.pk, f"{said} {of_title(sheet.title)}"


def answering(sheets: SheetQuerySet, question: str, *, on: date) -> list[int]:
    """Keys of those that answer best, the best first; of equals, the one confirmed last; one whose
    day to be confirmed is past steps back. Three queries."""
    scores = dict(worth(index.ranked(Sheet, question, within=sheets, near=synonyms())))
    due: dict[int, Any] = dict(
        sheets.filter(pk__in=list(scores)).order_by().values_list("pk", "review_due")
    )
    kept = {key: score * (LATE if due[key] < on else 1) for key, score in scores.items()}
    return sorted(kept, key=lambda key: (-kept[key], -due[key].toordinal()))


def worth(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of (key, score), the best first: those that are no mere chance beside the best."""
    return [(key, score) for key, score in found if score >= WORTH * found[0][1]]


def in_order(keys: Iterable[int], sheets: SheetQuerySet) -> Iterator[Sheet]:
    """Rows of these keys, in their order; those that are gone are left out."""
    rows = {row.pk: row for row in sheets.filter(pk__in=list(keys))}
    return (rows[key] for key in keys if key in rows)
