"""Saying that one would work with another structure again, and whether one may be found again.

The journal tells that a structure spoke, never of whom: what is taken back leaves no trace.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from cordee.accounts import journal
from cordee.accounts.models import User
from cordee.alliances.models import AllianceParty, Endorsement
from cordee.alliances.models.endorsements import ENDED
from cordee.alliances.revisions import locked

State = AllianceParty.State


@transaction.atomic
def endorse(*, party: AllianceParty, about: AllianceParty, by: User, now: datetime) -> None:
    """A party would work with another one again; given twice, it is given once.

    Raises `ValidationError` while the alliance is not over, or where one of them left it.
    """
    alliance = locked(party.alliance)
    if alliance.phase not in ENDED:
        raise ValidationError("Cela se dit une fois l’alliance terminée.")
    stayed = alliance.parties.filter(state=State.INTERESTED, pk__in=[party.pk, about.pk])
    if stayed.count() != 2 or party.structure_id == about.structure_id:
        raise ValidationError("Cela se dit d’une structure qui a pris part jusqu’au bout.")
    _, is_new = Endorsement.objects.get_or_create(
        by_party=party, about=about, defaults={"given_at": now}
    )
    if is_new:
        journal.record("alliances.say_again", alliance, by=by, after={"party": party.pk})


@transaction.atomic
def withdraw_endorsement(*, party: AllianceParty, about: AllianceParty, by: User) -> None:
    """Erase what a party said of another one, at once; the link is gone for both. Twice is once."""
    gone, _ = Endorsement.objects.filter(by_party=party, about=about).delete()
    if gone:
        after = {"party": party.pk}
        journal.record("alliances.take_back_again", party.alliance, by=by, after=after)


@transaction.atomic
def remember(*, party: AllianceParty, is_yes: bool, by: User) -> None:
    """A structure lets those of the alliance find it again for another one, or no longer does."""
    alliance = locked(party.alliance)
    AllianceParty.objects.filter(pk=party.pk).update(remembers=is_yes)
    journal.record(
        "alliances.remember", alliance, by=by, after={"party": party.pk, "is_yes": is_yes}
    )
