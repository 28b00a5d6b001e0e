"""« Ce que d’autres ont fait »: three published practices at most, for what is at hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from cordee.base.search import index
from cordee.practices.models import Sheet
from cordee.practices.models.sheets import SheetQuerySet, SheetTrade, Territory
from cordee.rules.practices import STEPS

LINES = 3
WHERE = {
    Territory.RURAL: "en milieu rural",
    Territory.TOWN: "dans un bourg",
    Territory.CITY: "en ville",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What somebody does; `said`: in words, as a reason. A practice is of it where its title says
    one of `words`, or where it was begun from a record of these `kinds`. `is_needed`: one of
    the same trade that is not of this moment says nothing here."""

    said: str
    words: str
    kinds: Collection[str]
    is_needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where it is done; empty where not known. `places`: a band."""

    trades: Collection[str]
    departments: Collection[str] = ()
    places: str = ""
    territory: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    sheet: Sheet
    reason: str


def chosen(moment: Moment, around: Around, *, own: SheetQuerySet, on: date) -> list[Line]:
    """What suits best, without those that the reader wrote (`own`); one query.

    One that nobody confirmed in time steps back. Then those of the moment come first; then each
    thing in common weighs as much as a step of the status.
    """
    of_trade = SheetTrade.objects.filter(sheet=OuterRef("pk"), trade__in=around.trades)
    read = Sheet.objects.published().of_trades(around.trades)
    rows = read.exclude(pk__in=own.order_by().values("pk")).annotate(
        is_of_trade=_one_if(Q(Exists(of_trade.order_by()))),
        is_of_moment=_one_if(
            Q(source_kind__in=moment.kinds) | Q(pk__in=index.titled(Sheet, moment.words))
        ),
        is_late=_one_if(Q(review_due__lt=on)),
        weight=F("is_of_trade")
        + _one_if(Q(places=around.places) & ~Q(places=""))
        + _one_if(Q(territory=around.territory) & ~Q(territory=""))
        + _one_if(Q(department__in=around.departments))
        + Case(*(When(status=each, then=Value(at)) for at, each in enumerate(STEPS))),
    )
    fits = Q(is_of_moment=1) if moment.is_needed else Q(is_of_moment=1) | Q(is_of_trade=1)
    best = rows.filter(fits).order_by("is_late", "-is_of_moment", "-weight", "title", "pk")
    return [Line(row, _reason(row, moment, around)) for row in best[:LINES]]


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0))


def _reason(row: Any, moment: Moment, around: Around) -> str:
    """ "pour répondre, même métier, de 11 à 20 places, en milieu rural": all that is shared."""
    shared = [
        (row.is_of_moment, moment.said),
        (row.is_of_trade, "même métier"),
        (row.places and row.places == around.places, row.get_places_display()),
        (
            row.territory and row.territory == around.territory,
            WHERE.get(Territory(row.territory)) if row.territory else "",
        ),
        (row.department_id in around.departments, "même département"),
    ]
    return ", ".join(str(words) for is_shared, words in shared if is_shared)
