"""Each format, whole: the sample reads as exactly the notice beside it."""

import json
from datetime import UTC, datetime

import jsonschema  # type: ignore[import-untyped]
import pytest

from cordee.notices.formats.private_need import SCHEMA
from cordee.notices.notice import Format, Notice, NoticeError
from cordee.notices.notice_json import notice_from_json, notice_to_json
from cordee.notices.reading import read, read_bytes
from cordee.rules.reservation import Reservation
from tests.notices.conftest import SAMPLE_NAMES, SAMPLES


def read_one(name: str) -> Notice:
    found = list(read(SAMPLES / name))
    assert len(found) == 1
    assert isinstance(found[0], Notice), found[0]
    return found[0]


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_sample_reads_as_expected(name: str) -> None:
    """The whole notice, evidence included, equals the one checked by eye."""
    expected = json.loads((SAMPLES / name).with_suffix(".expected.json").read_text("utf-8"))
    assert notice_to_json(read_one(name)) == expected


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_json_loses_nothing(name: str) -> None:
    """Through text and back, the notice is the same object."""
    notice = read_one(name)
    assert notice_from_json(json.loads(json.dumps(notice_to_json(notice)))) == notice


def test_every_format_has_a_sample() -> None:
    """A format without a sample of its own would be read untested."""
    found = {read_one(name).format for name in SAMPLE_NAMES}
    assert found == set(Format) - {Format.BOAMP_ENVELOPE}


def test_naive_times_are_french_local_times() -> None:
    """The API writes +00:00 on a French noon in its own column: the body wins."""
    notice = read_one("boamp_mapa.json")
    assert notice.deadline == datetime(2027, 6, 25, 10, 0, tzinfo=UTC)
    assert notice.deadline_source == "2027-06-25T12:00:00"


@pytest.mark.parametrize(
    ("in_object", "in_body", "cents"), [("9000", None, 900_000), (None, "7000", 700_000)]
)
def test_a_mapa_says_its_amount_and_its_place_in_either_way(
    in_object: str | None, in_body: str | None, cents: int
) -> None:
    """The amount of the description, else that of the notice; a place in words alone."""
    (record,) = json.loads((SAMPLES / "boamp_mapa.json").read_text("utf-8"))["results"]
    body = record["donnees"]["MAPA"]["initial"]
    body["description"] |= {"lieuExecutionLivraison": "Écoles de Saint-Fictif"}
    body["description"] |= {"montant": in_object} if in_object else {}
    body |= {"montant": in_body} if in_body else {}
    (notice,) = read_bytes(json.dumps(record).encode(), "record")
    assert isinstance(notice, Notice)
    assert notice.amount is not None
    assert notice.amount.cents == cents
    read = [place.evidence.words for place in notice.places if place.evidence]
    assert "Écoles de Saint-Fictif" in read


def test_text_wins_over_the_box() -> None:
    """A ticked sheltered-workshop box beside "L. 2113-13" is a reservation for insertion."""
    notice = read_one("ted_r209.xml")
    assert notice.reserved is not None
    assert notice.reserved.reservation is Reservation.INSERTION
    assert [lot.id for lot in notice.lots if lot.reserved] == ["2"]
    assert notice.reserved_for(notice.lots[0]) is None


def test_a_lot_box_stays_on_its_lot() -> None:
    """In eForms each lot says for itself whether it is reserved."""
    notice = read_one("eforms_call.xml")
    kinds = [reserved.reservation for lot in notice.lots if (reserved := lot.reserved)]
    assert kinds == [Reservation.MIXTE, Reservation.NONE]


def test_a_record_of_unknown_shape_keeps_what_its_envelope_says() -> None:
    """`donnees` we do not know still leave title, buyer, department and deadline."""
    record = {
        "idweb": "27-10009",
        "objet": "Concession de plage",
        "nomacheteur": "Commune de Saint-Fictif",
        "code_departement": ["2A"],
        "datelimitereponse": "2027-03-31T12:00:00+02:00",
        "donnees": {"DSP": {"organisme": {}}},
    }
    (notice,) = read_bytes(json.dumps(record).encode(), "record")
    assert isinstance(notice, Notice)
    assert notice.format is Format.BOAMP_ENVELOPE
    assert notice.title == "Concession de plage"
    assert [place.department for place in notice.places] == ["2A"]
    assert notice.deadline == datetime(2027, 3, 31, 10, 0, tzinfo=UTC)


def test_sample_fits_the_schema() -> None:
    """The published JSON Schema is itself valid and accepts our sample."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    content = json.loads((SAMPLES / "private_need.json").read_text("utf-8"))
    jsonschema.validate(content, SCHEMA)


WRONG = [
    ({"title": ""}, "title"),
    ({"siren": "1"}, "siren"),
    ({"deadline": "demain"}, "deadline"),
    ({"amount_euros": -1}, "amount_euros"),
    ({"need_fte": True}, "need_fte"),
    ({"cpv": ["7731"]}, "cpv"),
    ({"places": [{"postcode": "7000"}]}, "places[0].postcode"),
    ({"lots": [{"duration_months": 1.5}]}, "lots[0].duration_months"),
    ({"lots": {}}, "lots"),
    ({"reservation": "tous"}, "reservation"),
    ({"buyer": {"name": "A", "siret": "123"}}, "buyer.siret"),
    ({"social_clause": {"hours": 10}}, "social_clause.kind"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_private_need_is_refused_by_field(change: dict[str, object], field: str) -> None:
    """The reader names the field and a cure; the schema refuses the same files."""
    content = json.loads((SAMPLES / "private_need.json").read_text("utf-8")) | change
    (error,) = read_bytes(json.dumps(content).encode(), "besoin.json")
    assert isinstance(error, NoticeError)
    assert error.place == f"besoin.json, champ {field}"
    assert error.cure
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, SCHEMA)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "none"}, "kind"),
        ({"cpv": "77310000"}, "cpv"),
        ({"surprise": 1}, "surprise"),
        ({"deadline": "hier"}, "deadline"),
    ],
)
def test_wrong_json_names_its_field(change: dict[str, object], message: str) -> None:
    """A stored notice that no longer fits is refused with the name of the field."""
    content = notice_to_json(read_one("private_need.json")) | change
    with pytest.raises(ValueError, match=message):
        notice_from_json(content)
