"""Keeping a search, and telling its owner what is new in it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cordee.accounts import journal, mailing
from cordee.accounts.models import User
from cordee.opportunities.filters import SETTLED_AFTER, matches_of, new_since, words_of
from cordee.opportunities.models import SavedSearch
from cordee.opportunities.models.searches import known_between
from cordee.opportunities.rows import row_of

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
        notified_on=timezone.localdate(now),
        counted_at=now,
    )
    search.full_clean()
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
        search.notified_until, search.notified_on = now - SETTLED_AFTER, timezone.localdate(now)
    search.name, search.alert = name, alert
    search.full_clean()
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
    """The user looks at it: nothing in it is new any more, and no journal tells it."""
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
    ).update(notified_until=now - SETTLED_AFTER, notified_on=timezone.localdate(now))
    if moved != 1 or not context:
        return False
    mail = mailing.write_to(
        search.person,
        kind="saved_search",
        template="opportunities/mail/saved_search",
        context=context,
        key=f"saved_search:{search.pk}:{timezone.localdate(now).isoformat()}",
    )
    return mail is not None


OPENS, CLOSES = time(7), time(20)
MOST_LINES = 20
# What closes sooner does not wait for Monday.
SOON = timedelta(days=15)


def run(now: datetime) -> int:
    """Count the news of every search, write to those whose day has come; returns how many mails."""
    written = 0
    searches = SavedSearch.objects.filter(person__is_active=True).select_related("person")
    for search in searches.order_by("pk"):
        count = new_since(search, search.seen_until, now).count()
        if count != search.fresh_count:
            count_news(search=search, count=count, now=now)
        if is_due(search, now):
            written += notify_news(search=search, context=_mail_content(search, now), now=now)
    return written


def is_due(search: SavedSearch, now: datetime) -> bool:
    """Once a day or a week, from seven in the morning; a day that was missed is made up for.

    Of the week, the morning after where something new closes within fifteen days.
    """
    if not OPENS <= timezone.localtime(now).time() < CLOSES or search.notified_on is None:
        return False
    day: date = timezone.localdate(now)
    if search.alert == SavedSearch.Alert.DAILY:
        return search.notified_on < day
    if search.alert in (SavedSearch.Alert.WEEKLY, SavedSearch.Alert.PROMPT):
        is_week_over = search.notified_on < day - timedelta(days=day.weekday())
        return is_week_over or _closes_soon(search, day, now)
    return False


def _closes_soon(search: SavedSearch, day: date, now: datetime) -> bool:
    """Whether something that came in by yesterday, and was not told, closes within `SOON`."""
    if search.alert != SavedSearch.Alert.PROMPT or search.notified_on == day:
        return False
    found = known_between(
        matches_of(search, now),
        search.notified_until,
        timezone.make_aware(datetime.combine(day, time.min)),
    )
    return found.filter(deadline__gt=now, deadline__lt=now + SOON).exists()


def _mail_content(search: SavedSearch, now: datetime) -> dict[str, Any]:
    """What the mail says; nothing where nothing is new."""
    found = new_since(search, search.notified_until, now).prefetch_related("trades", "places")
    rows = list(found.order_by("deadline", "pk")[: MOST_LINES + 1])
    if not rows:
        return {}
    total = len(rows) if len(rows) <= MOST_LINES else found.count()
    return {
        "search": search,
        "filters": words_of(search.query),
        "rows": [row_of(each, now) for each in rows[:MOST_LINES]],
        "total": total,
        "more": total - min(total, MOST_LINES),
        "today": timezone.localdate(now),
    }
