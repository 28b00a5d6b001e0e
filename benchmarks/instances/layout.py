"""Where structures lie: real places beside the project, else the population of the communes."""

import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cordee.members.referentials import read_communes

PROJECT = Path(__file__).resolve().parents[2]
REAL, DENSITY = "real", "density"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """Places with their weights: degrees, and how often each is drawn beside the others."""

    name: str
    latitude_deg: Floats
    longitude_deg: Floats
    weight: Floats


def shared_data() -> Path | None:
    """The folder of real files beside the project, where there is one."""
    folder = Path(os.environ.get("CORDEE_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


def default_layout() -> str:
    """`real` where the list of structures is beside the project, else `density`."""
    folder = shared_data()
    is_real = folder is not None and (folder / "structures" / "siae_2020.csv").is_file()
    return REAL if is_real else DENSITY


def read_layout(name: str) -> Layout:
    """Read a layout; `real` raises `FileNotFoundError` where the list is not beside the project."""
    return _real() if name == REAL else _density()


def _real() -> Layout:
    folder = shared_data()
    if folder is None:
        raise FileNotFoundError("no real files: set CORDEE_SHARED_DATA to their folder")
    with (folder / "structures" / "siae_2020.csv").open(encoding="utf-8", newline="") as file:
        places = sorted(
            (float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file) if row["lat"]
        )
    both = np.array(places)
    return Layout(REAL, both[:, 0], both[:, 1], np.ones(len(both)))


@cache
def _density() -> Layout:
    rows = [(c.lat, c.lon, float(c.population or 0)) for c in read_communes() if c.parent is None]
    table = np.array(rows)
    return Layout(DENSITY, table[:, 0], table[:, 1], table[:, 2])


@cache
def large_cities(count: int) -> list[tuple[float, float]]:
    """The most peopled communes of continental France, largest first: latitude and longitude."""
    cities = sorted(
        (c for c in read_communes() if c.parent is None and c.lat > 40),
        key=lambda c: (-(c.population or 0), c.insee),
    )
    return [(city.lat, city.lon) for city in cities[:count]]
