"""The totals of a time sheet, carried signed from the page that shows them to the write."""

from collections.abc import Mapping
from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.agreement.insertion import Way
from cordee.base.ui import months
from cordee.delivery.access import DeliveryAccess
from cordee.delivery.hours.actions import state_hours
from cordee.delivery.models import Delivery, MonthlyHours, Partner

# Minutes by lot, way and month.
type Totals = Mapping[tuple[int, Way, int], int]
SALT, SECONDS = "cordee.delivery.sheets", 3_600


def known_hours(partner: Partner) -> dict[tuple[int, Way, int], MonthlyHours]:
    """What is in force of a partner, by lot, way and month."""
    rows = MonthlyHours.objects.in_force().filter(partner=partner)
    return {(row.lot_id, Way(row.way), row.month): row for row in rows}


def closed_months(partner: Partner, totals: Totals) -> str:
    """The accepted months that totals would change, in French."""
    known = known_hours(partner)
    return months.spans(
        place[2]
        for place, minutes in totals.items()
        if (row := known.get(place)) and row.state == row.State.ACCEPTED and row.minutes != minutes
    )


def signed_totals(partner: Partner, totals: Totals, *, by: int, replaces: bool) -> str:
    """Totals as a form carries them, for one person."""
    rows = [[*place, minutes] for place, minutes in totals.items()]
    return signing.dumps([by, partner.pk, replaces, rows], salt=SALT, compress=True)


@transaction.atomic
def keep_totals(*, access: DeliveryAccess, signed: str, now: datetime) -> int:
    """State signed totals; how many rows that changed, none the second time. Raises
    `ValidationError` where they are an hour old, or would change a month accepted meanwhile.
    """
    partners = {each.pk: each for each in access.states}
    try:
        by, key, replaces, rows = signing.loads(signed, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        by = None
    if by != access.user.pk or key not in partners:
        raise ValidationError("Cette lecture a vieilli. Choisissez de nouveau le relevé.")
    Delivery.objects.select_for_update(no_key=True).get(pk=access.delivery.pk)
    totals = {(lot, Way(way), month): minutes for lot, way, month, minutes in rows}
    if not replaces and (closed := closed_months(partners[key], totals)):
        raise ValidationError(
            f"Des heures sont acceptées {closed}. Choisissez de nouveau le relevé."
        )
    lots = access.delivery.lots.in_bulk()
    stated = [
        MonthlyHours(lot=lots[lot], partner=partners[key], way=way, month=month, minutes=minutes)
        for (lot, way, month), minutes in totals.items()
    ]
    return state_hours(delivery=access.delivery, rows=stated, by=access.user, now=now)
