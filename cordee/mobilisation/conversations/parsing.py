"""One mail, as bytes, to what we need of it. Pure: no database, no clock."""

import hashlib
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr

from cordee.mobilisation.conversations.quoting import own_words, text_of_html

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_LISTS = frozenset({"bulk", "junk", "list", "auto_reply"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """`digest` names the mail; `is_automatic` for out-of-office notes, lists and bounces."""

    digest: str
    sender: str
    recipients: tuple[str, ...]
    is_automatic: bool
    attachments: int
    text: str


def read_mail(raw: bytes) -> Incoming:
    """Read a mail. Whatever is broken in it is read as far as it goes."""
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    named = _header(mail, "message-id")
    # A mail without an identifier is named by its bytes.
    digest = hashlib.sha256(named.encode() if named else raw).hexdigest()
    # One unreadable header must not hide the others: each is read alone.
    written = [each for name in _RECIPIENTS if (each := _header(mail, name))]
    recipients = tuple(
        dict.fromkeys(
            address.lower()
            for each in written
            for _, address in getaddresses([each])
            if "@" in address
        )
    )
    return Incoming(
        digest=digest,
        sender=parseaddr(_header(mail, "from"))[1].lower(),
        recipients=recipients,
        is_automatic=_is_automatic(mail),
        attachments=_attachments(mail),
        text=_text(mail),
    )


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(value) for value in mail.get_all(name, []))
    except Exception:  # noqa: BLE001 - a header that no parser accepts tells nothing
        return ""


def _is_automatic(mail: EmailMessage) -> bool:
    submitted = _header(mail, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if _header(mail, "precedence").strip().lower() in _LISTS:
        return True
    if any(_header(mail, name) for name in ("x-autoreply", "x-autorespond", "list-id")):
        return True
    if "x-auto-response-suppress" in mail and re.match(
        r"\s*(r[ée]ponse automatique|automatic reply|absence|out of office)",
        _header(mail, "subject"),
        re.I,
    ):
        return True
    # A bounce has an empty way back, or says what it reports.
    way_back = _header(mail, "return-path").strip()
    sender = parseaddr(_header(mail, "from"))[1].lower()
    return (
        way_back == "<>"
        or mail.get_content_type() == "multipart/report"
        or sender.startswith(("mailer-daemon@", "postmaster@"))
    )


def _attachments(mail: EmailMessage) -> int:
    """Files that somebody joined; the pictures of a signature stand in the text and are none."""
    return sum(
        1
        for part in mail.walk()
        if not part.is_multipart()
        and (
            part.get_content_disposition() == "attachment"
            or (part.get_content_maintype() != "text" and not _is_drawn(part))
        )
    )


def _is_drawn(part: EmailMessage) -> bool:
    return part.get_content_maintype() == "image" and (
        "content-id" in part or part.get_content_disposition() == "inline"
    )


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        written = str(body.get_content())
    except (LookupError, UnicodeError):
        payload = body.get_payload(decode=True)
        written = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        written = text_of_html(written)
    return own_words(written.replace("\x00", ""))
