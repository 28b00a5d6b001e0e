"""Accounts that nobody confirmed are forgotten: an address given by another is not ours to keep."""

from datetime import datetime, timedelta

from cordee.accounts import actions

KEPT = timedelta(days=7)


def run(now: datetime) -> int:
    """Erase those opened more than seven days ago; how many. Run again, it finds none."""
    return actions.forget_unconfirmed(before=now - KEPT)
