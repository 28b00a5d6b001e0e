"""Who may say that they would work again with whom, and where that is said."""

import uuid

from django.http import Http404

from cordee.accounts.access import Person
from cordee.alliances.access import AllianceAccess, party_inside_for
from cordee.alliances.models import AllianceParty


def partner_for(
    person: Person, pk: uuid.UUID, party_pk: int, about_pk: int
) -> tuple[AllianceAccess, AllianceParty, AllianceParty]:
    """A party that the user speaks for and that takes part, and one whom the user knows that does;
    or 404."""
    access, party = party_inside_for(person, pk, party_pk)
    rows = access.alliance.parties.select_related("structure")
    rows = rows.exclude(pk__in=[own.pk for own in access.own])
    about = rows.filter(pk=about_pk, state=AllianceParty.State.INTERESTED).first()
    if about is None or not access.names(about):
        raise Http404("Cette structure n’a pas pris part avec vous.")
    return access, party, about


def page_of_words(access: AllianceAccess) -> str:
    """The route of the page on which the user says with whom they would work again."""
    return "alliances:result" if access.reads_shares else "alliances:detail"
