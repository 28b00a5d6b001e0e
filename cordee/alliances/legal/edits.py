"""Changes of form and of place in the terms, and what becomes of the amounts. No Django here.

What a subcontractor takes is a part of its member's amount, so that a line stays covered as it was
when a party changes its place: the member's amount grows or shrinks with it.
"""

from dataclasses import replace

from cordee.alliances.terms.model import Cell, Party, PartyRole, Terms
from cordee.rules.groups import GroupForm

type Amounts = dict[tuple[str, str], int | None]


def with_form(terms: Terms, form: GroupForm, lead: str) -> Terms:
    """The same terms under a form, led by a member."""
    return replace(terms, form=form, lead=lead)


def with_role(terms: Terms, key: str, role: PartyRole, of: str | None = None) -> Terms:
    """The same terms with a party in another place.

    A future employer takes no part of the work: its amounts go out, and are to be shared out
    again. Whoever came for it comes for the same member, or has to be given one. Raises
    `ValueError` where `of` is not another member.
    """
    of = None if role is PartyRole.MEMBER else of
    if of is not None and of not in {m.key for m in terms.members if m.key != key}:
        raise ValueError(f"of is {of!r}: give the key of another member.")
    amounts: Amounts = {cell.at: cell.cents for cell in terms.cells}
    for line in (line.key for line in terms.lines):
        _leave(terms, key, line, amounts)
        if role is PartyRole.EMPLOYER:
            amounts.pop((key, line), None)
        elif role is not PartyRole.MEMBER:
            _come_behind(terms, key, line, of, amounts)
    return replace(
        terms,
        parties=tuple(_moved(party, key, role, of) for party in terms.parties),
        cells=_cells(terms, amounts),
        lead=None if terms.lead == key and role is not PartyRole.MEMBER else terms.lead,
    )


def _leave(terms: Terms, key: str, line: str, amounts: Amounts) -> None:
    """Take its amount out of that of the member for whom it came."""
    client, amount = terms.party(key).of, amounts.get((key, line))
    held = None if client is None else amounts.get((client, line))
    if client is not None and held is not None and amount is not None:
        amounts[client, line] = max(0, held - amount)


def _come_behind(terms: Terms, key: str, line: str, of: str | None, amounts: Amounts) -> None:
    """Put its amount into that of its member, and its followers' beside its own."""
    amount = amounts.get((key, line))
    if amount is None:
        return
    if of is not None:
        amounts[of, line] = (amounts.get((of, line)) or 0) + amount
    followers = sum(amounts.get((each.key, line)) or 0 for each in terms.behind(key))
    amounts[key, line] = max(0, amount - followers)


def _moved(party: Party, key: str, role: PartyRole, of: str | None) -> Party:
    if party.key == key:
        return replace(party, role=role, of=of)
    if party.of == key and role is not PartyRole.MEMBER:
        return replace(party, of=of)
    return party


def _cells(terms: Terms, amounts: Amounts) -> tuple[Cell, ...]:
    """The cells with these amounts: a place that lost its amount altogether has no cell."""
    known = {cell.at: cell for cell in terms.cells}
    return tuple(
        replace(known.get(at, Cell(party=at[0], line=at[1])), cents=cents)
        for at, cents in amounts.items()
    )
