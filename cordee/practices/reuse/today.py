"""What waits of sheets: those whose authors should say that they still hold."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.sharing import Viewer
from cordee.members.today.waiting import Sort, Waiting
from cordee.practices.models import Sheet

MOST, SOON = 5, timedelta(days=14)


def lines(viewer: Viewer, now: datetime) -> Iterator[Sort]:
    """For the direction of its authors, two weeks before and until it is done."""
    if not viewer.structure_ids:
        return
    own = Structure.objects.filter(pk__in=viewer.structure_ids)
    rows = Sheet.objects.published().by_structures(own)
    yield Sort(rows.filter(review_due__lte=viewer.on + SOON), _to_confirm)


def _to_confirm(viewer: Viewer, now: datetime, rows: QuerySet[Sheet]) -> Iterator[Waiting]:
    for sheet in rows.order_by("review_due")[:MOST]:
        fact = (
            french.ended((sheet.unconfirmed or "sa date de relecture vient").capitalize())
            + " Les autres la lisent encore."
        )
        url = reverse("practices:confirm", args=[sheet.pk])
        what = f"Votre pratique tient-elle toujours\u202f? {sheet.title}"
        assert sheet.review_due
        yield Waiting(max(viewer.on, sheet.review_due), what, fact, "Confirmer", url)
