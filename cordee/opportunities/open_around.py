"""Counting what is open around a place: pages of members say with it what an answer unlocks."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils import timezone

from cordee.accounts.models import User
from cordee.members.open_work import OpenWork, SearchPoint
from cordee.opportunities import access
from cordee.opportunities.models.opportunities import OpportunityPlace, OpportunityTrade
from cordee.rules import territory


def count_open(
    person: User,
    around: SearchPoint,
    trades: Collection[str],
    radii_km: Sequence[int],
    now: datetime,
) -> OpenWork:
    """Each opportunity once, at its nearest place; one query. No trade means any of the 27.

    One whose place is only a department is at no distance.
    """
    rows = OpportunityPlace.objects.around(
        around.latitude, around.longitude, max(radii_km), around.department
    ).filter(opportunity__in=_open(person, trades, now).order_by().values("pk"))
    nearest: dict[int, float] = {}
    for pk, is_supposed, latitude, longitude in rows.order_by().values_list(
        "opportunity_id", "is_supposed", "latitude", "longitude"
    ):
        if is_supposed or latitude is None or longitude is None:
            continue
        km = territory.distance_km(around.latitude, around.longitude, latitude, longitude)
        nearest[pk] = min(km, nearest.get(pk, km))
    return {radius: sum(distance <= radius for distance in nearest.values()) for radius in radii_km}


def _open(person: User, trades: Collection[str], now: datetime) -> "access.OpportunityQuerySet":
    on = timezone.localdate(now)
    found = access.published_opportunities_for(person, on=on).open(now)
    asked = OpportunityTrade.objects.order_by()
    if trades:
        asked = asked.filter(trade__in=trades)
    return found.filter(pk__in=asked.values("opportunity"))
