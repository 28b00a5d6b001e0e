"""Putting a mail in the outbox, and sending what waits there.

Rooms write to people through `cordee.accounts.mailing`, which knows what each one wants to get.

Each mail is sent by one process. Who sends it first claims its row by a conditional update: a
database gives it to one of two (`select_for_update` does nothing on SQLite), and no transaction
stays open while a mail server takes its time. A process that dies between the server's yes and our
note of it leaves a claim that ends: the mail then leaves a second time, under the same Message-ID,
by which mailboxes know it is the same. Losing it would be worse.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Replace
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone

from cordee.base.mail import returns, server
from cordee.base.mail.models import DeadAddress, OutgoingMail, OutgoingMailQuerySet
from cordee.base.mail.rendering import plain, styled
from cordee.base.mail.server import Conversation
from cordee.base.outages import outage_of
from cordee.base.ui import french
from cordee.rules.months import add_months

# Minutes before the next try, after each failure in turn. A night, and a week-end, cure themselves:
# it is given up after four days, as RFC 5321 (4.5.4.1) asks.
WAITS = (1, 10, 60, 120, 240, 480, 720, 1440, 1440, 1440)
MOST_ATTEMPTS = len(WAITS) + 1
# Past it, the process that had a mail in hand is thought dead.
CLAIM = timedelta(minutes=10)
# In one round, which comes back each minute: the other jobs of the schedule wait meanwhile.
MOST_AT_ONCE = 500
ROUND = timedelta(minutes=2)
LONGEST_SUBJECT = 78
DEFAULT_WHY = "Vous recevez ce courrier parce qu’il concerne votre travail dans Cordée."

State = OutgoingMail.State
logger = logging.getLogger(__name__)


def put(mail: OutgoingMail, *, template: str, context: Mapping[str, Any]) -> OutgoingMail:
    """Write a mail once for its key, in the transaction of the caller, and have it sent on commit.

    `template` names `<room>/mail/<name>`: `.subject.txt` and `.html`, which makes the text too.
    One already written for this key is given back as it is. One with a `not_before` leaves with
    the schedule. The text of a secret one (it carries a way in) is kept no longer than needed.
    """
    from cordee.base.mail.tasks import send_mail

    known = OutgoingMail.objects.filter(key=mail.key).first()
    if known is not None:
        return known
    mail.subject, mail.text, mail.html = draw(template, context)
    columns = [field.attname for field in mail._meta.concrete_fields if not field.primary_key]
    # The key is unique: of two processes that write it at once, one reads the other's.
    kept, is_new = OutgoingMail.objects.get_or_create(
        key=mail.key, defaults={name: getattr(mail, name) for name in columns}
    )
    if is_new and kept.not_before is None:
        # Never before the commit: an action that fails must not have written to anybody.
        transaction.on_commit(partial(send_mail.enqueue, kept.pk))
    return kept


def put_many(mails: Iterable[tuple[OutgoingMail, Mapping[str, Any]]], *, template: str) -> None:
    """Write many mails of one template, each with its context, in one query; once for their keys.

    They leave with the next round of the outbox, so that a thousand mails are not a thousand tasks.
    """
    written = []
    for mail, context in mails:
        mail.subject, mail.text, mail.html = draw(template, context)
        written.append(mail)
    # Keys that are there already are left as they are: a run again writes no mail twice.
    OutgoingMail.objects.bulk_create(written, ignore_conflicts=True, batch_size=500)


def draw(template: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of a mail. `site` is there for links; `why` for who wonders."""
    said = " ".join(_plain(f"{template}.subject.txt", context).split())
    # A phone shows no more: what is asked, and by when, comes first.
    subject = french.cut(said, LONGEST_SUBJECT)
    given = {**context, "subject": subject}
    html = page(template, given)
    text = plain(html) + _plain("mail/footer.txt", given)
    return subject, text.rstrip() + "\n", styled(html)


def preview(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of a mail as one reads it before it leaves."""
    subject, text, _ = draw(template, {**context, "why": "", "unsubscribe_url": ""})
    # Below its signature, a mail says why one gets it: who, we know only when it leaves.
    return subject, text.rstrip().removesuffix("--").rstrip()


def page(template: str, context: Mapping[str, Any]) -> str:
    """The HTML part before its style."""
    return get_template(f"{template}.html").render(_with_defaults(context))


def _plain(name: str, context: Mapping[str, Any]) -> str:
    """Text is no HTML: an apostrophe stays one."""
    # Django's wrapper always escapes; the template inside lets us say no.
    inner: Any = get_template(name)
    return str(inner.template.render(Context(_with_defaults(context), autoescape=False)))


def _with_defaults(context: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "site": settings.SITE_ADDRESS,
        "why": DEFAULT_WHY,
        "unsubscribe_url": "",
        "preferences_url": "",
        **context,
    }


def send(pk: int, *, now: datetime) -> None:
    """Send one waiting mail, where the server is not known to fail; else it stays as it is.

    A failure is kept and tried again later, `MOST_ATTEMPTS` times. Trouble of this machine (see
    `outages`) is raised instead, and costs the mail no try.
    """
    if server.may_try(now):
        with Conversation() as conversation:
            _send(pk, conversation, now)


def _send(pk: int, conversation: Conversation, now: datetime) -> bool:
    """One try at one mail; False where the next one would meet the same failure of the server."""
    mine = now + CLAIM
    # The try is counted with the claim: a process that dies in it has still used one.
    claimed = (
        OutgoingMail.objects.free(now)
        .filter(pk=pk)
        .update(claimed_until=mine, attempts=F("attempts") + 1)
    )
    if claimed != 1:
        return True
    mail = OutgoingMail.objects.filter(pk=pk).first()
    if mail is None:  # its person was erased just now
        return True
    try:
        changes, failure = _tried(mail, conversation, now)
    except Exception:
        # Trouble of ours (a full disk, a lost base) is no fault of the mail: it gets its try back.
        mail_in_hand = OutgoingMail.objects.filter(pk=pk, claimed_until=mine)
        mail_in_hand.update(claimed_until=None, attempts=F("attempts") - 1)
        raise
    # A way in (password, sign-in) is kept no longer than it takes to leave.
    if mail.is_secret and changes.get("state") in (State.SENT, State.FAILED, State.BOUNCED):
        changes |= {"text": "", "html": "", "emptied_at": now}
    # Nothing where somebody took over a mail thought lost: theirs is the newer word.
    OutgoingMail.objects.filter(pk=pk, claimed_until=mine).update(claimed_until=None, **changes)
    if changes.get("state") == State.SENT and not conversation.is_proven:
        conversation.is_proven = True
        server.forget_failures()
    if failure is not None:
        server.note_failure(failure, now=now)
        conversation.close(is_deaf=True)
    return failure is None


def _tried(
    mail: OutgoingMail, conversation: Conversation, now: datetime
) -> tuple[dict[str, Any], Exception | None]:
    """What becomes of a mail by one try, and the failure where it is the server's own.

    Raises trouble of this machine: mails that are files meet a full disk, which is no server's.
    """
    # Writing on to an address that bounced for good costs a server its reputation.
    dead = DeadAddress.objects.filter(address=mail.recipient.lower()).first()
    if dead is not None:
        return {"state": State.BOUNCED, "last_error": "adresse qui ne répond plus"}, None
    try:
        conversation.send(_message(mail))
    except Exception as failure:
        if outage_of(failure):
            raise
        verdict = returns.verdict_on(failure)
        if not isinstance(failure, OSError):
            logger.exception("mail %s could not be sent", mail.pk)
        of_server = failure if verdict.is_by_server else None
        if verdict.is_for_good:
            if verdict.is_address_dead:
                returns.mark_dead(mail.recipient, reason=verdict.words, now=now)
            state = State.BOUNCED if verdict.is_by_mailbox else State.FAILED
            return {"state": state, "last_error": verdict.words}, None
        if mail.attempts >= MOST_ATTEMPTS:
            return {"state": State.FAILED, "last_error": verdict.words}, of_server
        later = now + timedelta(minutes=WAITS[mail.attempts - 1])
        return {"not_before": later, "last_error": verdict.words}, of_server
    return {"state": State.SENT, "sent_at": timezone.now(), "last_error": ""}, None


def send_due(now: datetime) -> int:
    """What the schedule does each minute; returns how many were tried.

    What waits and whose time has come is sent, the oldest first. It ends at a server that fails:
    the others keep their tries, and none waits for it again.
    """
    if not server.may_try(now):
        return 0
    due = OutgoingMail.objects.free(now).order_by("pk")
    pks = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
    tried, start = 0, timezone.now()
    with Conversation() as conversation:
        for pk in pks:
            tried += 1
            # Each at its own moment: a slow server must not eat the claims of the last ones.
            moment = timezone.now()
            if not _send(pk, conversation, max(now, moment)) or moment - start > ROUND:
                break
    return tried


_ANEW: dict[str, Any] = {
    "state": State.WAITING,
    "attempts": 0,
    "not_before": None,
    "claimed_until": None,
}


def retry(mails: OutgoingMailQuerySet) -> int:
    """Give those that failed and have a text all their tries again; the schedule sends them."""
    failed = mails.filter(state__in=(State.FAILED, State.BOUNCED), emptied_at=None)
    return failed.update(**_ANEW)


def follow_site() -> None:
    """Have the links of mails already drawn lead to the site of today: a demo changes its port."""
    drawn = OutgoingMail.objects.exclude(unsubscribe_url="").values_list("unsubscribe_url")
    # Scheme and host of the links, up to the third slash.
    begins = {"/".join(address.split("/", 3)[:3]) for (address,) in drawn.distinct()}
    for before in begins - {settings.SITE_ADDRESS}:
        OutgoingMail.objects.update(
            **{
                name: Replace(name, Value(before + "/"), Value(settings.SITE_ADDRESS + "/"))
                for name in ("text", "html", "unsubscribe_url", "link")
            }
        )


def empty_old(*, before: datetime, now: datetime) -> int:
    """Forget what old mails said and to whom; their keys stay, so that none leaves twice."""
    return (
        OutgoingMail.objects.filter(created_at__lt=before)
        .exclude(state=State.WAITING)
        .exclude(recipient="")
        .update(
            recipient="",
            subject="",
            text="",
            html="",
            reply_to="",
            unsubscribe_url="",
            thread_name="",
            link="",
            last_error="",
            for_person=None,
            emptied_at=now,
        )
    )


def empty_texts(*, key_prefix: str) -> None:
    """Forget what mails of these keys said, and send none that still waits: its author is gone."""
    found = OutgoingMail.objects.filter(key__startswith=key_prefix)
    found.filter(state=State.WAITING).delete()
    found.update(text="", html="")


def forget_old(now: datetime) -> int:
    """What the schedule does each day (RULE-34)."""
    day = add_months(timezone.localdate(now), -settings.KEEP_MAIL_MONTHS)
    before = timezone.make_aware(datetime.combine(day, time.min))
    return empty_old(before=before, now=now)


def message_id(mail: OutgoingMail) -> str:
    """The same at each try, so that a mailbox recognises a mail it already has."""
    return f"<courrier-{mail.pk}@{settings.MAIL_DOMAIN}>"


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    # RFC 3834: answering machines leave alone what a machine wrote.
    headers = {"Message-ID": message_id(mail), "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        # RFC 8058: one click of the mailbox, without a page. Large providers ask for it.
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
