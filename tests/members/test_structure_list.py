"""Reading a list: what is kept, repaired, doubted, rejected, and in which words."""

import pytest

from cordee.base.tables import Row
from cordee.members.phones import read_phone
from cordee.members.structure_list import (
    LineRejected,
    Severity,
    read_line,
    read_lines,
)
from tests.members.makers import valid_siret

SIRET = valid_siret(1)
ROW = {
    "siret": SIRET,
    "kind": "ACI",
    "name": "Les Jardins de la Verdoire",
    "naf": "88.99B",
    "postcode": "38100",
    "city": "Saint-Aubin-sur-Verdoire",
    "department": "38",
    "lat": "45.01",
    "lon": "5.51",
}


def subjects(row: dict[str, str]) -> list[str]:
    return [remark.subject for remark in read_line(2, ROW | row).remarks]


def test_a_plain_row_is_kept_without_remark():
    line = read_line(2, ROW)
    assert (line.siret, line.kind, line.naf) == (SIRET, "ACI", "8899B")
    assert (line.latitude, line.longitude) == (45.01, 5.51)
    assert line.remarks == []


@pytest.mark.parametrize(
    ("naf", "kept", "doubts"),
    [
        ("81.30z", "8130Z", []),
        ("99.00Z", "9900Z", []),
        ("99.99Z", "", ["naf_unknown"]),
        ("72.47Z", "", ["naf_unknown"]),
        ("81.30A", "", ["naf_unknown"]),
        ("813", "", ["naf_form"]),
        # The NAF of 2025, in force from 2027 on: its letters are others, its list is not here.
        ("81.30Y", "8130Y", []),
    ],
)
def test_a_naf_code_that_no_activity_has_is_not_kept(naf, kept, doubts):
    line = read_line(2, ROW | {"naf": naf})
    assert line.naf == kept
    assert [remark.subject for remark in line.remarks] == doubts
    assert ("naf" in line.filled) is bool(kept)


def test_spaces_in_a_siret_are_no_fault():
    spaced = f"{SIRET[:3]} {SIRET[3:6]}\u202f{SIRET[6:9]}\u00a0{SIRET[9:]}"
    line = read_line(2, ROW | {"siret": spaced})
    assert line.siret == SIRET
    assert line.remarks == []


@pytest.mark.parametrize(
    ("row", "field", "part_of_reason"),
    [
        ({"siret": ""}, "siret", "manque"),
        ({"siret": "9,00E+13"}, "siret", "quatorze chiffres"),
        ({"siret": "123"}, "siret", "quatorze chiffres"),
        ({"siret": "१२३४५६७८९०१२३४"}, "siret", "quatorze chiffres"),
        ({"kind": "SIAE"}, "kind", "pas connue"),
        ({"kind": ""}, "kind", "manque"),
        ({"name": "  "}, "name", "manque"),
        ({"name": "a" * 201}, "name", "201 signes"),
    ],
)
def test_what_cannot_be_kept_is_rejected_with_field_reason_and_cure(row, field, part_of_reason):
    with pytest.raises(LineRejected) as refusal:
        read_line(7, ROW | row)
    remark = refusal.value.remark
    assert (remark.line, remark.severity, remark.field) == (7, Severity.REJECTED, field)
    assert part_of_reason in remark.reason
    assert remark.cure.endswith(".")


@pytest.mark.parametrize(
    ("row", "subject"),
    [
        ({"siret": SIRET[:-1] + str((int(SIRET[-1]) + 1) % 10)}, "siret_key"),
        ({"lat": "", "lon": ""}, "no_point"),
        ({"lat": "45.0", "lon": ""}, "no_point"),
        ({"lat": "nord", "lon": "5"}, "no_point"),
        ({"lat": "nan", "lon": "nan"}, "no_point"),
        ({"lat": "0", "lon": "0"}, "no_point"),
        ({"lat": "95", "lon": "5"}, "no_point"),
        ({"postcode": "381"}, "postcode_form"),
        ({"website": "voir plus tard"}, "website_form"),
        ({"website": "ftp://jardins.fr"}, "website_form"),
        ({"website": "mailto:a@jardins.fr"}, "website_form"),
        ({"phone": "voir avec l’accueil"}, "phone_form"),
    ],
)
def test_what_is_doubtful_is_kept_and_said(row, subject):
    assert subjects(row) == [subject]


def test_leading_zeros_lost_in_a_spreadsheet_are_put_back_and_said():
    low = next(
        f"0{n:08d}0001{k}"
        for n in range(12345678, 12345999)
        for k in range(10)
        if not subjects({"siret": f"0{n:08d}0001{k}"})
    )
    line = read_line(2, ROW | {"siret": low[1:], "postcode": "1100", "department": "1"})
    assert (line.siret, line.postcode, line.department) == (low, "01100", "01")
    assert [(r.field, r.severity) for r in line.remarks] == [
        ("siret", Severity.REPAIRED),
        ("postcode", Severity.REPAIRED),
        ("department", Severity.REPAIRED),
    ]


def test_a_decimal_comma_is_read():
    line = read_line(2, ROW | {"lat": "45,01", "lon": "5,51"})
    assert (line.latitude, line.longitude) == (45.01, 5.51)


def test_a_website_without_scheme_gets_one():
    assert read_line(2, ROW | {"website": "www.exemple.fr"}).website == "https://www.exemple.fr"


def test_the_same_siret_and_kind_twice_keeps_the_first_line():
    lines, rejected = read_lines([Row(2, ROW), Row(3, ROW | {"name": "Autre nom"})])
    assert [line.name for line in lines] == ["Les Jardins de la Verdoire"]
    assert [(r.line, r.subject) for r in rejected] == [(3, "twice")]
    assert "ligne 2" in rejected[0].reason


def test_two_kinds_under_one_siret_are_both_kept_and_name_each_other():
    lines, rejected = read_lines([Row(2, ROW), Row(3, ROW | {"kind": "EI"})])
    assert rejected == []
    assert [line.kind for line in lines] == ["ACI", "EI"]
    assert "EI (ligne 3" in lines[0].remarks[0].reason
    assert "ACI (ligne 2" in lines[1].remarks[0].reason


def test_a_row_cut_wrong_is_rejected_under_its_own_number():
    lines, rejected = read_lines([Row(5, ROW, fault="11 cases au lieu de 12")])
    assert lines == []
    assert (rejected[0].line, rejected[0].subject) == (5, "shape")
    assert rejected[0].reason == "11 cases au lieu de 12."


def test_a_list_may_name_its_columns_in_french():
    french = {"SIRET": SIRET, "Sorte": "aci", "Nom": "Le Fournil", "Code postal": "38100"}
    line = read_line(2, french)
    assert (line.siret, line.kind, line.name, line.postcode) == (
        SIRET,
        "ACI",
        "Le Fournil",
        "38100",
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("04.65.71.20.45", "04 65 71 20 45"),
        ("465712045", "04 65 71 20 45"),  # a spreadsheet took the zero off
        ("+33 (0)4", None),
        ("+33 4 65 71 20 45", "04 65 71 20 45"),
        ("+32 2 555 12 12", "+3225551212"),
        ("04 65 71 20 45 / 46", None),
    ],
)
def test_telephone_numbers_are_written_one_way(typed, kept):
    assert read_phone(typed) == kept
