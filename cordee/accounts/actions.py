"""Every write of the room that means something."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import account_closing, journal
from cordee.accounts.access import is_unconfirmed
from cordee.accounts.key_actions import revoke_all_keys
from cordee.accounts.mail_actions import erase_mails
from cordee.accounts.models import OpenSession, User

KEEP_UNCONFIRMED = timedelta(days=7)


@transaction.atomic
def open_account(*, address: str, display_name: str, password: str) -> User:
    """Open an account for whoever proved that an address is theirs (an invitation followed).

    An account that waits for its address to be confirmed is taken over: whoever opened it never
    proved anything. Raises ValidationError where a confirmed account exists.
    """
    address = address.strip().lower()
    # Two who follow invitations to one address at once take their turns here.
    person = User.objects.select_for_update().filter(email=address).first()
    if person is None:
        person = User.objects.create_user(address)
    elif not is_unconfirmed(person):
        raise ValidationError("Un compte existe déjà avec cette adresse : connectez-vous.")
    person.display_name = display_name.strip()
    person.set_password(password)
    person.full_clean()
    person.save()
    # A factor set up by whoever opened it first would lock the owner of the address out.
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).exclude(email=address).delete()
    EmailAddress.objects.update_or_create(
        user=person, email=address, defaults={"verified": True, "primary": True}
    )
    journal.record("accounts.open_account", person, by=person)
    return person


@transaction.atomic
def close_account(*, person: User, by: User, now: datetime) -> None:
    """Close an account: no sign-in, no seat, no session, no key. What the user did stays, with
    their name.

    Raises ValidationError where the user is the last to answer for something.
    """
    for part in account_closing.in_order():
        part.leave(person=person, by=by, now=now, even_if_last=False)
    person.is_active = False
    person.save(update_fields=["is_active"])
    close_sessions(person=person)
    revoke_all_keys(person=person, by=by, now=now)
    journal.record("accounts.close_account", person, by=by)


@transaction.atomic
def reopen_account(*, person: User, by: User | None) -> None:
    """Open a closed account again. Its seats do not come back: somebody gives them anew."""
    if person.is_active:
        return
    person.is_active = True
    person.save(update_fields=["is_active"])
    journal.record("accounts.reopen_account", person, by=by)


@transaction.atomic
def erase_account(*, person: User, by: User | None, even_if_last: bool = True) -> None:
    """Erase a person: address, name, password, seats, sessions, and all that was written to them.

    What the person did stays, without its author: corrections, imports, compositions, lines of the
    journal; not the words that the person wrote to somebody. `even_if_last` is for the keeper of
    the server, who owes erasure to whoever asks; otherwise ValidationError is raised where the
    person is the last to answer for something.
    """
    key = str(person.pk)
    for part in account_closing.in_order():
        part.leave(person=person, by=by, now=timezone.now(), even_if_last=even_if_last)
        part.erase(person=person)
    # Django keeps no list of the sessions of a person: each is opened to look.
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == key:
            session.delete()
    addresses = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    erase_mails(person=person, addresses={person.email, *addresses})
    journal.record("accounts.erase_account", person, by=by)
    person.delete()


@transaction.atomic
def close_sessions(*, person: User, keep: str | None = None, only: int | None = None) -> int:
    """Close a person's sessions, all but `keep` (a key), or `only` one row; gives how many."""
    rows = OpenSession.objects.filter(person=person).exclude(key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("key", flat=True))
    # Sessions first: a row of ours that is left over opens nothing.
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


@transaction.atomic
def forget_unconfirmed(now: datetime) -> int:
    """What the schedule does each day: accounts that nobody confirmed in a week go; how many.

    An address given by another is not ours to keep.
    """
    waiting = User.objects.filter(last_login=None, date_joined__lt=now - KEEP_UNCONFIRMED)
    unconfirmed = [person for person in waiting if is_unconfirmed(person)]
    for person in unconfirmed:
        erase_account(person=person, by=None)
    return len(unconfirmed)
