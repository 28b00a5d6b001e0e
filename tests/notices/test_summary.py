"""Notices and bare lines as the objects that programs read."""

import json
from datetime import date
from pathlib import Path

from cordee.notices.notice import Notice, NoticeError
from cordee.notices.reading import read
from cordee.notices.summary import BareText, read_lines, summary_of, summary_of_text

ON = date(2026, 11, 25)
SAMPLES = Path(__file__).with_name("samples")
FIELDS = {
    *("id", "sectors", "sector_candidates", "fit", "reserved", "clause", "hours", "rate_pct"),
    *("grouping", "negated", "lots", "work_packages", "flags"),
}


def line(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def one(text: str) -> BareText:
    (found,) = read_lines([text], "essai")
    assert isinstance(found, BareText)
    return found


def test_every_sample_has_a_summary_that_is_json() -> None:
    """All the fields, whatever the format, and nothing that JSON cannot say."""
    notices = [item for item in read(SAMPLES) if isinstance(item, Notice)]
    assert len(notices) > 15
    for notice in notices:
        summary = json.loads(json.dumps(summary_of(notice, on=ON)))
        assert summary.keys() >= FIELDS
        assert len(summary["sectors"]) <= 3
        assert (summary["fit"] == 0) == (summary["sectors"] == [])
        assert len(summary["flags"]) == 13


def test_a_bare_line_says_trades_and_clauses() -> None:
    """The fields of the label files; the lots come from lines that open with "Lot"."""
    summary = summary_of_text(
        one(
            line(
                id="a-1",
                title="Entretien des bâtiments communaux",
                text="Lot : Peinture et sols souples\nCent logements.\nLot : Tonte des abords\n"
                "Le titulaire réserve 420 heures à des personnes en insertion.",
                grouping_text="Groupement conjoint avec mandataire solidaire.",
                departments=["26"],
                sectors=["proprete"],
            )
        ),
        on=ON,
    )
    assert summary["id"] == "a-1"
    assert {item["slug"] for item in summary["sectors"]} == {
        "second-oeuvre-batiment",
        "espaces-verts",
    }
    assert all(item["because"] for item in summary["sectors"])
    assert (summary["clause"], summary["hours"]) == ("execution", 420)
    assert summary["grouping"] == "conjoint_mandataire_solidaire"
    assert [lot["trade"] for lot in summary["lots"]] == ["second-oeuvre-batiment", "espaces-verts"]
    packages = summary["work_packages"]
    assert [package["department"] for package in packages] == ["26", "26", "26"]
    assert [package["craft"] for package in packages] == ["peinture", "sols", ""]


def test_an_empty_line_of_fields_says_nothing() -> None:
    """Every field may lack; the line number is then the identifier."""
    summary = summary_of_text(one("{}"), on=ON)
    assert (summary["id"], summary["sectors"], summary["fit"]) == ("ligne-1", [], 0)
    assert (summary["reserved"], summary["clause"], summary["grouping"]) == ("none", "none", "free")


def test_a_bad_line_is_told_and_stops_nothing() -> None:
    """Place, reason and cure, in French; the lines around are read."""
    found = list(read_lines([line(id="1"), "{", "", "[1]", line(id="2")], "essai.jsonl"))
    places = [item.place for item in found if isinstance(item, NoticeError)]
    assert places == ["essai.jsonl, ligne 2", "essai.jsonl, ligne 4"]
    assert [item.notice.id for item in found if isinstance(item, BareText)] == ["1", "2"]
