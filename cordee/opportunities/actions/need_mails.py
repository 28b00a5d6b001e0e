"""What is written to the author of a need, and to those who read it over in a network."""

from datetime import datetime

from django.db.models import QuerySet

from cordee.accounts import mailing
from cordee.accounts.models import User
from cordee.members.models import RoleSeat
from cordee.opportunities.models import Audience, Opportunity

AUTHOR, READERS = "need_author", "need_readers"


def readers_of(audience: Audience) -> QuerySet[User]:
    """The people who read needs over for a network."""
    return RoleSeat.objects.of_networks().filter(network=audience.network_id).people()


def notify_readers(
    audience: Audience, *, by: User, stamp: datetime, is_corrected: bool = False
) -> None:
    """A need waits to be read over, or was corrected."""
    for person in readers_of(audience).exclude(pk=by.pk):
        mailing.write_to(
            person,
            kind=READERS,
            template="opportunities/mail/need_to_read",
            context={
                "audience": audience,
                "opportunity": audience.opportunity,
                "is_corrected": is_corrected,
            },
            key=f"need:{audience.pk}:read:{stamp:%Y%m%d%H%M%S%f}:{person.pk}",
        )


def notify_author(audience: Audience, *, by: User, stamp: datetime) -> None:
    """What a network decided."""
    author = audience.opportunity.created_by
    if author is None or author == by:
        return
    mailing.write_to(
        author,
        kind=AUTHOR,
        template="opportunities/mail/need_decided",
        context={"audience": audience, "opportunity": audience.opportunity},
        key=f"need:{audience.pk}:decided:{stamp:%Y%m%d%H%M%S%f}",
    )


def notify_readers_of_end(opportunity: Opportunity, *, by: User, stamp: datetime) -> None:
    """That a need is met: its networks are told, so that nobody looks on."""
    audiences = opportunity.audiences.select_related("network", "opportunity")
    for audience in audiences.published():
        for person in readers_of(audience).exclude(pk=by.pk):
            mailing.write_to(
                person,
                kind=READERS,
                template="opportunities/mail/need_met",
                context={"audience": audience, "opportunity": opportunity},
                key=f"need:{audience.pk}:met:{stamp:%Y%m%d%H%M%S%f}:{person.pk}",
            )
