"""What is done for every programme without anybody asking."""

from datetime import datetime

from cordee.members.models import Programme
from cordee.opportunities.actions.programmes import attach_by_rules, note_hours


def attach(now: datetime) -> int:
    """Bring each programme in step with its rules: what was imported since is attached."""
    return sum(
        attach_by_rules(programme=programme, now=now)
        for programme in Programme.objects.filter(rules__isnull=False).distinct()
    )


def read_hours(now: datetime) -> int:
    """Read the hours of insertion again: a correction or a new version may have changed them."""
    held = Programme.objects.filter(attachments__isnull=False).distinct()
    return sum(note_hours(programme=programme) for programme in held)
