"""Every write of the room that means something."""

from django.contrib.sessions.models import Session
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User


@transaction.atomic
def erase_account(*, person: User, by: User | None) -> None:
    """Erase a person: address, name, password, seats, sessions.

    What she did stays, without its author: corrections, imports, compositions, lines of the
    journal.
    """
    key = str(person.pk)
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == key:
            session.delete()
    journal.record(by=by, verb="accounts.erase_account", target=person)
    person.delete()
