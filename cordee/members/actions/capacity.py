from collections.abc import Sequence
from datetime import date
from typing import Required, TypedDict, Unpack

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.members import directory_index
from cordee.members.models import Activity, CapacityBooking, Chantier, Crew
from cordee.members.models.capacity import Certainty


class CrewValues(TypedDict, total=False):
    """What is said of a crew. No trade means all the trades of the chantier."""

    name: Required[str]
    places: Required[int]
    weekly_minutes: Required[int]
    trades: Sequence[str]
    has_vehicle: bool | None
    valid_from: date | None
    valid_to: date | None


@transaction.atomic
def declare_activity(
    *,
    chantier: Chantier,
    trade: str,
    by: User | None,
    certainty: Certainty = Certainty.KNOWN,
    proficiency: int | None = None,
    reach_km: int | None = None,
    guess_reason: str = "",
    crafts: Sequence[str] | None = None,
) -> Activity:
    """State that a chantier works in a trade, or correct how far it goes there.

    What is left out keeps its value; no craft says that nobody told them. `guess_reason` goes
    with a guess only. Raises ValidationError for an unknown trade or value.
    """
    activity = Activity.objects.filter(chantier=chantier, trade=trade).first() or Activity(
        chantier=chantier, trade=trade
    )
    before = _activity_values(activity) if activity.pk else {}
    activity.certainty = certainty
    activity.guess_reason = guess_reason
    activity.proficiency = activity.proficiency if proficiency is None else proficiency
    activity.reach_km = activity.reach_km if reach_km is None else reach_km
    activity.crafts = activity.crafts if crafts is None else list(crafts)
    activity.full_clean()
    activity.save()
    journal.record(
        "members.declare_activity", chantier, by=by, before=before, after=_activity_values(activity)
    )
    directory_index.index_structures([chantier.structure])
    return activity


@transaction.atomic
def declare_crew(*, chantier: Chantier, by: User | None, **values: Unpack[CrewValues]) -> Crew:
    """Add a crew to a chantier."""
    crew = Crew(chantier=chantier, **values)
    crew.full_clean()
    crew.save()
    journal.record(
        by=by,
        verb="members.declare_crew",
        target=chantier,
        # The name of a crew is often that of its encadrant·e: it stays out of the journal.
        after={"crew": crew.pk, **journal.values(crew, "places", "weekly_minutes")},
    )
    return crew


@transaction.atomic
def book_capacity(
    *,
    chantier: Chantier,
    first_month: int,
    months: int,
    cfte: int,
    reason: str,
    by: User | None,
    source: str = "",
) -> CapacityBooking:
    """Promise part of a chantier's capacity: hundredths of an FTE in each of some months.

    `first_month` is year × 12 + month − 1. Does not check that so much is free: the composer
    does, and a structure may promise more than it has today. What a room above books again under
    the same `source` takes the place of what it booked.
    """
    booking = CapacityBooking(chantier=chantier, source=source)
    if source:
        known = CapacityBooking.objects.select_for_update().filter(chantier=chantier, source=source)
        booking = known.first() or booking
    figures = (first_month, months, cfte)
    if booking.pk and (booking.first_month, booking.months, booking.cfte) == figures:
        return booking
    booking.first_month, booking.months, booking.cfte = figures
    booking.reason = reason
    booking.full_clean()
    booking.save()
    journal.record(
        "members.book_capacity",
        chantier,
        by=by,
        after={"booking": booking.pk, "first_month": first_month, "months": months, "cfte": cfte},
    )
    return booking


@transaction.atomic
def release_capacity(*, booking: CapacityBooking, by: User | None) -> None:
    """Give back what was promised of a chantier's capacity."""
    journal.record(
        "members.release_capacity", booking.chantier, by=by, before={"booking": booking.pk}
    )
    booking.delete()


def _activity_values(activity: Activity) -> dict[str, object]:
    return journal.values(activity, "trade", "certainty", "proficiency", "reach_km", "crafts")
