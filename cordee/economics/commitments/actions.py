"""Writes of what a chantier promised: booked by rooms above, or written by who directs it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.economics.models import Commitment, Resource
from cordee.members.models import Chantier

State = Commitment.State


@transaction.atomic
def book_commitment(
    *,
    chantier: Chantier,
    source: str,
    state: State,
    label: str,
    lot: str,
    first_month: int,
    months: int,
    receipts_cents: int,
    by: User | None,
) -> Commitment:
    """Note what an offer or a contract of a room above brings to a chantier; twice is once.

    `first_month` is year × 12 + month − 1. While that room books the same figures again, what the
    structure corrected stays: only the state follows. Raises ValidationError where a figure is
    impossible. Amounts stay out of the journal.
    """
    row = _booked(chantier, source) or Commitment(chantier=chantier, source=source, booked_by=by)
    as_booked = f"{first_month}:{months}:{receipts_cents}"
    if (row.as_booked, row.state) == (as_booked, state):
        return row
    if row.as_booked != as_booked:
        row.label, row.lot, row.as_booked = label, lot, as_booked
        row.first_month, row.months, row.receipts_cents = first_month, months, receipts_cents
    row.state = state
    row.full_clean(exclude=["booked_by"])
    row.save()
    _note("economics.book_commitment", row, by)
    return row


@transaction.atomic
def release_commitment(
    *, chantier: Chantier, source: str, by: User | None, state: State = State.RELEASED
) -> None:
    """What a room above booked is over: lost, or withdrawn. Twice is once."""
    row = _booked(chantier, source)
    if row is None or row.state == state:
        return
    row.state = state
    row.save(update_fields=["state"])
    _note("economics.release_commitment", row, by)


@transaction.atomic
def write_commitment(*, commitment: Commitment, by: User) -> None:
    """Keep what who directs says of a contract, new or corrected. Raises ValidationError.

    New, the same twice within a minute is one contract.
    """
    is_new = commitment.pk is None
    if is_new:
        commitment.booked_by = by
    elif commitment.source:
        # The room that booked it says its state, and may be saying it at this moment.
        now_is = Commitment.objects.select_for_update().get(pk=commitment.pk)
        commitment.state, commitment.as_booked = now_is.state, now_is.as_booked
    commitment.full_clean(exclude=["booked_by"])
    if is_new and was_just_noted(commitment, "booked_at"):
        return
    commitment.save()
    verb = "economics.add_commitment" if is_new else "economics.edit_commitment"
    _note(verb, commitment, by)


def was_just_noted(row: Commitment | Resource, at: str) -> bool:
    """Whether the same person noted the same within a minute: a double click.

    `at`: the field that says when. Of two at once, the second waits for the first.
    """
    Chantier.objects.select_for_update(no_key=True).get(pk=row.chantier_id)
    fields = {field.name: field.attname for field in row._meta.concrete_fields}
    said = {fields[name]: getattr(row, fields[name]) for name in fields if name not in ("id", at)}
    since = timezone.now() - timedelta(minutes=1)
    return type(row)._default_manager.filter(**said, **{f"{at}__gte": since}).exists()


def _booked(chantier: Chantier, source: str) -> Commitment | None:
    if not source:
        raise ValidationError("Ce qu’une autre page note porte une origine.")
    # One booking at a time in a chantier: of two at once, the second finds the row of the first.
    Chantier.objects.select_for_update(no_key=True).get(pk=chantier.pk)
    return Commitment.objects.select_for_update().filter(chantier=chantier, source=source).first()


def _note(verb: str, row: Commitment, by: User | None) -> None:
    journal.record(verb, row.chantier, by=by, after={"commitment": row.pk, "state": str(row.state)})
