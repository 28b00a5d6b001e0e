"""Where one accounting year of one chantier stands under its ceiling, in figures and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from cordee.base.ui import months
from cordee.base.ui.drawings import Gauge
from cordee.economics.headroom import Position
from cordee.economics.models import AccountingYear
from cordee.rules import ceiling, parameters
from cordee.rules.ceiling import CeilingStatus

# What is closed is a fact; a budget or a forecast is a bar that says so.
BASIS_WORDS = {
    AccountingYear.Basis.BUDGET: "budget",
    AccountingYear.Basis.FORECAST: "prévu",
    AccountingYear.Basis.CLOSED: "arrêté",
}


@dataclass(frozen=True)
class CeilingLine:
    """One year as RULE-09 and RULE-10 see it on a day. Each figure is computed where one asks.

    Headroom and excess are None where there is no rate.
    """

    position: Position
    on: date

    @cached_property
    def rate(self) -> Decimal | None:
        return ceiling.ratio(self.position.receipts_cents, self.position.charges_cents)

    @cached_property
    def cap(self) -> Decimal:
        return ceiling.cap_rate(self.year.derogation_in_force(), self.on)

    @property
    def watch(self) -> Decimal:
        return Decimal(parameters.rate("ceiling.vigilance_share", on=self.on)) * self.cap

    @property
    def counts_derogation(self) -> bool:
        return ceiling.raises_the_cap(self.year.derogation_in_force(), self.on)

    @cached_property
    def headroom_cents(self) -> int | None:
        return self.position.headroom_cents(self.on)

    @cached_property
    def excess_cents(self) -> int | None:
        return self.position.excess_cents(self.on)

    @property
    def derogation_problem(self) -> str | None:
        return ceiling.derogation_problem(self.year.derogation, self.on)

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

    @cached_property
    def is_above(self) -> bool:
        return self.position.status(self.on) is CeilingStatus.DEPASSEMENT

    @property
    def state(self) -> tuple[str, str]:
        """(sort of state, its words) for the badge."""
        if self.rate is None:
            return "inconnu", "Non calculable"
        if self.is_above:
            return "bloque", "Au-dessus du plafond"
        if self.position.is_watched(self.on):
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
    return [CeilingLine(position, on) for position in positions if not position.year.has_ended(on)]


def when_of(line: CeilingLine) -> str:
    """ "en 2026" for a calendar year, else its months."""
    year = line.year
    return f"en {year.name}" if (year.first_month % 12, year.months) == (0, 12) else line.when
