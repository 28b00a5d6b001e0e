"""Who answers for a party and its subcontract. Each docstring is the rule."""

import uuid

from django.http import Http404

from cordee.accounts.access import Person
from cordee.agreement.legal_facts import subcontracts
from cordee.alliances import access as alliance_access
from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty


def may_answer_for(access: AllianceAccess, row: AllianceParty, of: str | None) -> bool:
    """Who coordinates, the subcontractor itself, and the member it works for."""
    return access.coordinates or any(own.key in (row.key, of) for own in access.own)


def subcontract_for(
    person: Person, pk: uuid.UUID, party_pk: int
) -> tuple[AllianceAccess, AllianceParty]:
    """A subcontract that the user may answer about (`may_answer_for`), or 404."""
    access = alliance_access.taking_part_for(person, pk)
    row = access.alliance.parties.select_related("structure").filter(pk=party_pk).first()
    party = next(
        (each for each in subcontracts(access.alliance.terms) if row and each.key == row.key), None
    )
    if row is None or party is None or not may_answer_for(access, row, party.of):
        raise Http404("Cette sous-traitance n’existe pas, ou n’est pas la vôtre.")
    return access, row
