"""Speaking to a mail server that may be slow, deaf or gone."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp

# Seconds for one answer, once the server has let us in: it may check a mail before it takes it.
ANSWER_SECONDS = 30


class _Conversation(smtplib.SMTP):
    """Remembers the last answer: `sendmail` keeps what the server said of a mail to itself."""

    answer: tuple[int, bytes] = (0, b"")

    def getreply(self) -> tuple[int, bytes]:
        self.answer = super().getreply()
        return self.answer


class _SecretConversation(_Conversation, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with a short time to be let in (the option `timeout`) and a longer one after."""

    connection: Any
    _partial_connection: Any

    @property
    def connection_class(self) -> Any:
        return _SecretConversation if self.use_ssl else _Conversation

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
