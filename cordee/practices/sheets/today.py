"""What waits of sheets for who directs a structure: may it be named, will it review."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.practices.models import Review, SheetAuthor

MOST, TO_ANSWER = 5, timedelta(days=14)


def sorts(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Two weeks to answer, until it is done."""
    mine = {"structure__in": viewer.structure_ids}
    namings = SheetAuthor.objects.unanswered().filter(sheet__removed_at__isnull=True, **mine)
    yield Sort(namings, _namings)
    reviews = Review.objects.awaited().filter(version__sheet__removed_at__isnull=True, **mine)
    yield Sort(reviews, _reviews)


def _namings(viewer: Viewer, now: datetime, rows: QuerySet[SheetAuthor]) -> Iterator[Waiting]:
    for row in rows.select_related("structure", "sheet").order_by("asked_at", "pk")[:MOST]:
        whom = for_whom(viewer, row.structure)
        yield Waiting(
            _until(row.asked_at, viewer.on),
            f"Dire si une fiche peut nommer votre structure\u00a0: {row.sheet}",
            f"Sans votre oui, elle dit «\u00a0une structure\u00a0».{whom}",
            "Répondre",
            reverse("practices:naming", args=[row.sheet_id, row.pk]),
        )


def _reviews(viewer: Viewer, now: datetime, rows: QuerySet[Review]) -> Iterator[Waiting]:
    for row in rows.select_related("structure", "version").order_by("asked_at", "pk")[:MOST]:
        yield Waiting(
            _until(row.asked_at, viewer.on),
            f"Relire une monographie\u00a0: {row.version.title}",
            f"Vous pouvez aussi dire non.{for_whom(viewer, row.structure)}",
            "Relire",
            reverse("practices:review", args=[row.pk]),
        )


def _until(asked_at: datetime, on: date) -> date:
    return max(on, timezone.localdate(asked_at) + TO_ANSWER)
