"""A package cut into parts that one small crew can hold: by season, then by size.

Cutting by place is done before, since it changes who is near. These parts are a reading of the
need, shown to people: composing shares a package out by itself, with the true crews.
"""

from dataclasses import dataclass
from decimal import Decimal

from cordee.notices.sizes.estimated import SizeRules
from cordee.rules.figures import nearest
from cordee.rules.trades import TRADES


@dataclass(frozen=True, slots=True)
class WorkPart:
    """Work of one crew: consecutive months, hundredths of FTE in each, and its price in cents.

    `rule` says in French why it was cut so; empty where the package is one part.
    """

    first_month: int
    months: int
    need_cfte: int
    amount_cents: int
    rule: str


def parts_of(
    trade: str, first_month: int, months: int, need_cfte: int, amount_cents: int, rules: SizeRules
) -> tuple[WorkPart, ...]:
    """Cut by the season of the trade, then into crews; the amounts add up to the cent.

    A trade with an off season does in season what was spread evenly over the year. Past
    `most_parts` the package stays whole: it is no work for small crews.
    """
    seasons = _seasons(trade, first_month, months)
    worked = sum(length for _, length in seasons)
    # The same work in fewer months: the need rises by as much as the months shrink.
    in_season = nearest(Decimal(need_cfte) * months / worked)
    crews = crews_for(in_season, rules)
    if len(seasons) * crews > rules.most_parts:
        return (WorkPart(first_month, months, need_cfte, amount_cents, _too_many(rules)),)
    why = _why(worked < months, crews)
    blanks = [
        (first, length, need) for first, length in seasons for need in _shared(in_season, crews)
    ]
    prices = _by_weight(amount_cents, [length * need for _, length, need in blanks])
    return tuple(
        WorkPart(first, length, need, price, why)
        for (first, length, need), price in zip(blanks, prices, strict=True)
    )


def crews_for(need_cfte: int, rules: SizeRules) -> int:
    """How many small crews a need takes."""
    return max(1, -(-need_cfte // rules.crew_cfte))


def _seasons(trade: str, first_month: int, months: int) -> list[tuple[int, int]]:
    """(first month, length) of each run of months in season; the whole where there is none."""
    season = TRADES[trade].season
    if season is None:
        return [(first_month, months)]
    runs: list[tuple[int, int]] = []
    for month in range(first_month, first_month + months):
        if month % 12 + 1 not in season:
            continue
        # First month plus length is the month that would follow the run.
        if runs and sum(runs[-1]) == month:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((month, 1))
    return runs or [(first_month, months)]


def _why(is_seasonal: bool, crews: int) -> str:
    found = []
    if is_seasonal:
        found.append("coupé selon la saison du métier, à vérifier")
    if crews > 1:
        found.append(f"partagé entre {crews} petites équipes")
    return f"{' et '.join(found).capitalize()}." if found else ""


def _too_many(rules: SizeRules) -> str:
    return f"Trop grand pour de petites équipes : plus de {rules.most_parts} parts."


def _shared(whole: int, parts: int) -> list[int]:
    """A whole in nearly equal parts, the larger ones first."""
    base, more = divmod(whole, parts)
    return [base + (position < more) for position in range(parts)]


def _by_weight(cents: int, weights: list[int]) -> list[int]:
    """Cents in proportion to weights, to the cent."""
    total, done, given, found = sum(weights), 0, 0, []
    for weight in weights:
        done += weight
        # Cumulative rounding: parts add up to the whole, whatever their number.
        upto = nearest(Decimal(cents) * done / total)
        found.append(upto - given)
        given = upto
    return found
