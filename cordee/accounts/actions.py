"""Every write of the room that means something."""

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.mail_actions import erase_mails
from cordee.accounts.models import User


@transaction.atomic
def erase_account(*, person: User, by: User | None) -> None:
    """Erase a person: address, name, password, seats, sessions, and all that was written to her.

    What she did stays, without its author: corrections, imports, compositions, lines of the
    journal.
    """
    key = str(person.pk)
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == key:
            session.delete()
    addresses = {person.email, *_addresses_of(person)}
    erase_mails(person=person, addresses=addresses)
    journal.record(by=by, verb="accounts.erase_account", target=person)
    person.delete()


def _addresses_of(person: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=person).values_list("email", flat=True))
