"""What is done again and again about conversations."""

from datetime import datetime, timedelta

from django.conf import settings

from cordee.mobilisation.actions.conversations import forget_old

MONTH = timedelta(days=30.44)


def forget(now: datetime) -> int:
    """RULE-34: conversations in which nobody has written for so long are deleted."""
    return forget_old(before=now - settings.KEEP_CONVERSATION_MONTHS * MONTH)
