"""All that is agreed, or being agreed, as one value; as JSON, and back: the same text for the same
terms, on every machine."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from cordee.agreement.arrangement import Arrangement, arrangement_of
from cordee.agreement.model import (
    Cell,
    CommonTerms,
    Line,
    Party,
    Reason,
    next_of,
)
from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.plain import from_plain, to_plain


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All that is agreed, or being agreed. Kept in the order in which people see it.

    May be wrong on purpose while people work on it: `checks` says what breaks. Raises
    `ValueError` only for what no screen could have made: doubles, cells that point nowhere.
    """

    lines: tuple[Line, ...]
    parties: tuple[Party, ...] = ()
    cells: tuple[Cell, ...] = ()
    form: GroupForm | None = None
    lead: str | None = None
    reasons: frozenset[Reason] = frozenset()
    reasons_words: str = ""
    common: CommonTerms = field(default_factory=CommonTerms)

    def __post_init__(self) -> None:
        """Refuse what points nowhere; drop empty cells; sort cells as the table shows them."""
        lines = [line.key for line in self.lines]
        parties = [party.key for party in self.parties]
        for what, keys in (("lines", lines), ("parties", parties)):
            if len(set(keys)) != len(keys):
                raise ValueError(f"Terms.{what}: a key appears twice among {keys}; keep one.")
        members = {party.key for party in self.parties if party.role is PartyRole.MEMBER}
        for party in self.parties:
            if party.role is PartyRole.MEMBER and party.of is not None:
                raise ValueError(f"Party {party.key}: a member comes for nobody; leave `of` out.")
            if party.of is not None and party.of not in members:
                raise ValueError(f"Party {party.key}: `of` is {party.of!r}, not a member.")
        if self.lead is not None and self.lead not in members:
            raise ValueError(f"Terms.lead is {self.lead!r}; give the key of a member.")
        held = [cell for cell in self.cells if not cell.is_empty or cell.pinned]
        places = [cell.at for cell in held]
        if len(set(places)) != len(places):
            raise ValueError("Terms.cells: a party holds a line twice; keep one cell.")
        rank = {key: place for place, key in enumerate([*parties, *lines])}
        for cell in held:
            if cell.party not in parties or cell.line not in lines:
                raise ValueError(f"Cell {cell.at} points to no party or to no line.")
        held.sort(key=lambda cell: (rank[cell.party], rank[cell.line]))
        object.__setattr__(self, "cells", tuple(held))

    @cached_property
    def price_cents(self) -> int:
        """What the group asks for everything, without tax."""
        return sum(line.price_cents for line in self.lines)

    def line(self, key: str) -> Line:
        """One line. Raises `KeyError`."""
        return next_of(self.lines, key)

    def party(self, key: str) -> Party:
        """One party. Raises `KeyError`."""
        return next_of(self.parties, key)

    def find(self, key: str) -> Party | None:
        """One party, or None where it takes no part."""
        return next((party for party in self.parties if party.key == key), None)

    def place_of(self, key: str) -> str:
        """What a party is, in French: one word for one place, everywhere; "" for no party."""
        party = self.find(key)
        return "" if party is None else self.arrangement.role_label(self, party)

    def cell(self, party: str, line: str) -> Cell:
        """What a party takes of a line; an empty cell where nothing."""
        for cell in self.cells:
            if cell.at == (party, line):
                return cell
        return Cell(party=party, line=line)

    @property
    def members(self) -> tuple[Party, ...]:
        """Those who sign the offer."""
        return tuple(party for party in self.parties if party.role is PartyRole.MEMBER)

    @cached_property
    def holder(self) -> Party | None:
        """Who answers alone: the only member, once somebody works for it.

        None where a group answers, or where nobody works for the only member yet. It stays so once
        its last subcontractor is gone: it leads, and no form of group is chosen.
        """
        if len(self.members) != 1:
            return None
        (only,) = self.members
        is_helped = any(party.role.is_behind for party in self.parties)
        return only if is_helped or (self.form is None and self.lead == only.key) else None

    @property
    def gives_out(self) -> bool:
        """Whether a part of the work is subcontracted."""
        return any(party.role is PartyRole.SUBCONTRACTOR for party in self.parties)

    @cached_property
    def arrangement(self) -> Arrangement:
        """How the team answers: what depends on it is asked there."""
        return arrangement_of(self)

    @property
    def speaker(self) -> str | None:
        """Who speaks to the buyer and files: who answers alone, or the lead of a group."""
        return self.arrangement.speaker_key(self)

    @cached_property
    def signers(self) -> tuple[Party, ...]:
        """Who binds itself by the common paper: members; those that a sole holder gives work to."""
        return self.arrangement.signers(self)

    @property
    def has_paper(self) -> bool:
        """Whether there is a common paper: a sole holder without subcontractors agrees alone."""
        return self.arrangement.has_paper(self)

    def cells_of(self, party: str) -> Iterator[Cell]:
        """Everything a party takes."""
        return (cell for cell in self.cells if cell.party == party)

    def sharers(self, line: str) -> tuple[Party, ...]:
        """The members who take money or people of a line."""
        cells = {cell.party: cell for cell in self.cells if cell.line == line}
        return tuple(
            member
            for member in self.members
            if (cell := cells.get(member.key)) is not None and (cell.cents or cell.cfte)
        )

    def behind(self, member: str) -> tuple[Party, ...]:
        """Those who come for a member: its subcontractors, its suppliers of staff."""
        return tuple(party for party in self.parties if party.of == member)

    def share_cents(self, party: str) -> int:
        """What a party's cells add up to; of a member, its subcontractors' part included."""
        return sum(cell.cents or 0 for cell in self.cells_of(party))

    def own_cents(self, party: str) -> int:
        """What it keeps once those who come for it are paid: its receipts (RULE-10)."""
        return self.share_cents(party) - sum(
            self.share_cents(other.key) for other in self.behind(party)
        )

    def with_party(self, party: Party) -> "Terms":
        """The same with one party in the place of the one of its key."""
        parties = tuple(party if each.key == party.key else each for each in self.parties)
        return replace(self, parties=parties)

    def with_cell(self, cell: Cell) -> "Terms":
        """The same with one cell in the place of the one that stood there."""
        others = tuple(each for each in self.cells if each.at != cell.at)
        return replace(self, cells=(*others, cell))


# Rises when the form of what is stored changes.
FORMAT = 1


def terms_to_json(terms: Terms) -> dict[str, Any]:
    """Plain values for a JSON column, with the number of their format."""
    return {"format": FORMAT, **to_plain(terms)}


def terms_from_json(stored: Mapping[str, Any]) -> Terms:
    """Terms from what `terms_to_json` gave. Raises `ValueError` for another format."""
    if stored.get("format") != FORMAT:
        raise ValueError(f"format is {stored.get('format')!r}; these terms are of format {FORMAT}.")
    found: Terms = from_plain(Terms, {k: v for k, v in stored.items() if k != "format"})
    return found


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, plain characters."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
