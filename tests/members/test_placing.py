"""Which commune a line is given, and the doubts that come with it."""

import pytest

from cordee.members.gazetteer import CommunePoint, Gazetteer, match_place
from cordee.members.structure_list import ListLine
from cordee.rules.territory import fold_place_name


def commune(insee: str, name: str, postcodes: str, latitude: float, longitude: float):
    return CommunePoint(
        insee, name, fold_place_name(name), insee[:2], postcodes, latitude, longitude
    )


GAZETTEER = Gazetteer(
    [
        commune("38001", "Saint-Aubin-sur-Verdoire", "38100", 45.0, 5.5),
        commune("38002", "Roche-Mirel", "38200", 45.1, 5.5),
        commune("38003", "Le Bourg", "38300", 45.02, 5.52),
        commune("73001", "Sainte-Œuvre", "73100", 45.6, 6.4),
    ]
)


def line(**values) -> ListLine:
    return ListLine(line=2, siret="", kind="ACI", name="", **values)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ST ETIENNE CEDEX 2", "saint etienne"),
        ("Saint-Étienne", "saint etienne"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Ste Œuvre", "sainte oeuvre"),
    ],
)
def test_names_of_places_fold_alike(written, folded):
    assert fold_place_name(written) == folded


@pytest.mark.parametrize(
    ("values", "insee", "department", "subjects"),
    [
        ({"postcode": "38100", "city": "ST AUBIN SUR VERDOIRE"}, "38001", "38", []),
        # A CEDEX postcode names no commune: the department and the name do.
        ({"postcode": "38109", "city": "Roche-Mirel Cedex", "department": "38"}, "38002", "38", []),
        (
            {"postcode": "38100", "city": "Ancien Nom", "latitude": 45.1, "longitude": 5.5},
            *("38002", "38", ["commune_by_point"]),
        ),
        # The commune of that name is preferred to a nearer one.
        (
            {
                "postcode": "",
                "city": "Saint-Aubin sur Verdoire",
                "latitude": 45.02,
                "longitude": 5.52,
            },
            *("38001", "38", ["commune_by_point"]),
        ),
        ({"postcode": "38100", "city": "Nulle Part"}, None, "38", ["commune_unknown"]),
        (
            {"postcode": "73100", "city": "Ste Œuvre", "department": "38"},
            *("73001", "73", ["department_differs"]),
        ),
        (
            {"postcode": "38100", "city": "Saint-Aubin-sur-Verdoire", "department": "975"},
            *("38001", "38", ["department_unknown"]),
        ),
        (
            {
                "postcode": "38100",
                "city": "Saint-Aubin-sur-Verdoire",
                "latitude": 46.0,
                "longitude": 5.5,
            },
            *("38001", "38", ["far_point"]),
        ),
    ],
)
def test_commune_department_and_doubts(values, insee, department, subjects):
    read = line(**values)
    placement = match_place(read, GAZETTEER)
    assert (placement.commune, placement.department) == (insee, department)
    assert [remark.subject for remark in read.remarks] == subjects
