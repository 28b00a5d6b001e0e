"""Packages as columns, sent whole to whoever ranks them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cordee.engine.problem import Package
from cordee.engine.ranking.index import Array
from cordee.rules.territory import unit_vector

ASKED = np.dtype(
    [
        ("latitude_deg", "f8"),
        ("longitude_deg", "f8"),
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        # The amount is quotient x whole + rest, whole = need x months: no product overflows.
        ("amount_quotient", "i8"),
        ("amount_rest", "i8"),
        ("whole", "i8"),
        ("trade", "i4"),
        ("condition", "i4"),
        ("first_month", "i4"),
        ("months", "i4"),
        ("need_cfte", "i4"),
        ("min_share_cfte", "i4"),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """Who may take a package at all, its trade and its place apart."""

    kinds: frozenset[str] | None
    accepts_staff_supply: bool
    required_certifications: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class PackageColumns:
    """Packages to rank for, each by itself; `rows` follows the order of `ids`."""

    ids: tuple[str, ...]
    rows: Array
    trades: tuple[str, ...]
    conditions: tuple[Condition, ...]
    limit_km: int

    def __len__(self) -> int:
        return len(self.ids)

    def by_place(self) -> Array:
        """Return the order of trades and places: neighbours read the same entries."""
        rows = self.rows
        if len(rows) == 1:
            return np.zeros(1, np.int64)
        return np.lexsort((rows["longitude_deg"], rows["latitude_deg"] // 0.25, rows["trade"]))


def columns_of(packages: Sequence[Package], *, limit_km: int) -> PackageColumns:
    """Return packages as columns; nobody comes from beyond `limit_km`.

    The reservation of a package is its own: give `eligible_kinds` to all packages of a lot.
    """
    trades = {trade: code for code, trade in enumerate(sorted({p.trade for p in packages}))}
    conditions: dict[Condition, int] = {}
    rows = np.zeros(len(packages), ASKED)
    for row, package in zip(rows, packages, strict=True):
        condition = Condition(
            package.eligible_kinds, package.accepts_staff_supply, package.required_certifications
        )
        _fill(row, package)
        row["trade"] = trades[package.trade]
        row["condition"] = conditions.setdefault(condition, len(conditions))
    return PackageColumns(
        tuple(package.id for package in packages), rows, tuple(trades), tuple(conditions), limit_km
    )


def _fill(row: Any, package: Package) -> None:
    whole = package.need_cfte * package.months
    row["latitude_deg"], row["longitude_deg"] = package.latitude_deg, package.longitude_deg
    row["x"], row["y"], row["z"] = unit_vector(package.latitude_deg, package.longitude_deg)
    row["amount_quotient"], row["amount_rest"] = divmod(package.amount_cents, whole)
    row["whole"] = whole
    row["first_month"], row["months"] = package.first_month, package.months
    row["need_cfte"], row["min_share_cfte"] = package.need_cfte, package.min_share_cfte
