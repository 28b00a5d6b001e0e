"""Changes of the terms that several writes make, of form and of place too; what they are given
stays as it was.

What a subcontractor takes is a part of its member's figures, so that a line stays covered as it was
when a party changes its place: the member's figures grow or shrink with it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from cordee.agreement.model import FIGURES, Cell, Line, Party
from cordee.agreement.terms import Terms
from cordee.rules.groups import GroupForm, PartyRole
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


def without(
    terms: Terms, key: str, *, heir: str | None = None, cells: Iterable[Cell] | None = None
) -> Terms:
    """Terms without a party and its cells; what pointed to it points to its heir, or to nobody.

    `cells`: all that stand then, where its own are in other hands.
    """
    if cells is None:
        cells = (cell for cell in terms.cells if cell.party != key)
    if key not in {party.key for party in terms.parties}:
        return terms
    return replace(
        terms,
        parties=tuple(
            replace(party, of=heir) if party.of == key else party
            for party in terms.parties
            if party.key != key
        ),
        cells=tuple(cells),
        lead=heir if terms.lead == key else terms.lead,
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


# By party, line and figure.
type Held = dict[tuple[str, str, str], int | None]


def alone(terms: Terms, holder: str) -> Terms:
    """The same team where one member answers alone: the other members work for it.

    Their figures go within the holder's, to the cent; whoever came for one of them comes for the
    holder, beside it: each is its direct subcontractor. Raises `ValueError` where `holder` is no
    member.
    """
    if holder not in {member.key for member in terms.members}:
        raise ValueError(f"holder is {holder!r}: give the key of a member.")
    for member in terms.members:
        if member.key != holder:
            terms = with_role(terms, member.key, PartyRole.SUBCONTRACTOR, holder)
    return replace(
        terms,
        # Who had not said for whom it comes works for the only one there is.
        parties=tuple(
            replace(party, of=holder) if party.of is None and party.role.is_behind else party
            for party in terms.parties
        ),
        form=None,
        lead=holder,
    )


def together(terms: Terms, keys: Collection[str], form: GroupForm, lead: str) -> Terms:
    """The same team as a group: these parties become members, with what they do.

    Raises `ValueError` where the lead is not one of the members that this makes.
    """
    for key in [party.key for party in terms.parties if party.key in keys]:
        if terms.party(key).role is not PartyRole.MEMBER:
            terms = with_role(terms, key, PartyRole.MEMBER)
    return replace(terms, form=form, lead=lead)


def with_role(terms: Terms, key: str, role: PartyRole, of: str | None = None) -> Terms:
    """The same terms with a party in another place.

    A future employer takes no part of the work: its figures go out, and are to be shared out
    again. Whoever came for it comes for the same member, or has to be given one. Raises
    `ValueError` where `of` is not another member.
    """
    of = None if role is PartyRole.MEMBER else of
    if of is not None and of not in {m.key for m in terms.members if m.key != key}:
        raise ValueError(f"of is {of!r}: give the key of another member.")
    held: Held = {(*cell.at, name): getattr(cell, name) for cell in terms.cells for name in FIGURES}
    before = dict(held)
    for line in (line.key for line in terms.lines):
        for name in FIGURES:
            _leave(terms, key, line, name, held)
            if role is PartyRole.EMPLOYER:
                held[key, line, name] = None
            elif role is not PartyRole.MEMBER:
                _come_behind(terms, key, line, name, of, held)
    return replace(
        terms,
        parties=tuple(_moved(party, key, role, of) for party in terms.parties),
        cells=_cells(terms, before, held, gone=key if role is PartyRole.EMPLOYER else None),
        lead=None if terms.lead == key and role is not PartyRole.MEMBER else terms.lead,
    )


def _leave(terms: Terms, key: str, line: str, name: str, held: Held) -> None:
    """Take its figure out of that of the member for whom it came."""
    client, amount = terms.party(key).of, held.get((key, line, name))
    whole = None if client is None else held.get((client, line, name))
    if client is not None and whole is not None and amount is not None:
        held[client, line, name] = max(0, whole - amount)


def _come_behind(terms: Terms, key: str, line: str, name: str, of: str | None, held: Held) -> None:
    """Put its figure into that of its member, and its followers' beside its own."""
    amount = held.get((key, line, name))
    if amount is None:
        return
    if of is not None:
        held[of, line, name] = (held.get((of, line, name)) or 0) + amount
    followers = sum(held.get((each.key, line, name)) or 0 for each in terms.behind(key))
    held[key, line, name] = max(0, amount - followers)


def _moved(party: Party, key: str, role: PartyRole, of: str | None) -> Party:
    if party.key == key:
        return replace(party, role=role, of=of)
    if party.of == key and role is not PartyRole.MEMBER:
        return replace(party, of=of)
    return party


def _cells(terms: Terms, before: Held, held: Held, *, gone: str | None) -> tuple[Cell, ...]:
    """The cells with these figures: a place whose figures all went has none."""
    known = {cell.at: cell for cell in terms.cells}
    found = []
    for at in dict.fromkeys((party, line) for party, line, _ in held):
        if at[0] == gone:
            continue
        figures: dict[str, Any] = {name: held.get((*at, name)) for name in FIGURES}
        has_moved = any(before.get((*at, name)) != held.get((*at, name)) for name in FIGURES)
        if has_moved and not any(figures.values()):
            figures = dict.fromkeys(FIGURES)
        cell = known.get(at, Cell(party=at[0], line=at[1]))
        found.append(replace(cell, **figures))
    return tuple(found)
