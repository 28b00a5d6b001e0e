"""The conditions of participation of a notice, on sentences of our own."""

import pytest

from cordee.notices.notice import (
    ClauseKind,
    Evidence,
    GroupingForm,
    GroupingTerms,
    Notice,
    Reserved,
    SocialClause,
)
from cordee.notices.participation import Condition, Effect, conditions_of
from cordee.rules.reservation import Reservation
from tests.notices.test_green_flags import SAID, flags_of, notice

WATCH, OPEN, CHECK = Effect.WATCH, Effect.OPEN, Effect.TO_CHECK


def found(read: Notice) -> list[Condition]:
    return conditions_of(read, flags_of(read))


def test_a_silent_notice_has_no_line() -> None:
    assert found(notice()) == []


@pytest.mark.parametrize(
    ("sentence", "state", "what"),
    [
        ("Une visite du site est obligatoire le 10 décembre.", WATCH, "Visite obligatoire"),
        ("La certification Certiphyto est exigée.", CHECK, "Qualification demandée"),
        (
            "Le candidat produit sa qualification Qualipaysage P120.",
            CHECK,
            "Qualification demandée",
        ),
        ("Une attestation d’assurance décennale est à fournir.", CHECK, "Assurance demandée"),
        ("Au moins trois références sont exigées.", CHECK, "Références demandées"),
        (
            "Le chiffre d’affaires annuel minimal est de 130 000 euros.",
            CHECK,
            "Chiffre d’affaires demandé",
        ),
        ("Bilans des trois derniers exercices.", WATCH, "Bilans ou échantillons à fournir"),
    ],
)
def test_what_closes_is_told_with_its_words(sentence: str, state: Effect, what: str) -> None:
    (condition,) = found(notice(conditions=(Evidence("CAPTECH", sentence),)))
    assert (condition.state, condition.what) == (state, what)
    assert [e.where for e in condition.evidence] == ["CAPTECH"]
    assert condition.evidence[0].words.rstrip(".") in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Une visite du site est conseillée.",
        "La visite n’est pas obligatoire.",
        "Aucune qualification n’est exigée.",
        "Le titulaire tient un plan d’assurance qualité.",
        "Une certification environnementale est appréciée.",
    ],
)
def test_what_closes_nothing_is_no_line(sentence: str) -> None:
    assert found(notice(text=sentence)) == []


def test_groups_hours_and_who_it_is_reserved_for() -> None:
    read = notice(
        grouping=GroupingTerms(GroupingForm.SOLIDAIRE, (SAID,)),
        social_clause=SocialClause(ClauseKind.EXECUTION, (SAID,), hours=1620),
        reserved=Reserved(Reservation.HANDICAP, (SAID,)),
    )
    assert [(condition.state, condition.what) for condition in found(read)] == [
        (WATCH, Reservation.HANDICAP.label),
        (WATCH, "Groupement solidaire\u00a0: chacun répond de tout"),
        (OPEN, "1\u202f620\u202fheures d’insertion"),
    ]


def test_what_loses_the_contract_comes_before_what_is_open() -> None:
    read = notice(
        text="Visite obligatoire du site.",
        grouping=GroupingTerms(GroupingForm.CONJOINT, (SAID,)),
    )
    assert [condition.state for condition in found(read)] == [WATCH, OPEN]
