"""What authors are told: that somebody took their practice up, that it is to be confirmed."""

from datetime import datetime, timedelta

from django.utils import timezone

from cordee.practices.models import Reuse, Sheet
from cordee.practices.sheets.mails import write, writers_of

# What came due longer ago was written about already.
LOOKED_BACK = timedelta(days=30)


def tell_reuse(row: Reuse) -> None:
    """Under the name that the structure agrees to, as everybody reads it."""
    said = {"reuse": row, "name": row.shown_name}
    write(row.sheet, "practices/mail/reused", f"{row.pk}", said, writers_of(row.sheet))


def run(now: datetime) -> int:
    """Ask who wrote each sheet whose date has come whether it still holds, once for each date."""
    today = timezone.localdate(now)
    due = Sheet.objects.published().filter(review_due__range=(today - LOOKED_BACK, today))
    sheets = list(due.select_related("network"))
    for sheet in sheets:
        write(
            sheet,
            "practices/mail/review_due",
            f"{sheet.pk}:{sheet.review_due}",
            {},
            writers_of(sheet),
        )
    return len(sheets)
