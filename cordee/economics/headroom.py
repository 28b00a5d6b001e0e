"""What each chantier may still sell, by accounting year: its accounts and what it has signed.

The one place where accounts and commitments meet: the composer, the table of an alliance and the
pages of the ceiling all read it here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.db.models import QuerySet

from cordee.economics.models import AccountingYear, Commitment
from cordee.economics.models.commitments import Promise
from cordee.rules import ceiling
from cordee.rules.ceiling import CeilingStatus

NO_CHARGES = Fraction(0)


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
    """One accounting year once some commitments are added to both sides of the ratio (RULE-10)."""

    year: AccountingYear
    parts: tuple[Part, ...]

    @cached_property
    def receipts_cents(self) -> int:
        accounts: int = self.year.receipts_cents
        return accounts + sum(part.receipts_cents for part in self.parts)

    @cached_property
    def charges_cents(self) -> Fraction:
        """Exact: a share of a cent may decide at the edge."""
        accounts = Fraction(self.year.charges_cents)
        return accounts + sum(part.charges_cents for part in self.parts if part.charges_cents)

    @cached_property
    def signed(self) -> "Position":
        """The same year with what is signed alone."""
        return Position(self.year, tuple(part for part in self.parts if part.is_signed))

    @property
    def bids(self) -> list[Part]:
        return [part for part in self.parts if not part.is_signed]

    @property
    def of_accounts(self) -> "Position":
        """The same year as its accounts alone have it."""
        return Position(self.year, ())

    def status(self, on: date) -> CeilingStatus:
        return ceiling.status(
            self.receipts_cents,
            self.charges_cents,
            derogation=self.year.derogation_in_force(),
            on=on,
        )

    def is_watched(self, on: date) -> bool:
        """Whether it is within the ceiling and near it."""
        return ceiling.is_vigilance(
            self.receipts_cents,
            self.charges_cents,
            derogation=self.year.derogation_in_force(),
            on=on,
        )

    def excess_cents(self, on: date, *, of: Part | None = None) -> int | None:
        """The smallest sale to do without so as to be within the ceiling; 0 within.

        `of`: the part that is given back; its charges go with it.
        """
        share: Decimal | Fraction = self.year.marginal_cost_share
        if of is not None:
            share = of.charges_cents / of.receipts_cents
        return ceiling.excess_cents(
            self.receipts_cents,
            self.charges_cents,
            marginal_cost_share=share,
            derogation=self.year.derogation_in_force(),
            on=on,
        )

    def room_cents(self, on: date) -> Fraction:
        """cap × C − V: what RULE-09 compares with zero, in exact cents."""
        return self._cap(on) * self.charges_cents - self.receipts_cents

    def takes_cents(self, part: Part, on: date) -> Fraction:
        """What a part takes of that room: R − cap × its charges."""
        return part.receipts_cents - self._cap(on) * part.charges_cents

    def _cap(self, on: date) -> Fraction:
        return Fraction(ceiling.cap_rate(self.year.derogation_in_force(), on))

    def headroom_cents(self, on: date, *, derogation: Decimal | None = None) -> int | None:
        """The largest contract that the year still takes; `derogation` in place of its own."""
        return ceiling.headroom_cents(
            self.receipts_cents,
            self.charges_cents,
            marginal_cost_share=self.year.marginal_cost_share,
            derogation=derogation or self.year.derogation_in_force(),
            on=on,
        )


def positions(years: Iterable[AccountingYear], commitments: Iterable[Promise]) -> list[Position]:
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
        Position(year, tuple(parts[year.pk].values()))
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
    years: QuerySet[AccountingYear], *, apart_from: str = ""
) -> Mapping[int, Sequence[Position]]:
    """Each chantier's years with all that it signed, but for what `apart_from` booked.

    `apart_from` begins the `source` of what is being counted anew: an alliance is never taken
    from its own headroom. Two queries. The caller has asked whose figures these are.
    """
    signed = Commitment.objects.filter(chantier__in=years.order_by().values("chantier")).counted()
    if apart_from:
        signed = signed.exclude(source__startswith=apart_from)
    found: dict[int, list[Position]] = defaultdict(list)
    for position in positions(years.select_related("chantier"), signed.promises()):
        found[position.year.chantier_id].append(position)
    return found
