"""Writing to directors thirty days before a paper of their structure ends."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.members.models import Certification, RoleSeat

MAIL = "paper_reminders"
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
    seats = RoleSeat.objects.live().filter(
        structure=paper.structure, role=RoleSeat.Role.DIRECTOR
    )
    written = 0
    for person in User.objects.filter(pk__in=seats.order_by().values("person")):
        mail = mailing.write_to(
            person,
            kind=MAIL,
            template="members/mail/paper_ends",
            context={"paper": paper, "structure": paper.structure, "on": on},
            key=f"paper:{paper.pk}:{paper.valid_until}:{person.pk}",
        )
        written += mail is not None
    return written
