"""Sentences buyers write about reservation, insertion and groups, and how they are understood."""

from decimal import Decimal

import pytest

from cordee.notices.clauses import (
    lots_named,
    read_grouping,
    read_reservation,
    read_social_clause,
)
from cordee.notices.notice import ClauseKind, Evidence, GroupingForm
from cordee.notices.text import fold, sentences
from cordee.rules.reservation import Reservation


def said(text: str) -> list[Evidence]:
    return [Evidence("texte", text)]


RESERVATIONS = [
    ("Marché réservé aux structures d’insertion par l’activité économique.", "INSERTION"),
    ("Le lot 3 est réservé aux entreprises adaptées et aux ESAT.", "HANDICAP"),
    ("Lots réservés au sens des articles L. 2113-12 et L. 2113-13 du CCP.", "MIXTE"),
    ("Il s’agit de marchés réservés en application de l’article R. 2113-7.", "MIXTE"),
    ("Contrat réservé au service de l’emploi pénitentiaire (L. 2113-13-1).", "PENITENTIAIRE"),
    ("Marché réservé aux entreprises de l’économie sociale et solidaire.", "ESS"),
    ("Le marché n’est pas réservé aux structures d’insertion.", "NONE"),
    ("Marché non réservé.", "NONE"),
    ("L’acheteur se réserve le droit de ne pas attribuer le marché.", None),
    ("Sous réserve de la réception des travaux du marché.", None),
    ("L’exécution est réservée à la profession d’architecte.", None),
    ("Le titulaire devra réserver 200 heures à des publics défavorisés.", None),
]


@pytest.mark.parametrize(("text", "kind"), RESERVATIONS)
def test_reservation(text: str, kind: str | None) -> None:
    """Who is named after "réservé" decides; denials and other meanings do not reserve."""
    found = read_reservation(said(text))
    assert (found.reservation if found else None) == (Reservation(kind) if kind else None)
    if found:
        assert found.evidence[0].words in text


NONE, EXECUTION, CRITERION = ClauseKind.NONE, ClauseKind.EXECUTION, ClauseKind.CRITERION
CLAUSES = [
    ("Le marché comporte une clause sociale d’insertion.", EXECUTION, None, None),
    ("Clause d’insertion : 1 250 heures sur la durée.", EXECUTION, 1250, None),
    ("5 % des heures seront confiées à des publics en difficulté.", EXECUTION, None, "5"),
    ("Clause d’insertion : 5 heures par tranche de 10 000 euros.", EXECUTION, None, None),
    ("Le présent marché ne comporte pas de clause d’insertion.", NONE, None, None),
    ("Aucune clause sociale.", NONE, None, None),
    ("Critère 3 : insertion professionnelle.", CRITERION, None, None),
]


@pytest.mark.parametrize(("text", "kind", "hours", "rate"), CLAUSES)
def test_social_clause(text: str, kind: ClauseKind, hours: int | None, rate: str | None) -> None:
    """Kind, total of hours and share of labour, with denials kept as such."""
    found = read_social_clause(said(text))
    assert found is not None
    assert found.kind is kind
    assert found.hours == hours
    assert found.rate_percent == (Decimal(rate) if rate else None)
    assert found.negated is (kind is ClauseKind.NONE)


def test_insertion_of_another_kind_is_no_clause() -> None:
    """Landscapes and buildings are inserted too."""
    assert read_social_clause(said("Soigner l’insertion paysagère du bâtiment.")) is None


def test_insertion_as_the_object() -> None:
    """Support in the title: the contract buys insertion itself."""
    title = said("Prestations d’insertion par l’entretien des berges")
    found = read_social_clause(title, object_passages=title)
    assert found is not None
    assert found.kind is ClauseKind.OBJECT


GROUPS = [
    ("Aucune forme de groupement n’est imposée.", GroupingForm.FREE),
    ("Groupement conjoint ou solidaire.", GroupingForm.FREE),
    ("GROUPEMENT SOLIDAIRE", GroupingForm.SOLIDAIRE),
    ("Le groupement sera conjoint.", GroupingForm.CONJOINT),
    (
        "En cas de groupement conjoint, le mandataire est solidaire de chacun des membres.",
        GroupingForm.CONJOINT_MANDATAIRE_SOLIDAIRE,
    ),
    (
        "La forme souhaitée mais non imposée est un groupement conjoint avec mandataire solidaire.",
        GroupingForm.FREE,
    ),
    ("Les groupements ne sont pas autorisés.", GroupingForm.FORBIDDEN),
]


@pytest.mark.parametrize(("text", "form"), GROUPS)
def test_grouping(text: str, form: GroupingForm) -> None:
    """What the buyer imposes, not what it wishes."""
    found = read_grouping(said(text))
    assert found is not None
    assert found.form is form


def test_silence_is_not_free() -> None:
    """A text that never speaks of groups leaves the terms unknown."""
    assert read_grouping(said("Entretien des berges.")) is None
    assert read_reservation(said("Entretien des berges.")) is None
    assert read_social_clause(said("Entretien des berges.")) is None


def test_sentences_keep_articles_whole() -> None:
    """ "L. 2113-13" does not end a sentence; a full stop glued to a capital does."""
    parts = [
        item.words
        for item in sentences(said("Voir l’article L. 2113-13.Puis le lot 2. Fin du texte."))
    ]
    assert parts == ["Voir l’article L. 2113-13", "Puis le lot 2", "Fin du texte"]


def test_lots_named() -> None:
    """Lists and ranges of lots, however numbered."""
    assert lots_named("Les lots 2 et 8, puis le lot n° 03, et les lots 11 à 13") == (
        *("2", "8", "3"),
        *("11", "12", "13"),
    )


def test_folding_keeps_positions() -> None:
    """Extracts are cut from the original at positions found in the folded text."""
    text = "Œuvre d’été — 12 € İ"
    assert len(fold(text)) == len(text)
    assert fold(text).startswith("euvre d'ete - 12")
