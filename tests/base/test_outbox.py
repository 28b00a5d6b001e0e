"""A mail is written once for its key, sent on commit, and tried again when the server fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.base.mail import outbox
from cordee.base.mail.models import OutgoingMail
from tests.members.makers import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the templates give is not the matter here."""
    monkeypatch.setattr(outbox, "render_to_string", lambda name, told: f"{name} pour {told['who']}")


def write(key: str = "essai:1", **more: Any) -> OutgoingMail:
    return outbox.put(
        key=key,
        kind="essai",
        recipient="elle@exemple.fr",
        template="essai/mail/bonjour",
        context={"who": "Zoé"},
        **more,
    )


def test_a_mail_is_sent_once_for_its_key() -> None:
    first, second = write(), write()
    assert first.pk == second.pk
    assert [m.to for m in django_mail.outbox] == [["elle@exemple.fr"]]
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("sent", 1)
    assert first.sent_at is not None
    outbox.send(first.pk)
    assert len(django_mail.outbox) == 1


def test_a_failure_is_kept_and_tried_again_until_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(self: EmailMultiAlternatives) -> int:
        raise ConnectionRefusedError("serveur absent")

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    kept = write()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts, kept.last_error) == ("waiting", 1, "serveur absent")
    assert outbox.send_due(now=timezone.now()) == 0
    for _ in range(outbox.MOST_ATTEMPTS):
        outbox.send_due(now=timezone.now() + timedelta(days=1))
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("failed", outbox.MOST_ATTEMPTS)


def test_a_mail_for_later_waits() -> None:
    later = timezone.now() + timedelta(hours=3)
    write(not_before=later)
    assert django_mail.outbox == []
    assert outbox.send_due(now=later + timedelta(minutes=1)) == 1
    assert len(django_mail.outbox) == 1


def test_an_unsubscribe_address_becomes_headers() -> None:
    write(unsubscribe_url="http://localhost:8000/courriers/x/")
    headers = django_mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == "<http://localhost:8000/courriers/x/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_sort_of_mail_that_no_room_named_is_refused() -> None:
    with pytest.raises(KeyError):
        mailing.write_to(
            make_person("a@exemple.fr"),
            kind="inconnue",
            template="essai/mail/bonjour",
            context={},
            key="x",
        )


def queries_of_many(count: int) -> int:
    people = [make_person(f"elle{n}@exemple.fr") for n in range(count)]
    people[0].is_active = False
    letters = [
        mailing.Letter(person, f"essai:{person.pk}", {"who": person.email}) for person in people
    ]
    with CaptureQueriesContext(connection) as queries:
        mailing.write_to_many(letters, kind="essai", template="essai/mail/bonjour")
        mailing.write_to_many(letters, kind="essai", template="essai/mail/bonjour")
    written = OutgoingMail.objects.filter(recipient__in=[person.email for person in people])
    assert written.count() == count - 1, "each once, and none to a closed account"
    assert f"pour {people[1].email}" in written.get(recipient=people[1].email).text
    return len(queries)


def test_many_mails_are_written_once_with_as_many_queries_as_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(mailing._kinds, "essai", mailing.MailKind("essai", "Essais"))
    few = queries_of_many(3)
    User.objects.all().delete()
    OutgoingMail.objects.all().delete()
    assert queries_of_many(30) == few
