"""The map beside the directory's list: the rows of the page, numbered, on the outlines of places."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cordee.base.ui import maps
from cordee.members import outlines
from cordee.members.directory import Found
from cordee.members.models import Commune, Structure

# Beyond this width in degrees one draws regions; below, departments.
COUNTRY_WIDE_DEGREES = 4.0
# Two corners of an outline nearer than this are one, in units of the drawing.
CORNER_SPACING = 2.0
# Dots of the other rows: one per cell of this side, so that their weight has an upper bound.
DOT_CELL = 4
MOST_DOTS = 1_200
# Names of places written on the map; more would hide one another.
MOST_NAMES = 8

type LonLat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DirectoryMap:
    """`drawing` holds the numbered rows; `dots` is one path for all other rows in view."""

    drawing: maps.MapDrawing
    dots: str
    elsewhere: int  # rows of the page that are placed nowhere, or out of the drawing


def draw(
    numbered: Sequence[tuple[int, Found]],
    others: Iterable[Found],
    centre: Commune | None,
    radius_km: int,
) -> DirectoryMap | None:
    """Draw the rows of a page among all that were found; None where no row has a place."""
    shown = _on_one_map([(number, row) for number, row in numbered if row.point is not None])
    if not shown:
        return None
    radius = maps.Radius(centre.longitude, centre.latitude, radius_km) if centre else None
    points = [_point(number, row) for number, row in shown]
    window = _Window(points, radius)
    drawing = maps.draw(
        points,
        radius=radius,
        outlines=window.outlines(),
        places=_names([row for _, row in shown]) if radius else (),
    )
    numbers = {row.pk for _, row in shown}
    spots = [row.point for row in others if row.pk not in numbers and row.point is not None]
    return DirectoryMap(drawing, window.dots(spots), len(numbered) - len(shown))


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
    name = maps.Place(structure.place_name, lon, lat)
    return maps.draw(
        [point], radius=radius, outlines=outlines_shown, places=[name], subject="structure"
    )


def _point(number: int, row: Found) -> maps.MapPoint:
    assert row.point is not None
    lat, lon = row.point
    return maps.MapPoint(number, lon, lat, row.kind, row.name, is_confirmed=row.is_placed_exactly)


def _names(rows: Iterable[Found]) -> list[maps.Place]:
    """The places of the rows, each once, where its first row stands."""
    named: dict[str, maps.Place] = {}
    for row in rows:
        if row.point is not None and row.place and row.place not in named:
            named[row.place] = maps.Place(row.place, row.point[1], row.point[0])
    return list(named.values())[:MOST_NAMES]


def _on_one_map(placed: list[tuple[int, Found]]) -> list[tuple[int, Found]]:
    """Rows of mainland France and Corsica, else those around the first: no map holds an ocean."""
    points = [row.point or (0.0, 0.0) for _, row in placed]
    mainland = [41 < lat < 52 and -6 < lon < 11 for lat, lon in points]
    if any(mainland):
        kept = mainland
    else:
        kept = [math.dist(point, points[0]) < 5 for point in points]
    return [one for one, is_kept in zip(placed, kept, strict=True) if is_kept]


class _Window:
    """What a drawing of these points shows, by the projection that `maps.draw` makes of them."""

    def __init__(self, points: Sequence[maps.MapPoint], radius: maps.Radius | None) -> None:
        spots = [(point.longitude, point.latitude) for point in points]
        if radius is not None:
            reach = radius.radius_km / maps.KM_PER_DEGREE
            wide = reach / math.cos(math.radians(radius.latitude))
            spots += [
                (radius.longitude - wide, radius.latitude - reach),
                (radius.longitude + wide, radius.latitude + reach),
            ]
        self.project = maps.Projection(spots)

    def outlines(self) -> list[list[LonLat]]:
        """Rings that cross the window, as (longitude, latitude), cut near its edges."""
        degrees_wide = maps.WIDTH / (self.project.scale * self.project.shrink)
        shapes = (
            outlines.region_paths()
            if degrees_wide > COUNTRY_WIDE_DEGREES
            else outlines.department_paths()
        )
        rings = (
            self._cut([(lon, lat) for lat, lon in ring])
            for rings in shapes.values()
            for ring in rings
        )
        return [ring for ring in rings if len(ring) > 3]

    def dots(self, points: Iterable[LonLat]) -> str:
        """One path for many points of (latitude, longitude): the cells of a grid that hold some."""
        cells: dict[tuple[int, int], None] = {}
        for lat, lon in points:
            x, y = self.project(lon, lat)
            if 0 <= x <= maps.WIDTH and 0 <= y <= maps.HEIGHT:
                cells[round(x / DOT_CELL) * DOT_CELL, round(y / DOT_CELL) * DOT_CELL] = None
        return "".join(f"M{x} {y}h0" for x, y in list(cells)[:MOST_DOTS])

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
