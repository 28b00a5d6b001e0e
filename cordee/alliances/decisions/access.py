"""Who may decide for a structure. The docstring is the rule."""

import uuid

from django.http import Http404

from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess, Person
from cordee.alliances.models import AllianceParty


def decider_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A party that the user speaks for and that agreed to explore, or 404."""
    access, party = alliance_access.party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Cette structure n’a pas encore dit oui.")
    return access, party
