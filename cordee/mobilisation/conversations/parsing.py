"""One mail, as bytes, to what we need of it. Pure: no database, no clock."""

import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header

from cordee.mobilisation.conversations import mime
from cordee.mobilisation.conversations.mime import Envelope, Headers, Part
from cordee.mobilisation.conversations.quoting import own_words, text_of_html

_LISTS = frozenset({"bulk", "junk", "list", "auto_reply"})
_ABSENT = re.compile(r"\s*(r[ée]ponse automatique|automatic reply|absence|out of office)", re.I)
_QUOTED_STRING = re.compile(r'"[^"]*"')
# Read at one go, whatever it is: a pattern for addresses would try again from each letter.
_WORD = re.compile(r"[^\s<>()\[\],;:\"]+")
# Longer ones reach no reader of ours; a message has 4,000 letters at most.
MOST_LETTERS = 50_000
MOST_LETTERS_OF_HTML = 100_000


@dataclass(frozen=True, slots=True)
class Incoming:
    """`digest` names the mail; `is_automatic` for out-of-office notes, lists and bounces.

    `sender` is empty where `From:` does not name exactly one mailbox; `is_whole` is false where a
    limit of `mime` cut the mail short.
    """

    digest: str
    sender: str
    recipients: tuple[str, ...]
    is_automatic: bool
    attachments: int
    text: str
    is_whole: bool


def read_mail(raw: bytes) -> Incoming:
    """Read a mail. Whatever is broken in it is read as far as it goes."""
    mail = mime.read_envelope(raw)
    named = " ".join(mail.headers.get("message-id", []))
    # A mail without an identifier is named by its bytes.
    digest = hashlib.sha256(named.encode() if named else raw).hexdigest()
    written = ", ".join(each for name in mime.RECIPIENTS for each in mail.headers.get(name, []))
    sender = _sender(mail.headers)
    return Incoming(
        digest=digest,
        sender=sender,
        recipients=tuple(dict.fromkeys(_addresses(written))),
        is_automatic=_is_automatic(mail.headers, sender),
        attachments=sum(_is_attachment(part) for part in mail.parts),
        text=_text(mail),
        is_whole=mail.is_whole,
    )


def _sender(headers: Headers) -> str:
    """The one mailbox of the one `From:`. Whatever two readers could take differently is none.

    A mail server that checks DMARC must not have checked another address than the one kept here.
    """
    written = headers.get("from", [])
    if len(written) != 1 or "\\" in written[0] or written[0].count('"') % 2:
        return ""
    found = set(_addresses(_QUOTED_STRING.sub(" ", written[0])))
    sender = found.pop() if len(found) == 1 else ""
    return sender if sender.count("@") == 1 else ""


def _addresses(written: str) -> list[str]:
    return [word for word in _WORD.findall(written.lower()) if "@" in word.strip("@")]


def _is_automatic(headers: Headers, sender: str) -> bool:
    submitted = mime.first(headers, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if mime.first(headers, "precedence").lower() in _LISTS:
        return True
    if any(mime.first(headers, name) for name in ("x-autoreply", "x-autorespond", "list-id")):
        return True
    if "x-auto-response-suppress" in headers and _ABSENT.match(
        _decoded(mime.first(headers, "subject"))
    ):
        return True
    # A bounce has an empty way back, or says what it reports.
    return (
        mime.first(headers, "return-path") == "<>"
        or mime.kind_of(headers) == "multipart/report"
        or sender.startswith(("mailer-daemon@", "postmaster@"))
    )


def _decoded(subject: str) -> str:
    try:
        return str(make_header(decode_header(subject)))
    except (MessageError, LookupError, ValueError):
        return subject


def _is_attachment(part: Part) -> bool:
    """A file that somebody joined; the pictures of a signature stand in the text and are none."""
    if part.disposition == "attachment":
        return True
    is_drawn = part.kind.startswith("image/") and (
        "content-id" in part.headers or part.disposition == "inline"
    )
    return not part.kind.startswith("text/") and not is_drawn


def _text(mail: Envelope) -> str:
    shown = [part for part in mail.parts if part.disposition != "attachment"]
    for kind in ("text/plain", "text/html"):
        part = next((each for each in shown if each.kind == kind), None)
        if part is not None:
            break
    else:
        return ""
    written = part.text().replace("\x00", "")
    if kind == "text/html":
        written = text_of_html(written[:MOST_LETTERS_OF_HTML])
    return own_words(written[:MOST_LETTERS])
