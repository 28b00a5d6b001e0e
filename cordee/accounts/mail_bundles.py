"""Informative mails of one thread, to one person, leave as one: an hour after the first of them.

Each is written in the outbox in the transaction of its cause, and held there. What makes one of
them marks the others in one transaction: a process that dies in it has sent nothing and lost
nothing, and the next one begins again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.base.mail.models import OutgoingMail

TEMPLATE = "accounts/mail/bundle"
# What one mail lists; the others are counted.
MOST_LINES = 8


def run(now: datetime) -> int:
    """What the schedule does each minute; returns how many threads left."""
    held = OutgoingMail.objects.held().order_by()
    groups = held.values("kind", "for_person", "recipient", "thread").annotate(
        due=Min("not_before")
    )
    return sum(_leave(group, now) for group in groups.filter(due__lte=now).order_by("due"))


@transaction.atomic
def _leave(group: Mapping[str, Any], now: datetime) -> bool:
    """Send what one person is told of one thread; False where another process just did."""
    named = {name: value for name, value in group.items() if name != "due"}
    mails = list(OutgoingMail.objects.held().filter(**named).select_for_update().order_by("pk"))
    person = User.objects.filter(pk=group["for_person"]).first()
    rows = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])
    if person is None or mailing.kind_of(group["kind"]) is None or len(mails) < 2:
        # One alone is sent as it was written.
        return bool(rows.update(thread="", not_before=None))
    last = mails[-1]
    mailing.write_to(
        person,
        kind=last.kind,
        template=TEMPLATE,
        context=_context(last.thread_name, [mail.subject for mail in mails], last.link),
        key=f"bundle:{mails[0].pk}",
    )
    rows.update(state=OutgoingMail.State.BUNDLED, text="", html="", emptied_at=now)
    return True


def _context(name: str, subjects: list[str], link: str) -> dict[str, Any]:
    """The first news, and how many more there are."""
    return {
        "name": name,
        "count": len(subjects),
        "lines": subjects[:MOST_LINES],
        "more": max(0, len(subjects) - MOST_LINES),
        "link": link,
    }


def sample() -> Mapping[str, Any]:
    """Invented words, for who looks at the mails."""
    news = ["Les Toits du Val prennent part\u00a0: Les berges ensemble", "Offre déposée"]
    return _context("Les berges ensemble", news, f"{settings.SITE_ADDRESS}/alliances/")
