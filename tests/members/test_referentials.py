"""The committed referentials of territories and activities, and outlines made from them."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from cordee.members.referentials import (
    FOLDER,
    CommuneRow,
    Outlines,
    Ring,
    department_paths,
    naf_codes,
    read_communes,
    read_departments,
    read_regions,
    region_paths,
)
from cordee.rules.territory import (
    DEPARTMENT_NAMES,
    DEPARTMENT_REGION,
    REGION_NAMES,
    distance_km,
)


@cache
def communes() -> dict[str, CommuneRow]:
    return {row.insee: row for row in read_communes()}


def holds(ring: Ring, lat: float, lon: float) -> bool:
    """Whether a point is inside a closed ring, by counting crossings."""
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(ring):
        if (lat1 > lat) != (lat2 > lat) and lon < lon1 + (lat - lat1) / (lat2 - lat1) * (
            lon2 - lon1
        ):
            inside = not inside
    return inside


def test_activities_are_as_many_as_the_insee_counts() -> None:
    codes = naf_codes()
    assert len(codes) == 732
    assert [len({code[:n] for code in codes}) for n in (2, 3, 4)] == [88, 272, 615]
    assert {code[-1] for code in codes} == set("ABCDEFZ")


def test_every_commune_is_there_once() -> None:
    rows = list(read_communes())
    assert len(rows) == len(communes()) == 34_920
    assert [row.insee for row in rows] == sorted(row.insee for row in rows)
    assert Counter(row.parent for row in rows) == {
        None: 34_875,
        "75056": 20,
        "13055": 16,
        "69123": 9,
    }


def test_rows_are_complete_and_plausible() -> None:
    regions = {row.code for row in read_regions()}
    region_of = {row.code: row.region for row in read_departments()}
    for row in communes().values():
        assert row.name
        assert row.region in regions
        assert region_of[row.department] == row.region
        assert row.insee.startswith(row.department)
        assert row.postcodes
        assert all(len(code) == 5 and code.isdigit() for code in row.postcodes), row
        assert row.population is not None
        assert row.population >= 0
        assert -22 < row.lat < 52
        assert -62 < row.lon < 56


def test_known_communes() -> None:
    """Articles, Corsica, overseas departments and arrondissements are as they should be."""
    assert communes()["01001"].name == "L’Abergement-Clémenciat"
    assert communes()["2A004"].name == "Ajaccio"
    assert communes()["97611"].postcodes == ("97600", "97605")
    assert communes()["75116"].postcodes == ("75016", "75116")
    assert communes()["13055"].region == "93"
    lille = communes()["59350"]
    assert distance_km(lille.lat, lille.lon, 50.63, 3.06) < 3


def test_a_postcode_of_a_large_city_names_it_and_its_arrondissement() -> None:
    found = [row.insee for row in communes().values() if "69003" in row.postcodes]
    assert found == ["69123", "69383"]


@pytest.mark.parametrize("city", ["75056", "13055", "69123"])
def test_arrondissements_add_up_to_their_city(city: str) -> None:
    parts = [row for row in communes().values() if row.parent == city]
    assert sum(row.population or 0 for row in parts) == communes()[city].population
    assert sorted(code for row in parts for code in row.postcodes) == sorted(
        communes()[city].postcodes
    )


def test_departments_and_regions() -> None:
    departments = list(read_departments())
    assert len({row.code for row in departments}) == len(departments) == 101
    assert {row.department for row in communes().values()} == {row.code for row in departments}
    assert len(list(read_regions())) == 18
    assert {row.region for row in departments} == {row.code for row in read_regions()}
    assert next(row for row in departments if row.code == "38").name == "Isère"


def test_departments_and_regions_are_those_of_the_rules() -> None:
    departments = {row.code: row for row in read_departments()}
    assert {code: row.name for code, row in departments.items()} == dict(DEPARTMENT_NAMES)
    assert {code: row.region for code, row in departments.items()} == dict(DEPARTMENT_REGION)
    assert {row.code: row.name for row in read_regions()} == dict(REGION_NAMES)


def test_files_hold_territories_and_activities_and_nothing_else() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.suffix not in {".py", ""}} == {
        "README.md",
        "communes.csv.gz",
        "departments.csv",
        "departments.geojson",
        "naf_2008.csv",
        "regions.csv",
        "regions.geojson",
    }
    with gzip.open(FOLDER / "communes.csv.gz", "rt", encoding="utf-8") as file:
        header = file.readline().strip()
    assert header == "insee,name,department,region,postcodes,population,lat,lon,parent"


@pytest.mark.parametrize(
    ("read", "count", "file", "most_bytes"),
    [
        (department_paths, 101, "departments.geojson", 120_000),
        (region_paths, 18, "regions.geojson", 40_000),
    ],
)
def test_outlines_are_closed_rings_and_small(
    read: Callable[[], Outlines], count: int, file: str, most_bytes: int
) -> None:
    paths = read()
    assert len(paths) == count
    assert list(paths) == sorted(paths)
    assert (FOLDER / file).stat().st_size <= most_bytes
    for rings in paths.values():
        assert rings
        for ring in rings:
            assert len(ring) >= 4
            assert ring[0] == ring[-1]


def test_communes_lie_in_the_outline_of_their_department() -> None:
    """Also shows that latitude comes first; the rest sits on borders or on dropped islets."""
    paths = department_paths()
    rows = list(communes().values())[::10]
    inside = sum(
        any(holds(ring, row.lat, row.lon) for ring in paths[row.department]) for row in rows
    )
    assert inside / len(rows) > 0.97


def test_the_enclave_of_valreas_is_drawn_after_the_drome() -> None:
    valreas = communes()["84138"]
    order = [
        code
        for code, rings in department_paths().items()
        if any(holds(ring, valreas.lat, valreas.lon) for ring in rings)
    ]
    assert order == ["26", "84"]


@pytest.mark.shared_data
def test_points_agree_with_another_source(shared_data: Path) -> None:
    """Half of the points within half a kilometre; only Guyane and island communes go far astray."""
    distances: dict[str, float] = {}
    with (shared_data / "geo" / "communes_points.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if ours := communes().get(row["insee"]):
                there = float(row["lat"]), float(row["lon"])
                distances[row["insee"]] = distance_km(ours.lat, ours.lon, *there)
    ordered = sorted(distances.values())
    assert len(ordered) == 34_863
    assert median(ordered) < 0.4
    assert ordered[int(0.95 * len(ordered))] < 1.2
    astray = {insee for insee, km in distances.items() if km > 10}
    # Hyères, Fouesnant (Glénan) and Granville (Chausey): the other point counts the islands.
    assert {insee for insee in astray if not insee.startswith("973")} == {"83069", "29058", "50218"}
    assert max(ordered) < 45
