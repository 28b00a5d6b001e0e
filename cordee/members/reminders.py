"""Writing to directors thirty days before a paper of their structure ends."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts import mailing
from cordee.base.mail.models import OutgoingMail
from cordee.members.models import Certification, RoleSeat, Structure

MAIL = "paper_reminders"
TEMPLATE = "members/mail/paper_ends"
DAYS_BEFORE = 30


def run(now: datetime) -> int:
    """Write once for each paper and each date of end, to each director; how many mails.

    A paper renewed gets a new reminder before its new end; one that ended while nobody ran this
    is told until its last day, never after.
    """
    on = timezone.localdate(now)
    papers = Certification.objects.filter(
        valid_until__gte=on,
        valid_until__lte=on + timedelta(days=DAYS_BEFORE),
        structure__is_closed=False,
    ).select_related("structure")
    return sum(_write(paper, on) for paper in papers)


def _write(paper: Certification, on: date) -> int:
    written = 0
    for person in RoleSeat.objects.directing(paper.structure).people():
        key = f"paper:{paper.pk}:{paper.valid_until}:{person.pk}"
        if OutgoingMail.objects.filter(key=key).exists():
            continue
        mail = mailing.write_to(
            person, kind=MAIL, template=TEMPLATE, context=mail_context(paper, on), key=key
        )
        written += mail is not None
    return written


def mail_context(paper: Certification, on: date) -> dict[str, Any]:
    return {"paper": paper, "structure": paper.structure, "on": on}


def sample() -> dict[str, Any]:
    """What the preview page draws the mail with."""
    structure = Structure(pk=1, name="Les Jardins du Val")
    paper = Certification(
        pk=1,
        structure=structure,
        name="Assurance responsabilité civile professionnelle",
        valid_until=date(2026, 12, 25),
    )
    return mail_context(paper, date(2026, 11, 25))
