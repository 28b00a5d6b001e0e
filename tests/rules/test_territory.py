"""Tables of places: complete, consistent, and agreeing with real files where they are present."""

import re
import zipfile
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.rules import territory

# domain.md §3.2: NUTS 2021 and INSEE regions.
NUTS_REGION = {
    "FR10": "11", "FRB0": "24", "FRC": "27", "FRD": "28", "FRE": "32", "FRF": "44",
    "FRG0": "52", "FRH0": "53", "FRI": "75", "FRJ": "76", "FRK": "84", "FRL0": "93",
    "FRM0": "94", "FRY1": "01", "FRY2": "02", "FRY3": "03", "FRY4": "04", "FRY5": "06",
}  # fmt: skip

# NUTS 2013 level 2 and its departments, from the regions before 2016.
OLDER_LEVEL_2 = {
    "FR21": {"08", "10", "51", "52"},
    "FR24": {"18", "28", "36", "37", "41", "45"},
    "FR30": {"59", "62"},
    "FR43": {"25", "39", "70", "90"},
    "FR52": {"22", "29", "35", "56"},
    "FR71": {"01", "07", "26", "38", "42", "69", "73", "74"},
    "FR82": {"04", "05", "06", "13", "83", "84"},
    "FR83": {"2A", "2B"},
}

latitude = st.floats(-60, 70)
longitude = st.floats(-70, 70)


def test_tables_hold_the_whole_country() -> None:
    assert len(territory.REGION_NAMES) == 18
    assert len(territory.DEPARTMENT_NAMES) == 101
    assert set(territory.NUTS3_DEPARTMENT.values()) == set(territory.DEPARTMENT_NAMES)
    assert len(territory.NUTS3_DEPARTMENT) == 101
    assert set().union(*territory.REGION_DEPARTMENTS.values()) == set(territory.DEPARTMENT_NAMES)
    assert territory.departments_of_nuts("FR") == frozenset(territory.DEPARTMENT_NAMES)


@pytest.mark.parametrize(("nuts", "region"), NUTS_REGION.items())
def test_nuts_code_holds_the_departments_of_its_region(nuts: str, region: str) -> None:
    assert territory.departments_of_nuts(nuts) == territory.REGION_DEPARTMENTS[region]


@pytest.mark.parametrize(("nuts", "departments"), OLDER_LEVEL_2.items())
def test_older_nuts_code_holds_its_departments(nuts: str, departments: set[str]) -> None:
    assert territory.departments_of_nuts(nuts) == frozenset(departments)


def test_older_codes_name_every_mainland_department_outside_ile_de_france_once() -> None:
    older = [d for d in territory.OLDER_NUTS3_DEPARTMENT.values() if not d.startswith("97")]
    mainland = {d for d in territory.DEPARTMENT_NAMES if not d.startswith("97")}
    assert sorted(older) == sorted(mainland - territory.REGION_DEPARTMENTS["11"])


@given(latitude, longitude, latitude, longitude)
@settings(max_examples=50)
def test_distance_is_symmetric_and_never_negative(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    there = territory.distance_km(lat1, lon1, lat2, lon2)
    assert there == territory.distance_km(lat2, lon2, lat1, lon1)
    assert there >= 0


@given(st.floats(42, 51), st.floats(-5, 9), st.floats(42, 51), st.floats(-5, 9))
@settings(max_examples=50)
def test_distance_agrees_with_the_haversine_within_a_metre(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    phi1, phi2 = radians(lat1), radians(lat2)
    h = (
        sin((phi2 - phi1) / 2) ** 2
        + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    )  # fmt: skip
    expected = 2 * territory.EARTH_RADIUS_KM * asin(sqrt(h))
    assert territory.distance_km(lat1, lon1, lat2, lon2) == pytest.approx(expected, abs=1e-3)


def test_nuts_codes_of_real_notices_agree_with_their_postcodes(shared_data: Path) -> None:
    """Codes and postcodes stand in the same address; buyers err in about 3 % of them."""
    agree = disagree = 0
    unknown = set()
    with zipfile.ZipFile(shared_data / "ted" / "ted_export_fr.zip") as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            for address in re.findall(r"<ADDRESS_\w+>.*?</ADDRESS_\w+>", text, re.DOTALL):
                nuts = re.search(r'NUTS CODE="(FR\w*)"', address)
                postcode = re.search(r"<POSTAL_CODE>([^<]*)<", address)
                if nuts is None or postcode is None:
                    continue
                departments = territory.departments_of_nuts(nuts[1])
                department = territory.department_of_postcode(postcode[1])
                if departments is None:
                    unknown.add(nuts[1])
                elif department is not None and len(departments) == 1:
                    agree += department in departments
                    disagree += department not in departments
    assert unknown <= {"FRZ"}
    assert agree > 700
    assert disagree < 0.04 * agree
