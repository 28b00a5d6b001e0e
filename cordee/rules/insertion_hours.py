"""The hours of an insertion clause: how many, and how far along (RULE-17, RULE-18)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cordee.rules import parameters
from cordee.rules.figures import euros, nearest, percent


@dataclass(frozen=True, slots=True)
class ClauseHours:
    """The hours of a clause, to the nearest one, and what deserves a second look (French)."""

    exact_hours: Decimal
    hours: int
    warnings: tuple[str, ...]


def clause_hours(
    amount_ht_cents: int,
    *,
    labour_share: Decimal,
    insertion_rate: Decimal,
    hourly_cost_cents: int,
    on: date,
) -> ClauseHours:
    """Turn a contract into insertion hours: amount × labour share × rate ÷ hourly cost.

    Warnings come where the clause is too small to be useful, or where a figure is unusual; they
    never change the result.

    Source: method of the facilitators (laser-emploi, mefsud77); RULE-17.
    Not covered: a clause set as a share of the hours worked; the penalty for missing hours.
    """
    for name, found, highest in (
        ("labour_share", labour_share, 1),
        ("insertion_rate", insertion_rate, 1),
    ):
        if not 0 <= found <= highest:
            raise ValueError(f"{name} is {found}: give a share between 0 and 1.")
    if hourly_cost_cents <= 0:
        raise ValueError(f"hourly_cost_cents is {hourly_cost_cents}: give a cost above 0.")
    exact = amount_ht_cents * labour_share * insertion_rate / hourly_cost_cents
    hours = nearest(exact)
    return ClauseHours(exact, hours, _warnings(hours, insertion_rate, hourly_cost_cents, on))


def progress(validated_hours: Decimal, due_hours: Decimal) -> Decimal | None:
    """Give the share of the due hours already validated, or None where none is due.

    Source: RULE-18.
    """
    return validated_hours / due_hours if due_hours > 0 else None


def _warnings(
    hours: int, insertion_rate: Decimal, hourly_cost_cents: int, on: date
) -> tuple[str, ...]:
    found = []
    useful = parameters.amount("insertion_hours.useful_hours", on=on)
    if hours < useful:
        found.append(
            f"{hours} heures, moins de {useful} : c’est peu pour une personne. "
            f"Regroupez plusieurs lots, ou renoncez à la clause."
        )
    low = parameters.rate("insertion_hours.usual_rate_low", on=on)
    high = parameters.rate("insertion_hours.usual_rate_high", on=on)
    if not low <= insertion_rate <= high:
        found.append(
            f"Taux de {percent(insertion_rate)} : l’usage va de {percent(low)} à {percent(high)}."
        )
    least = parameters.amount("insertion_hours.hourly_cost_low_cents", on=on)
    most = parameters.amount("insertion_hours.hourly_cost_high_cents", on=on)
    if not least <= hourly_cost_cents <= most:
        found.append(
            f"Coût horaire de {euros(hourly_cost_cents)} : l’usage va de {euros(least)} "
            f"à {euros(most)}."
        )
    return tuple(found)
