"""Whether an alliance may be remembered, so that a team can start from it again."""

from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import AllianceParty
from cordee.alliances.revisions import locked


@transaction.atomic
def remember(*, party: AllianceParty, is_yes: bool, by: User) -> None:
    """A structure lets those of the alliance find it again for another one, or no longer does."""
    alliance = locked(party.alliance)
    AllianceParty.objects.filter(pk=party.pk).update(remembers=is_yes)
    journal.record(
        "alliances.remember", alliance, by=by, after={"party": party.pk, "is_yes": is_yes}
    )
