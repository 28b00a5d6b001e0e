"""A figure with its origin and its range, and what is supposed where a notice is silent."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cordee.notices.notice import Evidence, Provenance


@dataclass(frozen=True, slots=True)
class Estimated[T]:
    """A value, where it comes from, and the rule in French words.

    `low` and `high` bound what is likely, in the unit of the value; None where the value is
    written and has no range. `evidence` are the words, or the contracts, that it stands on; some
    of them, where it is compared with so many `contracts`.
    """

    value: T
    provenance: Provenance
    rule: str
    low: T | None = None
    high: T | None = None
    evidence: tuple[Evidence, ...] = ()
    contracts: int = 0


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is supposed where the notice is silent; units are in the names."""

    hourly_cost_cents: int
    hours_per_fte_year: int
    months: int
    start_after_months: int
    need_cfte: int


@dataclass(frozen=True, slots=True)
class SizeRules:
    """How far figures may stray, when a comparison holds, and what one crew can do."""

    hourly_cost_low_cents: int
    hourly_cost_high_cents: int
    months_low: int
    months_high: int
    start_low_months: int
    start_high_months: int
    need_low_cfte: int
    need_high_cfte: int
    lot_share_low_percent: int
    lot_share_high_percent: int
    enough_contracts: int
    few_contracts: int
    duration_factor: int
    least_contract_cents: int
    most_contract_cents: int
    most_contract_months: int
    crew_cfte: int
    most_places: int
    most_parts: int


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).parents[1] / "assumptions.toml"
    return tomllib.loads(path.read_text("utf-8"))


@cache
def default_assumptions() -> Assumptions:
    """The values of `assumptions.toml`, where each has its label and its source."""
    return Assumptions(**{n: entry["value"] for n, entry in _table().items() if n != "sizes"})


@cache
def default_rules() -> SizeRules:
    """The values of the `sizes` part of `assumptions.toml`."""
    return SizeRules(**{name: entry["value"] for name, entry in _table()["sizes"].items()})
