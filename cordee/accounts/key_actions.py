"""Making a key for a program, and taking it back."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal, mailing
from cordee.accounts.models import ApiKey, User

MOST_KEYS = 10
PREFIX = "cordee_"
HINT_LETTERS = 6
# As for sessions: who looks wants the day, not the second, and a read writes nothing most times.
USE_NOTED_EVERY = timedelta(minutes=10)


def print_of(secret: str) -> str:
    """What is kept of a secret."""
    # A plain hash is enough: the secret has 256 bits of chance, there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_key(
    *, person: User, name: str, scope: ApiKey.Scope, days: int, by: User, now: datetime
) -> tuple[ApiKey, str]:
    """Make a key and give it with its secret, which nobody will ever see again.

    Raises ValidationError where the name is taken or the person has enough of them.
    """
    # Two at once must not make one too many.
    User.objects.select_for_update().get(pk=person.pk)
    if ApiKey.objects.usable(now).filter(person=person).count() >= MOST_KEYS:
        raise ValidationError(
            f"Vous avez déjà {MOST_KEYS} clés. Retirez-en une qui ne sert plus, puis recommencez."
        )
    # An expired key gives its name back.
    ApiKey.objects.filter(
        person=person, name=name, revoked_at__isnull=True, expires_at__lte=now
    ).update(revoked_at=now)
    random = secrets.token_urlsafe(32)
    key = ApiKey(
        person=person,
        name=name,
        hint=random[:HINT_LETTERS],
        secret_sha256=print_of(PREFIX + random),
        scope=scope,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    key.full_clean()
    key.save()
    after = {"scope": scope.value, "days": days}
    journal.record("accounts.make_key", key, by=by, after=after)
    # Somebody else may have done it, with their session.
    mailing.write_to(
        person,
        kind="account",
        template="accounts/mail/safety",
        context={
            "title": "une clé pour un logiciel est faite",
            "said": "Un logiciel peut maintenant agir en votre nom dans Cordée. Sa clé se retire "
            "dans votre compte, à « Clés pour mes logiciels ».",
            "email": person.email,
        },
        key=f"api_key:{key.pk}",
    )
    return key, PREFIX + random


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User, now: datetime) -> None:
    """Close a key at once; once closed, nothing happens."""
    # Conditional, so that two who revoke it leave one moment and one line of the journal.
    closed = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now)
    if closed:
        journal.record("accounts.revoke_key", key, by=by)


@transaction.atomic
def revoke_all_keys(*, person: User, by: User, now: datetime) -> None:
    """Close every key of a person who leaves."""
    for key in ApiKey.objects.filter(person=person, revoked_at__isnull=True):
        revoke_key(key=key, by=by, now=now)


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember when a key was last used, to within ten minutes."""
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
