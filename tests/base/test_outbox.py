"""A mail is written once for its key, sent on commit, and tried again when the server fails."""

import errno
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.base.mail import outbox, returns
from cordee.base.mail.models import MailServerPause, OutgoingMail
from tests.members.makers import make_person
from tests.strict_client import faults_of

pytestmark = pytest.mark.django_db(transaction=True)


TEMPLATES = {
    "essai/mail/bonjour.subject.txt": "L’accueil de {{ who }}\n",
    "essai/mail/bonjour.html": (
        '{% extends "mail/layout.html" %}{% block body %}<h1>Bonjour {{ who }}</h1>'
        '<p><a class="courrier-bouton" href="{{ site }}/aide/">Lire</a> & garder</p>{% endblock %}'
    ),
}


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail of our own beside those of the rooms."""
    really_get = outbox.get_template

    def get(name: str) -> Any:
        if name in TEMPLATES:
            return engines["django"].from_string(TEMPLATES[name])
        return really_get(name)

    monkeypatch.setattr(outbox, "get_template", get)


def write(key: str = "essai:1", **more: Any) -> OutgoingMail:
    mail = OutgoingMail(key=key, kind="essai", recipient="elle@exemple.fr", **more)
    foot = {"unsubscribe_url": mail.unsubscribe_url}
    context = {"who": "Zoé d'Eau <&>", **foot}
    return outbox.put(mail, template="essai/mail/bonjour", context=context)


def test_a_mail_is_sent_once_for_its_key() -> None:
    first, second = write(), write()
    assert first.pk == second.pk
    assert [m.to for m in django_mail.outbox] == [["elle@exemple.fr"]]
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("sent", 1)
    assert first.sent_at is not None
    outbox.send(first.pk, now=timezone.now())
    assert len(django_mail.outbox) == 1


def test_a_failure_is_kept_and_tried_again_until_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any) -> int:
        raise ConnectionRefusedError("serveur absent")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    kept = write()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts, kept.last_error) == (
        "waiting",
        1,
        "ConnectionRefusedError : serveur absent",
    )
    assert outbox.send_due(now=timezone.now()) == 0
    for day in range(outbox.MOST_ATTEMPTS):
        outbox.send_due(now=timezone.now() + timedelta(days=day + 1))
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("failed", outbox.MOST_ATTEMPTS)


def test_a_full_disk_is_no_mail_server_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a server mails are files: a pause would hold them long after the disk is freed."""
    mail = write(not_before=timezone.now())

    def fill(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    later = timezone.now() + timedelta(seconds=1)
    with monkeypatch.context() as full:
        full.setattr(EmailBackend, "send_messages", fill)
        for _ in range(3):
            with pytest.raises(OSError, match="No space"):
                outbox.send(mail.pk, now=later)
            with pytest.raises(OSError, match="No space"):
                outbox.send_due(now=later)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.claimed_until) == ("waiting", 0, None)
    assert not MailServerPause.objects.exists()
    outbox.send(mail.pk, now=later)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 1)


def test_a_mail_for_later_waits() -> None:
    later = timezone.now() + timedelta(hours=3)
    write(not_before=later)
    assert django_mail.outbox == []
    assert outbox.send_due(now=later + timedelta(minutes=1)) == 1
    assert len(django_mail.outbox) == 1


def test_text_is_text_and_the_page_carries_its_style() -> None:
    kept = write(unsubscribe_url="http://localhost:8000/courriers/x/")
    assert kept.subject == "L’accueil de Zoé d'Eau <&>"
    assert kept.text.startswith(
        "Bonjour Zoé d'Eau <&>\n\nLire & garder\u00a0:\nhttp://localhost:8000/aide/\n\n-- \n"
    )
    assert outbox.DEFAULT_WHY in kept.text
    assert "Ne plus recevoir ces courriers\u00a0: http://localhost:8000/courriers/x/" in kept.text
    assert faults_of(outbox.page("essai/mail/bonjour", {"subject": "x", "who": "Zoé"})) == []
    assert "Bonjour Zoé d&#x27;Eau &lt;&amp;&gt;</h1>" in kept.html
    assert '<html lang="fr">' in kept.html
    assert "class=" not in kept.html
    assert "var(--" not in kept.html
    assert 'href="http://localhost:8000/aide/" style="color: #6a2c5a;' in kept.html
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", kept.html)]
    assert min(sizes) >= 16


def test_two_workers_send_a_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first waits for the server, a second comes for the same mail."""
    now = timezone.now()
    kept = write(not_before=now)
    really_send = EmailBackend.send_messages

    def slowly(self: EmailBackend, messages: Any) -> int:
        assert not connection.in_atomic_block, "no transaction stays open during SMTP"
        outbox.send(kept.pk, now=now + timedelta(minutes=9))
        outbox.send_due(now=now + timedelta(minutes=9))
        return really_send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slowly)
    outbox.send(kept.pk, now=now)
    kept.refresh_from_db()
    assert len(django_mail.outbox) == 1
    assert (kept.state, kept.attempts, kept.claimed_until) == ("sent", 1, None)


def test_a_mail_whose_process_died_leaves_later_under_the_same_name() -> None:
    now = timezone.now()
    kept = write(not_before=now)
    OutgoingMail.objects.filter(pk=kept.pk).update(claimed_until=now + outbox.CLAIM, attempts=1)
    assert outbox.send_due(now=now) == 0
    assert outbox.send_due(now=now + outbox.CLAIM) == 1
    assert django_mail.outbox[0].extra_headers["Message-ID"] == outbox.message_id(kept)


def test_a_fault_of_ours_is_kept_and_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> int:
        raise UnicodeError("adresse illisible")

    first = write("essai:1", not_before=timezone.now())
    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    outbox.send_due(now=timezone.now())
    first.refresh_from_db()
    assert (first.state, first.last_error) == ("waiting", "UnicodeError : adresse illisible")
    assert "could not be sent" in caplog.text


def test_nothing_goes_to_a_dead_address_until_it_is_said_to_work() -> None:
    returns.mark_dead("ELLE@exemple.fr", reason="550", now=timezone.now())
    kept = write()
    kept.refresh_from_db()
    assert (kept.state, django_mail.outbox) == ("bounced", [])
    returns.revive("elle@exemple.fr")
    assert outbox.retry(OutgoingMail.objects.filter(pk=kept.pk))
    outbox.send_due(now=timezone.now())
    kept.refresh_from_db()
    assert kept.state == "sent"
    assert not outbox.retry(OutgoingMail.objects.filter(pk=kept.pk)), "a sent mail stays sent"


def test_a_secret_text_is_forgotten_once_sent() -> None:
    kept = write(is_secret=True)
    kept.refresh_from_db()
    assert "Bonjour" in django_mail.outbox[0].body
    assert (kept.text, kept.html, kept.subject) == ("", "", "L’accueil de Zoé d'Eau <&>")


def test_old_mails_are_emptied_and_never_leave_again() -> None:
    old, young = write("a"), write("b")
    now = timezone.now()
    OutgoingMail.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=400))
    assert outbox.empty_old(before=now - timedelta(days=365), now=now) == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.recipient, old.subject, old.text, old.html, old.state) == ("", "", "", "", "sent")
    assert young.recipient == "elle@exemple.fr"
    assert write("a").pk == old.pk
    assert len(django_mail.outbox) == 2


def test_an_unsubscribe_address_becomes_headers() -> None:
    write(unsubscribe_url="http://localhost:8000/courriers/x/")
    headers = django_mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == "<http://localhost:8000/courriers/x/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_a_demo_drew_on_another_port_follows_it(settings: Any) -> None:
    before = settings.SITE_ADDRESS
    kept = write("a", unsubscribe_url=f"{before}/courriers/x/", not_before=timezone.now())
    other = write("b", not_before=timezone.now())
    settings.SITE_ADDRESS = "http://127.0.0.1:8765"
    for _ in range(2):
        outbox.follow_site()
    for one in (kept, other):
        one.refresh_from_db()
        assert "http://127.0.0.1:8765/aide/" in one.text
        assert "http://127.0.0.1:8765/aide/" in one.html
        assert before not in one.text + one.html + one.unsubscribe_url


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
    assert f"Bonjour {people[1].email}\n" in written.get(recipient=people[1].email).text
    return len(queries)


def test_many_mails_are_written_once_with_as_many_queries_as_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(mailing._kinds, "essai", mailing.MailKind("essai", "Essais"))
    few = queries_of_many(3)
    User.objects.all().delete()
    OutgoingMail.objects.all().delete()
    assert queries_of_many(30) == few
