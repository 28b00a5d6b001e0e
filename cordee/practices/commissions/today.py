"""What waits of commissions: what minutes ask, what came of a session, dates to answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.practices.commissions import letters
from cordee.practices.models import LetterRecipient, MeetingTask, SessionAnswer

MOST, SOON = 5, timedelta(days=14)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For the direction of a structure, two weeks before a thing is to be done and until it is, two
    weeks after a session, and dates that its network asks about."""
    if not viewer.structure_ids:
        return
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
    # What its network wrote down of a call is for it to read, and to change.
    unsaid = Q(answered_at__isnull=True) | Q(heard_on__isnull=False)
    dates = letters.asked().filter(own, unsaid, letter__answer_by__gte=viewer.on)
    yield Sort(came, _sessions)
    yield Sort(dates, _letters)


def _tasks(viewer: Viewer, now: datetime, rows: QuerySet[MeetingTask]) -> Iterator[Waiting]:
    found = rows.select_related("structure", "meeting__commission__network")
    for row in found.order_by("until", "pk")[:MOST]:
        of = row.meeting.commission
        yield Waiting(
            max(viewer.on, row.until),
            row.what,
            f"La commission «\u00a0{of.name}\u00a0» l’a décidé.{for_whom(viewer, row.structure)}",
            "Dire que c’est fait",
            row.get_absolute_url(),
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
            of.get_absolute_url(),
        )


def _letters(viewer: Viewer, now: datetime, rows: QuerySet[LetterRecipient]) -> Iterator[Waiting]:
    found = rows.select_related("structure", "letter__network")
    for row in found.order_by("letter__answer_by", "pk")[:MOST]:
        of = row.letter
        told = "a noté votre réponse au téléphone" if row.heard_on else "le demande"
        yield Waiting(
            of.answer_by or viewer.on,
            f"Vos dates pour «\u00a0{of.subject}\u00a0»",
            f"{of.network.name} {told}.{for_whom(viewer, row.structure)}",
            "Relire mes dates" if row.heard_on else "Dire mes dates",
            letters.path_for(row, viewer.user) if viewer.user else "",
        )
