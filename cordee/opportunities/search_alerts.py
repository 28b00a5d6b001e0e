"""What the schedule does with kept searches: count what is new, and write it to who asked."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from cordee.opportunities.actions.searches import count_news, notify_news
from cordee.opportunities.models import SavedSearch
from cordee.opportunities.models.searches import known_between
from cordee.opportunities.rows import row_of
from cordee.opportunities.saved_searches import matches_of, new_since, words_of

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
