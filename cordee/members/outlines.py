"""Simplified outlines of departments and regions, for maps drawn as SVG."""

import json
from functools import cache

from cordee.members.referentials import FOLDER

type Ring = tuple[tuple[float, float], ...]
type Outlines = dict[str, tuple[Ring, ...]]

# The corners of a box around mainland France and Corsica, south-west then north-east.
MAINLAND: Ring = ((41.3, -5.2), (51.1, 9.6))


@cache
def department_paths() -> Outlines:
    """Closed rings of (lat, lon) in degrees by department code, the largest ring first.

    Draw them in the order of the dictionary: holes are filled, and an enclave (Valréas, the
    enclaves of Hautes-Pyrénées) comes after the department that surrounds it.
    """
    return _read("departments.geojson")


@cache
def region_paths() -> Outlines:
    """Closed rings of (lat, lon) in degrees by region code, coarser, for a map of the country."""
    return _read("regions.geojson")


def _read(name: str) -> Outlines:
    with (FOLDER / name).open(encoding="utf-8") as file:
        features = json.load(file)["features"]
    return {
        feature["properties"]["code"]: tuple(
            tuple((lat, lon) for lon, lat in polygon[0])
            for polygon in feature["geometry"]["coordinates"]
        )
        for feature in features
    }
