"""The year of the radar month by month: where it would end if no contract went further."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from cordee.base.ui import french
from cordee.base.ui.drawings import MonthLine
from cordee.base.ui.french import SHORT_MONTHS
from cordee.base.ui.months import month
from cordee.economics.headroom import Part, Position, parts_by_year
from cordee.economics.models import AccountingYear
from cordee.economics.models.commitments import Promise
from cordee.economics.radar.page import Radar, all_won
from cordee.rules import ceiling


@dataclass(frozen=True, slots=True)
class Move:
    """What one contract adds to the rate of the year, in points."""

    label: str
    points: Decimal

    @property
    def words(self) -> str:
        """ "+1,9 point", "+11,9 points"."""
        sign = "+" if self.points >= 0 else ""
        word = "point" if abs(self.points) < 2 else "points"
        return french.with_unit(f"{sign}{french.number(self.points, 1)}", word)


class MonthByMonth:
    """The year of `radar.shown` cut by month: what is signed, then with all that may be won."""

    def __init__(self, radar: Radar, position: Position) -> None:
        self.year = position.year
        self._cap = radar.cases[0].position
        self._is_own = radar.is_own
        self._parts = [
            *sorted(position.signed.parts, key=_first_month),
            *sorted(all_won(position), key=_first_month),
        ]
        self._months = [self._month(number) for number in range(self.year.months)]
        self._rows: dict[str, list[Promise]] = defaultdict(list)
        for row in radar.running:
            self._rows[row.offer].append(row)

    def _month(self, number: int) -> AccountingYear:
        """One month as a year of its own, for what a contract brings to it."""
        return AccountingYear(
            first_month=self.year.first_month + number,
            months=1,
            marginal_cost_share=self.year.marginal_cost_share,
        )

    @cached_property
    def rows(self) -> list[tuple[str, Decimal, Decimal | None]]:
        """(month, rate with what is signed until then, the same with the bids)."""
        signed = self._rates([part for part in self._parts if part.is_signed])
        hoped = self._rates(self._parts) if self.has_bids else [None] * len(signed)
        names = [month(each.first_month) for each in self._months]
        return list(zip(names, signed, hoped, strict=True))

    @property
    def has_bids(self) -> bool:
        return not all(part.is_signed for part in self._parts)

    @property
    def line(self) -> MonthLine:
        return MonthLine(
            months=[SHORT_MONTHS[each.first_month % 12] for each in self._months],
            signed=[signed for _, signed, _ in self.rows],
            hoped=[hoped for _, _, hoped in self.rows if hoped is not None],
            ceiling=self._cap.cap,
            watch=self._cap.watch,
        )

    @property
    def start(self) -> Decimal:
        """The rate of the accounts alone, from which the moves begin."""
        return _rate(self.year.receipts_cents, Fraction(self.year.charges_cents))

    @property
    def title(self) -> str:
        """Where the rate begins and where it may end: with bids, from what is signed."""
        _, signed, hoped = self.rows[-1]
        ends = (self.start, signed) if hoped is None else (signed, hoped)
        first, last = map(french.percent, ends)
        if first == last:
            return f"{self.year.name} resterait à {first}"
        return f"{self.year.name} irait de {first} à {last}{' avec les offres' if hoped else ''}"

    @property
    def moves(self) -> Iterator[Move]:
        """Signed first, then by first month: with the start they add up to where the line ends.

        A network reads one sum of what is signed and one of the bids, never a contract.
        """
        receipts, charges = self.year.receipts_cents, Fraction(self.year.charges_cents)
        before = _rate(receipts, charges)
        for signed, found in groupby(self._parts, attrgetter("is_signed")):
            every = list(found)
            for parts in [[each] for each in every] if self._is_own else [every]:
                receipts += sum(part.receipts_cents for part in parts)
                charges += sum(part.charges_cents for part in parts)
                after = _rate(receipts, charges)
                yield Move(self._label(parts, signed), (after - before) * 100)
                before = after

    def _label(self, parts: Sequence[Part], signed: bool) -> str:
        if not self._is_own:
            words = ("marché signé", "marchés signés") if signed else ("offre", "offres")
            return french.count(len(parts), *words)
        label = parts[0].commitment.label
        return label if signed else f"{label} (offre)"

    def _rates(self, parts: Sequence[Part]) -> list[Decimal]:
        receipts, charges = [0] * len(self._months), [Fraction(0)] * len(self._months)
        for part in parts:
            for row in self._rows[part.commitment.offer]:
                for i, each in enumerate(parts_by_year(row, self._months)):
                    receipts[i] += each.receipts_cents
                    charges[i] += each.charges_cents
        found = []
        sold, spent = self.year.receipts_cents, Fraction(self.year.charges_cents)
        for cents, cost in zip(receipts, charges, strict=True):
            sold, spent = sold + cents, spent + cost
            found.append(_rate(sold, spent))
        return found


def _first_month(part: Part) -> tuple[int, int]:
    return part.commitment.first_month, part.commitment.pk


def _rate(receipts_cents: int, charges_cents: Fraction) -> Decimal:
    return ceiling.ratio(receipts_cents, charges_cents) or Decimal(0)
