"""From what we understand of a need to the rows of a breakdown, each figure with its origin."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cordee.notices.notice import Place, Provenance
from cordee.notices.packages import PackageEstimate, estimate_packages, scope
from cordee.notices.sizes.comparables import Comparable
from cordee.notices.sizes.estimated import Estimated
from cordee.opportunities.facts import FACTS
from cordee.opportunities.places import LocatedPlace, PlaceFinder
from cordee.opportunities.understanding import Understanding

NOT_OURS = "Corrigé\u00a0: aucun de nos 27 métiers."


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A work package before it is a row; `place` None where nobody knows where."""

    position: int
    estimate: PackageEstimate
    place: LocatedPlace | None
    provenance: dict[str, Any]

    @property
    def trade(self) -> str:
        return self.estimate.trade.value

    @property
    def trade_provenance(self) -> Provenance:
        return self.estimate.trade.provenance

    def values(self) -> dict[str, Any]:
        """The columns of its row, by name."""
        estimate, place = self.estimate, self.place
        return {
            "position": self.position,
            "lot_id": (estimate.lot_id or "")[:60],
            "label": estimate.label[:300],
            "trade": self.trade,
            "craft": estimate.craft,
            "place_label": place.label[:150] if place else "",
            "commune_id": place.commune if place else None,
            "department_id": (place.department or None) if place else None,
            "latitude": place.latitude if place else None,
            "longitude": place.longitude if place else None,
            "is_place_supposed": place is None or place.is_supposed,
            "first_month": estimate.first_month.value,
            "months": estimate.months.value,
            "need_cfte": estimate.need_cfte.value,
            "amount_cents": estimate.amount_cents.value,
            "reserved": estimate.reservation.value if estimate.reservation else "",
            "notes": list(estimate.notes),
            "provenance": self.provenance,
            "sizes": _sizes(estimate),
        }


def package_rows(
    understanding: Understanding,
    finder: PlaceFinder,
    *,
    on: date,
    contracts: Sequence[Comparable] = (),
) -> tuple[list[PackageRow], list[dict[str, str]]]:
    """(packages in the order of the notice, lots left out with the reason).

    `contracts` already awarded give the amounts that the notice does not tell.
    """
    notice = understanding.notice
    if not notice.is_work:
        return [], []
    refused = _refused_lots(understanding)
    estimates = [
        estimate
        for estimate in estimate_packages(notice, on=on, contracts=contracts)
        if (estimate.lot_id or "") not in refused
    ]
    rows = [
        PackageRow(
            position,
            estimate,
            locate_one(finder, estimate.place),
            _provenance(understanding, estimate),
        )
        for position, estimate in enumerate(estimates, 1)
    ]
    read = scope(notice, on=on)
    left_out = [
        {"lot_id": lot.lot_id or "", "label": lot.label, "why": lot.why}
        for lot in read.lots_out_of_scope
    ] + [
        {"lot_id": lot.lot_id or "", "label": lot.label, "why": NOT_OURS}
        for lot in read.lots
        if (lot.lot_id or "") in refused
    ]
    return rows, left_out


def _refused_lots(understanding: Understanding) -> set[str]:
    """Lots of which a person said that they hold none of our trades; the whole says it of all."""
    corrections = understanding.corrections
    lots = [lot.id for lot in understanding.notice.lots] or [""]
    refused = set()
    for lot in lots:
        correction = corrections.get(("trades", lot)) or corrections.get(("trades", ""))
        if correction is not None and not correction.value:
            refused.add(lot)
    return refused


def locate_one(finder: PlaceFinder, place: Estimated[Place | None]) -> LocatedPlace | None:
    """One point for a package. A zone of several departments gets its middle, and is supposed."""
    found = finder.locate(place.value) if place.value else ()
    if not found:
        return None
    if len(found) > 1:
        points = [(f.latitude, f.longitude) for f in found if f.latitude and f.longitude]
        if not points:
            return None
        return LocatedPlace(
            f"zone de {len(found)} départements",
            "",
            None,
            round(sum(lat for lat, _ in points) / len(points), 5),
            round(sum(lon for _, lon in points) / len(points), 5),
            True,
        )
    one = found[0]
    is_supposed = one.is_supposed or place.provenance is Provenance.SUPPOSED
    return LocatedPlace(
        one.label, one.department, one.commune, one.latitude, one.longitude, is_supposed
    )


def _provenance(understanding: Understanding, estimate: PackageEstimate) -> dict[str, Any]:
    """By field: how the value came, by which rule, from which words; and who corrected it.

    `low` and `high` are there where the value has a range.
    """
    lot = next((lot for lot in understanding.notice.lots if lot.id == estimate.lot_id), None)
    found = {name: _origin(getattr(estimate, name)) for name in CORRECTED_FIELDS.values()}
    for fact, field in CORRECTED_FIELDS.items():
        # What the lot says of itself wins over what is said of the whole.
        is_own = lot is not None and FACTS[fact].read(lot) is not None
        correction = understanding.correction_of(fact, lot.id if lot and is_own else "")
        if correction is not None:
            found[field]["corrected"] = correction.pk
    return found


def _sizes(estimate: PackageEstimate) -> dict[str, Any]:
    """Hours of the work and of its clause, and the parts that one small crew can hold."""
    found: dict[str, Any] = {"hours": _origin(estimate.hours) | {"value": estimate.hours.value}}
    if (asked := estimate.insertion_hours) is not None:
        found["insertion_hours"] = _origin(asked) | {"value": asked.value}
    if len(estimate.parts) > 1:
        found["parts"] = [asdict(part) for part in estimate.parts]
    return found


# Which figure of a package a correction of each fact decides.
CORRECTED_FIELDS = {
    "trades": "trade",
    "places": "place",
    "start": "first_month",
    "months": "months",
    "need": "need_cfte",
    "amount": "amount_cents",
}


def _origin(value: Estimated[Any]) -> dict[str, Any]:
    kept = value.evidence if value.provenance is not Provenance.SUPPOSED else ()
    found: dict[str, Any] = {
        "state": value.provenance.value,
        "rule": value.rule,
        "evidence": [{"where": e.where, "words": e.words[:300]} for e in kept],
    }
    if value.contracts:
        found["contracts"] = value.contracts
    return found if value.low is None else found | {"low": value.low, "high": value.high}
