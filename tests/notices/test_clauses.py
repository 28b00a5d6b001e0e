"""What clauses stand on: sentences, lots, numbers; boxes and words together; time."""

import time

import pytest

from cordee.notices.clauses import lots_named, read_clauses
from cordee.notices.clauses.articles import merge_clause, merge_reserved
from cordee.notices.clauses.numbers import number_before
from cordee.notices.formats.assembly import with_wording
from cordee.notices.notice import (
    ClauseKind,
    Evidence,
    Format,
    Kind,
    Lot,
    Notice,
    Reserved,
    SocialClause,
    Source,
)
from cordee.notices.notice_json import notice_from_json, notice_to_json
from cordee.notices.text import fold, sentences
from cordee.rules.reservation import Reservation


def words_of(text: str) -> list[str]:
    return [item.words for item in sentences([Evidence("texte", text)])]


def test_sentences_keep_articles_whole() -> None:
    """ "L. 2113-13" does not end a sentence; a full stop glued to a capital does."""
    assert words_of("Voir l’article L. 2113-13.Puis le lot 2. Fin du texte.") == [
        *("Voir l’article L. 2113-13", "Puis le lot 2", "Fin du texte"),
    ]


def test_sentences_of_forms_that_lost_their_line_breaks() -> None:
    """A capital stuck to a word, a small letter after a full stop, hours after one."""
    assert words_of("Clause socialeLe titulaire agit.il rend compte au CCAP.140 heures") == [
        *("Clause sociale", "Le titulaire agit", "il rend compte au CCAP", "140 heures"),
    ]


def test_folding_keeps_positions() -> None:
    """Extracts are cut from the original at positions found in the folded text."""
    text = "Œuvre d’été — 12 € İ"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("euvre d'ete - 12")


@pytest.mark.parametrize(
    ("text", "lots"),
    [
        ("Les lots 2 et 8, puis le lot n° 03, et les lots 11 à 13", "2 8 3 11 12 13"),
        ("Lots 4-6-7", "4 6 7"),
        ("Lots 1-3", "1 2 3"),
        ("Deux lots (2 et 8)", "2 8"),
        ("Lot 1 : 120 heures et 35 heures", "1"),
        ("Le lotissement du parc", ""),
    ],
)
def test_lots_named(text: str, lots: str) -> None:
    """Lists and ranges of lots, however numbered; figures of hours are no lot."""
    assert lots_named(text) == tuple(lots.split())


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("cent cinquante", 150),
        ("soit mille deux cents", 1200),
        ("quatre-vingt-dix", 90),
        ("deux mille cent", 2100),
        ("trente et une", 31),
        ("ces", None),
    ],
)
def test_spelled_numbers(words: str, value: int | None) -> None:
    """Numbers in letters before "heures"."""
    assert number_before(words) == value


def call(**fields: object) -> Notice:
    return Notice(
        **{"source": Source.BOAMP, "format": Format.BOAMP_MAPA, "id": "27-1", "kind": Kind.CALL}
        | fields  # type: ignore[arg-type]
    )


def test_figures_of_the_general_text_reach_their_lots() -> None:
    """Hours written once for all lots are the total of the notice and the figure of each lot."""
    notice = with_wording(
        call(
            lots=(Lot("1", title="Peinture"), Lot("2", title="Sols"), Lot("3", title="Toiture")),
            conditions=(
                Evidence("x", "Clause d’insertion : lot 1 : 120 heures, lot 2 : 80 heures."),
                Evidence("y", "Le lot 3 est réservé aux ESAT."),
            ),
        )
    )
    assert notice.social_clause is not None
    assert notice.social_clause.hours == 200
    assert [lot.social_clause and lot.social_clause.hours for lot in notice.lots] == [120, 80, None]
    assert [lot.reserved and lot.reserved.reservation for lot in notice.lots] == [
        *(None, None, Reservation.HANDICAP),
    ]
    assert notice.reserved is not None
    assert notice.reserved.lots == ("3",)
    assert notice_from_json(notice_to_json(notice)) == notice


def test_a_clause_denied_for_every_lot_is_denied() -> None:
    """Each lot says no: the whole says no. One lot alone does not."""
    no = "Ce lot ne comporte pas de clause d’insertion."
    every = with_wording(call(lots=(Lot("1", text=no), Lot("2", text=no))))
    one = with_wording(call(lots=(Lot("1", text=no), Lot("2", text="Sols."))))
    assert every.social_clause is not None
    assert every.social_clause.negated
    assert one.social_clause is None or not one.social_clause.negated


def reserved(kind: Reservation) -> Reserved:
    return Reserved(kind, (Evidence(kind.value, kind.value),))


def test_text_wins_over_a_box_and_the_conflict_is_told() -> None:
    """Both stay as evidence; when they agree, nothing is told."""
    merged = merge_reserved(reserved(Reservation.HANDICAP), reserved(Reservation.INSERTION))
    assert merged is not None
    assert merged.reservation is Reservation.INSERTION
    assert len(merged.evidence) == 2
    assert merged.conflict is not None
    assert "case" in merged.conflict
    same = merge_reserved(reserved(Reservation.HANDICAP), reserved(Reservation.HANDICAP))
    assert same is not None
    assert same.conflict is None


def test_a_clause_ticked_and_denied_is_told() -> None:
    """The text's no wins over the ticked box; its silence does not."""
    box = SocialClause(ClauseKind.EXECUTION, (Evidence("BT-775", "opp"),))
    denied = SocialClause(ClauseKind.NONE, (Evidence("texte", "Aucune clause."),), negated=True)
    merged = merge_clause(box, denied)
    assert merged is not None
    assert merged.kind is ClauseKind.NONE
    assert merged.conflict is not None
    assert merge_clause(box, None) is box


HOSTILE = [
    "insertion " * 20_000,
    "5 % des heures d’insertion lot 2 : 300 h " * 5_000,
    "lot 1 et " * 20_000,
    "réservé aux " * 15_000,
    "groupement conjoint ou solidaire mandataire " * 4_000,
    "1 " * 90_000 + "heures d’insertion",
    "critère social " * 12_000,
    "clause " + "a " * 90_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_long_repetitions_end_soon(text: str) -> None:
    """No text makes a pattern run away: 200 000 characters take less than two seconds."""
    begin = time.process_time()
    read_clauses(text, text)
    assert time.process_time() - begin < 2
