"""Where the commercial receipts of each chantier of an ACI stand, in figures and in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.base.ui import months
from cordee.base.ui.drawings import Gauge
from cordee.economics.models import AccountingYear
from cordee.rules import ceiling, parameters
from cordee.rules.ceiling import CeilingStatus
from cordee.rules.months import month_number


@dataclass(frozen=True, slots=True)
class CeilingLine:
    """One accounting year of one chantier. `gauge` is None where the charges give no rate."""

    year: AccountingYear
    when: str
    rate: Decimal | None
    cap: Decimal
    counts_derogation: bool
    headroom_cents: int | None
    status: CeilingStatus
    is_watched: bool
    derogation_problem: str | None
    gauge: Gauge | None

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


def lines(years: Iterable[AccountingYear], on: date) -> list[CeilingLine]:
    """The years in course on a day and those to come; a year that has ended is no headroom."""
    now = month_number(on)
    return [_line(year, on) for year in years if year.first_month + year.months > now]


def _line(year: AccountingYear, on: date) -> CeilingLine:
    derogation = year.derogation_in_force()
    figures = (year.receipts_cents, year.charges_cents)
    rate = ceiling.ratio(*figures)
    cap = ceiling.cap_rate(derogation, on)
    watch = Decimal(parameters.rate("ceiling.vigilance_share", on=on)) * cap
    return CeilingLine(
        year=year,
        when=months.span(year.first_month, year.months),
        rate=rate,
        cap=cap,
        counts_derogation=cap != ceiling.cap_rate(None, on),
        headroom_cents=ceiling.headroom_cents(
            *figures,
            marginal_cost_share=year.marginal_cost_share,
            derogation=derogation,
            on=on,
        ),
        status=ceiling.status(*figures, derogation=derogation, on=on),
        is_watched=ceiling.is_vigilance(*figures, derogation=derogation, on=on),
        derogation_problem=ceiling.derogation_problem(year.derogation, on),
        gauge=None if rate is None else _gauge(year, rate, cap, watch),
    )


def _gauge(year: AccountingYear, rate: Decimal, cap: Decimal, watch: Decimal) -> Gauge:
    """What is closed is a fact; a budget or a forecast is a bar that says so."""
    words = {
        AccountingYear.Basis.BUDGET: "budget",
        AccountingYear.Basis.FORECAST: "prévu",
        AccountingYear.Basis.CLOSED: "arrêté",
    }
    return Gauge(
        today=rate, ceiling=cap, watch=watch, today_label=words[AccountingYear.Basis(year.basis)]
    )
