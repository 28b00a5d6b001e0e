"""The real files beside the project: every one reads, and counts checked by eye hold."""

import json
from collections import Counter
from itertools import chain, islice
from pathlib import Path

import pytest

from cordee.notices.formats.values import day, siret
from cordee.notices.notice import Kind, Notice, NoticeError
from cordee.notices.reading import read
from cordee.rules.reservation import Reservation
from tests.notices.abridged import notices_2021, notices_2026
from tests.notices.coverage import coverage

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def everything(shared_data: Path) -> list[Notice | NoticeError]:
    """Every published notice beside the project, read once."""
    folders = ("ted/ted_export_fr.zip", "ted/eforms", "boamp/records", "boamp/xml_v230")
    return list(chain.from_iterable(read(shared_data / name) for name in folders))


@pytest.fixture(scope="module")
def ted(everything: list[Notice | NoticeError]) -> dict[str, Notice]:
    return {item.id: item for item in everything if isinstance(item, Notice)}


@pytest.fixture(scope="module")
def contracts(shared_data: Path) -> list[Notice | NoticeError]:
    """Every contract of the DECP beside the project, read once."""
    return list(read(shared_data / "decp/contracts_2017_2019.jsonl.gz"))


def test_every_file_reads(everything: list[Notice | NoticeError]) -> None:
    """400 TED, 3 eForms, 4 BOAMP records, 13 older announcements, and no error."""
    report = coverage(everything)
    assert report.errors == ()
    assert report.by_format == {
        "ted_r209": 392,
        "ted_r208": 8,
        "eforms": 3,
        "boamp_eforms": 2,
        "boamp_mapa": 1,
        "boamp_legacy": 14,
    }
    assert all(report.carried[row]["title"] == count for row, count in report.read.items())
    assert all(report.carried[row]["buyer"] == count for row, count in report.read.items())
    assert "Illisibles : 0" in report.to_text()


CARRIED = {
    # (format, kind): read, and of them with deadline, lots, decision, holder, SIRET, price
    ("boamp_eforms", "call"): (1, 1, 1, 0, 0, 0, 0),
    ("boamp_eforms", "cancellation"): (1, 1, 1, 0, 0, 0, 0),
    ("boamp_legacy", "award"): (7, 0, 1, 7, 7, 0, 4),
    ("boamp_legacy", "call"): (7, 7, 2, 0, 0, 0, 0),
    ("boamp_mapa", "call"): (1, 1, 0, 0, 0, 0, 0),
    ("eforms", "award"): (1, 0, 1, 1, 1, 0, 1),
    ("eforms", "call"): (2, 2, 2, 0, 0, 0, 0),
    ("ted_r208", "award"): (2, 0, 0, 2, 2, 0, 2),
    ("ted_r208", "call"): (5, 5, 1, 0, 0, 0, 0),
    ("ted_r208", "prior"): (1, 0, 0, 0, 0, 0, 0),
    ("ted_r209", "award"): (178, 0, 50, 178, 165, 22, 132),
    ("ted_r209", "call"): (194, 187, 83, 0, 0, 0, 0),
    ("ted_r209", "change"): (1, 0, 0, 0, 0, 0, 0),
    ("ted_r209", "prior"): (19, 0, 7, 0, 0, 0, 0),
}


def test_what_each_format_and_kind_carries(everything: list[Notice | NoticeError]) -> None:
    """Calls without deadline are qualification systems (F07), which stay open."""
    report = coverage(everything)
    fields = ("deadline", "lots", "awards", "winners", "siret", "price")
    assert {
        row: (count, *(report.carried[row][field] for field in fields))
        for row, count in report.read.items()
    } == CARRIED


def test_every_contract_of_the_decp(contracts: list[Notice | NoticeError]) -> None:
    """5,077 contracts, no error; two masked holders, 15 buyers whose number does not hold."""
    report = coverage(contracts)
    assert report.errors == ()
    row = ("decp", "award")
    assert report.read == {row: 5077}
    assert report.carried[row]["winners"] == 5075
    assert report.carried[row]["siret"] == 4961
    assert report.carried[row]["price"] == 5033
    assert report.carried[row]["place"] == 4904  # most others say only "FR"
    assert report.carried[row]["cpv"] == 5023


def test_only_what_is_no_notice_is_refused(shared_data: Path) -> None:
    """The whole folder: one error for each file that holds no notice of a source, no other."""
    errors = [item.place for item in read(shared_data) if isinstance(item, NoticeError)]
    assert sorted(Path(place.partition(",")[0]).name for place in errors) == [
        "GUIDELINES.md",
        "README.md",
        "awards_to_siae.json",
        "clauses.jsonl",
        "communes_points.csv",
        "cpv_fr.csv",
        "insertion_conditions.jsonl",
        "notices_2021.jsonl.gz",
        "notices_2026_07.jsonl",
        "sectors.jsonl",
        "siae_2020.csv",
    ]


def test_awards_won_by_work_integration(
    shared_data: Path, contracts: list[Notice | NoticeError]
) -> None:
    """The holders found by hand beside the contracts are those we read (49 awards)."""
    expected = json.loads((shared_data / "decp/awards_to_siae.json").read_text("utf-8"))
    held = {
        (notice.id.partition("-")[2], winner.siret, notice.awards[0].decided_on)
        for notice in contracts
        if isinstance(notice, Notice)
        for winner in notice.awards[0].winners
    }
    for one in expected:
        number = one["uid"].removeprefix(one["acheteur"]["id"])
        # One record is a joke, with a number that cannot be.
        if siret(one["siret"]):
            assert (number, one["siret"], day(one["date"])) in held, one


def test_abridged_notices(shared_data: Path) -> None:
    """7,614 notices of 2021 and 74 of 2026, read by test code alone: kinds, deadlines, places."""
    found = list(islice(notices_2021(shared_data), 0, None, 6))
    assert len(found) == 1269
    kinds = Counter(notice.kind for notice in found)
    assert kinds[Kind.AWARD] > 150
    assert kinds[Kind.CHANGE] == 89
    assert sum(not notice.places for notice in found) == 9  # "99", abroad
    calls = [notice for notice in found if notice.kind is Kind.CALL and notice.deadline]
    assert len(calls) > 500
    later = list(notices_2026(shared_data))
    assert len(later) == 74
    assert sum(notice.deadline is not None for notice in later) == 44
    assert {notice.source for notice in later} == {"boamp", "ted"}


# Read against their XML by eye, one by one: lot, how many holders, cents, day, offers received.
AWARDS: dict[str, list[tuple[str | None, int, int | None, str | None, int | None]]] = {
    "008441-2021": [(None, 1, 2947481200, "2020-11-16", 3)],
    "019901-2021": [(None, 1, None, "2020-12-08", 3)],
    "020844-2021": [(None, 1, 67670000, "2020-12-10", 2)],
    "042930-2021": [(None, 1, 1404013370, "2021-01-05", 5)],
    "061944-2017": [
        ("1", 1, 37471000, "2016-12-30", 1),
        ("2", 1, 18069800, "2016-12-30", 1),
        ("3", 1, 8996400, "2016-12-30", 1),
    ],
    # A modification: its value after it.
    "065358-2020": [(None, 1, 17688000000, "1994-07-01", None)],
    "350720-2020": [(None, 1, 118799400, "2020-05-25", 6)],
    # Lots numbered in words, and no holder told.
    "356939-2018": [
        ("1", 0, None, "2018-07-10", None),
        ("2", 0, None, "2018-07-09", None),
        ("3", 0, None, "2018-07-09", None),
        ("4", 0, None, "2018-07-09", None),
    ],
    # The second lot is named by its title alone.
    "361128-2017": [("1", 1, 155379900, "2017-09-04", 5), ("2", 1, 60903700, "2017-09-04", 6)],
    "374866-2022": [(None, 0, None, None, None)],
    # Two groups, and no word of which lot is whose.
    "391859-2016": [
        (None, 2, 1996500, "2016-08-30", None),
        (None, 3, 3975000, "2016-08-30", None),
    ],
    "456016-2019": [
        ("1", 1, None, "2019-09-13", None),
        ("2", 0, None, "2019-09-13", None),
        ("3", 0, None, None, None),
    ],
    "575369-2021": [(None, 0, None, "2021-09-30", None)],
    # Tenders that lost stand beside those that won; the contract of lot 2 forgets to say which.
    "00191534-2024": [
        ("LOT-0001", 1, 881909, "2024-03-04", 6),
        ("LOT-0002", 1, 1376811, "2024-03-04", 5),
        ("LOT-0003", 1, 931785, "2024-03-04", 4),
        ("LOT-0004", 1, 1180788, "2024-03-04", 4),
        ("LOT-0005", 1, 1101645, "2024-03-04", 5),
    ],
    "16-178891": [(None, 1, None, "2016-12-14", None)],
    "16-185754": [(None, 3, 34885200, "2016-12-26", 3)],
    "17-1028": [(None, 1, 15969160, "2016-11-18", None)],
    "17-1515": [(None, 5, None, "2016-12-29", 6)],
    "17-29167": [(None, 3, 6000000, "2017-01-31", 4)],
    "17-4742": [(None, 3, None, "2016-02-02", None)],
}


def test_awards_read_by_eye(everything: list[Notice | NoticeError]) -> None:
    """Twenty result notices of every format and what they decide."""
    found = {
        notice.id: [
            (
                award.lot_id,
                len(award.winners),
                award.amount.cents if award.amount else None,
                award.decided_on.isoformat() if award.decided_on else None,
                award.tenders,
            )
            for award in notice.awards
        ]
        for notice in everything
        if isinstance(notice, Notice) and notice.id in AWARDS
    }
    assert found == AWARDS


def test_lots_without_result(ted: dict[str, Notice]) -> None:
    """Only where the notice says so: 374866-2022 is without result, 575369-2021 names nobody."""
    assert ted["374866-2022"].awards[0].is_unsuccessful
    assert not ted["575369-2021"].awards[0].is_unsuccessful
    assert [award.is_unsuccessful for award in ted["456016-2019"].awards] == [False, False, True]


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
