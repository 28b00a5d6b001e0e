"""What waits of sheets for who directs a structure: may it be named, will it review, what is
proposed of what it wrote."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cordee.base.ui import french
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting, for_whom
from cordee.practices.models import Review, Sheet, SheetAuthor, SheetComment

MOST, MOST_WORDS, TO_ANSWER = 5, 120, timedelta(days=14)


def sorts(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """Two weeks to answer, until it is done."""
    mine = {"structure__in": viewer.structure_ids}
    namings = SheetAuthor.objects.filter(agreed_at__isnull=True, refused_at__isnull=True, **mine)
    yield Sort(namings.filter(sheet__removed_at__isnull=True), _namings)
    reviews = Review.objects.filter(delivered_at__isnull=True, declined_at__isnull=True, **mine)
    yield Sort(reviews.filter(version__sheet__removed_at__isnull=True), _reviews)
    own = Sheet.objects.by_structures(viewer.structure_ids).filter(removed_at__isnull=True)
    yield Sort(SheetComment.objects.open().filter(sheet__in=own.order_by()), _comments)


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


def _comments(viewer: Viewer, now: datetime, rows: QuerySet[SheetComment]) -> Iterator[Waiting]:
    for row in rows.select_related("sheet").order_by("noted_at", "pk")[:MOST]:
        yield Waiting(
            _until(row.noted_at, viewer.on),
            f"Répondre à une proposition\u00a0: {row.sheet}",
            french.cut(row.text, MOST_WORDS),
            "Lire",
            reverse("practices:comments", args=[row.sheet_id]),
        )


def _until(asked_at: datetime, on: date) -> date:
    return max(on, timezone.localdate(asked_at) + TO_ANSWER)
