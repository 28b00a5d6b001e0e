"""Essential data of awarded contracts: both shapes, and files of any size in little memory."""

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest

from cordee.notices.formats import json_text
from cordee.notices.notice import GroupingForm, Notice, NoticeError
from cordee.notices.reading import read_bytes
from cordee.rules.reservation import Reservation
from tests.notices.conftest import SAMPLES

CONTRACT: dict[str, Any] = json.loads((SAMPLES / "decp.json").read_bytes())["marches"]["marche"][0]


def read_one(**changes: Any) -> Notice:
    record = {key: value for key, value in (CONTRACT | changes).items() if value is not ...}
    (notice,) = read_bytes(json.dumps(record).encode(), "marché")
    assert isinstance(notice, Notice), notice
    return notice


def wrapped(contracts: list[Any], concessions: list[Any] | None = None) -> bytes:
    lists = {"marche": contracts}
    lists |= {} if concessions is None else {"contrat-concession": concessions}
    return json.dumps({"marches": lists}, ensure_ascii=False, indent=2).encode()


def test_a_number_counts_only_with_its_buyer() -> None:
    """Two buyers may number alike; without a buyer only the number is left; it must be there."""
    other = {"id": "99900000600018"}
    assert read_one().id != read_one(acheteur=other).id
    assert read_one(acheteur=None).id == "2027M01200"
    (error,) = read_bytes(json.dumps(CONTRACT | {"id": " "}).encode(), "marché")
    assert isinstance(error, NoticeError)
    assert "numéro" in error.reason


def test_holders_with_and_without_number() -> None:
    """A masked or wrong SIRET leaves the name; with neither there is no holder to name."""
    holders = [
        {"denominationSociale": "Régie fictive", "id": "99900000600019"},
        {"id": "00000000000000", "typeIdentifiant": "SIRET"},
        {"id": "FR99", "typeIdentifiant": "TVA"},
    ]
    (award,) = read_one(titulaires=holders, actesSousTraitance=...).awards
    assert [(winner.name, winner.siret) for winner in award.winners] == [
        ("Régie fictive", None),
        ("TVA FR99", None),
    ]


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("Solidaire", GroupingForm.SOLIDAIRE),
        ("CONJOINT", GroupingForm.CONJOINT),
        ("Pas de groupement", None),
        (None, None),
    ],
)
def test_the_form_of_the_group(said: str | None, form: GroupingForm | None) -> None:
    """Only a group that is named as one."""
    assert read_one(typeGroupementOperateurs=said).awards[0].group_form is form


@pytest.mark.parametrize(
    ("code", "kind", "department", "commune"),
    [
        ("2A004", "Code commune", "2A", "2A004"),
        ("26200", "Code postal", "26", None),
        ("1160", "Code postal", "01", None),
        ("078", "Code département", "78", None),
        ("17", "Code commune", "17", None),
        ("97411", "Code commune", "974", "97411"),
        ("0901", "Code arrondissement", "09", None),
        ("FR63100", "Code postal", "63", None),
        ("FRK26", "Code département", "69", None),
    ],
)
def test_places(code: str, kind: str, department: str, commune: str | None) -> None:
    """The code is believed before the kind it is said to be."""
    (place,) = read_one(lieuExecution={"code": code, "typeCode": kind}).places
    assert (place.department, place.commune) == (department, commune)


@pytest.mark.parametrize("code", ["FR", "250", "99", "INO", "", None, ["07"]])
def test_a_country_or_nonsense_is_no_department(code: Any) -> None:
    """Nothing is guessed from it."""
    places = read_one(lieuExecution={"code": code, "typeCode": "Code pays"}).places
    assert [place.department for place in places] in ([], [None])


def test_social_considerations() -> None:
    """Ticked boxes of 2024: which clause, reserved without saying for whom, or none at all."""
    both = read_one(
        considerationsSociales={"considerationSociale": ["Clause sociale", "Critère social"]}
    )
    assert both.social_clause is not None
    assert both.social_clause.kind == "both"
    assert both.reserved is None
    reserved = read_one(considerationsSociales="Marché réservé").reserved
    assert reserved is not None
    assert reserved.reservation is Reservation.MIXTE
    none = read_one(
        considerationsSociales=[{"considerationSociale": "Pas de considération sociale"}]
    )
    assert none.social_clause is not None
    assert none.social_clause.negated


def test_contracts_and_concessions_of_one_file() -> None:
    """A daily file has two lists; a contract that cannot be read stops nothing."""
    file = wrapped([CONTRACT, {"id": "", "acheteur": {}}, CONTRACT], [CONTRACT])
    found = list(read_bytes(file, "decp.json"))
    assert [type(item) for item in found] == [Notice, NoticeError, Notice, Notice]
    assert isinstance(found[1], NoticeError)
    assert found[1].place == "decp.json, avis 2"
    assert list(read_bytes(wrapped([], [CONTRACT]), "decp.json")) == [found[0]]
    (empty,) = read_bytes(wrapped([]), "decp.json")
    assert isinstance(empty, NoticeError)


@pytest.mark.parametrize("chunk", [1, 7, 100, 5000])
def test_records_are_cut_anywhere(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """Wherever the window ends, the same records come out."""
    file = wrapped([CONTRACT | {"id": f"é{number}"} for number in range(20)], [CONTRACT])
    whole = list(read_bytes(file, "decp.json"))
    monkeypatch.setattr(json_text, "CHUNK", chunk)
    assert list(read_bytes(file, "decp.json")) == whole
    assert len(whole) == 21


def test_a_cut_list_gives_what_came_before() -> None:
    """A download that stopped: the whole records, then one error that says after which."""
    file = wrapped([CONTRACT] * 5)
    for cut in (file[: len(file) // 2], gzip.compress(file)[:-20]):
        *before, error = read_bytes(cut, "decp.json")
        assert all(isinstance(item, Notice) for item in before)
        assert isinstance(error, NoticeError)
        assert error.cure
    assert "après 2 avis" in error.place or "abîmé" in error.reason


def test_a_large_file_takes_little_memory() -> None:
    """30 MB of contracts, compressed: a few MB at a time."""
    buffer = io.BytesIO()
    one = json.dumps(CONTRACT | {"commentaire": "x" * 60_000}).encode()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as packed:
        packed.write(b'{"marches": {"marche": [')
        for number in range(500):
            packed.write(b",\n" * bool(number) + one)
        packed.write(b"]}}")
    tracemalloc.start()
    count = sum(isinstance(item, Notice) for item in read_bytes(buffer.getvalue(), "decp.json.gz"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 500
    assert peak < 10_000_000
