"""Writes of a calendar, and what follows in the crews and commitments of whoever says yes; of the
half-day open to companies, the numbers of whose crew stay out of the journal."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import Alliance
from cordee.alliances.revisions import locked
from cordee.alliances.state.current import Order, book
from cordee.delivery.models import Delivery, OpenSite, SiteEvent
from cordee.economics.commitments.actions import book_commitment, release_commitment
from cordee.economics.models import Commitment
from cordee.members.actions.capacity import book_capacity, release_capacity
from cordee.members.models import CapacityBooking, Chantier

SAID = ("kind", "title", "partner_id", "lot_id", "first_day", "last_day", "amount_cents", "cfte")


@transaction.atomic
def write_event(*, event: SiteEvent, by: User) -> None:
    """Note something; noted twice, it is one. Raises ValidationError."""
    Delivery.objects.select_for_update(of=("self",)).get(pk=event.delivery_id)
    said = {name: getattr(event, name) for name in SAID}
    if not event.delivery.events.filter(**said, removed_at__isnull=True).exists():
        event.made_by = by
        _settle("delivery.write_event", event, by)


@transaction.atomic
def book_event(*, event: SiteEvent, chantier: Chantier | None, by: User) -> None:
    """The partner's yes, for one of its chantiers; None takes it back. Twice is once.

    Raises ValidationError where it has no amount.
    """
    event = _held(event)
    if (event.chantier is None) != (chantier is None) and event.removed_at is None:
        event.chantier = chantier
        _settle("delivery.book_event" if chantier else "delivery.release_event", event, by)
        _follow(event, by)


@transaction.atomic
def keep_event(*, event: SiteEvent, is_kept: bool, by: User, now: datetime) -> None:
    """Take it out, and give back what it booked; or put it back, to be agreed on again."""
    event = _held(event)
    if (event.removed_at is None) != is_kept:
        event.removed_at, event.chantier = None if is_kept else now, None
        _settle("delivery.restore_event" if is_kept else "delivery.remove_event", event, by)
        _follow(event, by)


@transaction.atomic
def write_site(*, site: OpenSite, by: User, verb: str = "delivery.write_open_site") -> None:
    """Keep the day and the numbers, or cancel and take up again. Raises ValidationError."""
    site.full_clean()
    site.save()
    journal.record(verb, site.delivery, by=by, after={"open_site": site.pk})


@transaction.atomic
def come(*, site: OpenSite, is_coming: bool, by: User) -> None:
    """A company comes, or not after all; twice is once. Raises ValidationError where it is full."""
    site = OpenSite.objects.select_for_update().get(pk=site.pk)
    coming = set(site.visitors.all())
    if (by in coming) == is_coming:
        return
    if is_coming and len(coming) >= site.places:
        raise ValidationError("Toutes les places sont prises. Choisissez un autre chantier.")
    (site.visitors.add if is_coming else site.visitors.remove)(by)
    verb = "delivery.visit_open_site" if is_coming else "delivery.leave_open_site"
    journal.record(verb, site.delivery, by=by)


def orders_of(alliance: Alliance) -> Iterator[Order]:
    """What chantiers agreed to of the contract that an alliance became."""
    rows = SiteEvent.objects.filter(delivery__baseline__alliance=alliance)
    for event in rows.filter(chantier__isnull=False).select_related("lot"):
        lot = event.lot.key if event.lot else ""
        span = event.first_month, event.months
        place = (event.chantier_id or 0, lot, f"order-{event.pk}", *span)
        is_within = event.kind == SiteEvent.Kind.ORDER
        yield place, event.amount_cents or 0, event.cfte or 0, is_within


def _follow(event: SiteEvent, by: User) -> None:
    """Book it, or give it back: among the promises of its alliance, or else by itself."""
    if event.delivery.baseline is not None:
        alliance = locked(event.delivery.baseline.alliance)
        book(alliance, by=by, on=timezone.localdate())
        return
    source = f"delivery:{event.delivery_id}:order-{event.pk}"
    if event.chantier is None:
        for row in Commitment.objects.filter(source=source).select_related("chantier"):
            release_commitment(chantier=row.chantier, source=source, by=by)
        for held in CapacityBooking.objects.filter(source=source):
            release_capacity(booking=held, by=by)
    elif event.amount_cents and event.amount_cents > 0:
        where: dict[str, Any] = {"chantier": event.chantier, "source": source, "by": by}
        where |= {"first_month": event.first_month, "months": event.months}
        # Of no lot: it was won against nobody here, and says nothing of one's chances.
        book_commitment(
            state=Commitment.State.SIGNED,
            label=event.title,
            lot="",
            receipts_cents=event.amount_cents,
            **where,
        )
        if event.cfte:
            book_capacity(cfte=event.cfte, reason=event.title, **where)


def _held(event: SiteEvent) -> SiteEvent:
    """The row read again, behind the lock of its contract: of two at once, one waits."""
    Delivery.objects.select_for_update(of=("self",)).get(pk=event.delivery_id)
    return SiteEvent.objects.select_related("delivery", "chantier").get(pk=event.pk)


def _settle(verb: str, event: SiteEvent, by: User) -> None:
    event.full_clean(exclude=["made_by"])
    event.save()
    journal.record(verb, event.delivery, by=by, after={"event": event.pk})
