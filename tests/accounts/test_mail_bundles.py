"""Informative mails of one thread leave as one, an hour after the first: none twice, none lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.mail_actions import stop_mail
from cordee.accounts.mailing import MailThread, Stop
from cordee.accounts.models import User
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db
KIND = "corrections"
LATER = timedelta(hours=1, minutes=1)


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("elle@exemple.fr")


def news(person: User, number: int, thread: str = "notice:1", name: str = "Berges") -> None:
    context: dict[str, Any] = {
        "who": "Nadia", "event": "a corrigé l’avis", "is_open": False, "fact": f"Fait {number}",
        "value": "x", "facts": [("Quoi", "Berges")], "path": "/opportunites/1/",
    }  # fmt: skip
    mailing.write_to(
        person,
        kind=KIND,
        template="opportunities/mail/corrected",
        context=context,
        key=f"news:{thread}:{number}",
        thread=MailThread(thread, name, "/opportunites/1/"),
    )


def leave(after: timedelta = LATER) -> list[Any]:
    """What reached mailboxes at that moment."""
    now = timezone.now() + after
    mailing.run(now)
    outbox.send_due(now=now)
    return list(mail.outbox)


def test_twenty_seven_of_one_hour_are_one_mail(person: User) -> None:
    for number in range(27):
        news(person, number)
    news(person, 99, thread="notice:2", name="Coffrets")
    assert leave(timedelta(minutes=59)) == []
    sent = leave()
    assert {each.subject for each in sent} == {"Berges : 27 nouvelles", "Fait 99 : x"}
    (bundle,) = [each for each in sent if "27" in each.subject]
    assert "Fait 0" in bundle.body
    assert "et 19\u202fautres" in bundle.body
    assert bundle.body.count("/opportunites/1/") == 1
    assert len(leave(2 * LATER)) == 2, "nothing leaves twice"


def test_what_comes_after_is_the_next_mail(person: User) -> None:
    news(person, 1)
    news(person, 2)
    assert len(leave()) == 1
    news(person, 3)
    news(person, 1)
    assert len(leave(timedelta(minutes=59))) == 1, "its hour begins with it"
    assert [each.subject for each in leave(3 * LATER)][1:] == ["Fait 3 : x"]


def test_a_process_that_dies_loses_nothing_and_sends_nothing_twice(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    news(person, 1)
    news(person, 2)
    now = timezone.now() + LATER
    put = outbox.put

    def dies(*args: Any, **named: Any) -> None:
        put(*args, **named)
        raise RuntimeError

    monkeypatch.setattr(outbox, "put", dies)
    with pytest.raises(RuntimeError):
        mailing.run(now)
    monkeypatch.setattr(outbox, "put", put)
    assert OutgoingMail.objects.held().count() == 2
    assert OutgoingMail.objects.count() == 2
    assert len(leave()) == 1


def test_an_action_that_fails_has_told_nobody(person: User) -> None:
    with transaction.atomic():
        news(person, 1)
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0


def test_whoever_stops_meanwhile_gets_nothing(person: User) -> None:
    news(person, 1)
    news(person, 2)
    stop_mail(stop=Stop(KIND, person_pk=person.pk), now=timezone.now())
    assert leave() == []
