"""Moments that cannot be: a clock that ran ahead wrote them, and they would stop things as long.

    future_moments.columns += [WatchedColumn(SourceState, "next_try", back=timedelta(0))]

Rooms name the columns that something waits for in their `apps.py`. Those further ahead than is
possible are put right, and that is told.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import DateTimeField, Model, Q
from django.utils import timezone

# Between two machines, and what a clock is corrected by now and then: nothing is late for it.
CLOCKS_DIFFER = timedelta(minutes=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchedColumn:
    """A moment (or a day) that is never more than `furthest` ahead; else put `back` before now.

    Without `back` it is emptied, and with it the columns `emptied`, which mean nothing alone.
    """

    model: type[Model]
    name: str
    furthest: timedelta = timedelta(0)
    back: timedelta | None = None
    where: Q = field(default_factory=Q)
    emptied: tuple[str, ...] = ()


# Looked at every few minutes.
columns: list[WatchedColumn] = []


def run(now: datetime) -> int:
    """What the schedule does every few minutes; how many moments were put right."""
    return sum(put_right(column, now) for column in columns)


def put_right(column: WatchedColumn, now: datetime) -> int:
    """Correct the moments of one column that cannot be; how many."""
    is_moment = isinstance(column.model._meta.get_field(column.name), DateTimeField)

    def written(at: datetime) -> object:
        return at if is_moment else timezone.localdate(at)

    latest = written(now + column.furthest + CLOCKS_DIFFER)
    value = None if column.back is None else written(now - column.back)
    rows = column.model._default_manager.filter(column.where, **{f"{column.name}__gt": latest})
    # An update of nothing would take SQLite's only write all the same.
    if not rows.exists():
        return 0
    count = rows.update(**{column.name: value}, **dict.fromkeys(column.emptied))
    logger.warning(
        "%s.%s was in the future in %s rows, and is put right: was the clock set back?",
        column.model.__name__,
        column.name,
        count,
    )
    return count
