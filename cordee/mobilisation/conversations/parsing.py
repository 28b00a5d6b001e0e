"""One mail from anybody, as bytes, to what we need of it; and of an answer, what somebody wrote,
without the mail answered to nor the signature. Pure: no database, no clock.

It is read in a time that its size bounds. The parsers of the standard library take minutes over a
hostile header (`From:` with a hundred thousand quotes) or a thousand parts inside one another. So
headers are cut out of the bytes first: those that nobody reads, or that are longer than any true
one, reach no parser at all.
"""

import base64
import binascii
import codecs
import hashlib
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from html.parser import HTMLParser

RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
_READ = frozenset(
    {
        *RECIPIENTS,
        *("from", "subject", "message-id", "return-path", "auto-submitted", "precedence"),
        *("x-autoreply", "x-autorespond", "list-id", "x-auto-response-suppress"),
        *("content-type", "content-disposition", "content-transfer-encoding", "content-id"),
    }
)
# Of one part, in bytes. Exchange writes some 30,000; a line of a mail has 998.
MOST_HEADER_BYTES = 128_000
MOST_HEADERS = 500
# Lists of recipients may be longer: one plain pattern reads them.
MOST_IN_A_HEADER = 2_000
MOST_PARTS = 100
MOST_DEPTH = 10

_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")
# Codecs that take a square of what they read.
_SLOW_CHARSETS = frozenset({"idna", "punycode"})

type Headers = dict[str, list[str]]
_LISTS = frozenset({"bulk", "junk", "list", "auto_reply"})
_ABSENT = re.compile(r"\s*(r[ée]ponse automatique|automatic reply|absence|out of office)", re.I)
_QUOTED_STRING = re.compile(r'"[^"]*"')
# Read at one go, whatever it is: a pattern for addresses would try again from each letter.
_WORD = re.compile(r"[^\s<>()\[\],;:\"]+")
# Longer ones reach no reader of ours; a message has 4,000 letters at most.
MOST_LETTERS = 50_000
MOST_LETTERS_OF_HTML = 100_000
# The line above a quotation, as mail programs write it in French and in English. Some fold it.
_HEADS = (
    re.compile(r"^\s*le\s.{4,160}\sa\s+[ée]crit\s*:\s*$", re.I | re.S),
    re.compile(r"^\s*on\s.{4,160}\swrote\s*:\s*$", re.I | re.S),
    re.compile(
        r"^\s*-{2,}\s*(message d[’']origine|message transf[ée]r[ée]|original message)", re.I
    ),
    re.compile(r"^\s*_{20,}\s*$"),
    # The first line of ours, where a program quotes without a mark.
    re.compile(r"^\s*[ée]crivez au-dessus de cette ligne", re.I),
)
# Outlook: "De : … / Envoyé : …", each on its line.
_FROM = re.compile(r"^\s*\*?(de|from)\s*:\*?\s*\S", re.I)
_SENT = re.compile(r"^\s*\*?(envoy[ée]|date|sent|à|to)\s*:\*?\s*\S", re.I)
_SIGNATURES = (
    re.compile(r"^--\s?$"),
    re.compile(r"^\s*envoy[ée] (de|depuis) mon\b.*$", re.I),
    re.compile(r"^\s*(t[ée]l[ée]charger|obtenir|get) outlook (pour|for)\b.*$", re.I),
    re.compile(r"^\s*sent from my\b.*$", re.I),
)
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "hr"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr"})
_MUTE = frozenset({"style", "script", "head", "title", "blockquote"})
# The marks that Gmail, Outlook, Yahoo and Apple put on what they quote.
_QUOTED = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|appendonsend|divrplyfwdmsg|mail-editor-reference",
    re.I,
)
# What a person writes above a quotation is shorter; each line is tried by seven patterns.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no other: its headers and its bytes as they travelled."""

    headers: Headers
    body: bytes

    @property
    def kind(self) -> str:
        """`text/plain` and so on; what cannot be read counts as plain text, as the RFC wants."""
        return kind_of(self.headers)

    @property
    def disposition(self) -> str:
        return first(self.headers, "content-disposition").partition(";")[0].strip().lower()

    def text(self) -> str:
        """Its words, whatever lies about their writing."""
        way = first(self.headers, "content-transfer-encoding").strip().lower()
        written = self.body
        try:
            if way == "base64":
                written = base64.b64decode(written)
            elif way == "quoted-printable":
                written = quopri.decodestring(written)
        except (binascii.Error, ValueError):
            written = self.body
        named = _parameter(first(self.headers, "content-type"), "charset") or "utf-8"
        try:
            charset = codecs.lookup(named).name
            return written.decode("utf-8" if charset in _SLOW_CHARSETS else charset, "replace")
        except (LookupError, ValueError):
            return written.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was read of a mail. `is_whole`: none of its limits cut it short."""

    headers: Headers
    parts: tuple[Part, ...]
    is_whole: bool


def read_envelope(raw: bytes) -> Envelope:
    """Headers and parts of a mail, as far as the limits above let us read."""
    headers, body, is_whole = _opened(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    waiting, parts = [(headers, body, 0)], list[Part]()
    while waiting and is_whole:
        around, inside, depth = waiting.pop()
        boundary = _boundary(around)
        if not boundary:
            parts.append(Part(around, inside))
            continue
        pieces = list(_between(inside, boundary))
        is_whole = depth < MOST_DEPTH and len(parts) + len(waiting) + len(pieces) <= MOST_PARTS
        for piece in reversed(pieces if is_whole else []):
            within, rest, is_read = _opened(piece)
            waiting.append((within, rest, depth + 1))
            is_whole = is_whole and is_read
    return Envelope(headers, tuple(parts), is_whole)


def first(headers: Headers, name: str) -> str:
    """The first header of a name; nothing where there is none."""
    return next(iter(headers.get(name, [])), "")


def kind_of(headers: Headers) -> str:
    kind = first(headers, "content-type").partition(";")[0].strip().lower()
    return kind if kind.count("/") == 1 else "text/plain"


def _opened(raw: bytes) -> tuple[Headers, bytes, bool]:
    """Headers, what follows the empty line, and whether all of them could be read."""
    if raw.startswith(b"\n"):
        return {}, raw[1:], True
    end = raw.find(b"\n\n", 0, MOST_HEADER_BYTES)
    if end >= 0:
        block, body, is_whole = raw[:end], raw[end + 2 :], True
    else:
        block, body, is_whole = raw[:MOST_HEADER_BYTES], b"", len(raw) <= MOST_HEADER_BYTES
    unfolded: list[list[bytes]] = []
    for number, line in enumerate(block.split(b"\n")):
        if line[:1] in (b" ", b"\t"):
            if unfolded:
                unfolded[-1].append(line)
        elif _NAME.match(line):
            unfolded.append([line])
        elif number or not line.startswith(b"From "):
            # No header any more, as parsers and mail servers take it: the text begins here.
            break
    headers: Headers = {}
    for lines in unfolded[:MOST_HEADERS]:
        name, _, value = b"".join(lines).partition(b":")
        known = name.strip().lower().decode("ascii")
        if known in _READ and (len(value) <= MOST_IN_A_HEADER or known in RECIPIENTS):
            headers.setdefault(known, []).append(value.decode("utf-8", "replace").strip())
    return headers, body, is_whole and len(unfolded) <= MOST_HEADERS


def _boundary(headers: Headers) -> str:
    if not kind_of(headers).startswith("multipart/"):
        return ""
    return _parameter(first(headers, "content-type"), "boundary")


def _parameter(value: str, name: str) -> str:
    found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]{{1,200}})"|([^\s;"]{{1,200}}))', value, re.I)
    return (found[1] or found[2]).strip() if found else ""


def _between(body: bytes, boundary: str) -> Iterator[bytes]:
    """The pieces of a multipart, one more than may be at most."""
    mark = re.compile(rb"^--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*$", re.M)
    start = -1
    for how_many, line in enumerate(mark.finditer(body)):
        if start >= 0:
            yield body[start : max(start, line.start() - 1)]
        start = line.end() + 1
        if line[1] or how_many > MOST_PARTS:
            return
    if start >= 0:
        # Cut short on its way: what came is read.
        yield body[start:]


# What we need of it.


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
    mail = read_envelope(raw)
    named = " ".join(mail.headers.get("message-id", []))
    # A mail without an identifier is named by its bytes.
    digest = hashlib.sha256(named.encode() if named else raw).hexdigest()
    written = ", ".join(each for name in RECIPIENTS for each in mail.headers.get(name, []))
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
    submitted = first(headers, "auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if first(headers, "precedence").lower() in _LISTS:
        return True
    if any(first(headers, name) for name in ("x-autoreply", "x-autorespond", "list-id")):
        return True
    if "x-auto-response-suppress" in headers and _ABSENT.match(_decoded(first(headers, "subject"))):
        return True
    # A bounce has an empty way back, or says what it reports.
    return (
        first(headers, "return-path") == "<>"
        or kind_of(headers) == "multipart/report"
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


def own_words(text: str) -> str:
    """The lines above the quotation and the signature, of the first `MOST_LINES`."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _begins_quotation(lines, number) or any(one.match(line) for one in _SIGNATURES):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _begins_quotation(lines: list[str], number: int) -> bool:
    line = lines[number]
    # Gmail folds "Le jeu. 26 nov. 2026 à 10:12, Cordée <…> a écrit :" over two or three lines.
    for length in (1, 2, 3):
        joined = " ".join(part.strip() for part in lines[number : number + length])
        if any(head.match(joined) for head in _HEADS[:2]):
            return True
    if any(head.match(line) for head in _HEADS[2:]):
        return True
    following = [each for each in lines[number + 1 : number + 4] if each.strip()]
    return bool(_FROM.match(line)) and any(_SENT.match(each) for each in following)


class _Text(HTMLParser):
    """The visible text of a mail; what stands in a quotation is skipped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped: list[str] = []
        self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id", "name"))
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        if re.search(r"appendonsend|divrplyfwdmsg", marks, re.I):
            # Outlook closes this mark at once: all that follows is the mail answered to.
            self.is_over = True
        if (tag in _MUTE or _QUOTED.search(marks)) and tag not in _VOID:
            self._skipped.append(tag)
            return
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            while self._skipped:
                if self._skipped.pop() == tag:
                    break
            return
        if tag in _BLOCKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipped and not self.is_over:
            self.parts.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))


def text_of_html(page: str) -> str:
    """A mail written in HTML only, as text."""
    parser = _Text()
    parser.feed(page)
    parser.close()
    lines = [line.strip() for line in "".join(parser.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
