"""The mails of the demo world, files of Django’s file backend, read back and shown."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cordee.base.mail.framing import page_of_mail, sandboxed, with_frame

SEPARATOR = "-" * 79
MOST_FILES = 200
OWN_LINK = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d{1,5}(?=/)")
FOLDER = settings.STATE_DIR / "courrier"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `key` names it in an address; `html` is its page, or nothing."""

    key: str
    subject: str
    sender: str
    recipients: str
    sent_at: datetime | None
    text: str
    html: str


def mails(folder: Path) -> list[Mail]:
    """The newest mails first, out of the newest `MOST_FILES` files."""
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda f: f.name, reverse=True)[:MOST_FILES]
    return [mail for file in files for mail in reversed(_in_file(file))]


def find_message(folder: Path, key: str) -> Mail | None:
    return next((mail for mail in mails(folder) if mail.key == key), None)


def _in_file(file: Path) -> list[Mail]:
    raw = file.read_text(encoding="utf-8", errors="replace")
    parts = [part.strip("\n") for part in f"\n{raw}\n".split(f"\n{SEPARATOR}\n")]
    return [_read(f"{file.stem}-{i}", part) for i, part in enumerate(parts) if part]


def _read(key: str, raw: str) -> Mail:
    message = email.message_from_bytes(raw.encode(), policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("The default policy reads an EmailMessage.")
    body = message.get_body(preferencelist=("plain",))
    page = message.get_body(preferencelist=("html",))
    return Mail(
        key=key,
        subject=str(message.get("Subject", "Sans objet")),
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        sent_at=_moment(message.get("Date")),
        text=_of_today(str(body.get_content())) if body is not None else "",
        html=_of_today(str(page.get_content())) if page is not None else "",
    )


def _of_today(text: str) -> str:
    """Links lead to the demo that is served: it may have been prepared on another port."""
    return OWN_LINK.sub(settings.SITE_ADDRESS, text)


def _moment(header: object) -> datetime | None:
    try:
        return parsedate_to_datetime(str(header))
    except ValueError:
        return None


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails this demo has "sent": open to all, like everything in an invented world."""
    return render(request, "demo/mails/list.html", {"mails": mails(FOLDER)})


@login_not_required
@with_frame
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = find_message(FOLDER, key)
    if found is None:
        raise Http404
    return render(request, "demo/mails/mail.html", {"mail": found})


@login_not_required
@sandboxed
@require_safe
def mail_page(request: HttpRequest, key: str) -> HttpResponse:
    """Its HTML part, alone."""
    found = find_message(FOLDER, key)
    if found is None or not found.html:
        raise Http404
    return page_of_mail(found.html)
