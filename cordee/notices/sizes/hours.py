"""Hours of work of a lot, and hours of insertion that its clause asks (RULE-17)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.notices.clauses.numbers import lots_named, number_of
from cordee.notices.notice import Evidence, Lot, Notice, Provenance, SocialClause
from cordee.notices.sizes.estimated import Assumptions, Estimated
from cordee.rules.figures import euros, nearest, percent
from cordee.rules.insertion_hours import clause_hours
from cordee.rules.trades import TRADES

# The formula has no date; its warnings have, and their values are known since then.
_WARNINGS_KNOWN_SINCE = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class AskedHours:
    """What the clause asks of a lot: hours in all, or their share in per cent, as written."""

    hours: int | None
    rate_percent: Decimal | None
    evidence: tuple[Evidence, ...]


def insertion_hours(notice: Notice, lot: Lot | None) -> AskedHours | None:
    """Hours and rate that the notice asks of a lot, or of the whole; None where it asks neither.

    A figure said of the whole counts for a lot only where there is a single lot.
    """
    clause = notice.social_clause
    if lot is not None:
        own = lot.social_clause
        if own is not None and (own.hours or own.rate_percent):
            return _asked(own, own.hours, own.rate_percent)
        named = _figures_of(clause, lot) if clause else None
        if named is not None or len(notice.lots) > 1:
            return named
    if clause is None or clause.negated or not (clause.hours or clause.rate_percent):
        return None
    return _asked(clause, clause.hours, clause.rate_percent)


def _figures_of(clause: SocialClause, lot: Lot) -> AskedHours | None:
    number = number_of(lot.id)
    for figures in clause.by_lot:
        if number_of(figures.lot) == number:
            return _asked(clause, figures.hours, figures.rate_percent, number)
    return None


def _asked(
    clause: SocialClause, hours: int | None, rate: Decimal | None, lot: str | None = None
) -> AskedHours:
    evidence = tuple(e for e in clause.evidence if lot is None or lot in lots_named(e.words))
    return AskedHours(hours, rate, (evidence or clause.evidence)[:2])


def hours_of_insertion(
    notice: Notice,
    lot: Lot | None,
    trade: str,
    amount: Estimated[int],
    supposed: Assumptions,
    *,
    on: date,
) -> Estimated[int] | None:
    """Hours of insertion of a lot: written, or from its rate by RULE-17; None where not asked.

    A rate is worth hours only where the amount is written or computed: else it is too precise.
    """
    asked = insertion_hours(notice, lot)
    if asked is None:
        return None
    if asked.hours:
        rule = "Les heures d’insertion sont écrites."
        return Estimated(asked.hours, Provenance.STATED, rule, evidence=asked.evidence)
    if (
        not asked.rate_percent
        or asked.rate_percent > 100
        or amount.provenance not in (Provenance.STATED, Provenance.COMPUTED)
    ):
        return None
    share, rate = TRADES[trade].labour_share, asked.rate_percent / 100
    computed = clause_hours(
        amount.value,
        labour_share=share,
        insertion_rate=rate,
        hourly_cost_cents=supposed.hourly_cost_cents,
        on=max(on, _WARNINGS_KNOWN_SINCE),
    )
    rule = (
        f"Montant × part du travail ({percent(share)}) × taux d’insertion ({percent(rate)}) "
        f"÷ coût horaire ({euros(supposed.hourly_cost_cents)})."
    )
    return Estimated(max(1, computed.hours), Provenance.COMPUTED, rule, evidence=asked.evidence)


def hours_of_work(
    need: Estimated[int], months: int, trade: str, supposed: Assumptions
) -> Estimated[int]:
    """All the hours of a package, over its whole duration, with the origin of its need."""

    def hours(cfte: int) -> int:
        return nearest(Decimal(cfte) * supposed.hours_per_fte_year * months / 1200)

    rule = (
        f"Besoin en ETP × {supposed.hours_per_fte_year} heures par an × {months} mois ÷ 12, "
        f"en {TRADES[trade].label.lower()}."
    )
    return Estimated(
        hours(need.value),
        need.provenance if need.provenance is not Provenance.STATED else Provenance.COMPUTED,
        rule,
        low=None if need.low is None else hours(need.low),
        high=None if need.high is None else hours(need.high),
    )
