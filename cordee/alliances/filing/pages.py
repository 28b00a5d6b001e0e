"""What the page of filing shows of the receipt."""

from datetime import datetime

from cordee.alliances.models import Alliance


def filed_late(alliance: Alliance, filed_at: datetime) -> bool:
    """Whether the receipt is of after the buyer's deadline."""
    deadline = alliance.opportunity.deadline
    return deadline is not None and filed_at > deadline
