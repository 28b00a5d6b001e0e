"""Sentences on insertion: what they ask, how many hours, which share, and what they deny."""

from decimal import Decimal

import pytest

from cordee.notices.clauses import read_clauses
from cordee.notices.notice import ClauseKind, Evidence, LotFigures
from cordee.rules.reservation import Reservation
from tests.notices.conftest import read_social_clause

# text, kind of clause, hours, share in per cent
FIGURES = [
    # Words stuck together, as forms of 2021 lost their spaces.
    ("Le titulaire réservera 1200heures d’insertion.", "execution", 1200, None),
    ("Le titulaire s’engage à réaliser 350 heuresd’insertion.", "execution", 350, None),
    ("Nombre d’heuresd’insertion : 420", "execution", 420, None),
    # A whole told again by year or in parts, figures in turn, a share of old spelling.
    ("Clause sociale d’insertion : 1 200 h soit 300 h par an.", "execution", 1200, None),
    (
        "La clause d’insertion est de 1.400 heures réparties comme suit : 700 heures (TF), 350 "
        "heures (TO1), 350 heures (TO2).",
        "execution",
        1400,
        None,
    ),
    (
        "Une clause d’insertion s’applique aux lots 2, 5 et 7 : respectivement 140, 210 et 70 "
        "heures.",
        "execution",
        420,
        None,
    ),
    (
        "Le titulaire réserve à l’insertion un nombre d’heures égal à 250 au minimum.",
        "execution",
        250,
        None,
    ),
    (
        "L’effort d’insertion représente 10 p. 100 du temps total de travail nécessaire.",
        "execution",
        None,
        10,
    ),
    (
        "Les lots 1 et 2 comportent respectivement 100 heures d’insertion et 100 heures "
        "d’insertion.",
        "execution",
        200,
        None,
    ),
    (
        "Clause d’insertion des lots 1, 2 et 3 : respectivement 5, 7 et 10 heures par tranche de "
        "10 000 €.",
        "execution",
        None,
        None,
    ),
    ("350h d’insertion par lot pour les lots n°1, 2 et 4.", "execution", 1050, None),
    # Lots that have as many hours each, and lists of lots.
    (
        "Une clause d’insertion de 300 heures s’applique au lot 1. Une clause d’insertion de 300 "
        "heures s’applique au lot 2.",
        "execution",
        600,
        None,
    ),
    (
        "Les lots 1, 2 et 3 comportent une clause d’insertion : 100 heures, 200 heures et 100 "
        "heures respectivement.",
        "execution",
        400,
        None,
    ),
    (
        "Volume horaire d’insertion : Lot 1 = 600 h ; Lot 2 = 600 h ; soit 1 200 h au total",
        "execution",
        1200,
        None,
    ),
    (
        "L’entreprise réserve 5 % des heures à l’insertion, soit 200 heures pour le lot 1 et 300 "
        "heures pour le lot 2.",
        "execution",
        500,
        5.0,
    ),
    ("Clause d’insertion : 5 heures par tranche de 10 000 euros.", "execution", None, None),
    ("Le présent marché ne comporte pas de clause d’insertion.", "none", None, None),
    ("Critère 3 : insertion professionnelle.", "criterion", None, None),
    (
        "Clause sociale : 1 200 heures d’insertion au total, réparties entre le lot 1 (700 "
        "heures) et le lot 2 (500 heures).",
        "execution",
        1200,
        None,
    ),
    (
        "Le titulaire réalisera 500 heures d’insertion par an, soit 2 000 heures sur la durée "
        "totale du marché.",
        "execution",
        2000,
        None,
    ),
    ("Volume horaire minimal d’insertion : 1.250 heures.", "execution", 1250, None),
    (
        "L’entreprise devra réserver cent cinquante (150) heures de travail à des personnes "
        "éloignées de l’emploi.",
        "execution",
        150,
        None,
    ),
    (
        "L’entreprise devra réserver deux cents heures de travail à des publics prioritaires.",
        "execution",
        200,
        None,
    ),
    (
        "Nombre d’heures d’insertion à réaliser : lot 1 : 120 ; lot 2 : 80 ; lot 3 : 0.",
        "execution",
        200,
        None,
    ),
    (
        "Le titulaire consacre à l’insertion 7 heures pour 10 000 € HT de travaux.",
        "execution",
        None,
        None,
    ),
    (
        "Engagement d’insertion : 10 heures par tranche de 50 000 euros facturés.",
        "execution",
        None,
        None,
    ),
    (
        "Le titulaire réservera 5 % des heures travaillées à des personnes en insertion, soit "
        "350 heures.",
        "execution",
        350,
        5,
    ),
    (
        "Au moins 7,5 % du temps total de travail sera réservé à un public en insertion.",
        "execution",
        None,
        7.5,
    ),
    (
        "Une clause sociale impose 10% de la main d’œuvre issue de publics éloignés de l’emploi.",
        "execution",
        None,
        10,
    ),
    (
        "Critères d’attribution : prix 60 % ; valeur technique 30 % ; performances en matière "
        "d’insertion professionnelle 10 %.",
        "criterion",
        None,
        None,
    ),
    (
        "Le lot 1 est soumis à une clause d’insertion de 300 heures ; le lot 2 n’est pas concerné.",
        "execution",
        300,
        None,
    ),
    (
        "Prestations de nettoyage. Horaires : de 6 heures à 9 heures. Clause d’insertion "
        "obligatoire.",
        "execution",
        None,
        None,
    ),
    (
        "Délai d’intervention : 4 heures. Le marché comporte une clause d’insertion sociale de "
        "80 h.",
        "execution",
        80,
        None,
    ),
    (
        "Exemple : pour un marché de 200 000 €, l’engagement d’insertion serait de 140 heures.",
        "execution",
        None,
        None,
    ),
    (
        "Objectif d’insertion : 2 ETP sur la durée du marché (1 ETP = 1 607 heures).",
        "execution",
        None,
        None,
    ),
    ("La clause sociale porte sur 1,5 ETP, soit 2 410 heures.", "execution", 2410, None),
    (
        "Lot 1 – Gros œuvre : 450 h d’insertion ; Lot 2 – Charpente : 120 h ; Lot 3 – Peinture "
        ": 90 h.",
        "execution",
        660,
        None,
    ),
    (
        "Les lots suivants sont concernés par la clause sociale :\n- Lot 1 : 450 heures\n- Lot "
        "2 : 120 heures\n- Lot 3 : 90 heures",
        "execution",
        660,
        None,
    ),
    ("Lots 1 à 3 : 100 heures d’insertion chacun.", "execution", 100, None),
    ("Le titulaire réalisera 2x70 heures d’insertion.", "execution", 140, None),
    ("Clause d’insertion : 2 × 70 h.", "execution", 140, None),
    ("Clause sociale d’insertion : 3 fois 70 heures.", "execution", 210, None),
    ("Clause d’insertion120 heures à réaliser", "execution", 120, None),
    ("Durée hebdomadaire de 35 heures, clause d’insertion prévue.", "execution", None, None),
    (
        "400 heures d’insertion pour le lot Gros œuvre et 140 pour le lot Charpente.",
        "execution",
        540,
        None,
    ),
    (
        "Conclure en faveur de personne(s) éloignée(s) de l’emploi, un contrat pour une durée "
        "de : 105 heures.",
        "execution",
        105,
        None,
    ),
    (
        "La mise en œuvre de la clause est accompagnée par le PLIE ; 210 heures sont à réaliser.",
        "execution",
        210,
        None,
    ),
    (
        "Insertion professionnelle : 3 500 heures (2 000 heures en tranche ferme et 1 500 "
        "heures en tranche optionnelle).",
        "execution",
        3500,
        None,
    ),
    (
        "Tranche ferme : 800 heures d’insertion. Tranche optionnelle 1 : 200 heures. Tranche "
        "optionnelle 2 : 150 heures.",
        "execution",
        1150,
        None,
    ),
    ("Heures d’insertion : 1ère année 200 heures, 2ème année 300 heures.", "execution", 500, None),
    (
        "Le titulaire s’engage sur un minimum de 100 heures et un maximum de 300 heures "
        "d’insertion.",
        "execution",
        100,
        None,
    ),
    ("Entre 100 et 150 heures d’insertion devront être réalisées.", "execution", 100, None),
    ("Le nombre d’heures d’insertion est fixé à 420.", "execution", 420, None),
    (
        "Le quota d’heures d’insertion est de 420h minimum pour chacun des lots 1 et 2.",
        "execution",
        420,
        None,
    ),
    ("Clause d’insertion de 140H.", "execution", 140, None),
    ("Le marché prévoit 1 050 h00 d’insertion.", "execution", 1050, None),
    (
        "La durée du chantier est de 12 mois. Heures d’insertion prévues : 320.",
        "execution",
        320,
        None,
    ),
    (
        "Le lot n° 1 comporte 35 heures d’insertion, le lot n° 2 35 heures d’insertion.",
        "execution",
        70,
        None,
    ),
    (
        "Les entreprises réserveront 5% minimum du nombre total d’heures travaillées à des "
        "publics en insertion pour les lots 1 et 2.",
        "execution",
        None,
        5,
    ),
    (
        "La clause s’applique aux lots 1, 3 et 5 à hauteur de 10 % des heures de main-d’œuvre.",
        "execution",
        None,
        10,
    ),
    ("Pondération : insertion sociale 15 %.", "criterion", None, None),
    ("Critère social : 5 %.", "criterion", None, None),
    (
        "Un volume minimum de 5 % des heures du marché sera effectué par un public en "
        "insertion. Le facilitateur est la Maison de l’Emploi de Brivelac.",
        "execution",
        None,
        5,
    ),
    (
        "Lot 1 : 3% du nombre d’heures travaillées ; lot 2 : 3% du nombre d’heures travaillées "
        "en insertion.",
        "execution",
        None,
        3,
    ),
    (
        "L’opération comporte des exigences d’insertion sociale : 4 % des heures de "
        "main-d’œuvre affectées au chantier.",
        "execution",
        None,
        4,
    ),
    (
        "1607 h d’insertion (1 ETP) devront être réalisées pendant le marché.",
        "execution",
        1607,
        None,
    ),
    ("La clause d’insertion représente environ 2 500 heures de travail.", "execution", 2500, None),
    (
        "Le titulaire du lot 7 devra réaliser au minimum 56 heures d’insertion ; les "
        "titulaires des lots 8 et 9, 42 heures chacun.",
        "execution",
        98,
        None,
    ),
    (
        "Il est demandé un effort d’insertion de 8% minimum des heures travaillées ; 15% de "
        "pénalité en cas de manquement.",
        "execution",
        None,
        8,
    ),
    ("Heures d’insertion : lot n°1=120h, lot n°2=95h, lot n°3=60h.", "execution", 275, None),
    (
        "Le présent marché n’est pas un marché réservé. Il comporte une clause d’insertion de "
        "100 heures.",
        "execution",
        100,
        None,
    ),
    (
        "Critères : 1. Prix (50%) 2. Valeur technique (40%) 3. Démarche RSE et insertion (10%).",
        "criterion",
        None,
        None,
    ),
]


@pytest.mark.parametrize(("text", "kind", "hours", "rate"), FIGURES)
def test_figures(text: str, kind: str, hours: int | None, rate: float | None) -> None:
    """Totals over lots and tranches; ratios, examples, delays and opening hours are no figure."""
    read = read_clauses(text)
    assert read.clause is ClauseKind(kind)
    assert read.hours == hours
    assert read.rate_percent == (None if rate is None else Decimal(str(rate)))


# text, kind of clause
KINDS = [
    ("Critère n°3 : qualité de la démarche d’insertion sociale (10 points).", "criterion"),
    (
        "Le marché comporte une clause d’insertion obligatoire (article 14 du CMP). Un critère "
        "d’attribution porte sur la performance en matière d’insertion.",
        "both",
    ),
    (
        "Marché de services de qualification et d’insertion professionnelle (article 30 du "
        "code des marchés publics).",
        "object",
    ),
    (
        "Le marché a pour objet l’insertion professionnelle de personnes éloignées de l’emploi "
        "par l’entretien des espaces verts.",
        "object",
    ),
    ("Le lot 4 ne comporte pas de clause d’insertion.", "none"),
    ("La participation est réservée aux architectes inscrits à l’ordre.", "none"),
    ("L’acheteur se réserve la possibilité de négocier avec les candidats.", "none"),
    (
        "Accès au parking réservé aux personnes handicapées à reprendre dans le cadre du marché.",
        "none",
    ),
    ("Le stationnement est réservé aux véhicules de personnes handicapées.", "none"),
    (
        "Fourniture de 20 places réservées en crèche pour les enfants en situation de handicap.",
        "none",
    ),
    ("Travaux d’insertion paysagère d’un bassin de rétention et création d’une noue.", "none"),
    (
        "Le titulaire s’engage à réaliser une action d’insertion. Pénalité de 60 € par heure "
        "d’insertion non réalisée.",
        "execution",
    ),
    ("Le présent marché inclut une clause incitative d’insertion.", "execution"),
    (
        "Le pouvoir adjudicateur pourra, le cas échéant, inclure une clause sociale dans les "
        "marchés subséquents.",
        "execution",
    ),
    (
        "Conditions particulières d’exécution : article L2112-2 du code de la commande publique.",
        "none",
    ),
    ("Conditions d’exécution environnementales : gestion des déchets de chantier.", "none"),
    (
        "Le candidat produira une déclaration relative à l’obligation d’emploi des "
        "travailleurs handicapés.",
        "none",
    ),
    (
        "Le titulaire devra confier à une structure d’insertion le nettoyage de fin de chantier.",
        "execution",
    ),
    ("Prise en compte du développement durable : considérations sociales.", "execution"),
    ("Sous-critère : mesures en faveur de l’insertion des publics en difficulté.", "criterion"),
    ("Formation et accompagnement des demandeurs d’emploi vers l’insertion durable.", "object"),
    (
        "Les prestations devront être réalisées avec le concours de salariés en parcours "
        "d’insertion.",
        "execution",
    ),
    ("Le titulaire recrutera 2 apprentis pendant l’exécution du marché.", "execution"),
    (
        "Le recours à des personnes en situation de handicap est une condition d’exécution du "
        "marché.",
        "execution",
    ),
    (
        "Marché assorti d’une obligation d’embauche de demandeurs d’emploi de longue durée.",
        "execution",
    ),
    (
        "Le marché s’inscrit dans une démarche de développement durable (articles L2111-1 et "
        "L2112-2).",
        "none",
    ),
    (
        "Les prestations sont exécutées par du personnel en insertion dans le cadre d’un "
        "atelier et chantier d’insertion, objet du présent marché.",
        "execution",
    ),
    ("Marché public de prestations d’insertion par l’activité économique.", "object"),
    (
        "Support : entretien des sentiers. Le marché vise à permettre l’insertion sociale et "
        "professionnelle de personnes sans emploi.",
        "object",
    ),
    (
        "Les lots 1, 2 et 3 intègrent une clause sociale. Les autres lots n’en comportent pas.",
        "execution",
    ),
    ("Conditions d’exécution à caractère social : oui.", "execution"),
    ("Développement durable : clause sociale (oui), clause environnementale (non).", "execution"),
    ("La qualité sociale de l’offre (insertion, tutorat) est notée sur 10 points.", "criterion"),
    (
        "Le candidat décrira dans son mémoire ses actions d’insertion, qui seront notées au "
        "titre du critère 3.",
        "criterion",
    ),
    (
        "Réservation d’hôtels et de transports pour les agents. Réservation des salles en ligne.",
        "none",
    ),
    ("La réception est prononcée avec réserves pour le lot handicap.", "none"),
    ("Marché d’insertion.", "object"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_kinds(text: str, kind: str) -> None:
    """A condition, a criterion, the object, or other uses of the same words."""
    read = read_clauses(text)
    assert read.clause is ClauseKind(kind)
    assert read.reserved is Reservation.NONE
    assert not read.negated


DENIALS = [
    "Le présent marché n’est pas réservé et ne comporte pas de clause sociale.",
    "Aucune clause d’insertion.",
    "Clause d’insertion : néant.",
    "Marché réservé : non.",
    "Clauses sociales : sans objet.",
    "Il n’est pas prévu de réserver ce marché à des structures d’insertion.",
    "Les lots ne sont pas réservés.",
    "Cet accord-cadre n’est pas soumis à une clause sociale d’insertion.",
    "Le marché ne prévoit aucune considération sociale.",
    "Il n’y a pas de clause sociale pour ce marché.",
    "Marché sans clause d’insertion.",
    "Marché non soumis à clause sociale.",
    "Conditions d’exécution à caractère social : non.",
]


@pytest.mark.parametrize("text", DENIALS)
def test_denials(text: str) -> None:
    """The text says that there is no clause, or no reservation, for the whole contract."""
    read = read_clauses(text)
    assert read.negated
    assert read.clause is ClauseKind.NONE
    assert read.reserved is Reservation.NONE


def test_a_denial_of_one_lot_denies_nothing_else() -> None:
    """Lot 2 without a clause leaves that of lot 1, with its own figure."""
    text = "Le lot 1 comprend 80 heures d’insertion. Le lot 2 ne comprend pas d’heures d’insertion."
    found = read_social_clause([Evidence("texte", text)])
    assert found is not None
    assert not found.negated
    assert found.lots == ("1",)
    assert found.by_lot == (LotFigures("1", 80),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Clause d’insertion suivie par le PLIE de Brivelac.", "PLIE de Brivelac"),
        (
            "Clause sociale : contacter la Maison de l’Emploi du bassin de Brivelac.",
            "Maison de l’Emploi du bassin de Brivelac",
        ),
        ("Clause sociale. Facilitateur : Camille Exemple, 00 00 00 00 00.", "Facilitateur"),
        (
            "Maison de l’emploi de Brivelac Camille Exemple suit la clause sociale.",
            "Maison de l’emploi de Brivelac",
        ),
        ("Le marché comporte une clause sociale.", None),
    ],
)
def test_the_facilitator_is_an_organisation(text: str, name: str | None) -> None:
    """The name of the organisation, never that of a person."""
    found = read_social_clause([Evidence("texte", text)])
    assert found is not None
    assert found.facilitator == name


def test_conditional_words_are_kept() -> None:
    """The clause may come with later contracts: it is read, and the doubt is shown."""
    text = "Les marchés subséquents pourront comporter une clause sociale."
    found = read_social_clause([Evidence("texte", text)])
    assert found is not None
    assert found.kind is ClauseKind.EXECUTION
    assert [item.words for item in found.conditional] == [text.rstrip(".")]


def test_a_criterion_field_needs_no_word_criterion() -> None:
    """In the field of criteria, the social one is enough; a social landlord is not one."""
    for words, kind in (("Performance sociale", ClauseKind.CRITERION), ("Logements sociaux", None)):
        found = read_social_clause([], criteria=[Evidence("critère", words)])
        assert (found.kind if found else None) is kind


def test_insertion_as_the_object_of_a_title() -> None:
    """A title that buys insertion makes it the object; a title on a clause does not."""
    for words, kind in (
        ("Chantier d’insertion pour l’entretien des berges", ClauseKind.OBJECT),
        ("Assistance aux clauses sociales d’insertion", None),
    ):
        found = read_social_clause([], object_passages=[Evidence("titre", words)])
        assert (found.kind if found else None) is kind
