"""Sentences on reservation: for whom, by which article, for which lots, and what they are not."""

import pytest

from cordee.notices.clauses import read_clauses
from cordee.notices.notice import Evidence
from cordee.rules.reservation import Reservation
from tests.notices.conftest import read_reservation

# text, for whom
TARGETS = [
    ("Le lot 3 est réservé aux entreprises adaptées et aux ESAT.", "handicap"),
    ("Lots réservés au sens des articles L. 2113-12 et L. 2113-13 du CCP.", "mixte"),
    ("Il s’agit de marchés réservés en application de l’article R. 2113-7.", "mixte"),
    ("Contrat réservé au service de l’emploi pénitentiaire (L. 2113-13-1).", "penitentiaire"),
    ("Marché réservé aux entreprises de l’économie sociale et solidaire.", "ess"),
    (
        "Le présent marché est réservé aux entreprises adaptées (EA) et aux établissements et "
        "services d’aide par le travail (ESAT).",
        "handicap",
    ),
    (
        "Marché réservé en application de l’article L. 2113-13 du code de la commande publique.",
        "insertion",
    ),
    ("Lot n°2 réservé à l’insertion par l’activité économique.", "insertion"),
    ("Ce lot est réservé aux SIAE.", "insertion"),
    (
        "En application de l’article 36-II de l’ordonnance n° 2015-899 du 23 juillet 2015, le "
        "marché est réservé à des structures d’insertion par l’activité économique.",
        "insertion",
    ),
    (
        "En application de l’article 15 du code des marchés publics, le lot 3 est réservé.",
        "handicap",
    ),
    ("Marché réservé aux structures visées aux articles L2113-12 et L2113-13.", "mixte"),
    ("Consultation réservée aux ESAT, EA et structures d’insertion (SIAE).", "mixte"),
    (
        "Marché réservé aux entreprises de l’économie sociale et solidaire au titre de "
        "l’article L2113-15.",
        "ess",
    ),
    (
        "L’accord-cadre est réservé aux opérateurs économiques produisant en milieu "
        "pénitentiaire, article L2113-13-1.",
        "penitentiaire",
    ),
    ("L’exécution du marché est réservée à des programmes d’emplois protégés.", "handicap"),
    (
        "Seules les structures de l’insertion par l’activité économique peuvent soumissionner "
        "au lot 5.",
        "insertion",
    ),
    (
        "Marché passé en procédure adaptée. Marché réservé : Marché réservé à des ateliers "
        "protégés.",
        "handicap",
    ),
    ("Le lot 1 est réservé aux ESAT et le lot 2 aux entreprises d’insertion.", "mixte"),
    ("Lots réservés : lot 5 (ESAT/EA) au titre de l’article L.2113-12 du CCP.", "handicap"),
    (
        "Conformément à l’article 13 du décret 2016-360, le lot 2 est réservé à des ESAT ou "
        "entreprises adaptées.",
        "handicap",
    ),
    (
        "Marché public réservé aux entreprises adaptées, art. L2113-12, avec une clause "
        "d’insertion de 100 heures.",
        "handicap",
    ),
    ("Le lot n°4 Nettoyage est un lot réservé aux structures d’insertion.", "insertion"),
    ("Marché réservé ESAT-EA.", "handicap"),
    ("RESERVE AUX ENTREPRISES ADAPTEES", "handicap"),
    (
        "Attention : procédure réservée aux structures de l’insertion par l’activité "
        "économique et du secteur adapté.",
        "mixte",
    ),
    (
        "Le pouvoir adjudicateur réserve l’attribution du lot 6 à des ateliers et chantiers "
        "d’insertion.",
        "insertion",
    ),
]


@pytest.mark.parametrize(("text", "kind"), TARGETS)
def test_for_whom(text: str, kind: str) -> None:
    """Words name the public; an article does where words do not."""
    read = read_clauses(text)
    assert read.reserved is Reservation(kind.upper())
    assert read.reserved_evidence[0].words in text


SAYS = [
    ("Le marché n’est pas réservé aux structures d’insertion.", Reservation.NONE),
    ("Marché non réservé.", Reservation.NONE),
    ("Aucune prestation n’est réservée au titre de l’article L2113-12.", Reservation.NONE),
    ("L’acheteur se réserve le droit de ne pas attribuer le marché.", None),
    ("Sous réserve de la réception des travaux du marché.", None),
    ("L’exécution est réservée à la profession d’architecte.", None),
    ("Le titulaire devra réserver 200 heures à des publics défavorisés.", None),
    ("En application de l’article L2113-13, le marché comporte une clause d’insertion.", None),
    ("Marché passé conformément à l’article L2113-12.", Reservation.HANDICAP),
    ("Entretien des berges.", None),
]


@pytest.mark.parametrize(("text", "kind"), SAYS)
def test_denied_or_not_said(text: str, kind: Reservation | None) -> None:
    """A denial is not silence; hours, professions and the buyer's own rights reserve nothing."""
    found = read_reservation([Evidence("texte", text)])
    assert (found.reservation if found else None) is kind


LOTS = [
    ("Le lot 3 est réservé aux ESAT.", ("3",)),
    ("Le lot 1 comporte une clause et les lots (2 et 8) sont réservés aux SIAE.", ("2", "8")),
    ("Il est décidé de réserver le lot 2 à des entreprises adaptées.", ("2",)),
    ("Lots 4 à 6 réservés aux entreprises d’insertion.", ("4", "5", "6")),
    ("Le marché est réservé aux ESAT.", ()),
]


@pytest.mark.parametrize(("text", "lots"), LOTS)
def test_which_lots(text: str, lots: tuple[str, ...]) -> None:
    """The lots named for the reservation, not those named for something else."""
    found = read_reservation([Evidence("texte", text)])
    assert found is not None
    assert found.lots == lots


def test_which_articles() -> None:
    """Articles of the three ages of the law, as cited."""
    text = "Réservé aux ESAT, articles L. 2113-12 et R 2113-7, ex-article 13 du décret 2016-360."
    found = read_reservation([Evidence("texte", f"Marché. {text}"), Evidence("x", f"Lot : {text}")])
    assert found is not None
    assert found.articles == ("L2113-12", "R2113-7", "13 décret 2016-360")


def test_an_article_against_the_words_is_told() -> None:
    """L2113-12 is for disability; the words that name SIAE win, and the page can say so."""
    text = (
        "En application de l’article L2113-12, le marché est réservé aux entreprises d’insertion."
    )
    found = read_reservation([Evidence("texte", text)])
    assert found is not None
    assert found.reservation is Reservation.INSERTION
    assert found.conflict is not None
    assert "L2113-12" in found.conflict


def test_a_box_in_brackets() -> None:
    """In label files a ticked box is its name in brackets; text wins over it."""
    box = "[RESTRICTED_SHELTERED_WORKSHOP]"
    assert read_clauses(box).reserved is Reservation.HANDICAP
    assert read_clauses(f"{box}\nMarché réservé aux SIAE.").reserved is Reservation.INSERTION
    assert read_clauses(f"{box} [RESERVED_ORGANISATIONS_SERVICE_MISSION]").reserved is (
        Reservation.MIXTE
    )
