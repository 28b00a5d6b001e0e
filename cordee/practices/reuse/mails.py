"""What authors are told: that somebody took their practice up, that it is to be confirmed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.members.actions.network_mails import staff_of
from cordee.members.models import RoleSeat
from cordee.practices.models import Reuse, Sheet

KIND = "practices"
# What came due longer ago was written about already.
LOOKED_BACK = timedelta(days=30)


def register() -> None:
    """Called once, when the application starts."""
    mailing.register(
        KIND,
        "Reprises et relectures des pratiques que ma structure a écrites",
        why="Vous recevez ce courrier parce que votre structure ou votre réseau a écrit cette "
        "pratique.",
    )


def writers_of(sheet: Sheet) -> list[User]:
    """The directions of its authors; the staff of its network where it has no author."""
    structures = sheet.authors.order_by().values("structure")
    people = list(RoleSeat.objects.directors().filter(structure__in=structures).people())
    return people or (staff_of(sheet.network) if sheet.network else [])


def tell_reuse(row: Reuse) -> None:
    """Under the name that the structure agrees to, as everybody reads it."""
    context = {"reuse": row, "name": row.shown_name}
    _write(row.sheet, "practices/mail/reused", f"{row.pk}", context)


def run(now: datetime) -> int:
    """Ask who wrote each sheet whose date has come whether it still holds, once for each date."""
    today = timezone.localdate(now)
    due = Sheet.objects.published().filter(review_due__range=(today - LOOKED_BACK, today))
    sheets = list(due.select_related("network"))
    for sheet in sheets:
        _write(sheet, "practices/mail/review_due", f"{sheet.pk}:{sheet.review_due}", {})
    return len(sheets)


def _write(sheet: Sheet, template: str, about: str, context: Mapping[str, Any]) -> None:
    said = {"sheet": sheet, **context}
    for person in writers_of(sheet):
        key = f"{template}:{about}:{person.pk}"
        mailing.write_to(person, kind=KIND, template=template, context=said, key=key)
