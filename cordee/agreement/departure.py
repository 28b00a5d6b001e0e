"""Terms without one member, as those who stay would take its work: nothing is lost on the way."""

from dataclasses import replace
from typing import Any

from cordee.agreement.edits import without
from cordee.agreement.model import FIGURES, Cell, Party
from cordee.agreement.terms import Terms
from cordee.rules.groups import PartyRole
from cordee.rules.sharing_out import shared_out


def taken_over(terms: Terms, leaver: str, by: str) -> Terms:
    """One member takes the whole share, and whoever came for the leaver. Raises `ValueError`."""
    if by == leaver or terms.party(by).role is not PartyRole.MEMBER:
        raise ValueError(f"{by!r} cannot take over from {leaver!r}: give another member.")
    cells = [cell for cell in terms.cells if cell.party not in (leaver, by)]
    for line in terms.lines:
        both = _added(terms, terms.cell(by, line.key), terms.cell(leaver, line.key))
        if not both.is_empty or both.pinned:
            cells.append(both)
    return without(terms, leaver, heir=by, cells=cells)


def shared_among(terms: Terms, leaver: str) -> Terms:
    """The members who stay take it in proportion to their shares, whole cents and whole hours.

    What came for the leaver goes behind the biggest of them: a subcontractor comes for one member.
    Raises `ValueError` where no member stays.
    """
    staying = [member.key for member in terms.members if member.key != leaver]
    if not staying:
        raise ValueError(f"{leaver!r} is the only member: nobody stays to take its share.")
    weights = [terms.share_cents(key) for key in staying]
    # The first of the biggest: the same every time.
    biggest = max(staying, key=terms.share_cents)
    cells = [cell for cell in terms.cells if cell.party not in (leaver, *staying)]
    for line in terms.lines:
        gone = terms.cell(leaver, line.key)
        # Its subcontractors' part goes with them, so that it stays within that member's amount.
        tied = _given_out(terms, leaver, line.key)
        parts: dict[str, dict[str, int]] = {key: {} for key in staying}
        for name in FIGURES:
            whole = getattr(gone, name)
            if whole is None:
                continue
            kept = min(whole, tied[name])
            for key, part in zip(staying, shared_out(whole - kept, weights), strict=True):
                parts[key][name] = part + (kept if key == biggest else 0)
        for key in staying:
            own = terms.cell(key, line.key)
            more = {name: part for name, part in parts[key].items() if part}
            part_of_it = replace(gone, party=key, chantier=None, pinned=False, **_only(more))
            both = _added(terms, own, part_of_it) if more else own
            if not both.is_empty or both.pinned:
                cells.append(both)
    return without(terms, leaver, heir=biggest, cells=cells)


def replaced(terms: Terms, leaver: str, new: Party) -> Terms:
    """Another structure takes its place: its cells, whoever came for it, the lead where it led.

    Its chantiers were the leaver's: the new one's usual chantier is meant. Raises `ValueError`.
    """
    terms.party(leaver)
    cells = [
        replace(cell, party=new.key, chantier=None) if cell.party == leaver else cell
        for cell in terms.cells
    ]
    parties = [new if party.key == leaver else party for party in terms.parties]
    return replace(
        terms,
        parties=tuple(replace(p, of=new.key) if p.of == leaver else p for p in parties),
        cells=tuple(cells),
        lead=new.key if terms.lead == leaver else terms.lead,
    )


def subcontracted(terms: Terms, leaver: str, new: Party) -> Terms:
    """The leaver stays a member, and a subcontractor of its own does all of its work (DC4).

    What its other subcontractors do stays theirs. Raises `ValueError`.
    """
    if new.role is not PartyRole.SUBCONTRACTOR or new.of != leaver:
        raise ValueError(f"Party {new.key}: make it a subcontractor of {leaver!r}.")
    return replace(
        terms,
        parties=(*terms.parties, new),
        cells=(*terms.cells, *_own_work(terms, leaver, new)),
    )


def taken_over_with(terms: Terms, leaver: str, new: Party) -> Terms:
    """The leaver is out: a member takes its share, and a subcontractor of it does that work.

    Source: Code de la commande publique R2142-26 (a subcontractor may replace a member). Raises
    `ValueError`.
    """
    after = taken_over(terms, leaver, new.of or "")
    return replace(
        after,
        parties=(*after.parties, new),
        cells=(*after.cells, *_own_work(terms, leaver, new)),
    )


def heir(terms: Terms, leaver: str) -> str:
    """The member who answers for a share that a subcontractor takes: the lead, else the biggest.

    Raises `ValueError` where no member stays.
    """
    staying = [member.key for member in terms.members if member.key != leaver]
    if terms.lead in staying:
        return terms.lead
    return max(staying, key=terms.share_cents)


def _own_work(terms: Terms, leaver: str, new: Party) -> list[Cell]:
    """What a member does itself, in the hands of another; what it gave out stays given."""
    given = []
    for cell in terms.cells_of(leaver):
        behind = _given_out(terms, leaver, cell.line)
        left = {
            name: max(0, whole - behind[name])
            for name in FIGURES
            if (whole := getattr(cell, name)) is not None
        }
        if any(left.values()):
            given.append(replace(cell, party=new.key, chantier=None, pinned=False, **_only(left)))
    return given


def _given_out(terms: Terms, key: str, line: str) -> dict[str, int]:
    """What those who come for a party do of a line, by counted value."""
    cells = [terms.cell(other.key, line) for other in terms.behind(key)]
    return {name: sum(getattr(cell, name) or 0 for cell in cells) for name in FIGURES}


def uncovered(before: Terms, leaver: str, now: Terms) -> dict[str, int]:
    """Lines of which a member that left had a part, and the cents that are nobody's now.

    What came for a member was within its amount: nothing is missing once it leaves.
    """
    had = {party.key: party.role for party in before.parties}
    if had.get(leaver) is not PartyRole.MEMBER:
        return {}
    held = {cell.line for cell in before.cells_of(leaver) if not cell.is_empty}
    missing = {}
    for line in now.lines:
        shared = sum(now.cell(member.key, line.key).cents or 0 for member in now.members)
        if line.key in held and shared < line.price_cents:
            missing[line.key] = line.price_cents - shared
    return missing


def _only(counted: dict[str, int]) -> dict[str, Any]:
    """Every counted value of a cell: those given, and nothing for the others."""
    return {name: counted.get(name) for name in FIGURES}


def _added(terms: Terms, own: Cell, more: Cell) -> Cell:
    """A cell with another one put into it; its months hold both."""
    if more.is_empty:
        return own
    sums: dict[str, Any] = {name: _sum(getattr(own, name), getattr(more, name)) for name in FIGURES}
    if own.is_empty:
        months: dict[str, Any] = {"first_month": more.first_month, "months": more.months}
    else:
        months = _both_months(terms, own, more)
    told = dict.fromkeys(words for words in (own.work, more.work) if words)
    return replace(own, **sums, **months, work=" ; ".join(told) or None)


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


def _both_months(terms: Terms, own: Cell, more: Cell) -> dict[str, Any]:
    if (own.first_month, own.months) == (more.first_month, more.months):
        return {"first_month": own.first_month, "months": own.months}
    line = terms.line(own.line)
    spans = [line.span(cell) for cell in (own, more)]
    first = min(start for start, _ in spans)
    return {"first_month": first, "months": max(start + months for start, months in spans) - first}
