"""Where one accounting year of one chantier stands under its ceiling, in figures and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cordee.base.ui import months
from cordee.base.ui.drawings import Gauge
from cordee.economics.headroom import Position
from cordee.economics.models import AccountingYear
from cordee.rules import ceiling, parameters
from cordee.rules.ceiling import CeilingStatus
from cordee.rules.months import month_number

# What is closed is a fact; a budget or a forecast is a bar that says so.
BASIS_WORDS = {
    AccountingYear.Basis.BUDGET: "budget",
    AccountingYear.Basis.FORECAST: "prévu",
    AccountingYear.Basis.CLOSED: "arrêté",
}


@dataclass(frozen=True, slots=True)
class CeilingLine:
    """One year with what it is read with. Headroom and excess are None where there is no rate."""

    position: Position
    rate: Decimal | None
    cap: Decimal
    watch: Decimal
    counts_derogation: bool
    headroom_cents: int | None
    excess_cents: int | None
    status: CeilingStatus
    is_watched: bool
    derogation_problem: str | None

    @property
    def year(self) -> AccountingYear:
        return self.position.year

    @property
    def when(self) -> str:
        return months.span(self.year.first_month, self.year.months)

    @property
    def added_cents(self) -> int:
        """What contracts bring beside the accounts."""
        return sum(part.receipts_cents for part in self.position.parts)

    @property
    def is_above(self) -> bool:
        return self.status is CeilingStatus.DEPASSEMENT

    @property
    def state(self) -> tuple[str, str]:
        """(sort of state, its words) for the badge."""
        if self.status is CeilingStatus.NON_CALCULABLE:
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
        if self.position.parts:
            words += " et signé"
        return Gauge(today=self.rate, ceiling=self.cap, watch=self.watch, today_label=words)


def lines(positions: Iterable[Position], on: date) -> list[CeilingLine]:
    """The years in course on a day and those to come; a year that has ended is no headroom."""
    now = month_number(on)
    return [
        line_of(position, on)
        for position in positions
        if position.year.first_month + position.year.months > now
    ]


def line_of(position: Position, on: date) -> CeilingLine:
    """A year as RULE-09 and RULE-10 see it on a day."""
    derogation = position.year.derogation_in_force()
    figures: tuple[int, Fraction] = (position.receipts_cents, position.charges_cents)
    cap = ceiling.cap_rate(derogation, on)
    return CeilingLine(
        position=position,
        rate=ceiling.ratio(*figures),
        cap=cap,
        watch=Decimal(parameters.rate("ceiling.vigilance_share", on=on)) * cap,
        counts_derogation=ceiling.raises_the_cap(derogation, on),
        headroom_cents=position.headroom_cents(on),
        excess_cents=position.excess_cents(on),
        status=ceiling.status(*figures, derogation=derogation, on=on),
        is_watched=ceiling.is_vigilance(*figures, derogation=derogation, on=on),
        derogation_problem=ceiling.derogation_problem(position.year.derogation, on),
    )


def when_of(line: CeilingLine) -> str:
    """ "en 2026" for a calendar year, else its months."""
    year = line.year
    return f"en {year.name}" if (year.first_month % 12, year.months) == (0, 12) else line.when
