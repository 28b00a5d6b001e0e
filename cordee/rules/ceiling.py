"""The commercial ceiling of an ACI (RULE-09 to RULE-12), exact to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from cordee.rules import parameters
from cordee.rules.figures import percent


class CeilingStatus(StrEnum):
    """Where the receipts of an ACI stand against the ceiling."""

    CONFORME = "CONFORME"
    DEPASSEMENT = "DEPASSEMENT"
    NON_CALCULABLE = "NON_CALCULABLE"


def cap_rate(derogation: Decimal | None, on: date) -> Decimal:
    """Give the share of the charges that commercial receipts may cover.

    A derogation above the legal maximum counts as the maximum; one that is not above the standard
    rate gives nothing and is ignored (``derogation_problem`` says both).

    Source: Code du travail D5132-34; RULE-09.
    """
    if not raises_the_cap(derogation, on):
        return parameters.rate("ceiling.standard_rate", on=on)
    assert derogation is not None
    return min(derogation, parameters.rate("ceiling.derogation_max_rate", on=on))


def raises_the_cap(derogation: Decimal | None, on: date) -> bool:
    """Tell whether a derogation is above the standard rate: then it may be reached.

    Source: Code du travail D5132-34; RULE-09.
    """
    return derogation is not None and derogation > parameters.rate("ceiling.standard_rate", on=on)


def derogation_problem(derogation: Decimal | None, on: date) -> str | None:
    """Say in French why a derogation can't be right, or None when it can."""
    if derogation is None:
        return None
    highest = parameters.rate("ceiling.derogation_max_rate", on=on)
    if derogation > highest:
        return (
            f"Dérogation de {percent(derogation)} : le préfet ne peut pas dépasser "
            f"{percent(highest)}. Cordée compte {percent(highest)} ; vérifiez la décision."
        )
    if not raises_the_cap(derogation, on):
        standard = parameters.rate("ceiling.standard_rate", on=on)
        return (
            f"Dérogation de {percent(derogation)} : elle ne dépasse pas le plafond ordinaire de "
            f"{percent(standard)}. Cordée l’ignore ; vérifiez la décision."
        )
    return None


def status(
    receipts_cents: int, charges_cents: int | Fraction, *, derogation: Decimal | None, on: date
) -> CeilingStatus:
    """Say whether commercial receipts stay below 30 % of charges, or within the derogation.

    Strict without derogation, inclusive with one. Charges that are nil or negative give
    ``NON_CALCULABLE``.

    Source: Code du travail D5132-34; RULE-09.
    Not covered: which receipts and charges count (grey zones of §2.2), the grain at which the
    administration looks (RULE-12), and what follows from exceeding.
    """
    if charges_cents <= 0:
        return CeilingStatus.NON_CALCULABLE
    limit = Fraction(cap_rate(derogation, on)) * charges_cents
    is_within = (
        receipts_cents <= limit if raises_the_cap(derogation, on) else receipts_cents < limit
    )
    return CeilingStatus.CONFORME if is_within else CeilingStatus.DEPASSEMENT


def ratio(receipts_cents: int, charges_cents: int | Fraction) -> Decimal | None:
    """Give receipts over charges for display, or None where charges are nil or negative.

    Never compare this rounded figure with the cap: use ``status``.
    """
    if charges_cents <= 0:
        return None
    exact = Fraction(receipts_cents) / charges_cents
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def is_vigilance(
    receipts_cents: int, charges_cents: int | Fraction, *, derogation: Decimal | None, on: date
) -> bool:
    """Tell whether the ACI is still within the ceiling but has reached 90 % of it.

    Source: our own convention (RULE-09, "suggested non-legal alert").
    """
    now = status(receipts_cents, charges_cents, derogation=derogation, on=on)
    share = Fraction(parameters.rate("ceiling.vigilance_share", on=on))
    # Fractions all along: at the edge a rounded percentage would change the verdict.
    watch = share * Fraction(cap_rate(derogation, on)) * charges_cents
    return now is CeilingStatus.CONFORME and receipts_cents >= watch


def headroom_cents(
    receipts_cents: int,
    charges_cents: int | Fraction,
    *,
    marginal_cost_share: Decimal,
    derogation: Decimal | None,
    on: date,
) -> int | None:
    """Give the largest contract, in cents, that keeps the ACI within the ceiling once added.

    ``marginal_cost_share`` is the part of the contract's price that becomes new charges (0 to
    about 1.2). Nothing left, or already above the ceiling, gives 0. None where charges are nil
    or negative: the rule can't be computed.

    Source: Code du travail D5132-34; RULE-10.
    Not covered: several accounting years (``spread_by_accounting_year``), kinds other than ACI (no
    ceiling).
    """
    if charges_cents <= 0:
        return None
    limit = _limit(receipts_cents, charges_cents, marginal_cost_share, derogation, on)
    # With a derogation the limit may be reached, without one it may not (RULE-09).
    largest = floor(limit) if raises_the_cap(derogation, on) else ceil(limit) - 1
    return max(0, largest)


def excess_cents(
    receipts_cents: int,
    charges_cents: int | Fraction,
    *,
    marginal_cost_share: Decimal | Fraction,
    derogation: Decimal | None,
    on: date,
) -> int | None:
    """Give the smallest amount of sales, in cents, to do without so as to be within the ceiling.

    The charges of what is not sold go with it. Within already, it is 0. None as ``headroom_cents``.

    Source: Code du travail D5132-34; RULE-10 read the other way.
    """
    if charges_cents <= 0:
        return None
    limit = _limit(receipts_cents, charges_cents, marginal_cost_share, derogation, on)
    smallest = ceil(-limit) if raises_the_cap(derogation, on) else floor(-limit) + 1
    return max(0, smallest)


def _limit(
    receipts_cents: int,
    charges_cents: int | Fraction,
    marginal_cost_share: Decimal | Fraction,
    derogation: Decimal | None,
    on: date,
) -> Fraction:
    """The contract that would meet the ceiling exactly; below zero where it is passed."""
    cap = Fraction(cap_rate(derogation, on))
    cost_share = Fraction(marginal_cost_share)
    # There, each euro would pay for more than itself: no contract would ever be too large.
    if cost_share < 0 or cap * cost_share >= 1:
        raise ValueError(
            f"marginal_cost_share is {marginal_cost_share}: give the part of the price that "
            f"becomes new charges, between 0 and 1.2."
        )
    # From receipts + x = cap · (charges + share · x), solved for the contract x.
    return (cap * charges_cents - receipts_cents) / (1 - cap * cost_share)


@dataclass(frozen=True, slots=True)
class Spread:
    """An amount spread over accounting years; what falls in none of them is ``outside_cents``."""

    by_year_cents: tuple[int, ...]
    outside_cents: int


def spread_by_accounting_year(
    amount_cents: int,
    *,
    first_month: int,
    months: int,
    accounting_years: Sequence[tuple[int, int]],
) -> Spread:
    """Spread an amount evenly by month, then add it up by accounting year, exact to the cent.

    A month is absolute (``year * 12 + month - 1``); an accounting year is (first month, months).
    The parts and ``outside_cents`` always add up to ``amount_cents``.

    Source: RULE-11.
    """
    if months < 1:
        raise ValueError(f"months is {months}: a contract lasts at least one month.")
    ordered = sorted(accounting_years)
    for (start, length), (following, _) in pairwise(ordered):
        # A month in two years would be counted twice, and fit in neither.
        if following < start + length:
            raise ValueError(f"accounting_years overlap at month {following}.")

    def until(month: int) -> int:
        # Cumulative division: no cent is lost or invented, whatever the number of months.
        return amount_cents * min(max(month - first_month, 0), months) // months

    by_year = tuple(until(start + length) - until(start) for start, length in accounting_years)
    return Spread(by_year, amount_cents - sum(by_year))


def carrier_ratio(chantiers: Sequence[tuple[int, int | Fraction]]) -> Decimal | None:
    """Give the ratio of all the ACIs of one carrier, each given as (receipts, charges) in cents.

    Informative only: the legal test is per ACI.

    Source: circulaire DGEFP 2005-41; RULE-12.
    Not covered: the grain (convention, atelier or chantier) that the local administration keeps.
    """
    return ratio(sum(v for v, _ in chantiers), Fraction(sum(c for _, c in chantiers)))
