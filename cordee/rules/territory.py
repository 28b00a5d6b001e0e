"""Places: distance, codes of departments, their names folded, the radius proposed (RULE-30)."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from math import cos, floor, radians, sin, sqrt
from pathlib import Path

from cordee.rules import parameters

EARTH_RADIUS_KM = 6371.0088
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": " ", "'": " ", "-": " "})
_CEDEX = re.compile(r"\bcedex\b.*$")
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}


def box(
    latitude: float, longitude: float, radius_km: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give the ranges of latitude and of longitude, in degrees, that hold a circle.

    For a first sieve by index: who wants the circle cuts it by ``distance_km``.
    """
    height = radius_km / 111.0
    # Near the poles a degree of longitude is nothing: a twentieth keeps the box finite.
    width = height / max(0.05, cos(radians(latitude)))
    return (latitude - height, latitude + height), (longitude - width, longitude + width)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Give the great-circle distance between two points in decimal degrees.

    A series of the chord instead of an arc sine, whose last bits differ from one machine to
    another: 0.04 mm off up to 1 000 km, 0.2 % too short between France and its overseas
    departments.
    """
    # Sines and cosines of single angles only, then sums and products: the same bits everywhere.
    x1, y1, z1 = unit_vector(lat1, lon1)
    x2, y2, z2 = unit_vector(lat2, lon2)
    dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
    h = (dx * dx + dy * dy + dz * dz) / 4.0
    # The first terms of asin(√h) / √h.
    series = 1.0 + h / 6.0 + 3.0 * h * h / 40.0 + 15.0 * h * h * h / 336.0
    return 2.0 * EARTH_RADIUS_KM * sqrt(h) * series


def distance_hm(lat1: float, lon1: float, lat2: float, lon2: float) -> int:
    """Give the great-circle distance in units of 100 m, the nearest one, halves going up."""
    return floor(distance_km(lat1, lon1, lat2, lon2) * 10.0 + 0.5)


def unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """Give the point of the unit sphere at decimal degrees; raises `ValueError` off the Earth."""
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        raise ValueError(
            f"lat, lon are {lat}, {lon}: give decimal degrees, latitude within ±90 first, "
            f"longitude within ±180."
        )
    phi, theta = radians(lat), radians(lon)
    return cos(phi) * cos(theta), cos(phi) * sin(theta), sin(phi)


def departments_of_nuts(code: str) -> frozenset[str] | None:
    """Give the departments of a NUTS code of any level, of 2021 or older; None if unknown.

    ``FR`` is the whole country; ``FRZ`` (outside any region) is unknown.
    """
    return NUTS_DEPARTMENTS.get(code.strip().upper())


def department_of_insee(code: str) -> str | None:
    """Give the department of a commune by its INSEE code ("2A004", "97411"); None if unknown."""
    text = code.strip().upper()
    if len(text) != 5:
        return None
    # Overseas departments have three digits: 971 to 976.
    candidate = text[:3] if text.startswith("97") else text[:2]
    return candidate if candidate in DEPARTMENT_NAMES else None


def department_of_postcode(code: str) -> str | None:
    """Give the department that a postcode most often belongs to; None if unknown.

    Words after the five digits ("CEDEX 9") are left aside. Corsica: 200, 201 and 207 are 2A, 202
    and 206 are 2B. Saint-Barthélemy (97133) and Saint-Martin (97150), no longer part of
    Guadeloupe, are unknown.

    Not covered: the few communes served from a neighbouring department; overseas CEDEX codes.
    """
    text = code.strip()[:5]
    if not (len(text) == 5 and text.isascii() and text.isdigit()) or code.strip()[5:6].isdigit():
        return None
    if text in _FORMER_GUADELOUPE:
        return None
    if text.startswith("20"):
        return _CORSICA.get(text[:3])
    candidate = text[:3] if text.startswith("97") else text[:2]
    return candidate if candidate in DEPARTMENT_NAMES else None


def default_radius_km(*, on: date) -> int:
    """Give the radius proposed to a structure that declares none; the structure corrects it.

    Source: RULE-30 (order of magnitude).
    """
    return parameters.amount("territory.default_radius_km", on=on)


_CORSICA = {"200": "2A", "201": "2A", "207": "2A", "202": "2B", "206": "2B"}
_FORMER_GUADELOUPE = frozenset({"97133", "97150"})

with Path(__file__).with_suffix(".toml").open("rb") as _stream:
    _CODES = tomllib.load(_stream)

REGION_NAMES: Mapping[str, str] = _CODES["regions"]
DEPARTMENT_NAMES: Mapping[str, str] = {
    code: entry["name"] for code, entry in _CODES["departments"].items()
}
DEPARTMENT_REGION: Mapping[str, str] = {
    code: entry["region"] for code, entry in _CODES["departments"].items()
}
REGION_DEPARTMENTS: Mapping[str, frozenset[str]] = {
    region: frozenset(d for d, r in DEPARTMENT_REGION.items() if r == region)
    for region in REGION_NAMES
}
NUTS3_DEPARTMENT: Mapping[str, str] = _CODES["nuts3_2021"]
OLDER_NUTS3_DEPARTMENT: Mapping[str, str] = _CODES["nuts3_older"]


def _by_prefix() -> dict[str, frozenset[str]]:
    # Level 2, 1 and 0 codes are prefixes of level 3 ones; older and 2021 codes never clash.
    found: dict[str, set[str]] = {}
    for nuts3, department in (*NUTS3_DEPARTMENT.items(), *OLDER_NUTS3_DEPARTMENT.items()):
        for length in range(2, 6):
            found.setdefault(nuts3[:length], set()).add(department)
    return {code: frozenset(departments) for code, departments in found.items()}


NUTS_DEPARTMENTS: Mapping[str, frozenset[str]] = _by_prefix()


# The same towns come back on every line of a list.
@lru_cache(maxsize=100_000)
def fold_place_name(name: str) -> str:
    """Lower case without accents, hyphens or CEDEX, with "St" and "Ste" written in full."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_LIGATURES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", _CEDEX.sub("", plain)).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)
