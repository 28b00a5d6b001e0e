"""A real conversation with a mail server of our own, on this machine."""

import email
import email.policy
import io
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import environment
from cordee.base.mail import outbox
from cordee.base.mail.models import DeadAddress, MailServerPause, OutgoingMail
from cordee.base.mail.tasks import send_mail

pytestmark = pytest.mark.django_db(transaction=True)


class Server:
    """Keeps what it accepts; answers what `recipient_answers` and `data_answers` say first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.conversations: set[Any] = set()
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.conversations.add(session.peer)
        if self.recipient_answers and (answer := self.recipient_answers.pop(0)) != "ok":
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.data_answers and (answer := self.data_answers.pop(0)) != "ok":
            return answer
        assert isinstance(envelope.content, bytes)
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        self.messages.append(read)
        return "250 OK"


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    kept = Server()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "cordee.base.mail.server.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 10},
        }
    }
    yield kept
    controller.stop()


@pytest.fixture
def deaf(settings: Any) -> Iterator[socket.socket]:
    """A server that takes the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.MAILERS = {
            "default": {
                "BACKEND": "cordee.base.mail.server.EmailBackend",
                "OPTIONS": {
                    "host": "127.0.0.1",
                    "port": listening.getsockname()[1],
                    "timeout": 0.05,
                },
            }
        }
        yield listening


def calls(listening: socket.socket) -> int:
    """How many came since it was asked last."""
    listening.setblocking(False)
    count = 0
    while True:
        try:
            listening.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def write(key: str = "essai", recipient: str = "zoe@exemple.fr", **more: Any) -> OutgoingMail:
    foot = {"unsubscribe_url": "http://localhost:8000/courriers/arreter/x/"}
    mail = outbox.put(
        OutgoingMail(key=key, kind="account", recipient=recipient, **foot, **more),
        template="accounts/mail/new_password",
        context={"password_reset_url": "http://localhost:8000/compte/x/", **foot},
    )
    mail.refresh_from_db()
    return mail


def test_what_arrives_has_both_parts_and_its_headers(server: Server) -> None:
    mail = write()
    assert mail.state == "sent"
    [got] = server.messages
    assert got["Subject"] == "Cordée : choisir un nouveau mot de passe"
    assert got["To"] == "zoe@exemple.fr"
    assert "cordee@localhost" in got["From"]
    assert got["Message-ID"] == f"<courrier-{mail.pk}@localhost>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe"] == "<http://localhost:8000/courriers/arreter/x/>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert got.get_content_type() == "multipart/alternative"
    text, page = got.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert "Ce lien sert une seule fois." in text.get_content()
    assert page.get_content_type() == "text/html"
    assert "Ce lien sert une seule fois." in page.get_content()
    assert '<html lang="fr">' in page.get_content()


def test_not_now_is_tried_again(server: Server) -> None:
    server.recipient_answers = ["451 4.7.1 Greylisted, come back"]
    mail = write()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert mail.last_error == "451 4.7.1 Greylisted, come back"
    assert mail.not_before is not None
    assert outbox.send_due(now=timezone.now()) == 0, "not before its time"
    assert outbox.send_due(now=mail.not_before) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 2, "")
    assert len(server.messages) == 1


def test_no_such_box_is_for_good(server: Server) -> None:
    server.recipient_answers = ["550 5.1.1 No such user"]
    mail = write(recipient="Partie@exemple.fr")
    assert (mail.state, mail.last_error) == ("bounced", "550 5.1.1 No such user")
    assert DeadAddress.objects.get().address == "partie@exemple.fr"
    later = write("autre", recipient="partie@exemple.fr")
    assert (later.state, later.last_error) == ("bounced", "adresse qui ne répond plus")
    assert server.messages == []


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 Blocked by our rules",
        "552 5.2.2 Mailbox full",
        "550 Relaying denied",
        "550 No such user",
        "550 5.1.8 Bad sender",
        "554 5.7.1 Client host 5.1.1.20 is listed",
        "550 5.7.1 Not 5.1.1",
    ],
)
def test_a_refusal_that_does_not_speak_of_the_box_leaves_it_alive(
    server: Server, answer: str
) -> None:
    server.recipient_answers = [answer]
    assert write().state == "bounced"
    assert not DeadAddress.objects.exists()


def test_a_message_that_is_refused_is_given_up(server: Server) -> None:
    server.data_answers = ["554 5.6.0 Not wanted here"]
    mail = write()
    assert (mail.state, mail.last_error) == ("failed", "554 5.6.0 Not wanted here")
    assert outbox.retry(OutgoingMail.objects.filter(pk=mail.pk))
    outbox.send_due(now=timezone.now())
    assert len(server.messages) == 1


def test_a_server_that_is_down_loses_nothing(server: Server, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    up = settings.MAILERS
    settings.MAILERS = {
        "default": {**up["default"], "OPTIONS": {"host": "127.0.0.1", "port": port}}
    }
    mail = write()
    assert mail.state == "waiting"
    assert mail.last_error.startswith("ConnectionRefusedError")
    settings.MAILERS = up
    assert mail.not_before is not None
    outbox.send_due(now=mail.not_before)
    assert len(server.messages) == 1


def test_a_night_of_refusals_cures_itself(server: Server) -> None:
    """Twelve hours of 4xx, then a cure: all is sent, once. Seven and a bit were too many before."""
    start = timezone.now()
    server.recipient_answers = ["451 4.3.0 Out of order"] * 100
    mails = [write(f"nuit:{number}", not_before=start) for number in range(3)]
    for minutes in range(0, 12 * 60, 15):
        outbox.send_due(now=start + timedelta(minutes=minutes))
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"waiting"}
    server.recipient_answers = []
    outbox.send_due(now=start + timedelta(hours=16))
    assert OutgoingMail.objects.filter(state="sent").count() == len(mails)
    assert len(server.messages) == len(mails)


def test_a_mail_is_given_up_after_four_to_five_days() -> None:
    """RFC 5321, 4.5.4.1."""
    assert 4 * 1440 <= sum(outbox.WAITS) <= 5 * 1440
    assert list(outbox.WAITS) == sorted(outbox.WAITS)
    assert len(outbox.WAITS) + 1 == outbox.MOST_ATTEMPTS


def test_a_round_stops_at_a_server_that_hangs(deaf: socket.socket) -> None:
    """The first mail waits once; the others keep their tries, in this round and by the queue."""
    now = timezone.now()
    for number in range(5):
        write(f"attend:{number}", not_before=now)
    assert outbox.send_due(now=now) == 1
    assert [mail.attempts for mail in OutgoingMail.objects.order_by("pk")] == [1, 0, 0, 0, 0]
    assert calls(deaf) == 1
    assert write("après").attempts == 0, "the task comes after the failure"
    assert outbox.send_due(now=timezone.now()) == 0
    assert calls(deaf) == 0


def test_pauses_grow_and_end_with_a_mail_that_leaves(
    deaf: socket.socket, server: Server, settings: Any
) -> None:
    up = settings.MAILERS
    down = {**up["default"], "OPTIONS": {**up["default"]["OPTIONS"]}}
    down["OPTIONS"] |= {"port": deaf.getsockname()[1], "timeout": 0.05}
    settings.MAILERS = {"default": down}
    start = now = timezone.now() + timedelta(hours=1)
    for number in range(9):
        write(f"attend:{number}", not_before=start)
    pauses = []
    for _ in range(8):
        assert outbox.send_due(now=now) == 1
        pause = MailServerPause.objects.get()
        assert (pause.since, "CORDEE_MAIL_PORT" in pause.cure) == (start, True)
        pauses.append(int((pause.until - now) / timedelta(minutes=1)))
        now = pause.until
    assert pauses == [1, 2, 5, 10, 15, 30, 30, 30]
    settings.MAILERS = up
    outbox.send_due(now=now + timedelta(days=1))
    assert not MailServerPause.objects.exists()
    assert len(server.messages) == OutgoingMail.objects.filter(state="sent").count() == 9


def test_a_round_is_one_conversation(server: Server) -> None:
    now = timezone.now()
    for number in range(4):
        write(f"suite:{number}", recipient=f"elle{number}@exemple.fr", not_before=now)
    server.recipient_answers = ["ok", "550 5.1.1 No such user", "ok", "ok"]
    assert outbox.send_due(now=now) == 4
    assert (len(server.messages), len(server.conversations)) == (3, 1)


def test_a_server_that_has_had_enough_is_called_again(server: Server) -> None:
    """It ends each conversation after a few mails: none loses a try, none is sent twice."""
    now = timezone.now()
    for number in range(3):
        write(f"suite:{number}", not_before=now)
    server.recipient_answers = ["ok", "421 4.7.0 Too many messages in this connection", "ok", "ok"]
    assert outbox.send_due(now=now) == 3
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert (len(server.messages), len(server.conversations)) == (3, 2)
    assert not MailServerPause.objects.exists()


def test_mails_have_a_queue_of_their_own() -> None:
    assert send_mail.queue_name == "mail"


# --- The command that tries the server -----------------------------------------------------------


def tried(address: str = "zoe@exemple.fr") -> str:
    out = io.StringIO()
    call_command("test_mail", address, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_mail_that_is_taken_is_said_with_the_answer(server: Server) -> None:
    server.data_answers = ["250 2.0.0 Ok: queued as 4XYZ"]
    MailServerPause.objects.create(since=timezone.now(), until=timezone.now())
    assert "250 2.0.0 Ok: queued as 4XYZ" in tried()
    assert not MailServerPause.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("answer", "cure"),
    [
        ("550 5.1.1 No such user", "vérifiez l’adresse"),
        ("554 Relay access denied", "CORDEE_MAIL_USER"),
        ("451 4.7.1 Greylisted", "dix minutes"),
    ],
)
def test_a_refusal_is_said_with_its_words_and_its_cure(
    server: Server, answer: str, cure: str
) -> None:
    server.recipient_answers = [answer]
    with pytest.raises(CommandError, match=re.escape(answer)) as told:
        tried()
    assert cure in str(told.value)
    assert not DeadAddress.objects.exists()


def test_a_server_that_says_nothing_is_told_so(deaf: socket.socket) -> None:
    with pytest.raises(CommandError, match="ne répond pas à temps"):
        tried()


def test_other_ways_to_fail_have_their_cure(server: Server, settings: Any) -> None:
    options = settings.MAILERS["default"]["OPTIONS"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = probe.getsockname()[1]
    for change, cure in (
        ({"port": nobody}, "Rien ne répond à ce port"),
        ({"host": "serveur.invalid"}, "inconnu"),
        ({"use_tls": True}, "CORDEE_MAIL_SECURITY"),
        ({"use_ssl": True}, "CORDEE_MAIL_SECURITY"),
        ({"username": "x", "password": "y"}, "CORDEE_MAIL_SECURITY"),
    ):
        settings.MAILERS = {
            "default": {
                "BACKEND": "cordee.base.mail.server.EmailBackend",
                "OPTIONS": {**options, **change},
            }
        }
        with pytest.raises(CommandError, match=cure):
            tried()


def test_no_server_and_no_address_are_said(settings: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="écrivez une adresse"):
        tried("zoe")
    settings.MAILERS = {"default": environment.mailer(tmp_path)}
    with pytest.raises(CommandError, match="CORDEE_MAIL_SERVER"):
        tried()
    assert list(tmp_path.iterdir()) == []
