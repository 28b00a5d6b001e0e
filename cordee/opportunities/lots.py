"""The lots of an opportunity as its page shows them: rows, totals, points on a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import maps
from cordee.notices.notice import Notice
from cordee.opportunities.models import Breakdown, OpportunityPlace, WorkPackage
from cordee.opportunities.wording import period

SHOWN_LOTS = 30
SHOWN_POINTS = 60

FIELD_LABELS = {
    "trade": "Métier",
    "place": "Lieu",
    "first_month": "Début",
    "months": "Durée",
    "need_cfte": "Équipe",
    "amount_cents": "Montant",
}
PROVENANCE_STATES = {
    "stated": ("sur", "Lu"),
    "computed": ("sur", "Calculé"),
    "supposed": ("inconnu", "Supposé"),
}
CORRECTED = ("duo", "Corrigé")


@dataclass(frozen=True, slots=True)
class LotRow:
    """A work package, or a lot that holds none of our trades (`package` None, `why` said)."""

    lot_id: str
    label: str
    where_and_when: str
    package: WorkPackage | None
    why: str = ""

    has_page: bool = False
    supposed: frozenset[str] = frozenset()

    @property
    def number(self) -> int | None:
        return self.package.position if self.package else None


@dataclass(frozen=True, slots=True)
class LotTable:
    rows: Sequence[LotRow]
    hidden: int
    amount_cents: int | None
    peak_cfte: int | None
    is_peak_supposed: bool
    is_amount_supposed: bool

    @property
    def has_total(self) -> bool:
        return len([row for row in self.rows if row.package]) > 1


def table_of(notice: Notice, breakdown: Breakdown | None, *, whole: bool = False) -> LotTable:
    """Every package in order, then lots outside our trades; `hidden` counts what is cut off."""
    packages = list(breakdown.packages.all()) if breakdown else []
    left_out = breakdown.left_out if breakdown else []
    titles = {lot.id: lot.title or "" for lot in notice.lots}
    rows = [_row(package) for package in packages]
    rows += [
        LotRow(
            out["lot_id"],
            out["label"] or titles.get(out["lot_id"], ""),
            "",
            None,
            out["why"],
            out["lot_id"] in titles,
        )
        for out in left_out
    ]
    rows.sort(key=lambda row: _natural(row.lot_id))
    shown = rows if whole else rows[:SHOWN_LOTS]
    return LotTable(
        rows=shown,
        hidden=len(rows) - len(shown),
        amount_cents=sum(package.amount_cents for package in packages) or None,
        peak_cfte=peak_cfte(packages),
        is_peak_supposed=any("need_cfte" in row.supposed for row in rows),
        is_amount_supposed=any("amount_cents" in row.supposed for row in rows),
    )


def peak_cfte(packages: Sequence[WorkPackage]) -> int | None:
    """The most work of all packages in one month, None where there is no package."""
    return max(
        (
            sum(p.need_cfte for p in packages if p.first_month <= start.first_month < p.end_month)
            for start in packages
        ),
        default=None,
    )


def _row(package: WorkPackage) -> LotRow:
    when = period(package.first_month, package.months)
    where = package.place_label or "lieu inconnu"
    return LotRow(
        package.lot_id,
        package.label,
        f"{where}, {when}",
        package,
        has_page=bool(package.lot_id),
        supposed=frozenset(
            name for name, came in package.provenance.items() if came["state"] == "supposed"
        ),
    )


def _natural(lot_id: str) -> tuple[int, str]:
    digits = "".join(c for c in lot_id if c.isdigit())
    return (int(digits) if digits else 0, lot_id)


def sources_of(breakdown: Breakdown | None) -> list[tuple[WorkPackage, list[tuple[Any, ...]]]]:
    """For each package, (what, state kind, state label, rule, words) of each of its figures."""
    found = []
    for package in list(breakdown.packages.all())[:SHOWN_LOTS] if breakdown else []:
        lines = []
        for name, came in package.provenance.items():
            state = CORRECTED if "corrected" in came else PROVENANCE_STATES[came["state"]]
            words = " · ".join(
                e["words"] for e in came["evidence"][:2] if e["where"] != "correction"
            )
            lines.append((FIELD_LABELS[name], *state, came["rule"], words))
        found.append((package, lines))
    return found


def map_of(
    places: Sequence[OpportunityPlace], breakdown: Breakdown | None
) -> maps.MapDrawing | None:
    """The points of the packages, numbered as in the table; of the places where there is none."""
    packages = [
        p for p in (breakdown.packages.all() if breakdown else ()) if p.latitude is not None
    ]
    points = [
        maps.MapPoint(
            number=package.position,
            longitude=package.longitude or 0.0,
            latitude=package.latitude or 0.0,
            kind="ACI",
            label=f"{package.label}, {package.place_label}",
            is_confirmed=not package.is_place_supposed,
        )
        for package in packages[:SHOWN_POINTS]
    ] or [
        maps.MapPoint(
            number=number,
            longitude=place.longitude or 0.0,
            latitude=place.latitude or 0.0,
            kind="ACI",
            label=place.label,
            is_confirmed=not place.is_supposed,
        )
        for number, place in enumerate(
            [place for place in places if place.latitude is not None][:SHOWN_POINTS], start=1
        )
    ]
    if not points:
        return None
    seen: dict[str, maps.Place] = {}
    for place in places:
        if place.latitude is not None and place.longitude is not None:
            seen.setdefault(place.label, maps.Place(place.label, place.longitude, place.latitude))
    return maps.draw(points, places=list(seen.values())[:8], subject="lieux de travail")
