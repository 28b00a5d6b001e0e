"""What the checks know beside the terms: what the notice asks, and the means of each party.

A figure that is not known, or that whoever looks may not use, is `None`: it breaks nothing and is
told as "à confirmer".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
