"""What waits for who directs a structure: whether a letter to a company may name it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from cordee.delivery.models import LetterName
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Waiting, for_whom


def lines(viewer: Viewer, now: datetime) -> Iterator[Waiting]:
    """Of letters that nobody sent, for thirty days: one query."""
    rows = LetterName.objects.filter(structure__in=viewer.structure_ids, agrees__isnull=True)
    rows = rows.filter(letter__written_on__isnull=True, asked_at__gte=now - timedelta(days=30))
    for row in rows.select_related("letter__network", "structure").order_by("asked_at", "pk")[:10]:
        whose = for_whom(viewer, row.structure)
        yield Waiting(
            max(viewer.on, timezone.localdate(row.asked_at) + timedelta(days=7)),
            f"{row.letter.network} voudrait vous nommer dans une lettre",
            f"À {row.letter.holder}, qui vient d’obtenir un marché.{whose}",
            "Lire et répondre",
            reverse("delivery:letter_name", args=[row.pk]),
        )
