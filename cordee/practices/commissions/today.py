"""What waits of commissions and sessions: what minutes ask, and what came of a session."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.urls import reverse

from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting, for_whom
from cordee.practices.models import MeetingTask, SessionAnswer

MOST, SOON = 5, timedelta(days=14)
TASK, SESSION = "practices:meeting", "practices:session_outcome"
# By the route where it is settled: what it is, one fact, the button; how long after its day.
WORDS = {
    TASK: ("{}", "La commission «\u00a0{}\u00a0» l’a décidé.", "Dire que c’est fait", timedelta()),
    SESSION: (
        "Quelle fiche est née de «\u00a0{}\u00a0»\u202f?",
        "Une session de {}. Une réponse suffit.",
        "Répondre",
        SOON,
    ),
}


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """For the direction of a structure, two weeks before a thing is to be done and until it is, and
    two weeks after a session. One query."""
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
    rows = _told(
        todo,
        *(TASK, F("until"), "what", "meeting__commission__name"),
        *("meeting__commission__network__slug", "meeting__commission", "meeting"),
    ).union(
        _told(
            came,
            *(SESSION, TruncDate("session__ends_at")),
            *("session__title", "session__network__name"),
            *("session__network__slug", "session", "pk"),
        ),
        all=True,
    )
    for route, day, what, about, slug, of, key, name, brand in rows.order_by("day", "key_")[:MOST]:
        title, fact, verb, later = WORDS[route]
        whom = for_whom(viewer, Structure(name=name, brand=brand))
        url = reverse(route, args=[slug, of, key])
        yield Waiting(
            max(viewer.on, day + later), title.format(what), fact.format(about) + whom, verb, url
        )


def _told(
    rows: QuerySet[Any], route: str, day: Any, what: str, about: str, slug: str, of: str, key: str
) -> Any:
    """The same columns of every sort: who settles it where, by when, what it is."""
    said = {"what": what, "about": about, "slug": slug, "of": of, "key": key}
    named = {"name": "structure__name", "brand": "structure__brand"}
    columns: Any = {"route": Value(route), "day": day}
    columns |= {f"{name}_": F(path) for name, path in (said | named).items()}
    return rows.order_by().annotate(**columns).values_list(*columns)
