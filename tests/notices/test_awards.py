"""Awards: who won, which lot is meant, and what a correction moves."""

from datetime import UTC, datetime

import pytest

from cordee.notices.formats.awards import Decision, form_in_names, settled, tender_count, winner
from cordee.notices.formats.ted_fields import changes_of, new_deadline
from cordee.notices.formats.tree import from_xml
from cordee.notices.notice import Award, GroupingForm, Lot, Notice, Winner
from cordee.notices.reading import read_bytes
from tests.notices.conftest import SAMPLES

SIRET = "99900000600018"
LOTS = (Lot("LOT-0001", "Tonte"), Lot("LOT-0002", "Élagage des allées"), Lot("LOT-0012", "Voirie"))


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("Chantier du Songe (mandataire)", SIRET, Winner("Chantier du Songe", SIRET)),
        ("Peintres ( Co-traitant )", "999 000 006", Winner("Peintres")),
        ("Régie (anciennement Brume)", None, Winner("Régie (anciennement Brume)")),
        ("[nom]", None, None),
        ("  ", "00000000000000", None),
        (None, "999 000 006 00018", Winner(None, SIRET)),
    ],
)
def test_who_won(name: str | None, number: str | None, expected: Winner | None) -> None:
    """A role is no part of a name; a number counts only when its check digit holds."""
    assert winner(name, number) == expected


@pytest.mark.parametrize(
    ("number", "title", "lot"),
    [
        ("1", None, "LOT-0001"),
        ("Lot n° 02", None, "LOT-0002"),
        ("LOT-12", None, "LOT-0012"),
        ("2 - Élagage", None, "LOT-0002"),
        ("0", "Lot 12 : voirie", "LOT-0012"),
        ("2016-52", "  tonte ", "LOT-0001"),
        ("Élagage des  allées", None, "LOT-0002"),
        (None, "Lot no 2", "LOT-0002"),
        ("1213", None, "1213"),
        ("99", "Autre chose", "99"),
        (None, "Autre chose", None),
    ],
)
def test_which_lot_is_meant(number: str | None, title: str | None, lot: str | None) -> None:
    """By number, then by words; what is not recognised stays as it was written."""
    (award,), lots = settled([Decision(Award(lot_id=number), title)], LOTS)
    assert award.lot_id == lot
    assert lots == LOTS


def test_lots_come_from_what_is_decided_where_none_are_described() -> None:
    """Several numbers make lots; one alone is the whole contract."""
    decisions = [Decision(Award(lot_id="1"), "Tonte"), Decision(Award(lot_id="2"), "Taille")]
    awards, lots = settled(decisions, ())
    assert [(lot.id, lot.title) for lot in lots] == [("1", "Tonte"), ("2", "Taille")]
    assert [award.lot_id for award in awards] == ["1", "2"]
    (alone,), none = settled(decisions[:1], ())
    assert (alone.lot_id, none) == (None, ())


def test_the_form_a_group_gives_itself() -> None:
    """Only in so many words: a group is not of one form or the other by being one."""
    assert form_in_names(["Groupement solidaire A / B"]) is GroupingForm.SOLIDAIRE
    assert form_in_names([None, "groupement conjoint C"]) is GroupingForm.CONJOINT
    assert form_in_names(["Groupement D / E", "Économie solidaire F"]) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("3", 3), ("03", 3), ("4.0", 4), ("0", None), ("-1", None), ("12345", None), (None, None)],
)
def test_offers(text: str | None, count: int | None) -> None:
    """Nothing is awarded without an offer: zero is not known."""
    assert tender_count(text) == count


def test_only_the_deadline_moves_the_deadline() -> None:
    """Of several lots the last; the opening of tenders is another date."""
    changes = changes_of(
        from_xml(
            b"""<F14><CHANGES>
            <CHANGE><WHERE><SECTION>IV.2.2)</SECTION><LOT_NO>1</LOT_NO></WHERE>
              <OLD_VALUE><DATE>2027-02-01</DATE></OLD_VALUE><NEW_VALUE><DATE>2027-02-10</DATE>
              <TIME>12:00</TIME></NEW_VALUE></CHANGE>
            <CHANGE><WHERE><SECTION>IV.2.2)</SECTION><LOT_NO>2</LOT_NO></WHERE>
              <OLD_VALUE><NOTHING/></OLD_VALUE><NEW_VALUE><DATE>2027-02-12</DATE></NEW_VALUE></CHANGE>
            <CHANGE><WHERE><SECTION>IV.2.7)</SECTION></WHERE><OLD_VALUE><NOTHING/></OLD_VALUE>
              <NEW_VALUE><DATE>2027-03-01</DATE></NEW_VALUE></CHANGE>
            <CHANGE><WHERE><SECTION>II.2.4)</SECTION></WHERE><OLD_VALUE><TEXT><P>10 h</P></TEXT>
              </OLD_VALUE><NEW_VALUE><NOTHING/></NEW_VALUE></CHANGE>
            <CHANGE><WHERE/><OLD_VALUE><NOTHING/></OLD_VALUE></CHANGE>
            </CHANGES></F14>""",
            "avis",
        )
    )
    assert new_deadline(changes) == (
        datetime(2027, 2, 12, 22, 59, tzinfo=UTC),
        "2027-02-12",
        "CHANGES/IV.2.2) lot 2",
    )
    assert [change.sentence for change in changes] == [
        "IV.2.2) lot 1 : au lieu de « 2027-02-01 », lire « 2027-02-10 12:00 ».",
        "IV.2.2) lot 2 : ajouter « 2027-02-12 ».",
        "IV.2.7) : ajouter « 2027-03-01 ».",
        "II.2.4) : supprimer « 10 h ».",
    ]


def test_a_tender_that_nothing_names_has_not_won() -> None:
    """Two tenders under a lot, no contract and no rank: the award names nobody."""
    content = (SAMPLES / "eforms_award.xml").read_text("utf-8")
    content = content.replace("<cbc:RankCode>1</cbc:RankCode>", "")
    (notice,) = read_bytes(content.encode(), "avis")
    assert isinstance(notice, Notice)
    (third,) = [award for award in notice.awards if award.lot_id == "LOT-0003"]
    assert third.winners == ()
    assert not third.is_unsuccessful
    assert third.tenders == 3
