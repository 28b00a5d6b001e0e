"""The terms of an alliance: who takes what of which work, for how much, and under which form.

Money is in integer cents without tax, work in cFTE (1/100 of a full-time equivalent, per month),
insertion work in whole hours, a month is an absolute number (`year * 12 + month - 1`). A figure
that nobody has given is `None`, never 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from cordee.rules.groups import GroupForm, PartyRole
from cordee.rules.kinds import Kind


class VatRegime(StrEnum):
    """How a party invoices; shares are kept without tax and the regime stands beside."""

    UNKNOWN = "unknown"
    STANDARD = "standard"
    REDUCED = "reduced"
    EXEMPT = "exempt"
    REVERSE_CHARGE = "reverse_charge"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return VAT_LABELS[self]


VAT_LABELS = {
    VatRegime.UNKNOWN: "régime de TVA à dire",
    VatRegime.STANDARD: "TVA au taux normal",
    VatRegime.REDUCED: "TVA à un taux réduit",
    VatRegime.EXEMPT: "non soumis à la TVA",
    VatRegime.REVERSE_CHARGE: "autoliquidation (sous-traitance du bâtiment)",
}


class PricedBy(StrEnum):
    """What a subcontractor is paid for (RULE-40)."""

    UNKNOWN = "unknown"
    RESULT = "result"
    HOUR = "hour"


class Side(StrEnum):
    """Whose foreman, or whose tools (RULE-40)."""

    UNKNOWN = "unknown"
    OWN = "own"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labour:
    """How a subcontract is worked: what tells a result sold from people lent (RULE-40)."""

    priced_by: PricedBy = PricedBy.UNKNOWN
    supervision: Side = Side.UNKNOWN
    tools: Side = Side.UNKNOWN

    @property
    def is_told(self) -> bool:
        """Whether all three are known."""
        sides = (self.supervision, self.tools)
        return self.priced_by is not PricedBy.UNKNOWN and Side.UNKNOWN not in sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One work package as the group prices it.

    `key` is its position in the breakdown ("01"), which is also the engine's package id.
    `insertion_hours` is what the notice asks of this line, where it says so.
    """

    key: str
    lot: str
    label: str
    trade: str
    price_cents: int
    need_cfte: int | None
    first_month: int
    months: int
    insertion_hours: int | None = None

    @property
    def end_month(self) -> int:
        """The month after the last one."""
        return self.first_month + self.months


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One structure in the alliance, known by the key of its row (`AllianceParty.key`).

    `of` is the member for whom a subcontractor, a supplier of staff or a future employer comes.
    """

    key: str
    siren: str
    kind: Kind
    role: PartyRole
    of: str | None = None
    vat: VatRegime = VatRegime.UNKNOWN
    labour: Labour = Labour()


# What is counted of a cell: it is added up, and shared out again when a party leaves.
FIGURES = ("cents", "cfte", "insertion_hours", "crews")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one party takes of one line.

    The amount of a subcontractor or of a supplier of staff is a part of its member's amount on
    the same line, not beside it. `pinned`: nobody's repair may change it. Months default to those
    of the line where `None`. `chantier` is the key of the chantier that does the work, the usual
    one of the party where `None`: ceiling and capacity are counted there. `work`: what the party
    does of a line that another member shares, in its own words.
    """

    party: str
    line: str
    chantier: int | None = None
    cents: int | None = None
    cfte: int | None = None
    insertion_hours: int | None = None
    crews: int | None = None
    first_month: int | None = None
    months: int | None = None
    work: str | None = None
    pinned: bool = False

    @property
    def at(self) -> tuple[str, str]:
        """Where it stands in the table."""
        return self.party, self.line

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return all(getattr(self, name) is None for name in FIGURES)


class Reason(StrEnum):
    """Why the members answer together rather than each alone (RULE-38)."""

    CAPACITY = "capacity"
    TRADES = "trades"
    PLACE = "place"
    CEILING = "ceiling"
    RISK = "risk"

    @property
    def label(self) -> str:
        """In plain French, for screens."""
        return REASON_LABELS[self]


REASON_LABELS = {
    Reason.CAPACITY: "aucun n’a assez d’équipes pour le tout",
    Reason.TRADES: "il faut des métiers qu’aucun n’a tous",
    Reason.PLACE: "les lieux sont trop éloignés pour un seul",
    Reason.CEILING: "le plafond de recettes d’un seul n’y suffit pas",
    Reason.RISK: "le risque est trop grand pour un seul",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTerms:
    """What all members of the group agree on, beside the split. Empty: the model's own words."""

    payment: str = ""
    decision: str = ""
    withdrawal: str = ""
    disputes: str = ""
    penalties: str = ""
    coordination: str = ""
    coordination_cents: int | None = None
    labour_share_percent: int | None = None
    insertion_rate_percent: int | None = None
    hourly_cost_cents: int | None = None


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
    common: CommonTerms = CommonTerms()

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

    @property
    def is_staffed(self) -> bool:
        """Whether who answers alone is supplied with staff and subcontracts nothing (RULE-40)."""
        is_supplied = any(party.role is PartyRole.STAFFING for party in self.parties)
        return self.holder is not None and is_supplied and not self.gives_out

    @property
    def speaker(self) -> str | None:
        """Who speaks to the buyer and files: who answers alone, or the lead of a group."""
        return self.lead if self.holder is None else self.holder.key

    @cached_property
    def signers(self) -> tuple[Party, ...]:
        """Who binds itself by the common paper: members; those that a sole holder gives work to."""
        if self.holder is None:
            return self.members
        given = tuple(p for p in self.parties if p.role is PartyRole.SUBCONTRACTOR)
        return (self.holder, *given)

    @property
    def has_paper(self) -> bool:
        """Whether there is a common paper: a sole holder without subcontractors agrees alone."""
        return self.holder is None or len(self.signers) > 1

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

    def with_cell(self, cell: Cell) -> "Terms":
        """The same with one cell in the place of the one that stood there."""
        others = tuple(each for each in self.cells if each.at != cell.at)
        return replace(self, cells=(*others, cell))


def next_of[Keyed: (Line, Party)](rows: tuple[Keyed, ...], key: str) -> Keyed:
    """The row of a key. Raises `KeyError`."""
    for row in rows:
        if row.key == key:
            return row
    raise KeyError(key)
