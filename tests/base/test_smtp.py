"""A real conversation with a mail server of our own, on this machine."""

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.utils import timezone

from cordee.base.mail import outbox
from cordee.base.mail.models import DeadAddress, OutgoingMail

pytestmark = pytest.mark.django_db(transaction=True)


class Server:
    """Keeps what it accepts; answers what `recipient_answers` and `data_answers` say first."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipient_answers: list[str] = []
        self.data_answers: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
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
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": 10},
        }
    }
    yield kept
    controller.stop()


def write(key: str = "essai", recipient: str = "zoe@exemple.fr") -> OutgoingMail:
    mail = outbox.put(
        key=key,
        kind="account",
        recipient=recipient,
        template="accounts/mail/new_password",
        context={"password_reset_url": "http://localhost:8000/compte/x/"},
        unsubscribe_url="http://localhost:8000/courriers/arreter/x/",
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
    assert "Ce lien sert une seule fois. Ce n’était pas vous\u202f? " in text.get_content()
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


@pytest.mark.parametrize("answer", ["550 5.7.1 Blocked by our rules", "552 5.2.2 Mailbox full"])
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
    assert outbox.try_again(mail)
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
