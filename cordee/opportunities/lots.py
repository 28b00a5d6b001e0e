"""The lots of an opportunity as its page shows them: rows, totals, ranges, points on a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cordee.base.ui import french, maps
from cordee.base.ui import months as months_in_french
from cordee.members.referentials import department_paths
from cordee.notices.notice import Notice, Provenance
from cordee.opportunities.fact_lines import STATE_CORRECTED, STATES
from cordee.opportunities.models import Breakdown, OpportunityPlace, WorkPackage
from cordee.opportunities.wording import period, without_middle

SHOWN_SOURCES = 4
SHOWN_WORDS = 2
SHOWN_CONTRACTS = 8
SHOWN_POINTS = 60
SHOWN_OUTLINES = 4
SHOWN_NAMES = 4
AROUND_KM = 20
UNSURE: Mapping[str, str] = {"supposed": "supposé", "compared": "comparé"}
"""The states of a figure that nobody wrote, and the word beside it."""

SHOWN_PARTS = 8

FIELD_LABELS = {
    "trade": "Métier",
    "place": "Lieu",
    "first_month": "Début",
    "months": "Durée",
    "need_cfte": "Équipe",
    "amount_cents": "Montant",
}


@dataclass(frozen=True, slots=True)
class LotRow:
    """A work package, or a lot that holds none of our trades (`package` None, `why` said).

    By field: `unsure`, the word for a figure not told; `ranges`, how far a figure may stray.
    """

    lot_id: str
    label: str
    where_and_when: str
    package: WorkPackage | None
    why: str = ""

    has_page: bool = False
    unsure: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def short_label(self) -> str:
        return without_middle(self.label)


@dataclass(frozen=True, slots=True)
class FigureSource:
    """How one figure of a package came: `state` is (kind, label) of the `state` component.

    `spread` is its range in words; `contracts` are those it was compared with.
    """

    what: str
    state: tuple[str, str]
    rule: str
    words: str
    spread: str = ""
    contracts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LotTable:
    rows: Sequence[LotRow]
    amount_cents: int | None
    peak_cfte: int | None
    is_peak_supposed: bool

    @property
    def has_total(self) -> bool:
        return len([row for row in self.rows if row.package]) > 1


def table_of(notice: Notice, breakdown: Breakdown | None) -> LotTable:
    """Every package, and every lot outside our trades, in the order of the notice."""
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
    rows = _numbered(sorted(rows, key=lambda row: _natural(row.lot_id)))
    return LotTable(
        rows=rows,
        # Nothing to add up is unknown, not zero.
        amount_cents=sum(package.amount_cents for package in packages) or None,
        peak_cfte=peak_cfte(packages),
        is_peak_supposed=any("need_cfte" in row.unsure for row in rows),
    )


def peak_cfte(packages: Sequence[WorkPackage]) -> int | None:
    """The most work of all packages in one month, None where there is no package."""
    return max(
        (
            sum(p.need_cfte for p in packages if p.first_month <= start.first_month < p.end_month)
            # The load only rises where a package begins: its peak is at one of these months.
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
        unsure=unsure_of(package.provenance),
        ranges={name: range_of(name, came) for name, came in package.provenance.items()},
    )


def _numbered(rows: list[LotRow]) -> list[LotRow]:
    """With the numbers of the notice where it numbers its lots, 1 to n where it does not."""
    own = [_natural(row.lot_id)[0] for row in rows]
    # Two lots of one number, or none: numbers of the notice would mislead.
    if len(set(own)) < len(own) or 0 in own:
        own = list(range(1, len(rows) + 1))
    return [replace(row, number=number) for row, number in zip(rows, own, strict=True)]


def _natural(lot_id: str) -> tuple[int, str]:
    digits = "".join(c for c in lot_id if c.isdigit())
    return (int(digits) if digits else 0, lot_id)


def sources_of(
    breakdown: Breakdown | None, lot: str | None = None
) -> list[tuple[WorkPackage, list[FigureSource], list[tuple[str, str, str]]]]:
    """Where each figure comes from, and how many hours: of the first packages, or of a lot's."""
    packages = list(breakdown.packages.all()) if breakdown else []
    if lot is not None:
        packages = [package for package in packages if package.lot_id == lot]
    return [
        (
            package,
            [_source(name, came) for name, came in package.provenance.items()],
            size_lines(package),
        )
        for package in packages[:SHOWN_SOURCES]
    ]


def _source(name: str, came: Mapping[str, Any]) -> FigureSource:
    words = [e["words"] for e in came["evidence"] if e["where"] != "correction"]
    is_compared = came["state"] == "compared"
    return FigureSource(
        FIELD_LABELS[name],
        (STATE_CORRECTED if "corrected" in came else STATES[Provenance(came["state"])])[:2],
        came["rule"],
        "" if is_compared else " · ".join(words[:SHOWN_WORDS]),
        range_of(name, came),
        words[:SHOWN_CONTRACTS] if is_compared else (),
    )


def map_of(places: Sequence[OpportunityPlace], table: LotTable) -> maps.MapDrawing | None:
    """The points of the packages, numbered as in the table; of the places where there is none."""
    points = [
        _point(
            row.number,
            row.package,
            f"{row.label}, {row.package.place_label}",
            is_supposed=row.package.is_place_supposed,
        )
        for row in table.rows
        if row.package and row.package.latitude is not None
    ] or [
        _point(number, place, place.label, is_supposed=place.is_supposed)
        for number, place in enumerate((p for p in places if p.latitude is not None), start=1)
    ]
    if not points:
        return None
    first = points[0]
    # A single place has no extent to draw: a circle gives the scale.
    is_one_spot = len({(point.latitude, point.longitude) for point in points}) == 1
    named: dict[str, maps.PlaceName] = {}
    for place in places:
        if place.latitude is not None and place.longitude is not None:
            named.setdefault(
                place.label, maps.PlaceName(place.label, place.longitude, place.latitude)
            )
    departments = list(dict.fromkeys(place.department_id for place in places))[:SHOWN_OUTLINES]
    return maps.draw(
        points[:SHOWN_POINTS],
        radius=maps.Radius(first.longitude, first.latitude, AROUND_KM) if is_one_spot else None,
        places=list(named.values()) if len(named) <= SHOWN_NAMES else [],
        outlines=[_outline(code) for code in departments if code in department_paths()],
        subject="lieux de travail",
    )


def _point(
    number: int, at: WorkPackage | OpportunityPlace, label: str, *, is_supposed: bool
) -> maps.MapPoint:
    return maps.MapPoint(
        number=number,
        longitude=at.longitude or 0.0,
        latitude=at.latitude or 0.0,
        kind="ACI",  # a plain circle: here the shape says nothing
        label=label,
        is_confirmed=not is_supposed,
    )


def _outline(code: str) -> list[tuple[float, float]]:
    return [(longitude, latitude) for latitude, longitude in department_paths()[code][0]]


def unsure_of(provenance: Mapping[str, Any]) -> dict[str, str]:
    """By field: the word for a figure that the notice does not tell."""
    return {
        name: UNSURE[came["state"]]
        for name, came in provenance.items()
        if came["state"] in UNSURE and "corrected" not in came
    }


def range_of(field: str, came: Mapping[str, Any]) -> str:
    """ "entre 0,27 et 3,04 ETP"; empty where the figure has no range, or was corrected."""
    low, high = came.get("low"), came.get("high")
    if low is None or high is None or low == high or "corrected" in came:
        return ""
    match field:
        case "amount_cents":
            return f"entre {_euros(low)} et {_euros(high)}"
        case "need_cfte":
            return f"entre {french.fte_number(low)} et {french.fte(high)}"
        case "months":
            return f"entre {low} et {high}{french.THIN}mois"
        case "first_month":
            return f"entre {months_in_french.month(low)} et {months_in_french.month(high)}"
        case _:
            return f"entre {french.number(low)} et {french.count(high, 'heure')}"


def size_lines(package: WorkPackage) -> list[tuple[str, str, str]]:
    """(what, how much, by which rule): hours of the work, of the clause, and parts of one crew."""
    sizes = package.sizes
    found = [
        (label, _hours(sizes[name]), sizes[name]["rule"])
        for name, label in (
            ("hours", "Heures de travail"),
            ("insertion_hours", "Heures d’insertion demandées"),
        )
        if name in sizes
    ]
    if parts := sizes.get("parts"):
        found.append(("Ce que tient une petite équipe", _parts(parts), parts[0]["rule"]))
    return found


def _hours(came: Mapping[str, Any]) -> str:
    hours = french.count(came["value"], "heure")
    spread = range_of("hours", came)
    return f"{hours}, {spread}" if spread else hours


def _parts(parts: Sequence[Mapping[str, Any]]) -> str:
    shown = [
        f"{french.fte(part['need_cfte'])}, {period(part['first_month'], part['months'])}"
        for part in parts[:SHOWN_PARTS]
    ]
    more = len(parts) - len(shown)
    rest = f" ; et {french.count(more, 'autre part', 'autres parts')}" if more else ""
    return f"{french.count(len(parts), 'part')} : " + " ; ".join(shown) + rest


def _euros(cents: int) -> str:
    """To the hundred euros: a range is no more precise."""
    return french.euros(max(10_000, round(cents / 10_000) * 10_000), rounded=True)
