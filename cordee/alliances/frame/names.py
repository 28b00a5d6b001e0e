"""How each party is called for whoever looks at an alliance (RULE-38)."""

from collections.abc import Sequence

from cordee.alliances.access import AllianceAccess
from cordee.alliances.models import AllianceParty


def shown_names(access: AllianceAccess, rows: Sequence[AllianceParty]) -> dict[str, str]:
    """How a reader sees each party called: whoever has not said yes has no name for the others."""
    names = {}
    for number, row in enumerate(rows, start=1):
        known = access.names(row)
        names[row.key] = row.structure.shown_name if known else f"structure pressentie {number}"
    return names


def places_of(access: AllianceAccess) -> list[tuple[AllianceParty, str]]:
    """The user's own parties, each with the place thought of for it: for whom it would work is not
    told before a yes (RULE-38)."""
    terms = access.alliance.terms
    roles = {party.key: terms.arrangement.role_label(party) for party in terms.parties}
    return [(party, roles.get(party.key, "")) for party in access.own]


def names_for(access: AllianceAccess) -> dict[str, str]:
    """`shown_names` of all the parties of an alliance: one query."""
    return shown_names(
        access, list(access.alliance.parties.select_related("structure").order_by("pk"))
    )
