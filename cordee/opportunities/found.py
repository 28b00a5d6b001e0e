"""What we found where the notice does not say it outright: trades, and the figures of packages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.notices.notice import Evidence, Provenance
from cordee.opportunities.models import Breakdown, WorkPackage


@dataclass(frozen=True, slots=True)
class Found:
    """A value in the JSON of its fact, the sentences and the words that say why, how it came."""

    value: Any
    rules: tuple[str, ...]
    provenance: Provenance = Provenance.STATED
    evidence: tuple[Evidence, ...] = ()


# By (lot, name of the fact); lot "" for the whole.
type FoundByFact = Mapping[tuple[str, str], Found]

_FIGURES = {"need": "need_cfte", "amount": "amount_cents", "months": "months"}


def found_in(breakdown: Breakdown | None) -> FoundByFact:
    """What the breakdown found, lot by lot and for the whole; figures only package by package."""
    packages = list(breakdown.packages.all()) if breakdown else []
    by_lot: dict[str, list[WorkPackage]] = {}
    for package in packages:
        for lot in {"", package.lot_id}:
            by_lot.setdefault(lot, []).append(package)
    found = {(lot, "trades"): _trades(held) for lot, held in by_lot.items()}
    for lot, held in by_lot.items():
        # Several packages have no one figure; the lots of a notice each have their own.
        if len(held) == 1 and held[0].lot_id == lot:
            found |= {(lot, fact): _figure(held[0], field) for fact, field in _FIGURES.items()}
    return found


def _trades(packages: Iterable[WorkPackage]) -> Found:
    held = list(packages)
    came = [package.provenance["trade"] for package in held]
    order = list(Provenance)
    return Found(
        list(dict.fromkeys(package.trade for package in held)),
        tuple(dict.fromkeys(one["rule"] for one in came)),
        max((Provenance(one["state"]) for one in came), key=order.index),
        tuple(dict.fromkeys(e for one in came for e in _evidence(one))),
    )


def _figure(package: WorkPackage, field: str) -> Found:
    came = package.provenance[field]
    return Found(
        getattr(package, field), (came["rule"],), Provenance(came["state"]), _evidence(came)
    )


def _evidence(came: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(e["where"], e["words"]) for e in came["evidence"])
