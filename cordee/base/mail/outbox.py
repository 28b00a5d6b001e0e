"""Putting a mail in the outbox, and sending what waits there.

Rooms write to people through `cordee.accounts.mailing`, which knows what each one wants to get.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from cordee.base.mail.models import OutgoingMail

MOST_ATTEMPTS = 5
# Minutes before the next try, after the first, second, third and fourth failure.
WAITS = (1, 10, 60, 360)


@dataclass(frozen=True, slots=True)
class Letter:
    """What changes from one mail of a template to the next."""

    key: str
    recipient: str
    context: Mapping[str, Any]
    reply_to: str = ""
    unsubscribe_url: str = ""
    not_before: datetime | None = None


def put(
    *,
    key: str,
    kind: str,
    recipient: str,
    template: str,
    context: Mapping[str, Any],
    reply_to: str = "",
    unsubscribe_url: str = "",
    not_before: datetime | None = None,
) -> OutgoingMail:
    """Write a mail once for `key`, in the transaction of the caller, and have it sent on commit.

    `template` names `<room>/mail/<name>`: `.subject.txt`, `.txt`, and `.html` where there is one.
    One already written for this key is given back as it is.
    """
    from cordee.base.mail.tasks import send_mail

    known = OutgoingMail.objects.filter(key=key).first()
    if known is not None:
        return known
    letter = Letter(key, recipient, context, reply_to, unsubscribe_url, not_before)
    written = _written(letter, kind, template)
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key, defaults={name: getattr(written, name) for name in _WRITTEN}
    )
    if is_new and (not_before is None or not_before <= timezone.now()):
        transaction.on_commit(partial(send_mail.enqueue, mail.pk))
    return mail


def put_many(letters: Sequence[Letter], *, kind: str, template: str) -> None:
    """Write many mails of one template in one query, each once for its key.

    They leave with the next round of the outbox, so that a thousand mails are not a thousand tasks.
    """
    OutgoingMail.objects.bulk_create(
        [_written(letter, kind, template) for letter in letters],
        ignore_conflicts=True,
        batch_size=500,
    )


def send(pk: int) -> None:
    """Send one waiting mail; a failure is kept and tried again later, `MOST_ATTEMPTS` times."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(pk=pk).first()
        if mail is None or mail.state != OutgoingMail.State.WAITING:
            return
        mail.attempts += 1
        try:
            _message(mail).send()
        except OSError as failure:
            _postpone(mail, failure)
        else:
            mail.state, mail.sent_at, mail.last_error = OutgoingMail.State.SENT, timezone.now(), ""
        mail.save(update_fields=["attempts", "state", "sent_at", "last_error", "not_before"])


def run(now: datetime) -> int:
    """What the schedule does each minute."""
    return send_due(now=now)


def send_due(*, now: datetime) -> int:
    """Send what waits and whose time has come; returns how many were tried."""
    due = OutgoingMail.objects.waiting().exclude(not_before__gt=now).order_by("pk")
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        send(pk)
    return len(pks)


_WRITTEN = (
    *("kind", "recipient", "subject", "text", "html"),
    *("reply_to", "unsubscribe_url", "not_before"),
)


def _written(letter: Letter, kind: str, template: str) -> OutgoingMail:
    told = {
        "site": settings.SITE_ADDRESS,
        "unsubscribe_url": letter.unsubscribe_url,
        **letter.context,
    }
    subject = " ".join(render_to_string(f"{template}.subject.txt", told).split())[:250]
    return OutgoingMail(
        key=letter.key,
        kind=kind,
        recipient=letter.recipient,
        subject=subject,
        text=render_to_string(f"{template}.txt", told).strip() + "\n",
        html=_page(template, told),
        reply_to=letter.reply_to,
        unsubscribe_url=letter.unsubscribe_url,
        not_before=letter.not_before,
    )


def _page(template: str, told: Mapping[str, Any]) -> str:
    try:
        return render_to_string(f"{template}.html", told)
    except TemplateDoesNotExist:
        return ""


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    headers = {}
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _postpone(mail: OutgoingMail, failure: OSError) -> None:
    mail.last_error = str(failure)[:300]
    if mail.attempts >= MOST_ATTEMPTS:
        mail.state = OutgoingMail.State.FAILED
    else:
        mail.not_before = timezone.now() + timedelta(minutes=WAITS[mail.attempts - 1])
