"""Changes of the terms that several writes make; what they are given stays as it was."""

from collections.abc import Sequence
from dataclasses import replace

from cordee.agreement.model import Cell, Line
from cordee.agreement.terms import Terms
from cordee.rules.groups import PartyRole
from cordee.rules.sharing_out import shared_out


def with_hours(lines: Sequence[Line], cells: Sequence[Cell]) -> list[Cell]:
    """Cells with the hours of insertion asked of each line shared out in proportion to euros."""
    found = list(cells)
    for line in lines:
        places = [n for n, cell in enumerate(found) if cell.line == line.key and cell.cents]
        if line.insertion_hours is None or not places:
            continue
        parts = shared_out(line.insertion_hours, [found[n].cents or 0 for n in places])
        for n, hours in zip(places, parts, strict=True):
            found[n] = replace(found[n], insertion_hours=hours)
    return found


def without(terms: Terms, key: str) -> Terms:
    """Terms without a party, its cells, and what pointed to it."""
    if key not in {party.key for party in terms.parties}:
        return terms
    return replace(
        terms,
        parties=tuple(
            replace(party, of=None) if party.of == key else party
            for party in terms.parties
            if party.key != key
        ),
        cells=tuple(cell for cell in terms.cells if cell.party != key),
        lead=None if terms.lead == key else terms.lead,
    )


def with_parties_of(old: Terms, today: Terms) -> Terms:
    """Old terms for the parties of today: who left stays out, who came keeps what it has."""
    present = {party.key for party in today.parties}
    known = {party.key for party in old.parties}
    then = {party.key: party for party in old.parties}
    members = {
        key for key in present if (then.get(key) or today.party(key)).role is PartyRole.MEMBER
    }
    parties = []
    for party in today.parties:
        kept = then.get(party.key, party)
        parties.append(replace(kept, of=kept.of if kept.of in members else None))
    cells = [cell for cell in old.cells if cell.party in present]
    cells += [cell for cell in today.cells if cell.party not in known]
    return replace(
        old,
        parties=tuple(parties),
        cells=tuple(cells),
        lead=old.lead if old.lead in members else None,
    )
