"""The committed public referentials: territories with their outlines, activities, programmes; their
sources and licences in README.md.
"""

import csv
import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
type Ring = tuple[tuple[float, float], ...]
type Outlines = dict[str, tuple[Ring, ...]]
# The corners of a box around mainland France and Corsica, south-west then north-east.
MAINLAND: Ring = ((41.3, -5.2), (51.1, 9.6))


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """A commune, or a municipal arrondissement of Paris, Lyon or Marseille.

    `parent` is the INSEE code of the city of an arrondissement, None otherwise: leave rows with a
    parent out of any sum of populations. `population` is a number of inhabitants. `lat` and `lon`
    are WGS84 degrees of a point inside the commune or its centroid, not of its town hall.
    """

    insee: str
    name: str
    department: str
    region: str
    postcodes: tuple[str, ...]
    population: int | None
    lat: float
    lon: float
    parent: str | None


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department, with the INSEE code of its region."""

    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region, by its INSEE code."""

    code: str
    name: str


def read_communes() -> Iterator[CommuneRow]:
    """Every commune of the 101 departments and the 45 arrondissements, sorted by INSEE code.

    A postcode of Paris, Lyon or Marseille names both the city and its arrondissement.
    """
    with gzip.open(FOLDER / "communes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield CommuneRow(
                insee=row["insee"],
                name=row["name"],
                department=row["department"],
                region=row["region"],
                postcodes=tuple(row["postcodes"].split()),
                population=int(row["population"]) if row["population"] else None,
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                parent=row["parent"] or None,
            )


def read_departments() -> Iterator[DepartmentRow]:
    """The 101 departments, sorted by code."""
    for row in _rows("departments.csv"):
        yield DepartmentRow(code=row["code"], name=row["name"], region=row["region"])


def read_regions() -> Iterator[RegionRow]:
    """The 18 regions, sorted by code."""
    for row in _rows("regions.csv"):
        yield RegionRow(code=row["code"], name=row["name"])


@cache
def naf_codes() -> frozenset[str]:
    """The 732 codes of the French nomenclature of activities of 2008 (NAF rev. 2): "8130Z"."""
    return frozenset(row["code"] for row in _rows("naf_2008.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


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


def read_programmes() -> Iterator[Mapping[str, Any]]:
    """The public facts of known programmes: one TOML file each, dated and sourced, by name."""
    for path in sorted((FOLDER / "programmes").glob("*.toml")):
        with path.open("rb") as stream:
            yield tomllib.load(stream)
