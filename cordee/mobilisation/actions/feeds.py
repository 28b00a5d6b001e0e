"""Opening, renewing and closing the address of a feed."""

from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Model

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.mobilisation.models import FeedKey
from cordee.mobilisation.models.feeds import new_nonce


@transaction.atomic
def open_feed(*, kind: str, scope_name: str, scope: Model, by: User, now: datetime) -> FeedKey:
    """Open an address; asked for twice, it is the same."""
    kept = FeedKey.objects.standing().select_for_update()
    known: FeedKey | None = kept.filter(person=by, kind=kind, **{scope_name: scope}).first()
    if known is not None:
        return known
    key = FeedKey(person=by, kind=kind, **{scope_name: scope})
    key.changed_at = now
    key.full_clean()
    key.save()
    journal.record("mobilisation.open_feed", key, by=by, after={"kind": kind, "scope": scope_name})
    return key


@transaction.atomic
def renew_feed(*, key: FeedKey, by: User, now: datetime) -> FeedKey:
    """Give another address; the old one opens nothing from now on."""
    key.nonce, key.renewed_at, key.last_used_on = new_nonce(), now, None
    key.save(update_fields=["nonce", "renewed_at", "last_used_on"])
    journal.record("mobilisation.renew_feed", key, by=by)
    return key


@transaction.atomic
def revoke_feed(*, key: FeedKey, by: User, now: datetime) -> None:
    """Close an address for good. Closing it again changes nothing."""
    closed = FeedKey.objects.standing().filter(pk=key.pk).update(revoked_at=now)
    if closed:
        journal.record("mobilisation.revoke_feed", key, by=by)


@transaction.atomic
def note_reading(*, key: FeedKey, content: bytes, on: date, now: datetime) -> None:
    """Keep the day of the last reading, and when the content last changed. No journal line.

    Written once a day and at each change: a program that asks each hour writes nothing.
    """
    if key.last_used_on != on:
        FeedKey.objects.filter(pk=key.pk).update(last_used_on=on)
        key.last_used_on = on
    digest = sha256(content).hexdigest()
    if key.content_sha256 != digest:
        FeedKey.objects.filter(pk=key.pk).update(content_sha256=digest, changed_at=now)
        key.content_sha256, key.changed_at = digest, now
