"""What waits of commissions: what published minutes ask of one's own structures."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting, for_whom
from cordee.practices.models import MeetingTask

MOST, SOON = 5, timedelta(days=14)


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """For the direction of the structure, two weeks before and until it is done; one query."""
    if not viewer.structure_ids:
        return
    rows = MeetingTask.objects.in_force().filter(
        structure__in=viewer.structure_ids,
        done_at__isnull=True,
        until__lte=viewer.on + SOON,
        meeting__published_at__isnull=False,
        meeting__taken_back_at__isnull=True,
        meeting__commission__taken_back_at__isnull=True,
    )
    for row in rows.select_related("structure", "meeting__commission__network")[:MOST]:
        about = row.meeting.commission
        where = about.network.slug, about.pk, row.meeting_id
        fact = f"Décidé par la commission «\u00a0{about}\u00a0».{for_whom(viewer, row.structure)}"
        url = reverse("practices:meeting", args=where)
        yield Waiting(max(viewer.on, row.until), row.what, fact, "Dire que c’est fait", url)
