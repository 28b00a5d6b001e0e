"""Which members an opportunity concerns, best placed first, each with one line that says why.

The order uses what the network may see; the line holds public facts only (trade, distance), as it
is kept and shown to the structure itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.base.ui import french
from cordee.members.models import Structure
from cordee.members.models.capacity import Activity, Certainty
from cordee.members.models.structures import StructureQuerySet
from cordee.members.sharing import Viewer
from cordee.mobilisation import problem
from cordee.opportunities.models import Opportunity
from cordee.rules import crafts
from cordee.rules.figures import lot_name

ADDED = "Ajoutée par le réseau."


@dataclass(frozen=True, slots=True)
class Concerned:
    structure_id: int
    points: int
    distance_km: float | None
    reason: str


def concerned(
    opportunity: Opportunity, members: StructureQuerySet, *, viewer: Viewer
) -> list[Concerned]:
    """Best placed first, by the notes of the ranking; where a fact lacks, by trade and distance."""
    structures = list(members.with_place().select_related("organisation"))
    if not structures:
        return []
    breakdown = opportunity.latest_breakdown()
    rows = list(breakdown.packages.all()) if breakdown else []
    try:
        packages = problem.engine_packages(rows, on=viewer.on)
    except problem.NotComposable:
        packages = ()
    if not packages:
        return _by_trade(opportunity, structures)
    params = problem.params_for(packages)
    placed = [each for each in structures if each.latitude is not None]
    first, months = problem.span_of(packages)
    viewer = viewer.asker.shown_only
    asked = {package.trade for package in packages}
    field = problem.field_of(placed, viewer=viewer, first_month=first, months=months, asked=asked)
    best: dict[int, Concerned] = {}
    for package in problem.ranking_of(packages, field, params=params):
        for row in package["ranked"]:
            one = Concerned(
                row["structure_id"],
                row["points"],
                row["facts"]["distance_hm"] / 10,
                _reason(package, row, len(packages)),
            )
            known = best.get(one.structure_id)
            if known is None or one.points > known.points:
                best[one.structure_id] = one
    ranked = sorted(best.values(), key=lambda each: (-each.points, each.structure_id))
    # The notes leave out who has no point of their own; the user stands at their commune, after
    # them.
    return [*ranked, *_by_trade(opportunity, [s for s in structures if s.latitude is None])]


def _reason(package: Mapping[str, Any], row: Mapping[str, Any], packages: int) -> str:
    trade = next(term for term in row["terms"] if term["name"] == "trade")
    is_guessed = trade["certainty"] == Certainty.GUESSED
    asked = crafts.asked_as(package["trade"], package["craft"])
    line = _line(asked, is_guessed, row["facts"]["distance_hm"] / 10)
    if packages > 1 and package["lot"]:
        line = f"{line[:-1]} ({lot_name(package['lot']).lower()})."
    return line


def _line(asked: str, is_guessed: bool, distance_km: float | None) -> str:
    label = crafts.label_of(asked) + (" (supposé)" if is_guessed else "")
    if distance_km is None:
        return f"{label}."
    if french.is_on_spot(distance_km):
        return f"{label}, sur place."
    return f"{label}, à {french.km(distance_km)}."


def _by_trade(opportunity: Opportunity, structures: Collection[Structure]) -> list[Concerned]:
    """Where no note can be made: a trade asked for, within reach, then the nearest first."""
    return sorted(
        (line for line, goes in _lines(opportunity, structures) if goes),
        key=lambda each: (each.distance_km is None, each.distance_km or 0, each.structure_id),
    )


def _lines(
    opportunity: Opportunity, structures: Collection[Structure]
) -> list[tuple[Concerned, bool]]:
    """Those of a trade or craft asked for, known before guessed; and whether they say they go so
    far."""
    breakdown = opportunity.latest_breakdown()
    packages = [each.asked for each in breakdown.packages.all()] if breakdown else []
    asked = set(packages or [each.trade for each in opportunity.trades.all()])
    rows = Activity.objects.filter(chantier__structure__in=[s.pk for s in structures])
    activities = rows.filter(trade__in={crafts.trade_of(each) for each in asked}).values_list(
        "chantier__structure", "trade", "crafts", "certainty", "reach_km"
    )
    best: dict[int, tuple[str, bool, int]] = {}
    for structure_id, trade, told, certainty, reach_km in activities:
        for each, is_told in crafts.answered(trade, told):
            is_guessed = certainty == Certainty.GUESSED or not is_told
            known = best.get(structure_id)
            if each in asked and (known is None or (known[1] and not is_guessed)):
                best[structure_id] = (each, is_guessed, reach_km)
    places = [
        (place.latitude, place.longitude)
        for place in opportunity.places.all()
        if place.latitude is not None and place.longitude is not None
    ]
    found = []
    for structure in structures:
        if structure.pk in best:
            each, is_guessed, reach_km = best[structure.pk]
            distances = [structure.distance_km(*place) for place in places]
            distance = min((far for far in distances if far is not None), default=None)
            line = Concerned(structure.pk, 0, distance, _line(each, is_guessed, distance))
            found.append((line, distance is None or distance <= reach_km))
    return found


def why(opportunity: Opportunity, structure: Structure) -> str:
    """The line of a member that the network adds itself: what we know, else that it was added."""
    found = _lines(opportunity, [structure])
    return found[0][0].reason if found else ADDED
