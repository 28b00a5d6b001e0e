"""What mail servers answer, at once or later: which refusals are for good, which boxes are dead."""

import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.base.mail.models import DeadAddress, OutgoingMail

# Enhanced codes (RFC 3463): 5.1.x speaks of the address (7 and 8 of ours, the sender's), 5.2.1 of
# a closed box. 5.7.x is a matter of rules, 5.2.2 a full box: the person is still there. A refusal
# without one ("550 Relaying denied") may be about anything. No part of an IP address is a code.
ENHANCED = re.compile(r"(?<![\d.])5\.(\d{1,3}\.\d{1,3})(?!\.?\d)")
ADDRESS_IS_WRONG = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1"})
BASIC = re.compile(r"\b5\d\d\b")
# "Service not available, closing": of the server, whatever it was asked.
GOODBYE = 421
MESSAGE_ID = re.compile(r"courrier-(\d{1,18})@")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`is_by_server`: the next mail would meet the same, so that none is worth a try now."""

    words: str
    is_for_good: bool = False
    is_by_mailbox: bool = False
    is_address_dead: bool = False
    is_by_server: bool = False


def verdict_on(failure: Exception) -> Verdict:
    """What one failed try means. What is wrong with *us* (a password, a network) may be cured."""
    code = code_of(failure)
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        answer = _text(next(iter(failure.recipients.values()))[1])
        # RFC 5321: 4yz passes, 5yz does not.
        is_for_good = 500 <= code < 600
        return Verdict(
            f"{code} {answer}"[:300],
            is_for_good,
            is_for_good,
            is_for_good and is_dead(answer),
            is_by_server=code == GOODBYE,
        )
    if isinstance(failure, smtplib.SMTPResponseException):
        words = f"{code} {_text(failure.smtp_error)}"[:300]
        # Refused after DATA: of this message. Anything else (sign-in, sender) meets every mail.
        is_of_message = isinstance(failure, smtplib.SMTPDataError) and code != GOODBYE
        return Verdict(words, is_of_message and code >= 500, is_by_server=not is_of_message)
    words = f"{type(failure).__name__} : {failure}"[:300]
    return Verdict(words, is_by_server=isinstance(failure, OSError))


def code_of(failure: Exception) -> int:
    """The code of a server's refusal; 0 where it said none."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return int(next(iter(failure.recipients.values()))[0])
    return failure.smtp_code if isinstance(failure, smtplib.SMTPResponseException) else 0


def _text(answer: Any) -> str:
    """Servers answer in bytes."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


def is_dead(answer: str) -> bool:
    """Whether a refusal for good says that the mailbox does not exist, or no longer."""
    found = ENHANCED.search(answer)
    return found is not None and found[1] in ADDRESS_IS_WRONG


def is_reported_dead(reason: str) -> bool:
    """The same of a bounce that somebody reports: without a server's words, theirs are believed."""
    return is_dead(reason) or not (BASIC.search(reason) or ENHANCED.search(reason))


def mark_dead(address: str, *, reason: str, now: datetime) -> None:
    DeadAddress.objects.get_or_create(
        address=address.lower(), defaults={"since": now, "reason": reason[:300]}
    )


def revive(address: str) -> None:
    """Its owner says that it works again."""
    DeadAddress.objects.filter(address=address.lower()).delete()


def mail_of(message_id: str) -> OutgoingMail | None:
    """The mail that a Message-ID names; None where it is none of ours."""
    found = MESSAGE_ID.search(message_id)
    return OutgoingMail.objects.filter(pk=int(found[1])).first() if found else None


def note_bounce(*, message_id: str, reason: str) -> OutgoingMail | None:
    """Mark the mail that came back so."""
    mail = mail_of(message_id)
    if mail is not None:
        mail.state, mail.last_error = OutgoingMail.State.BOUNCED, reason[:300]
        mail.save(update_fields=["state", "last_error"])
    return mail
