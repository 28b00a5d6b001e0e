"""What is done each day about needs."""

from datetime import datetime, timedelta

from cordee.opportunities import actions

KEPT_DAYS = 30


def run(now: datetime) -> int:
    """Delete the drafts of needs that nobody has touched for a month."""
    return actions.drop_old_drafts(before=now - timedelta(days=KEPT_DAYS))
