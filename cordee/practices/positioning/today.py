"""What waits: an action of a positioning, and what a visit asks of either side."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.practices.models import PlannedAction, Visit

MOST, SOON, ANSWER_WITHIN = 20, timedelta(days=30), timedelta(days=7)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Actions due within a month; of visits, a day to choose, a yes to say, a report to write, a
    report to read."""
    if not (own := viewer.structure_ids):
        return
    actions = PlannedAction.objects.in_force().filter(done_on__isnull=True)
    actions = actions.filter(positioning__structure__in=own, due_on__lte=viewer.on + SOON)
    yield Sort(actions, _actions)
    asked = Q(visited__in=own, on__isnull=False, is_agreed__isnull=True)
    chosen = Q(visiting__in=own, on__isnull=True, is_agreed__isnull=True)
    written = Q(visiting__in=own, is_agreed=True, on__lte=viewer.on, sent_at__isnull=True)
    week_ago = now - ANSWER_WITHIN
    read = Q(visited__in=own, sent_at__gt=week_ago, published_at__isnull=True)
    yield Sort(Visit.objects.in_force().filter(asked | chosen | written | read), _visits)


def _actions(viewer: Viewer, now: datetime, rows: QuerySet[PlannedAction]) -> Iterator[Waiting]:
    for row in rows.select_related("positioning").order_by("due_on", "pk")[:MOST]:
        structure = row.positioning.structure_id
        yield Waiting(
            max(row.due_on, viewer.on),
            row.words,
            f"Une action de votre auto-positionnement, le {french.day(row.due_on, viewer.on)}.",
            "Dire où elle en est",
            reverse("practices:positionings", args=[structure]),
        )


def _visits(viewer: Viewer, now: datetime, rows: QuerySet[Visit]) -> Iterator[Waiting]:
    for row in rows.select_related("visited", "visiting").order_by("on", "pk")[:MOST]:
        until, what, fact, verb = _told(viewer, row)
        is_guest = row.visiting_id in viewer.structure_ids
        structure = row.visiting_id if is_guest else row.visited_id
        url = reverse("practices:visit", args=[structure, row.pk])
        yield Waiting(max(until, viewer.on), what, fact, verb, url)


def _told(viewer: Viewer, row: Visit) -> tuple[date, str, str, str]:
    week, guest, host = viewer.on + ANSWER_WITHIN, row.visiting.shown_name, row.visited.shown_name
    day = french.day(row.on, viewer.on)
    if row.on is None:
        fact = "Une visite croisée\u00a0: choisissez le jour, ou retirez-la."
        return week, f"Votre réseau vous propose d’aller voir {host}", fact, "Répondre"
    if row.sent_at:
        fact = "Vous le lisez d’abord. Vous le publiez, ou non."
        until = timezone.localdate(row.sent_at) + ANSWER_WITHIN
        return until, f"Compte rendu de visite arrivé\u00a0: {guest}", fact, "Le lire"
    if row.is_agreed is None:
        fact = "Deux personnes, et les questions de la grille."
        return row.on, f"{guest} demande à vous visiter le {day}", fact, "Répondre"
    fact = f"Visite du {day}. Ce que vous avez vu, et ce qui est à discuter."
    what = f"Écrire le compte rendu de votre visite chez {host}"
    return row.on + ANSWER_WITHIN, what, fact, "L’écrire"
