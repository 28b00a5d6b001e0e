"""The real files beside the project: every one reads, and counts checked by eye hold."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from cordee.notices.coverage import coverage
from cordee.notices.notice import Kind, Notice, NoticeError
from cordee.notices.reading import read
from cordee.rules.reservation import Reservation

pytestmark = pytest.mark.shared_data


def all_files(shared_data: Path) -> Iterator[Notice | NoticeError]:
    return chain.from_iterable(
        read(shared_data / name)
        for name in ("ted/ted_export_fr.zip", "ted/eforms", "boamp/records", "boamp/xml_v230")
    )


@pytest.fixture(scope="module")
def ted(shared_data: Path) -> dict[str, Notice]:
    found = list(read(shared_data / "ted/ted_export_fr.zip"))
    assert all(isinstance(item, Notice) for item in found)
    return {item.id: item for item in found if isinstance(item, Notice)}


def test_every_file_reads(shared_data: Path) -> None:
    """400 TED, 3 eForms, 4 BOAMP records, 13 older announcements, and no error."""
    report = coverage(all_files(shared_data))
    assert report.errors == ()
    assert dict(report.read) == {
        "ted_r209": 392,
        "ted_r208": 8,
        "eforms": 3,
        "boamp_eforms": 2,
        "boamp_mapa": 1,
        "boamp_legacy": 14,
    }
    assert all(report.carried[name]["title"] == count for name, count in report.read.items())
    assert all(report.carried[name]["buyer"] == count for name, count in report.read.items())
    assert "Illisibles : 0" in report.to_text()


def test_every_call_of_form_f02_has_the_essential(ted: dict[str, Notice]) -> None:
    """28 calls: each has title, buyer, place, CPV and deadline; 15 are divided into lots."""
    calls = [notice for notice in ted.values() if notice.form == "F02"]
    assert len(calls) == 28
    for notice in calls:
        assert notice.kind is Kind.CALL
        assert notice.title
        assert notice.buyer
        assert notice.deadline
        assert notice.cpv.main
        assert notice.places
    assert sum(bool(notice.lots) for notice in calls) == 15
    assert sum(notice.amount is not None for notice in calls) == 15


def test_kinds_of_ted(ted: dict[str, Notice]) -> None:
    """Kinds follow what the Publications Office says the document is."""
    by_form: dict[str, Counter[Kind]] = {
        form: Counter() for form in ("F03", "F12", "F14", "F20", "17", "18")
    }
    for notice in ted.values():
        if notice.form in by_form:
            by_form[notice.form][notice.kind] += 1
    assert by_form == {
        "F03": {Kind.AWARD: 24},
        "F12": {Kind.CALL: 32},
        "F14": {Kind.CHANGE: 1},
        "F20": {Kind.AWARD: 14},
        "17": {Kind.CALL: 5},
        "18": {Kind.AWARD: 2},
    }


RESERVED = {
    "133856-2021": Reservation.INSERTION,  # lots 11 to 19, in words
    "133513-2021": Reservation.HANDICAP,  # two boxes, no article named
    "070891-2017": Reservation.HANDICAP,  # boxes and ESAT in words
    "546568-2020": Reservation.INSERTION,  # the text names L. 2113-13 beside handicap boxes
    "150545-2022": Reservation.MIXTE,  # the text names both articles
    "297487-2018": Reservation.HANDICAP,  # the text names EA and ESAT beside an ESS box
    "294790-2021": Reservation.MIXTE,  # two boxes of different kinds, no text
}


@pytest.mark.parametrize("identifier", RESERVED)
def test_reservations_read_by_eye(ted: dict[str, Notice], identifier: str) -> None:
    """Boxes, and words that win over them."""
    reserved = ted[identifier].reserved
    assert reserved is not None
    assert reserved.reservation is RESERVED[identifier]


def test_a_notice_reserves_only_some_lots(ted: dict[str, Notice]) -> None:
    """133856-2021: 19 lots, of which 11 to 19 for insertion."""
    lots = ted["133856-2021"].lots
    assert len(lots) == 19
    assert [lot.id for lot in lots if lot.reserved] == [str(number) for number in range(11, 20)]


def test_a_defence_notice_of_the_older_schema(ted: dict[str, Notice]) -> None:
    """029213-2021: six lots with their own amounts, a title and a deadline."""
    notice = ted["029213-2021"]
    assert notice.format == "ted_r208"
    assert [lot.amount.cents for lot in notice.lots if lot.amount] == [800_000_000] + [
        40_000_000
    ] * 5
    assert notice.amount is not None
    assert notice.amount.cents == 1_000_000_000
    assert [place.department for place in notice.places] == [None, "24", "976", "973"]


def test_a_cancelled_call(shared_data: Path) -> None:
    """25-127510 is an eForms change whose reason is a cancellation."""
    (notice,) = read(shared_data / "boamp/records/eforms-25-127510.json")
    assert isinstance(notice, Notice)
    assert notice.kind is Kind.CANCELLATION
    assert notice.links.previous[0] == "25-123573"


def test_french_is_chosen_among_languages(shared_data: Path) -> None:
    """The Belgian award of 2024 is written in Dutch first."""
    (notice,) = read(shared_data / "ted/eforms/2024-OJS065-00191534.xml")
    assert isinstance(notice, Notice)
    assert notice.title is not None
    assert notice.title.startswith("PROCEDURE OUVERTE POUR LE NETTOYAGE")
    assert notice.places == ()
    assert [place.nuts for place in notice.lots[0].places] == ["BE234"]
