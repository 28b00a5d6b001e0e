"""What mail servers answer, at once or later: which refusals are for good, which boxes are dead."""

import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cordee.base.mail.models import DeadAddress, OutgoingMail

MAILBOX_GONE = frozenset({550, 551, 553})
# Enhanced codes (RFC 3463): 5.1.x speaks of the address, 5.2.1 of a closed box. 5.7.x is a matter
# of rules, 5.2.2 a full box: the person is still there.
ADDRESS_IS_WRONG = re.compile(r"\b5\.(1\.\d+|2\.1)\b")
ENHANCED = re.compile(r"\b5\.\d+\.\d+\b")
MESSAGE_ID = re.compile(r"courrier-(\d{1,18})@")


@dataclass(frozen=True, slots=True)
class Verdict:
    words: str
    is_for_good: bool = False
    is_by_mailbox: bool = False
    is_address_dead: bool = False


def verdict_on(failure: Exception) -> Verdict:
    """What one failed try means. What is wrong with *us* (a password, a network) may be cured."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(failure.recipients.values()))
        answer = _text(said)
        words = f"{code} {answer}"[:300]
        is_for_good = 500 <= code < 600
        return Verdict(words, is_for_good, is_for_good, is_dead(code, answer))
    if isinstance(failure, smtplib.SMTPDataError):
        words = f"{failure.smtp_code} {_text(failure.smtp_error)}"[:300]
        return Verdict(words, failure.smtp_code >= 500)
    return Verdict(f"{type(failure).__name__} : {failure}"[:300])


def _text(answer: Any) -> str:
    """Servers answer in bytes."""
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


def is_dead(code: int, answer: str) -> bool:
    if code not in MAILBOX_GONE:
        return False
    return bool(ADDRESS_IS_WRONG.search(answer)) or not ENHANCED.search(answer)


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
