"""Who may take out a document. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.alliances.access import (
    AllianceAccess,
    Person,
    coordinator_for,
    party_for,
    taking_part_for,
)
from cordee.alliances.models import AllianceParty


def access_of_reader(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """Whoever takes part reads its documents, each with what they may see; or 404. Those that they
    do not read are not made for them: a subcontractor has its own (`catalogue.own_entries`)."""
    return taking_part_for(person, pk)


def coordinated_for(person: Person, pk: uuid.UUID) -> AllianceAccess:
    """The access of whoever coordinates and writes the common terms; 404 for the others."""
    return coordinator_for(person, pk)


def opened_party_for(person: Person, pk: uuid.UUID, party_pk: int) -> AllianceParty:
    """A party whose declaration the user opens, or whose VAT the user says: the user's own, that
    said yes; or 404."""
    _, party = party_for(person, pk, party_pk)
    if party.state != AllianceParty.State.INTERESTED:
        raise Http404("Votre structure ne participe pas à cette alliance.")
    return party
