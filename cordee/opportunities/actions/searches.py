"""Keeping a search, and telling its owner what is new in it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.opportunities.models import SavedSearch
from cordee.opportunities.saved_searches import SETTLED_AFTER

MOST_SEARCHES = 50


@transaction.atomic
def save_search(*, query: str, name: str, alert: str, by: User, now: datetime) -> SavedSearch:
    """Keep a search; asked for again with the same filters, it takes the new name and rhythm.

    Raises ValidationError where the name is taken, or the user keeps too many.
    """
    known = SavedSearch.objects.select_for_update().filter(person=by, query=query).first()
    if known is not None:
        return change_search(search=known, name=name, alert=alert, by=by, now=now)
    if SavedSearch.objects.filter(person=by).count() >= MOST_SEARCHES:
        raise ValidationError(
            f"Vous gardez déjà {MOST_SEARCHES} recherches. Supprimez-en une d’abord."
        )
    search = SavedSearch(
        person=by,
        query=query,
        name=name,
        alert=alert,
        # Rows of the last minutes may not be on the user's screen yet: better told than lost.
        seen_until=now - SETTLED_AFTER,
        notified_until=now - SETTLED_AFTER,
        notified_on=_day(now),
        counted_at=now,
    )
    _checked(search)
    search.save()
    journal.record("opportunities.save_search", search, by=by, after={"alert": alert})
    return search


@transaction.atomic
def change_search(
    *, search: SavedSearch, name: str, alert: str, by: User, now: datetime
) -> SavedSearch:
    """Another name or rhythm. Mails that begin again tell what comes in from now on."""
    if (search.name, search.alert) == (name, alert):
        return search
    before = search.alert
    if before == SavedSearch.Alert.NEVER and alert != before:
        search.notified_until, search.notified_on = now - SETTLED_AFTER, _day(now)
    search.name, search.alert = name, alert
    _checked(search)
    search.save(update_fields=["name", "alert", "notified_until", "notified_on"])
    if before != alert:
        journal.record(
            "opportunities.change_search",
            search,
            by=by,
            before={"alert": before},
            after={"alert": alert},
        )
    return search


@transaction.atomic
def delete_search(*, search: SavedSearch, by: User) -> None:
    """Forget it, with its feeds. The opportunities stay."""
    journal.record("opportunities.delete_search", search, by=by)
    search.delete()


@transaction.atomic
def open_search(*, search: SavedSearch, now: datetime) -> None:
    """The user looks at it: nothing in it is new any more. No journal line: looking changes
    nothing.
    """
    until = now - SETTLED_AFTER
    SavedSearch.objects.filter(pk=search.pk, seen_until__lt=until).update(
        seen_until=until, fresh_count=0, counted_at=now
    )


@transaction.atomic
def count_news(*, search: SavedSearch, count: int, now: datetime) -> None:
    """Keep how much is new, unless the user looked meanwhile."""
    SavedSearch.objects.filter(pk=search.pk, seen_until=search.seen_until).update(
        fresh_count=count, counted_at=now
    )


@transaction.atomic
def notify_news(*, search: SavedSearch, context: dict[str, object], now: datetime) -> bool:
    """Write the mail of one day, once, or only note that the day had nothing to tell.

    Two runs at once: the database lets one of them move `notified_until`, and only the user writes.
    """
    moved = SavedSearch.objects.filter(
        pk=search.pk, notified_until=search.notified_until, notified_on=search.notified_on
    ).update(notified_until=now - SETTLED_AFTER, notified_on=_day(now))
    if moved != 1 or not context:
        return False
    mail = mailing.write_to(
        search.person,
        kind="saved_search",
        template="opportunities/mail/saved_search",
        context=context,
        key=f"saved_search:{search.pk}:{_day(now).isoformat()}",
    )
    return mail is not None


def _checked(search: SavedSearch) -> None:
    search.full_clean()


def _day(now: datetime) -> date:
    """A day of mails is a day of the place."""
    return timezone.localdate(now)
