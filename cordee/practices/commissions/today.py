"""What waits of commissions and sessions: what minutes ask, and what came of a session."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.practices.models import MeetingTask, SessionAnswer

MOST, SOON = 5, timedelta(days=14)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For the direction of a structure, two weeks before a thing is to be done and until it is, and
    two weeks after a session."""
    own = Q(structure__in=viewer.structure_ids)
    todo = MeetingTask.objects.in_force().filter(
        own,
        done_at__isnull=True,
        until__lte=viewer.on + SOON,
        meeting__published_at__isnull=False,
        meeting__taken_back_at__isnull=True,
        meeting__commission__taken_back_at__isnull=True,
    )
    came = SessionAnswer.objects.filter(
        own,
        is_coming=True,
        told_at__isnull=True,
        session__taken_back_at__isnull=True,
        session__ends_at__range=(now - SOON, now),
    )
    yield Sort(todo, _tasks)
    yield Sort(came, _sessions)


def _tasks(viewer: Viewer, now: datetime, rows: QuerySet[MeetingTask]) -> Iterator[Waiting]:
    found = rows.select_related("structure", "meeting__commission__network")
    for row in found.order_by("until", "pk")[:MOST]:
        of = row.meeting.commission
        yield Waiting(
            max(viewer.on, row.until),
            row.what,
            f"La commission «\u00a0{of.name}\u00a0» l’a décidé.{for_whom(viewer, row.structure)}",
            "Dire que c’est fait",
            reverse("practices:meeting", args=[of.network.slug, of.pk, row.meeting_id]),
        )


def _sessions(viewer: Viewer, now: datetime, rows: QuerySet[SessionAnswer]) -> Iterator[Waiting]:
    found = rows.select_related("structure", "session__network")
    for row in found.order_by("session__ends_at", "pk")[:MOST]:
        of, whom = row.session, for_whom(viewer, row.structure)
        yield Waiting(
            max(viewer.on, timezone.localdate(of.ends_at) + SOON),
            f"Quelle fiche est née de «\u00a0{of.title}\u00a0»\u202f?",
            f"Une session de {of.network.name}. Une réponse suffit.{whom}",
            "Répondre",
            reverse("practices:session_outcome", args=[of.network.slug, of.pk, row.pk]),
        )
