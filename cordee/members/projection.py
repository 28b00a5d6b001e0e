"""From latitude and longitude to the viewBox of an SVG map."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

type Projection = Callable[[float, float], tuple[float, float]]

# About one kilometre: a map of a single point still needs an extent.
SMALLEST_SPAN_DEGREES = 0.01


class Bounds(NamedTuple):
    """A box on the map, in degrees."""

    south: float
    west: float
    north: float
    east: float


def bounds_of(points: Iterable[tuple[float, float]], margin_share: float = 0.0) -> Bounds:
    """The smallest box around points of (lat, lon), widened on each side by a share of its span.

    Raises ValueError where there is no point.
    """
    listed = list(points)
    if not listed:
        raise ValueError("points is empty: a map needs at least one point.")
    lats, lons = zip(*listed, strict=True)
    south, north = min(lats), max(lats)
    west, east = min(lons), max(lons)
    dlat, dlon = (north - south) * margin_share, (east - west) * margin_share
    return Bounds(south - dlat, west - dlon, north + dlat, east + dlon)


def fit(bounds: Bounds, width: float, height: float) -> Projection:
    """A function (lat, lon) -> (x, y) that centres `bounds` in a viewBox of that size.

    Equirectangular, with longitudes narrowed by the cosine of the middle latitude, so that a
    kilometre has the same length in x and y there: right for a commune to a country, not for a
    map that holds both France and its overseas departments. y grows downwards, as in SVG.

    Raises ValueError where a size is not positive or the box is upside down.
    """
    if width <= 0 or height <= 0:
        raise ValueError(f"width and height are {width} and {height}: both must be above 0.")
    south, west, north, east = bounds
    if south > north or west > east:
        raise ValueError(f"bounds is {bounds}: give south <= north and west <= east.")
    middle_lat, middle_lon = (south + north) / 2, (west + east) / 2
    narrowing = math.cos(math.radians(middle_lat))
    span_x = max(east - west, SMALLEST_SPAN_DEGREES) * narrowing
    span_y = max(north - south, SMALLEST_SPAN_DEGREES)
    scale = min(width / span_x, height / span_y)

    def project(lat: float, lon: float) -> tuple[float, float]:
        return (
            width / 2 + (lon - middle_lon) * narrowing * scale,
            height / 2 - (lat - middle_lat) * scale,
        )

    return project
