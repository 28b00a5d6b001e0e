"""The terms of an alliance: who takes what of which work, for how much, and under which form.

Money is in integer cents without tax, work in cFTE (1/100 of a full-time equivalent, per month),
insertion work in whole hours, a month is an absolute number (`year * 12 + month - 1`). A figure
that nobody has given is `None`, never 0.
"""

from dataclasses import dataclass
from enum import StrEnum

from cordee.rules.groups import PartyRole
from cordee.rules.kinds import Kind
from cordee.rules.labelled import Labelled


class VatRegime(Labelled):
    """How a party invoices; shares are kept without tax and the regime stands beside."""

    UNKNOWN = "unknown", "régime de TVA à dire"
    STANDARD = "standard", "TVA au taux normal"
    REDUCED = "reduced", "TVA à un taux réduit"
    EXEMPT = "exempt", "non soumis à la TVA"
    REVERSE_CHARGE = "reverse_charge", "autoliquidation (sous-traitance de travaux)"


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

    `key` is its position in the breakdown ("01"), which is also the engine's package id; `trade`
    what it asks: a trade, or one craft of it (`rules.crafts`).
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

    def span(self, cell: "Cell") -> tuple[int, int]:
        """The first month of what a party takes of it, and how many: to its end where not said."""
        first = self.first_month if cell.first_month is None else cell.first_month
        return first, self.end_month - first if cell.months is None else cell.months


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

    @property
    def vat_due(self) -> VatRegime:
        """The regime that counts: reverse charge is that of a subcontractor in works alone.

        Who took another place since it said so is asked again. Source: Code général des impôts,
        art. 283, 2 nonies.
        """
        is_member = self.role is not PartyRole.SUBCONTRACTOR
        return VatRegime.UNKNOWN if is_member and self.vat is VatRegime.REVERSE_CHARGE else self.vat


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


class Reason(Labelled):
    """Why the members answer together rather than each alone (RULE-38)."""

    CAPACITY = "capacity", "aucun n’a assez d’équipes pour le tout"
    TRADES = "trades", "il faut des métiers qu’aucun n’a tous"
    PLACE = "place", "les lieux sont trop éloignés pour un seul"
    CEILING = "ceiling", "le plafond de recettes d’un seul n’y suffit pas"
    RISK = "risk", "le risque est trop grand pour un seul"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonTerms:
    """What all members of the group agree on, beside the split. Empty: the model's own words.

    From `study_costs` to `dispute_steps`: options that `cordee/dossier/texts.py` lists.
    """

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
    study_costs: str = ""
    notice: str = ""
    exclusion: str = ""
    dispute_steps: str = ""
    insurance_cents: int | None = None


def next_of[Keyed: (Line, Party)](rows: tuple[Keyed, ...], key: str) -> Keyed:
    """The row of a key. Raises `KeyError`."""
    for row in rows:
        if row.key == key:
            return row
    raise KeyError(key)
