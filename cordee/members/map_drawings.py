"""The maps of the room, on outlines of places: the rows of a page of the directory, numbered; one
structure; departments with how many members each holds. The list beside says the same.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cordee.base.ui import french, maps
from cordee.base.ui.drawings import pos
from cordee.base.ui.maps import HEIGHT, WIDTH, Projection
from cordee.members import referentials
from cordee.members.directory import DirectoryRow, Search
from cordee.members.models import Structure
from cordee.rules import territory

# Beyond this width in degrees one draws regions; below, departments.
COUNTRY_WIDE_DEGREES = 4.0
# Two corners of an outline nearer than this are one, in units of the drawing.
CORNER_SPACING = 3.0
# Dots of the other rows: one per cell of this side, so that their weight has an upper bound.
DOT_CELL = 6
MOST_DOTS = 700
# Names of places written on the map; more would hide one another.
MOST_NAMES = 8
NAME_SPACING = 60

type LonLat = tuple[float, float]
# A number needs this much room around its department, in units of the drawing.
ROOM_WIDE, ROOM_HIGH = 15.0, 13.0
DEPARTMENT_CORNER_SPACING = 2.0
# From none to many: fill and the words of the legend.
FILLS = ("f-blanc", "f-lichen-1", "f-lichen-2", "f-lichen-4")


@dataclass(frozen=True, slots=True)
class DirectoryMap:
    """`drawing` holds the numbered rows; `dots` is one path for all other rows in view."""

    drawing: maps.MapDrawing
    dots: str
    elsewhere: int  # rows of the page that are placed nowhere, or out of the drawing


def draw(numbered: Sequence[tuple[int, DirectoryRow]], search: Search) -> DirectoryMap | None:
    """Draw the rows of a page among all that were found; None where no row has a place."""
    placed = [(number, row) for number, row in numbered if row.point is not None]
    centre, department = search.commune, search.query.department
    frame: list[maps.MapPoint] = []
    radius = None
    if centre is not None:
        radius = maps.Radius(centre.longitude, centre.latitude, search.query.radius_km)
    elif department:
        frame = _frame(referentials.department_paths()[department][0])
    elif any(_is_on_mainland(row) for _, row in placed):
        # The same map from page to page; no map holds an ocean.
        placed = [one for one in placed if _is_on_mainland(one[1])]
        frame = _frame(referentials.MAINLAND)
    else:
        placed = [one for one in placed if math.dist(_spot(one[1]), _spot(placed[0][1])) < 5]
    if not placed:
        return None
    points = [_point(number, row) for number, row in placed]
    window = _Window([*points, *frame], radius)
    names = window.names([row for _, row in placed]) if radius else []
    drawing = maps.draw([*points, *frame], radius=radius, outlines=window.outlines(), places=names)
    drawing = replace(
        drawing,
        markers=drawing.markers[: len(points)],
        label=f"Carte de {french.count(len(points), 'structure')}. "
        "La liste donne les mêmes informations.",
    )
    spots = search.points([row for _, row in placed], window.cell_degrees)
    return DirectoryMap(drawing, window.dots(spots), len(numbered) - len(placed))


def draw_one(structure: Structure, reach_km: int) -> maps.MapDrawing | None:
    """Where one structure is, and how far it goes; None where it is placed nowhere."""
    if structure.point is None:
        return None
    lat, lon = structure.point
    point = maps.MapPoint(
        1, lon, lat, structure.kind, structure.shown_name, is_confirmed=structure.has_point
    )
    radius = maps.Radius(lon, lat, reach_km)
    outlines_shown = _Window([point], radius).outlines()
    name = maps.PlaceName(structure.place_name, lon, lat)
    return maps.draw(
        [point], radius=radius, outlines=outlines_shown, places=[name], subject="structure"
    )


def _point(number: int, row: DirectoryRow) -> maps.MapPoint:
    assert row.point is not None
    lat, lon = row.point
    return maps.MapPoint(number, lon, lat, row.kind, row.name, is_confirmed=row.is_placed_exactly)


def _spot(row: DirectoryRow) -> LonLat:
    assert row.point is not None
    return row.point


def _is_on_mainland(row: DirectoryRow) -> bool:
    lat, lon = _spot(row)
    (south, west), (north, east) = referentials.MAINLAND
    return south <= lat <= north and west <= lon <= east


def _frame(ring: referentials.Ring) -> list[maps.MapPoint]:
    """Two corners of the box around a ring, which a map must hold: points that are not drawn."""
    lats, lons = zip(*ring, strict=True)
    return [maps.MapPoint(0, end(lons), end(lats), "", "") for end in (min, max)]


class _Window:
    """What a drawing of these points shows, by the projection that `maps.draw` makes of them."""

    def __init__(self, points: Sequence[maps.MapPoint], radius: maps.Radius | None) -> None:
        self.project = maps.project_all(points, radius)

    @property
    def cell_degrees(self) -> tuple[float, float]:
        """What the side of a cell of dots is, in degrees of latitude and of longitude."""
        side = DOT_CELL / self.project.scale
        return side, side / self.project.shrink

    def outlines(self) -> list[list[LonLat]]:
        """Rings that cross the window, as (longitude, latitude), cut near its edges."""
        degrees_wide = maps.WIDTH / (self.project.scale * self.project.shrink)
        shapes = (
            referentials.region_paths()
            if degrees_wide > COUNTRY_WIDE_DEGREES
            else referentials.department_paths()
        )
        rings = (
            self._cut([(lon, lat) for lat, lon in ring])
            for rings in shapes.values()
            for ring in rings
        )
        return [ring for ring in rings if len(ring) > 3]

    def names(self, rows: Sequence[DirectoryRow]) -> list[maps.PlaceName]:
        """The places of the rows that stand apart: in a town, a name would lie under its rows."""
        spots = {row.pk: self.project(_spot(row)[1], _spot(row)[0]) for row in rows}
        named: dict[str, maps.PlaceName] = {}
        for row in rows:
            is_apart = all(
                other.place == row.place or math.dist(spots[row.pk], spots[other.pk]) > NAME_SPACING
                for other in rows
            )
            if is_apart and row.place and row.place not in named:
                lat, lon = _spot(row)
                named[row.place] = maps.PlaceName(row.place, lon, lat)
        return list(named.values())[:MOST_NAMES]

    def dots(self, points: Iterable[LonLat]) -> str:
        """One path for many points of (latitude, longitude): the cells of a grid that hold some."""
        cells: dict[tuple[int, int], None] = {}
        for lat, lon in points:
            x, y = self.project(lon, lat)
            if 0 <= x <= maps.WIDTH and 0 <= y <= maps.HEIGHT:
                cells[round(x / DOT_CELL) * DOT_CELL, round(y / DOT_CELL) * DOT_CELL] = None
        # Where there are too many, one in so many of them, everywhere alike.
        one_in = -(-len(cells) // MOST_DOTS) or 1
        return "".join(f"M{x} {y}h0" for x, y in sorted(cells)[::one_in])

    def _cut(self, ring: list[LonLat]) -> list[LonLat]:
        """The part of a ring in a box around the window, without corners too near one another."""
        lon, lat = self.project.middle
        high = maps.HEIGHT / self.project.scale * 0.6
        wide = maps.WIDTH / (self.project.scale * self.project.shrink) * 0.6
        for axis, limit, sign in (
            *((0, lon - wide, 1), (0, lon + wide, -1)),
            *((1, lat - high, 1), (1, lat + high, -1)),
        ):
            ring = _cut_side(ring, axis, limit, sign)
        kept: list[LonLat] = []
        for spot in ring:
            if not kept or math.dist(self.project(*spot), self.project(*kept[-1])) > CORNER_SPACING:
                kept.append(spot)
        return kept


def _cut_side(ring: list[LonLat], axis: int, limit: float, sign: int) -> list[LonLat]:
    """Keep of a ring what lies on one side of a line (Sutherland and Hodgman's way)."""
    kept: list[LonLat] = []
    for before, spot in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        was_in = sign * (before[axis] - limit) >= 0
        is_in = sign * (spot[axis] - limit) >= 0
        if was_in != is_in:
            share = (limit - before[axis]) / (spot[axis] - before[axis])
            other = 1 - axis
            crossing = before[other] + share * (spot[other] - before[other])
            kept.append((limit, crossing) if axis == 0 else (crossing, limit))
        if is_in:
            kept.append(spot)
    return kept


@dataclass(frozen=True, slots=True)
class NetworkMap:
    """`shapes` are (path, fill), `numbers` (x, y, text), `legend` (fill, words)."""

    shapes: list[tuple[str, str]]
    numbers: list[tuple[str, str, str]]
    legend: list[tuple[str, str]]
    label: str
    view_box: str
    left_out: int  # members of departments that this map does not hold


def draw_departments(
    counts: Mapping[str, int], among: Collection[str] | None = None, *, noun: str = "membre"
) -> NetworkMap | None:
    """Draw the departments around those `among`; all of the mainland where none is given.

    `counts`: how many members (or another `noun`) by department. None where nothing is drawn.
    """
    paths = referentials.department_paths()
    shown = [code for code in among or () if code in paths]
    if among and not shown:
        return None
    frame = [spot for code in shown for spot in paths[code][0]] or referentials.MAINLAND
    project = Projection([(lon, lat) for lat, lon in frame])
    limits = _limits([count for count in counts.values() if count])
    shapes, numbers, drawn = [], [], set()
    for code, rings in paths.items():
        points = [[project(lon, lat) for lat, lon in ring] for ring in rings]
        points = [ring for ring in points if any(_is_inside(spot) for spot in ring)]
        if not points:
            continue
        drawn.add(code)
        count = counts.get(code, 0)
        fill = FILLS[sum(count >= limit for limit in limits)]
        shapes.append(("".join(_path(ring) for ring in points), fill))
        middle = _middle(points[0])
        if count and _has_room(points[0]) and _is_inside(middle):
            numbers.append((pos(middle[0]), pos(middle[1] + 4), french.number(count)))
    total = sum(counts.values())
    return NetworkMap(
        shapes,
        numbers,
        _legend(limits, noun),
        f"Carte des départements : {french.count(total, noun)}. La liste donne les mêmes nombres.",
        f"0 0 {pos(WIDTH)} {pos(HEIGHT)}",
        sum(count for code, count in counts.items() if code not in drawn),
    )


def named(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """(code, name, members) of each department that holds some, most members first."""
    return [
        (code, territory.DEPARTMENT_NAMES.get(code, "Département inconnu"), count)
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _limits(counts: Collection[int]) -> tuple[int, ...]:
    """From how many members on each darker fill begins: one, a third and two thirds of the most."""
    most = max(counts, default=0)
    if most < 3:
        return tuple(range(1, most + 1))
    # Of three, the first third is one already: a step is never empty.
    return tuple(sorted({1, -(-most // 3), -(-2 * most // 3)}))


def _legend(limits: tuple[int, ...], noun: str) -> list[tuple[str, str]]:
    none = "aucun membre" if noun == "membre" else f"aucune {noun}"
    steps = [(FILLS[0], none)]
    for number, first in enumerate(limits):
        last = limits[number + 1] - 1 if number + 1 < len(limits) else None
        if last is None:
            words = f"{french.number(first)} et plus"
        elif last == first:
            words = french.number(first)
        else:
            words = f"de {french.number(first)} à {french.number(last)}"
        steps.append((FILLS[number + 1], words))
    return steps


def _is_inside(spot: tuple[float, float]) -> bool:
    return 0 <= spot[0] <= WIDTH and 0 <= spot[1] <= HEIGHT


def _path(ring: list[tuple[float, float]]) -> str:
    kept = [ring[0]]
    for spot in ring[1:]:
        if abs(spot[0] - kept[-1][0]) + abs(spot[1] - kept[-1][1]) > DEPARTMENT_CORNER_SPACING:
            kept.append(spot)
    return "M" + "L".join(f"{pos(x)} {pos(y)}" for x, y in kept) + "z"


def _has_room(ring: list[tuple[float, float]]) -> bool:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return max(xs) - min(xs) > ROOM_WIDE and max(ys) - min(ys) > ROOM_HIGH


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The centre of gravity of a ring."""
    area = x_sum = y_sum = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area += cross
        x_sum += (x1 + x2) * cross
        y_sum += (y1 + y2) * cross
    if abs(area) < 1e-9:
        return ring[0]
    return x_sum / (3 * area), y_sum / (3 * area)
