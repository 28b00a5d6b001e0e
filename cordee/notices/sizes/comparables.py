"""What like contracts, already awarded, were paid each month: how many, which, and how spread.

The nearest contracts come first: a like duration and the same CPV code in the same department; then
the territory widens, then the code shortens, then any contract of the trade. The first step with
enough contracts is kept and named. See `docs/algorithms/sizes.md`, where the ranges are measured.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from cordee.notices.notice import Evidence, Provenance
from cordee.notices.sizes.estimated import Estimated, SizeRules, default_rules
from cordee.rules.figures import euros, nearest
from cordee.rules.labelled import Labelled
from cordee.rules.territory import NUTS_DEPARTMENTS
from cordee.rules.trades import match_trade

CPV_STEPS = (8, 5, 4, 3)
"""Digits of the CPV code that must agree, the nearest step first; then the trade alone."""

SHOWN_CONTRACTS = 20
LOW, MIDDLE, HIGH = Decimal("0.2"), Decimal("0.5"), Decimal("0.8")
# The regions of today have a letter ("FRK"); older codes a figure ("FR7").
_REGION_LETTERS = 3
_OVERSEAS = "97"


class Area(Labelled):
    """Where the contracts compared were done."""

    DEPARTMENT = "department", "dans le même département"
    REGION = "region", "dans la même région"
    COUNTRY = "country", "en France"


@dataclass(frozen=True, slots=True)
class Comparable:
    """One contract already awarded. `id` is that of its source; the price is without tax."""

    id: str
    cpv: str
    department: str | None
    months: int
    amount_cents: int
    date: date | None
    title: str

    @property
    def monthly_cents(self) -> Decimal:
        """The price of one month."""
        return Decimal(self.amount_cents) / self.months


@dataclass(frozen=True, slots=True)
class Comparison:
    """The contracts kept, the step that found them, and how many were left out as absurd.

    `digits` of the CPV code agree; 0: only the trade does. `lasts_alike`: durations are near.
    """

    contracts: tuple[Comparable, ...]
    digits: int
    area: Area
    lasts_alike: bool
    left_out: int

    def monthly_cents(self, share: Decimal) -> int:
        """The monthly price that this share of the contracts does not exceed.

        Quantile over n + 1 (Weibull): a range holds its share of new contracts, were few compared.
        """
        prices = sorted(contract.monthly_cents for contract in self.contracts)
        rank = share * (len(prices) + 1) - 1
        rank = min(max(rank, Decimal(0)), Decimal(len(prices) - 1))
        below = int(rank)
        above = min(below + 1, len(prices) - 1)
        return nearest(prices[below] + (prices[above] - prices[below]) * (rank - below))

    def amount(self, months: int) -> Estimated[int]:
        """The amount of a contract of so many months: the middle one, from 20 to 80 %."""
        low, middle, high = (max(1, self.monthly_cents(s) * months) for s in (LOW, MIDDLE, HIGH))
        return Estimated(
            middle,
            Provenance.COMPARED,
            self._rule(low, high, months),
            low=low,
            high=high,
            evidence=tuple(_evidence_of(contract) for contract in self.contracts[:SHOWN_CONTRACTS]),
            contracts=len(self.contracts),
        )

    def _rule(self, low: int, high: int, months: int) -> str:
        if self.digits == 8:
            what = f"de même code CPV ({self.contracts[0].cpv})"
        elif self.digits:
            what = f"dont le code CPV commence par {self.contracts[0].cpv[: self.digits]}"
        else:
            what = "du même métier"
        years = sorted({contract.date.year for contract in self.contracts if contract.date})
        when = f", {_span(years)}" if years else ""
        alike = ", de durée proche" if self.lasts_alike else ""
        return (
            f"Le montant n’est pas dit. {len(self.contracts)} marchés attribués {what} "
            f"{self.area.label}{alike}{when} : prix d’un mois, du milieu des contrats, "
            f"× {months} mois. Six sur dix donneraient entre {_rounded(low)} et {_rounded(high)}. "
            f"Prix de l’époque, non actualisés."
        )


def compare(
    contracts: Iterable[Comparable],
    *,
    trade: str,
    cpv: str | None,
    department: str | None,
    months: int | None,
    rules: SizeRules | None = None,
) -> Comparison | None:
    """Find the nearest contracts that are enough to compare with, or None.

    `cpv`: the code of the lot, None where it has none; `months`: None where the notice does not
    tell how long it lasts. A contract told twice counts once. Raises ValueError where the trade
    is unknown.
    """
    rules = rules or default_rules()
    known = list(contracts)
    sound = _distinct(contract for contract in known if is_sound(contract, rules))
    left_out = sum(1 for contract in known if not is_sound(contract, rules))
    found: Comparison | None = None
    near = [c for c in sound if months and _lasts_alike(c, months, rules)]
    for pool, is_near in ((near, True), (sound, False)):
        for digits, area, kept in _steps(pool, trade, cpv, department):
            # A wider step that finds no more contracts says less of them.
            is_more = found is None or len(kept) > len(found.contracts)
            if len(kept) >= rules.few_contracts and is_more:
                newest = tuple(sorted(kept, key=_newest_first))
                found = Comparison(newest, digits, area, is_near, left_out)
            if len(kept) >= rules.enough_contracts:
                return found
        if found is not None:
            # Fewer, but of like durations: a month of a short work is dearer.
            return found
    return found


def is_sound(contract: Comparable, rules: SizeRules) -> bool:
    """Whether code, price and duration can be true: nobody works for 1 €, or a hundred years."""
    return (
        len(contract.cpv) == 8
        and contract.cpv.isdecimal()
        and rules.least_contract_cents <= contract.amount_cents <= rules.most_contract_cents
        and 1 <= contract.months <= rules.most_contract_months
    )


def _lasts_alike(contract: Comparable, months: int, rules: SizeRules) -> bool:
    factor = rules.duration_factor
    return contract.months <= months * factor and months <= contract.months * factor


def region_of(department: str) -> frozenset[str]:
    """The departments of the same region; the department alone overseas."""
    return _REGIONS.get(department, frozenset({department}))


_REGIONS = {
    department: frozenset(departments)
    for code, departments in NUTS_DEPARTMENTS.items()
    if len(code) == _REGION_LETTERS and code[2].isalpha()
    for department in departments
    if not department.startswith(_OVERSEAS)
}


def _steps(
    contracts: Sequence[Comparable], trade: str, cpv: str | None, department: str | None
) -> Iterable[tuple[int, Area, list[Comparable]]]:
    """The contracts of each step, the nearest step first."""
    for digits in (*(CPV_STEPS if cpv else ()), 0):
        alike = [
            contract
            for contract in contracts
            if (
                contract.cpv[:digits] == (cpv or "")[:digits]
                if digits
                else _is_of(contract.cpv, trade)
            )
        ]
        if department:
            yield digits, Area.DEPARTMENT, [c for c in alike if c.department == department]
            near = region_of(department)
            yield digits, Area.REGION, [c for c in alike if c.department in near]
        yield digits, Area.COUNTRY, alike


@cache
def _is_of(cpv: str, trade: str) -> bool:
    return match_trade(cpv, trade) is not None


def _distinct(contracts: Iterable[Comparable]) -> list[Comparable]:
    """Each contract once: sources repeat one another under other numbers."""
    found: dict[tuple[object, ...], Comparable] = {}
    for contract in sorted(contracts, key=lambda c: c.id):
        key = (contract.cpv, contract.department, contract.months, contract.amount_cents)
        found.setdefault((*key, contract.date), contract)
    return list(found.values())


def _newest_first(contract: Comparable) -> tuple[int, str]:
    return (-(contract.date or date.min).toordinal(), contract.id)


def _evidence_of(contract: Comparable) -> Evidence:
    when = f", {contract.date.year}" if contract.date else ""
    where = f", {contract.department}" if contract.department else ""
    words = (
        f"{contract.title[:160]} : {_rounded(contract.amount_cents)}, "
        f"{contract.months} mois{where}{when}"
    )
    return Evidence(f"marché attribué {contract.id}", words)


def _rounded(cents: int) -> str:
    return euros(round(cents / 10_000) * 10_000).replace(",00", "")


def _span(years: Sequence[int]) -> str:
    return f"en {years[0]}" if years[0] == years[-1] else f"de {years[0]} à {years[-1]}"
