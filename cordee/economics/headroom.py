"""What each chantier may still sell, by accounting year: its accounts and what it has signed.

The one place where accounts and commitments meet: the composer, the table of an alliance and the
pages of the ceiling all read it here.

The chance that a year ends above its ceiling, if each bid has the chance it is given. Exact.

Bids on one lot exclude each other, at most one is won; lots are independent. Every outcome is
counted, in whole numbers: nothing is drawn at random, and no rounding moves the edge.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import lcm, prod
from typing import Any

from django.db.models import QuerySet

from cordee.base.ui import months
from cordee.base.ui.drawings import Gauge
from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.models.commitments import Promise
from cordee.rules import ceiling, parameters
from cordee.rules.ceiling import CeilingStatus

NO_CHARGES = Fraction(0)
# What is closed is a fact; a budget or a forecast is a bar that says so.
BASIS_WORDS = {
    AccountingYear.Basis.BUDGET: "budget",
    AccountingYear.Basis.FORECAST: "prévu",
    AccountingYear.Basis.CLOSED: "arrêté",
}
# Beyond, each bid would double what there is to count, and the reader no longer sees why.
MOST_BIDS = 20
# What one lot may become: (room taken, chance out of the lot's own total).
type Outcomes = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one offer brings to one accounting year, in cents of receipts and of charges.

    `commitment`: its first row, where its months differ and it has several.
    """

    commitment: Promise
    receipts_cents: int
    charges_cents: Fraction

    @property
    def is_signed(self) -> bool:
        return self.commitment.state == Commitment.State.SIGNED

    def plus(self, other: "Part") -> "Part":
        return Part(
            self.commitment,
            self.receipts_cents + other.receipts_cents,
            self.charges_cents + other.charges_cents,
        )


@dataclass(frozen=True)
class Position:
    """One accounting year once some commitments are added to both sides of the ratio (RULE-10), as
    it stands on a day. Each figure is computed where one asks.

    Headroom and excess are None where there is no rate.
    """

    year: AccountingYear
    parts: tuple[Part, ...]
    on: date

    @cached_property
    def receipts_cents(self) -> int:
        accounts: int = self.year.receipts_cents
        return accounts + self.added_cents

    @cached_property
    def charges_cents(self) -> Fraction:
        """Exact: a share of a cent may decide at the edge."""
        accounts = Fraction(self.year.charges_cents)
        return accounts + sum(part.charges_cents for part in self.parts if part.charges_cents)

    @property
    def added_cents(self) -> int:
        """What contracts bring beside the accounts."""
        return sum(part.receipts_cents for part in self.parts)

    # --- With other contracts ------------------------------------------------------------------

    @cached_property
    def signed(self) -> "Position":
        """The same year with what is signed alone."""
        return replace(self, parts=tuple(part for part in self.parts if part.is_signed))

    @property
    def bids(self) -> list[Part]:
        return [part for part in self.parts if not part.is_signed]

    @property
    def of_accounts(self) -> "Position":
        """The same year as its accounts alone have it."""
        return replace(self, parts=())

    # --- Under the ceiling ---------------------------------------------------------------------

    @cached_property
    def rate(self) -> Decimal | None:
        return ceiling.ratio(self.receipts_cents, self.charges_cents)

    @cached_property
    def cap(self) -> Decimal:
        return ceiling.cap_rate(self.year.derogation_in_force(), self.on)

    @property
    def watch(self) -> Decimal:
        return Decimal(parameters.rate("ceiling.vigilance_share", on=self.on)) * self.cap

    @cached_property
    def status(self) -> CeilingStatus:
        return ceiling.status(self.receipts_cents, self.charges_cents, **self._rule)

    @property
    def is_above(self) -> bool:
        return self.status is CeilingStatus.DEPASSEMENT

    @property
    def is_watched(self) -> bool:
        """Whether it is within the ceiling and near it."""
        return ceiling.is_vigilance(self.receipts_cents, self.charges_cents, **self._rule)

    @property
    def excess_cents(self) -> int | None:
        """The smallest sale to do without so as to be within the ceiling; 0 within."""
        return self._excess_cents(self.year.marginal_cost_share)

    def excess_of(self, part: Part) -> int | None:
        """The same where it is a part that is given back; its charges go with it."""
        return self._excess_cents(part.charges_cents / part.receipts_cents)

    def _excess_cents(self, share: Decimal | Fraction) -> int | None:
        return ceiling.excess_cents(
            self.receipts_cents, self.charges_cents, marginal_cost_share=share, **self._rule
        )

    @property
    def room_cents(self) -> Fraction:
        """cap × C − V: what RULE-09 compares with zero, in exact cents."""
        return Fraction(self.cap) * self.charges_cents - self.receipts_cents

    def takes_cents(self, part: Part) -> Fraction:
        """What a part takes of that room: R − cap × its charges."""
        return part.receipts_cents - Fraction(self.cap) * part.charges_cents

    @cached_property
    def headroom_cents(self) -> int | None:
        """The largest contract that the year still takes."""
        return self.headroom_under(self.year.derogation_in_force())

    def headroom_under(self, derogation: Decimal | None) -> int | None:
        """The same with this derogation in place of its own."""
        return ceiling.headroom_cents(
            self.receipts_cents,
            self.charges_cents,
            marginal_cost_share=self.year.marginal_cost_share,
            derogation=derogation,
            on=self.on,
        )

    @property
    def counts_derogation(self) -> bool:
        return ceiling.raises_the_cap(self.year.derogation_in_force(), self.on)

    @property
    def derogation_problem(self) -> str | None:
        return ceiling.derogation_problem(self.year.derogation, self.on)

    @property
    def _rule(self) -> dict[str, Any]:
        return {"derogation": self.year.derogation_in_force(), "on": self.on}

    # --- As a page says it ---------------------------------------------------------------------

    @property
    def span(self) -> str:
        return months.span(self.year.first_month, self.year.months)

    @property
    def when(self) -> str:
        """ "en 2026" for a calendar year, else its months."""
        is_calendar_year = (self.year.first_month % 12, self.year.months) == (0, 12)
        return f"en {self.year.name}" if is_calendar_year else self.span

    @property
    def state(self) -> tuple[str, str]:
        """(sort of state, its words) for the badge."""
        if self.rate is None:
            return "inconnu", "Non calculable"
        if self.is_above:
            return "bloque", "Au-dessus du plafond"
        if self.is_watched:
            return "vigilance", "Près du plafond"
        return "sur", "Sous le plafond"

    @property
    def gauge(self) -> Gauge | None:
        if self.rate is None:
            return None
        words = BASIS_WORDS[AccountingYear.Basis(self.year.basis)]
        if self.parts:
            words += " et signé"
        return Gauge(today=self.rate, ceiling=self.cap, watch=self.watch, today_label=words)


def positions(
    years: Iterable[AccountingYear], commitments: Iterable[Promise], on: date
) -> list[Position]:
    """Each year with the part of the commitments of its chantier that falls in it (RULE-11).

    Closed accounts hold all that was sold: nothing is added to them. Months of a commitment that
    fall in no year are nobody's: a year without accounts stays unknown.
    """
    by_chantier: dict[int, list[AccountingYear]] = defaultdict(list)
    for year in years:
        by_chantier[year.chantier_id].append(year)
    # Of each year, by offer: what is won or lost as one is one part.
    parts: dict[int, dict[str, Part]] = defaultdict(dict)
    still_open = {
        chantier: [year for year in mine if year.basis != AccountingYear.Basis.CLOSED]
        for chantier, mine in by_chantier.items()
    }
    for commitment in commitments:
        mine, offer = still_open.get(commitment.chantier_id, []), commitment.offer
        for year, part in zip(mine, parts_by_year(commitment, mine), strict=True):
            if part.receipts_cents:
                known = parts[year.pk].get(offer)
                parts[year.pk][offer] = part if known is None else known.plus(part)
    return [
        Position(year, tuple(parts[year.pk].values()), on)
        for mine in by_chantier.values()
        for year in mine
    ]


def parts_by_year(commitment: Promise, years: Sequence[AccountingYear]) -> list[Part]:
    """What a commitment brings to each of these years of its chantier, zero included."""
    spread = ceiling.spread_by_accounting_year(
        commitment.receipts_cents,
        first_month=commitment.first_month,
        months=commitment.months,
        accounting_years=[(year.first_month, year.months) for year in years],
    )
    own = commitment.marginal_cost_share
    return [
        Part(commitment, cents, _charges(year.marginal_cost_share if own is None else own, cents))
        for year, cents in zip(years, spread.by_year_cents, strict=True)
    ]


def _charges(share: Decimal, cents: int) -> Fraction:
    # Nothing sold, or sales that cost nothing more: most parts, and no arithmetic.
    return Fraction(share) * cents if share and cents else NO_CHARGES


def positions_by_chantier(
    years: QuerySet[AccountingYear], on: date, *, apart_from: str = ""
) -> Mapping[int, Sequence[Position]]:
    """Each chantier's years with all that it signed, but for what `apart_from` booked.

    `apart_from` begins the `source` of what is being counted anew: an alliance is never taken
    from its own headroom. Two queries. The caller has asked whose figures these are.
    """
    signed = Commitment.objects.filter(chantier__in=years.order_by().values("chantier")).counted()
    if apart_from:
        signed = signed.exclude(source__startswith=apart_from)
    found: dict[int, list[Position]] = defaultdict(list)
    for position in positions(years.select_related("chantier"), signed.promises(), on):
        found[position.year.chantier_id].append(position)
    return found


@dataclass(frozen=True, slots=True)
class Bid:
    """`takes_cents`: the room it takes if won, R × (1 − cap × k) (RULE-10); `chance`: 0 to 1.

    `lot` is empty where nothing else was bid on it.
    """

    takes_cents: Fraction
    chance: Fraction
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """`counted_as_won`: the smallest bids, taken for granted beyond `MOST_BIDS`."""

    of_above: Fraction
    counted_as_won: int


def chance_of_above(
    room_cents: Fraction, bids: Iterable[Bid], *, is_inclusive: bool
) -> Chance | None:
    """The chance that bids won together take more than `room_cents`, cap × C − V.

    `is_inclusive`: whether the room may be taken whole, as under a derogation (RULE-09). None
    where the bids of one lot have more than one chance in one between them: one of them is wrong.
    """
    by_size = sorted(bids, key=lambda bid: (bid.takes_cents, bid.chance))
    granted = by_size[: max(0, len(by_size) - MOST_BIDS)]
    counted = by_size[len(granted) :]
    # Scaled once, so that all that follows is whole numbers: Python's have no largest.
    scale = lcm(room_cents.denominator, *(bid.takes_cents.denominator for bid in by_size))
    room = int((room_cents - sum(bid.takes_cents for bid in granted)) * scale)
    lots = _lots(counted, scale)
    if lots is None:
        return None
    left, right = _halves(lots)
    # Each outcome of one half asks how many of the other half go over with it: as exact as all
    # pairs, at the price of the square root of their number.
    right.sort()
    takes = [taken for taken, _ in right]
    # after[i]: the chance of all outcomes of the right half from the i-th on.
    after = [*accumulate((weight for _, weight in reversed(right)), initial=0)][::-1]
    first_above = bisect_right if is_inclusive else bisect_left
    above = sum(weight * after[first_above(takes, room - taken)] for taken, weight in left)
    total = sum(weight for _, weight in left) * after[0]
    return Chance(Fraction(above, total), len(granted))


def _lots(bids: Sequence[Bid], scale: int) -> list[Outcomes] | None:
    by_lot: dict[object, list[Bid]] = defaultdict(list)
    for index, bid in enumerate(bids):
        by_lot[bid.lot or index].append(bid)
    lots = []
    for rivals in by_lot.values():
        whole = lcm(*(bid.chance.denominator for bid in rivals))
        won = [(int(bid.takes_cents * scale), int(bid.chance * whole)) for bid in rivals]
        none_won = whole - sum(weight for _, weight in won)
        if none_won < 0:
            return None
        lots.append([(0, none_won), *won])
    return lots


def _halves(lots: list[Outcomes]) -> tuple[Outcomes, Outcomes]:
    """All outcomes of one part of the lots, and of the others, as even in number as they go."""
    parts: tuple[list[Outcomes], list[Outcomes]] = ([], [])
    for lot in sorted(lots, key=len, reverse=True):
        min(parts, key=lambda part: prod(map(len, part))).append(lot)
    return _outcomes(parts[0]), _outcomes(parts[1])


def _outcomes(lots: list[Outcomes]) -> Outcomes:
    every: Outcomes = [(0, 1)]
    for lot in lots:
        every = [(a + taken, b * weight) for a, b in every for taken, weight in lot if weight]
    return every
