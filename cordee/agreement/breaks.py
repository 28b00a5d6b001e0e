"""What may not hold in the terms: which rule, where, by how much, in French; and what the checks
know beside the terms: what the notice asks, and the means of each party.

A figure that is not known, or that whoever looks may not use, is `None`: it breaks nothing and is
told as "à confirmer".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cordee.agreement.model import Party
from cordee.rules.groups import GroupForm
from cordee.rules.reservation import Reservation


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Months closed by one set of accounts, and the receipts they can still take, in cents."""

    first_month: int
    months: int
    headroom_cents: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What one chantier can carry.

    `cfte_by_month`: free cFTE by absolute month, `None` where it told neither crews nor FTE; a
    month that is absent is unknown. `is_capped`: whether its receipts are under a ceiling.
    """

    cfte_by_month: Mapping[int, int] | None = None
    is_capped: bool = False
    years: tuple[Year, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """One party as the checks know it: its name, its chantiers (the first is the usual one)."""

    name: str
    means: Mapping[int, Means] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDemands:
    """What the notice asks of a group.

    `reserved` by lot. `imposed_form`: the one the buyer imposes at award. `hours_by_lot`: hours of
    insertion, where the notice says them.
    """

    reserved: Mapping[str, Reservation] = field(default_factory=dict)
    hours_by_lot: Mapping[str, int] = field(default_factory=dict)
    imposed_form: GroupForm | None = None
    forbids_groups: bool = False


class Unit(StrEnum):
    """What `Break.by` counts."""

    CENTS = "cents"
    CFTE = "cfte"
    HOURS = "hours"
    COUNT = "count"


class Code(StrEnum):
    """Which rule does not hold."""

    GROUP_FORBIDDEN = "group_forbidden"
    TOO_FEW = "too_few"
    SAME_SIREN = "same_siren"
    FORM = "form"
    NOT_ELIGIBLE = "not_eligible"
    NOT_A_SUPPLIER = "not_a_supplier"
    NO_SHARE = "no_share"
    ALL_SUBCONTRACTED = "all_subcontracted"
    PRICE = "price"
    WORK = "work"
    HOURS = "hours"
    OVER_MEMBER = "over_member"
    NO_MEMBER = "no_member"
    SHARED_LINE = "shared_line"
    MONTHS = "months"
    CAPACITY = "capacity"
    CEILING = "ceiling"


# What only the party itself, and whom it shows its figures, may read.
PRIVATE = frozenset({Code.CAPACITY, Code.CEILING})
# What is wanted, asked of the buyer, or our own reading of the law: it is shown, and stops nothing.
SOFT = frozenset({Code.WORK, Code.HOURS, Code.GROUP_FORBIDDEN, Code.FORM, Code.SHARED_LINE})


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that does not hold: `by` how much, above (+) or below (−) what it should be.

    `month`: the first month of the year, or the month, that it is about.
    """

    code: Code
    text: str
    party: str | None = None
    line: str | None = None
    by: int = 0
    unit: Unit = Unit.COUNT
    month: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether its figures are the party's own."""
        return self.code in PRIVATE

    @property
    def blocks(self) -> bool:
        """Whether the split cannot be agreed on as it is."""
        return self.code not in SOFT


def name_of(facts: Mapping[str, PartyFacts], party: Party) -> str:
    """How a party is called; its SIREN where no name is known."""
    known = facts.get(party.key)
    return party.siren if known is None else known.name


def fte(cfte: int) -> str:
    """Hundredths of full-time equivalents, in French."""
    return f"{cfte / 100:.2f} ETP".replace(".", ",")
