"""A mail is written once for its key, sent on commit, and tried again when the server fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from cordee.accounts import mailing
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
