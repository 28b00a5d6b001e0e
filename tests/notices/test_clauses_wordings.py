"""Wordings that a reader who had not seen the rules wrote, and that were once misread."""

import pytest

from cordee.notices.clauses import read_clauses
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.rules.reservation import Reservation

LEAD = "conjoint_mandataire_solidaire"

# What is asked about insertion: text, kind of clause, hours, share in per cent.
ASKED = [
    ("Clause d’insertion de 900 heures minimum et 3 500 heures maximum.", "execution", 900, None),
    (
        "Il est prévu 300 heures d’insertion pour la tranche ferme et 100 heures pour chacune des "
        "deux tranches optionnelles, soit 500 heures au total.",
        *("execution", 500, None),
    ),
    ("HEURES D’INSERTION : LOT 01 = 420 H / LOT 02 = 70 H / LOT 03 = 70 H", "execution", 560, None),
    (
        "Heures d’insertion par lot :\n- lot 1 : 2 030 heures,\n- lot 2 : 315 heures.",
        *("execution", 2345, None),
    ),
    ("Insertion : TF 140 h, TO1 35 h, TO2 35 h.", "execution", 210, None),
    (
        "Le marché compte environ 9 000 heures dont 600 heures réservées à l’insertion.",
        *("execution", 600, None),
    ),
    (
        "Le marché demande 12 000 heures de main d’œuvre, dont 4 % pour un public en insertion.",
        *("execution", None, 4),
    ),
    ("L’insertion représente 5 % des 8 000 heures du chantier.", "execution", None, 5),
    (
        "Pour les marchés subséquents de plus de 4 mois et 200 heures de travail, une clause "
        "sociale pourra être prévue.",
        *("execution", None, None),
    ),
    (
        "Action d’insertion d’une durée de 240 heures (60 heures par mois pendant 4 mois).",
        *("execution", 240, None),
    ),
    (
        "Les lots 3 et 4 ne sont pas concernés par la clause sociale d’insertion. Pour le lot 1, "
        "105 heures sont exigées.",
        *("execution", 105, None),
    ),
    (
        "Le titulaire aura recours à l’apprentissage pendant les travaux.",
        *("execution", None, None),
    ),
    (
        "Le titulaire s’engage à favoriser l’emploi d’habitants du quartier et de jeunes sans "
        "diplôme.",
        *("execution", None, None),
    ),
    (
        "Le marché comprend une clause d’égalité professionnelle entre les femmes et les hommes.",
        *("execution", None, None),
    ),
    (
        "Clause d’insertion de 400 heures. Critères : prix 55 % ; valeur technique 30 % ; démarche "
        "d’insertion 15 %.",
        *("both", 400, None),
    ),
    (
        "Les offres seront jugées sur : prix 50 %, technique 35 %, insertion et engagement social "
        "15 %.",
        *("criterion", None, None),
    ),
    (
        "Réalisation d’une action d’insertion par l’activité économique, ayant comme support des "
        "travaux de peinture.",
        *("object", None, None),
    ),
    (
        "Chantier d’insertion : entretien des sentiers par douze habitants.",
        *("object", None, None),
    ),
    (
        "Le lot 3 ne comporte pas de clause d’insertion, contrairement au lot 1 pour lequel 175 "
        "heures sont demandées.",
        *("execution", 175, None),
    ),
    (
        "Le chantier demande 2 000 heures de travail. 120 heures seront réservées à l’insertion.",
        *("execution", 120, None),
    ),
    ("Tranche ferme : 300 heures d’insertion (TO1 : 75 heures).", "execution", 375, None),
    (
        "Jugement des offres : prix 60 ; méthode 30 ; volet social et insertion 10",
        *("criterion", None, None),
    ),
    (
        "Prestation d’accompagnement social et d’insertion professionnelle des allocataires.",
        *("object", None, None),
    ),
    ("Le foyer reçoit des publics en difficulté et sert 90 repas.", "none", None, None),
    ("La ville entend favoriser l’emploi de matériaux biosourcés.", "none", None, None),
    (
        "Aucun lot n’est réservé à des entreprises adaptées ni à des structures d’insertion par "
        "l’activité économique.",
        *("none", None, None),
    ),
]


@pytest.mark.parametrize(("text", "kind", "hours", "rate"), ASKED)
def test_what_is_asked(text: str, kind: str, hours: int | None, rate: int | None) -> None:
    read = read_clauses(text)
    assert (read.clause, read.hours, read.rate_percent) == (ClauseKind(kind), hours, rate)


@pytest.mark.parametrize(
    ("grouping", "form"),
    [
        ("Solidaire", "solidaire"),
        ("Conjoint", "conjoint"),
        ("Solidaire de préférence", "solidaire"),
        ("Le mandataire du groupement conjoint n’est pas solidaire.", "conjoint"),
        ("Solidarité entre les membres du groupement exigée après attribution", "solidaire"),
        ("gpt solidaire", "solidaire"),
        (
            "Groupement conjoint ou solidaire. En cas de groupement conjoint, le mandataire n’est "
            "pas tenu d’être solidaire.",
            "free",
        ),
        ("Exclusivement solidaires", "solidaire"),
        ("Les membres du groupement devront être solidaires.", "solidaire"),
        ("L’acheteur souhaite que le groupement soit solidaire et conjoint.", LEAD),
        ("En cas de groupement conjoint, le mandatairesera solidaire.", LEAD),
        (
            "Il sera solidaire de l’ensemble des cotraitants, groupement solidaire ou conjoint.",
            LEAD,
        ),
        (
            "Quelle que soit la forme du groupement (conjoint ou solidaire), il devra prendre une "
            "forme solidaire après attribution.",
            "solidaire",
        ),
        (
            "Nul ne peut être mandataire de deux groupements (voir le règlement)En cas de "
            "groupement, la forme souhaitée est un groupement solidaire.",
            "solidaire",
        ),
        (
            "Le marché sera conclu avec un groupement conjoint. Si les candidats se présentent "
            "sous la forme d’un groupement solidaire, ils devront en changer.",
            "conjoint",
        ),
        (
            "Le groupement peut être solidaire ou conjoint. Lorsque le candidat se présente sous "
            "la forme d’un groupement conjoint, il joint la répartition des prestations.",
            "free",
        ),
        (
            "Si le groupement est conjoint, le titulaire indique si le mandataire est solidaire "
            "de chacun des membres.",
            "free",
        ),
        (
            "Il est solidaire lorsque chacun des prestataires du groupement est engagé pour la "
            "totalité et doit pallier une défaillance de ses partenaires.",
            "free",
        ),
        (
            "Aucune forme n’est imposée. En cas de groupement conjoint avec mandataire solidaire "
            "ou de groupement solidaire, chaque membre doit remettre une déclaration.",
            "free",
        ),
        (
            "Groupement conjoint ou solidaire. Les candidats ne sont pas autorisés à modifier la "
            "forme du groupement en cours de procédure.",
            "free",
        ),
        (
            "Les membres d’un groupement ne sont pas autorisés à se présenter dans un autre "
            "groupement.",
            "free",
        ),
        ("L’acheteur n’impose pas de groupement, solidaire ou conjoint.", "free"),
        ("Direction de la solidarité et de l’autonomie", "free"),
    ],
)
def test_forms_of_groups(grouping: str, form: str) -> None:
    assert read_clauses("", grouping).grouping is GroupingForm(form)


def test_a_reserved_lot_beside_a_clause() -> None:
    """A full stop after a bracket ends a sentence, whatever letter follows."""
    read = read_clauses("lot 4 : lot réservé (ESAT/EA). lot 6 : insertion 35 heures")
    assert (read.reserved, read.clause) == (Reservation.HANDICAP, ClauseKind.EXECUTION)
    assert read.hours == 35


@pytest.mark.parametrize(
    "text",
    [
        "Il ne s’agit pas d’un marché réservé.",
        "Marché réservé à des ateliers protégés : Non",
        "Marché réservé dans le cadre de programmes d’emplois protégés : non",
    ],
)
def test_a_reservation_denied(text: str) -> None:
    read = read_clauses(text)
    assert (read.reserved, read.negated) == (Reservation.NONE, True)
