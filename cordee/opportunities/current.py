"""What rooms above ask of an opportunity: its notice as we understand it today."""

from cordee.notices.notice import Notice
from cordee.opportunities.models import Opportunity


def current_notice(opportunity: Opportunity) -> Notice:
    """The latest reading with the standing corrections over it."""
    return opportunity.current().notice
