"""A map of numbered points as SVG geometry: plain projection, neighbours side by side.

The list beside the map says everything the map says; the map is never the only way.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cordee.base.ui import french
from cordee.base.ui.drawings import pos

WIDTH, HEIGHT, MARGIN = 400.0, 360.0, 26.0
SPACING = 24.0  # one marker and its edge
KM_PER_DEGREE = 111.195

# Shape tells the kind of structure. Any other kind is a hexagon.
SHAPES = {"ACI": "circle", "EI": "square", "AI": "diamond"}
LEGEND = (("ACI", "circle"), ("EI", "square"), ("AI", "diamond"), ("autres", "hexagon"))


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One marker. `number` is the one the list shows."""

    number: int
    longitude: float
    latitude: float
    kind: str
    label: str
    is_confirmed: bool = True
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name written on the map, without a marker."""

    name: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Radius:
    longitude: float
    latitude: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Marker:
    number: int
    label: str
    shape: str
    classes: str
    x: str
    y: str
    text_y: str
    path: str


@dataclass(frozen=True, slots=True)
class Lettering:
    name: str
    x: str
    y: str
    anchor: str


@dataclass(frozen=True, slots=True)
class MapDrawing:
    markers: list[Marker]
    places: list[Lettering]
    outlines: list[str]
    rope: str
    circle: dict[str, str] | None
    view_box: str
    label: str
    has_unconfirmed: bool


class Projection:
    """Flat map of a small region: degrees east shrink with latitude; one scale for both axes."""

    def __init__(self, spots: Sequence[tuple[float, float]]) -> None:
        lons, lats = [lon for lon, _ in spots], [lat for _, lat in spots]
        self.middle = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
        # An equirectangular projection: true enough over a department, and its inverse is obvious.
        self.shrink = math.cos(math.radians(self.middle[1]))
        # Two kilometres at least: a single point would have an infinite scale.
        wide = max((max(lons) - min(lons)) * self.shrink, 0.02)
        high = max(max(lats) - min(lats), 0.02)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def __call__(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = WIDTH / 2 + (longitude - self.middle[0]) * self.shrink * self.scale
        return x, HEIGHT / 2 - (latitude - self.middle[1]) * self.scale

    def length(self, distance_km: float) -> float:
        return distance_km / KM_PER_DEGREE * self.scale


def project_all(points: Sequence[MapPoint], radius: Radius | None) -> Projection:
    """The projection of a map of these points, that holds the whole circle."""
    spots = [(point.longitude, point.latitude) for point in points]
    if radius is not None:
        reach = radius.radius_km / KM_PER_DEGREE
        wide = reach / math.cos(math.radians(radius.latitude))
        spots += [
            (radius.longitude - wide, radius.latitude - reach),
            (radius.longitude + wide, radius.latitude + reach),
        ]
    return Projection(spots)


def spread(wanted: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places for markers, each as near as possible to where it belongs, none over another."""
    taken: list[tuple[float, float]] = []
    for x, y in wanted:
        taken.append(next(spot for spot in _around(x, y) if _is_free(spot, taken)))
    return taken


def _around(x: float, y: float) -> Iterator[tuple[float, float]]:
    """The spot itself, then rings of spots around it: those within the frame first."""
    if _is_inside(x, y):
        yield x, y
    outside = [(x, y)]
    for ring in range(1, 40):
        # Hexagonal packing: 6, 12, 18… spots at one, two, three markers from the middle.
        for k in range(6 * ring):
            angle = 2 * math.pi * k / (6 * ring)
            spot = (
                x + ring * SPACING * math.cos(angle),
                y + ring * SPACING * math.sin(angle),
            )
            if _is_inside(*spot):
                yield spot
            else:
                outside.append(spot)
    # Off the frame rather than over another marker: each stays readable in the list beside.
    yield from outside


def _is_inside(x: float, y: float) -> bool:
    return 14 <= x <= WIDTH - 14 and 14 <= y <= HEIGHT - 14


def _is_free(spot: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return all(math.dist(spot, other) >= SPACING - 0.5 for other in taken)


def _path(shape: str, x: float, y: float) -> str:
    match shape:
        case "circle":
            return f"M{pos(x - 11)} {pos(y)}a11 11 0 1 0 22 0a11 11 0 1 0-22 0z"
        case "square":
            return f"M{pos(x - 10)} {pos(y - 10)}h20v20h-20z"
        case "diamond":
            return f"M{pos(x)} {pos(y - 14)}l14 14-14 14-14-14z"
        case _:
            return f"M{pos(x - 6)} {pos(y - 11)}h12l7 11-7 11h-12l-7-11z"


def draw(
    points: Sequence[MapPoint],
    *,
    places: Sequence[PlaceName] = (),
    radius: Radius | None = None,
    outlines: Sequence[Sequence[tuple[float, float]]] = (),
    tied: Sequence[int] = (),
    subject: str = "structures",
) -> MapDrawing:
    """Lay out a map. `tied` lists the numbers a rope joins, in order; `outlines` are rings of
    (longitude, latitude). At most 60 points: more than that is a list with pages."""
    if not points:
        raise ValueError("points: a map shows at least one point; show the empty block instead.")
    if len(points) > 60:
        raise ValueError(
            f"points: {len(points)} do not fit; show one page of the list (60 at most)."
        )
    project = project_all(points, radius)
    xy = spread([project(p.longitude, p.latitude) for p in points])
    by_number = {p.number: s for p, s in zip(points, xy, strict=True)}
    rope = " ".join(
        f"{'M' if i == 0 else 'L'}{pos(by_number[n][0])} {pos(by_number[n][1])}"
        for i, n in enumerate(tied)
    )
    return MapDrawing(
        markers=[_marker(p, *s) for p, s in zip(points, xy, strict=True)],
        places=_letter(places, project, xy),
        outlines=[_ring(ring, project) for ring in outlines],
        rope=rope,
        circle=_circle(radius, project),
        view_box=f"0 0 {pos(WIDTH)} {pos(HEIGHT)}",
        label=f"Carte : {len(points)} {subject}. La liste donne les mêmes informations.",
        has_unconfirmed=any(not p.is_confirmed for p in points),
    )


def _marker(point: MapPoint, x: float, y: float) -> Marker:
    shape = SHAPES.get(point.kind, "hexagon")
    classes = ("choisi " if point.is_chosen else "") + ("" if point.is_confirmed else "suppose")
    return Marker(
        point.number, point.label, shape, classes.strip(), pos(x), pos(y), pos(y + 4),
        _path(shape, x, y),
    )  # fmt: skip


def _letter(
    places: Sequence[PlaceName], project: Projection, markers: Sequence[tuple[float, float]]
) -> list[Lettering]:
    """Names beside their places, over no marker and no other name where that can be."""
    boxes = [(x - 12, y - 12, x + 12, y + 12) for x, y in markers]
    drawn = []
    for place in places:
        x, y = project(place.longitude, place.latitude)
        options = [_option(place.name, x, y, dx, dy) for dx, dy in LETTERING]
        lettering, box = next(
            (o for o in options if _fits(o[1], boxes)),
            options[0],
        )
        boxes.append(box)
        drawn.append(lettering)
    return drawn


# Where a name may stand, best first: right or left of its place, above or below. 0 is centred.
LETTERING = (
    *((15, 4), (15, -14), (15, 24), (-15, 4), (-15, -14), (-15, 24), (40, 4), (-40, 4)),
    *((0, -18), (0, 28)),
)
LETTER_WIDE, LETTER_HIGH = 8.0, 15.0  # of the largest letters that points_map.css sets


def _option(
    name: str, x: float, y: float, dx: float, dy: float
) -> tuple[Lettering, tuple[float, float, float, float]]:
    wide = LETTER_WIDE * len(name)
    anchor, before = ("start", 0.0) if dx > 0 else ("end", wide) if dx < 0 else ("middle", wide / 2)
    left = x + dx - before
    box = (left, y + dy - LETTER_HIGH + 3, left + wide, y + dy + 3)
    return Lettering(name, pos(x + dx), pos(y + dy), anchor), box


def _fits(
    box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]]
) -> bool:
    left, top, right, bottom = box
    return (left >= 2 and right <= WIDTH - 2 and top >= 2 and bottom <= HEIGHT - 2) and not any(
        left < r and right > le and top < b and bottom > t for le, t, r, b in taken
    )


def _ring(ring: Sequence[tuple[float, float]], project: Projection) -> str:
    return "M" + "L".join(f"{pos(x)} {pos(y)}" for x, y in (project(*spot) for spot in ring)) + "z"


def _circle(radius: Radius | None, project: Projection) -> dict[str, str] | None:
    if radius is None:
        return None
    x, y = project(radius.longitude, radius.latitude)
    r = project.length(radius.radius_km)
    return {
        "x": pos(x),
        "y": pos(y),
        "r": pos(r),
        "text_y": pos(y + r - 8),
        "text": french.km(radius.radius_km),
    }
