"""The mail server, which may be slow, deaf or gone: whether there is one, one conversation with it,
and a pause while it fails.

A server that hangs would cost each mail the same wait. The first that meets it writes a pause down,
which grows with each failure and which all processes read; the others keep their tries.
"""

import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.backends import smtp

from cordee.base.mail import returns
from cordee.base.mail.models import MailServerPause

# Minutes without a try, after the first, second… failure in a row; the last one then stays: a
# server that comes back is noticed within half an hour.
PAUSES = (1, 2, 5, 10, 15, 30)
# Servers end a conversation that lasts.
MOST_IN_A_CONVERSATION = 50
# Seconds for one answer, once the server has let us in: it may check a mail before it takes it.
ANSWER_SECONDS = 30


def is_set() -> bool:
    """Whether mails leave at all: without a server they are files, and nobody gets them."""
    return not settings.MAILERS["default"]["BACKEND"].endswith("filebased.EmailBackend")


def name() -> str:
    """The server and its port, as they are set."""
    options = settings.MAILERS["default"].get("OPTIONS", {})
    return f"{options['host']}:{options.get('port') or 25}" if "host" in options else "le serveur"


def may_try(now: datetime) -> bool:
    """Whether no pause holds at that moment."""
    return not MailServerPause.objects.filter(until__gt=now).exists()


def note_failure(failure: Exception, *, now: datetime) -> None:
    """The server could not be reached, or let nobody in: pause, longer at each failure."""
    pause, _ = MailServerPause.objects.get_or_create(defaults={"since": now, "until": now})
    pause.failures = min(pause.failures + 1, len(PAUSES))
    pause.until = now + timedelta(minutes=PAUSES[pause.failures - 1])
    pause.error, pause.cure = returns.verdict_on(failure).words, cure_of(failure)
    pause.save()


def forget_failures() -> None:
    """It works again, or somebody asks for a try at once."""
    MailServerPause.objects.all().delete()


class Conversation:
    """Mails sent one after another over one connection, opened by the first; a context manager.

    `is_proven`: a mail has left by it.
    """

    def __init__(self) -> None:
        self.is_proven = False
        self._backend: Any = None
        self._left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: EmailMessage) -> None:
        """Raises what the server or the way to it raises; a mail refused is not sent twice."""
        # A connection kept too long is closed by the server: asked before it is used.
        is_kept = self._is_open()
        if not is_kept:
            self._open()
        self._left -= 1
        try:
            self._backend.send_messages([message])
        except OSError as failure:
            # "Enough for now" to a kept connection: the mail was not taken, and may be told anew.
            if not is_kept or returns.code_of(failure) != returns.GOODBYE:
                raise
            self._open()
            self._backend.send_messages([message])

    def close(self, *, is_deaf: bool = False) -> None:
        """Take leave; `is_deaf`: without waiting for an answer."""
        if self._backend is not None:
            with suppress(OSError):
                if is_deaf and hasattr(self._backend, "hang_up"):
                    self._backend.hang_up()
                self._backend.close()
        self._backend = None

    def answer(self) -> str:
        """What the server said last, its code first; nothing where there is no server."""
        connection = getattr(self._backend, "connection", None)
        code, words = getattr(connection, "answer", (0, b""))
        return f"{code} {words.decode(errors='replace')}" if code else ""

    def _open(self) -> None:
        self.close()
        backend = mailers.default
        backend.open()
        self._backend, self._left = backend, MOST_IN_A_CONVERSATION

    def _is_open(self) -> bool:
        if self._backend is None or self._left <= 0:
            return False
        connection = getattr(self._backend, "connection", None)
        try:
            # Files and memory have no connection to lose.
            return connection is None or connection.noop()[0] == 250
        except OSError:
            return False


def cure_of(failure: Exception) -> str:
    """What an operator does about a failure, in French."""
    if isinstance(failure, smtplib.SMTPAuthenticationError):
        return (
            "Le serveur refuse le nom ou le mot de passe : voyez CORDEE_MAIL_USER et "
            "CORDEE_MAIL_PASSWORD."
        )
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return (
            "Le serveur ne connaît pas ce chiffrement ou cette identification : voyez "
            "CORDEE_MAIL_SECURITY et CORDEE_MAIL_PORT."
        )
    if isinstance(failure, smtplib.SMTPSenderRefused):
        return "Le serveur refuse cet expéditeur : voyez CORDEE_MAIL_FROM."
    if isinstance(failure, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return _cure_of_refusal(failure)
    if isinstance(failure, ssl.SSLError):
        return (
            "Le certificat ou le chiffrement du serveur ne convient pas : voyez CORDEE_MAIL_SERVER "
            "et CORDEE_MAIL_SECURITY."
        )
    if isinstance(failure, socket.gaierror):
        return "Ce nom de serveur est inconnu : voyez CORDEE_MAIL_SERVER."
    if isinstance(failure, TimeoutError) or "timed out" in str(failure):
        return (
            "Le serveur ne répond pas à temps : voyez CORDEE_MAIL_PORT, et si un pare-feu ferme "
            "ce port."
        )
    if isinstance(failure, ConnectionRefusedError):
        return (
            "Rien ne répond à ce port : voyez CORDEE_MAIL_SERVER et CORDEE_MAIL_PORT, et si le "
            "serveur d’envoi tourne."
        )
    if isinstance(failure, smtplib.SMTPException):
        return "Le serveur raccroche : voyez CORDEE_MAIL_PORT et CORDEE_MAIL_SECURITY."
    return "Lisez l’erreur : elle vient de cette machine ou du chemin vers le serveur."


def _cure_of_refusal(failure: smtplib.SMTPException) -> str:
    verdict = returns.verdict_on(failure)
    if verdict.is_address_dead:
        return "Cette boîte n’existe pas : vérifiez l’adresse."
    if not verdict.is_for_good:
        return "Le serveur demande d’attendre : réessayez dans dix minutes."
    if verdict.is_by_mailbox:
        return (
            "Le serveur ne transmet pas à cette adresse : faites-lui accepter les courriers de "
            "cette machine, ou donnez CORDEE_MAIL_USER et CORDEE_MAIL_PASSWORD."
        )
    return "Le serveur refuse ce message : voyez SPF, DKIM et DMARC de votre domaine."


class _Smtp(smtplib.SMTP):
    """Remembers the last answer: `sendmail` keeps what the server said of a mail to itself."""

    answer: tuple[int, bytes] = (0, b"")

    def getreply(self) -> tuple[int, bytes]:
        self.answer = super().getreply()
        return self.answer


class _SecretSmtp(_Smtp, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with a short time to be let in (the option `timeout`) and a longer one after."""

    connection: Any
    _partial_connection: Any

    @property
    def connection_class(self) -> Any:
        return _SecretSmtp if self.use_ssl else _Smtp

    def open(self) -> bool | None:
        """Raises OSError where the server cannot be reached, or does not let us in."""
        try:
            is_new = super().open()
        except OSError:
            self.hang_up()
            raise
        if is_new:
            self.connection.sock.settimeout(ANSWER_SECONDS)
        return is_new

    def hang_up(self) -> None:
        """End without a word: one more answer would be waited for from a server that hangs."""
        for each in (self.connection, self._partial_connection):
            if each is not None:
                each.close()
        self.connection = self._partial_connection = None
