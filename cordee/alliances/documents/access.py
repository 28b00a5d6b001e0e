"""Who may take out a document. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.alliances.access import Person, party_for
from cordee.alliances.models import AllianceParty


def opened_party_for(person: Person, pk: uuid.UUID, party_pk: int) -> AllianceParty:
    """A party whose declaration the user opens, or whose VAT the user says: the user's own, that
    said yes; or 404."""
    _, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Votre structure ne participe pas à cette alliance.")
    return party
