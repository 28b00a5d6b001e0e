"""Titles in the manner of buyers, and the trades a careful reader would name."""

from pathlib import Path
from time import process_time

import pytest

from benchmarks.labels import codes_by_id, read_learned, with_codes
from benchmarks.training import Example, at_first_sight, calibrate, isotonic, train
from cordee.notices.notice import Evidence
from cordee.notices.trades.document import of_text
from cordee.notices.trades.features import AGAINST, features_of
from cordee.notices.trades.lexicon import trades_of_code
from cordee.notices.trades.phrases import Phrases, words_of
from cordee.notices.trades.reading import Model, TradesReading, read_trades, shipped_model
from cordee.notices.trades.signals import signals_of
from cordee.rules.trades import prefix_score

TITLES = [
    # The same words as work, as goods, as a place, as a purpose.
    ("Travaux de peinture des couloirs de la mairie", {"second-oeuvre-batiment"}),
    ("Fourniture de peinture pour les services techniques", set()),
    ("Fourniture et livraison de repas en liaison froide", {"restauration-traiteur"}),
    ("Fourniture d’assiettes pour la restauration scolaire", set()),
    ("Gestion de la crèche municipale", {"petite-enfance"}),
    ("Nettoyage des vitres de la crèche municipale", {"proprete"}),
    ("Maintenance et réparation de lave-linge", {"reparation-electromenager-mobilier"}),
    ("Acquisition de lave-linge", set()),
    ("Conteneurs pour la collecte sélective", set()),
    ("Collecte sélective des emballages", {"recyclage-ressourcerie"}),
    # What hides, completes, or is left out.
    ("Fourniture et pose de mobilier urbain", set()),
    ("Fourniture de mobilier scolaire", {"menuiserie-bois-palettes"}),
    ("Logiciel de nettoyage des données", set()),
    ("Exploitation de la décharge (hors espaces verts)", set()),
    ("Entretien des espaces verts, hors élagage", {"espaces-verts"}),
    ("Prestations de gardiennage du festival d’été", {"accueil-surveillance"}),
    ("Nettoyage des locaux, plonge et vitrerie", {"proprete"}),
    # Groceries alone are none of ours; vegetables, or the help that goes with menus, are.
    ("Fourniture de denrées alimentaires", set()),
    ("Fourniture de carottes et de courgettes", {"maraichage"}),
    ("Denrées alimentaires et assistance technique aux menus", {"restauration-traiteur"}),
    # Letters lost on the way: « é » that was not decoded, « œ » that was left out.
    ("D\ufffdmolition d’un hangar", {"deconstruction-reemploi-materiaux"}),
    ("Maîtrise d’uvre pour la démolition d’un hangar", set()),
    ("Renouvellement des pare-feux internet", set()),
    # Thinking about work, and training.
    ("Maîtrise d’œuvre pour l’entretien des espaces verts", set()),
    ("Formation des agents à la taille des haies", set()),
    ("Formation de demandeurs d’emploi au jardinage", {"prestation-insertion"}),
    ("Interventions d’espaces verts sous contrôle de l’agence", {"espaces-verts"}),
    ("Fourniture de produits d’entretien, de nettoyage et d’hygiène", set()),
    ("Fabrication et pose de mobilier urbain", set()),
    ("Achat de denrées alimentaires et de viandes pour le restaurant administratif", set()),
    ("Fourniture et plantation d’arbres", {"espaces-verts"}),
    ("Acquisition de vitrages et de peinture", set()),
    # Names of places and of the buyer's services.
    ("Requalification de la rue Jean Moulin", set()),
    ("Nettoyage des bureaux, 12 rue des Maraîchers", {"proprete"}),
    ("Mise en place de cloisons", {"second-oeuvre-batiment"}),
    ("Nettoyage des locaux de la direction des espaces verts", {"proprete"}),
    ("Réfection des peintures de la résidence Les Sentiers", {"second-oeuvre-batiment"}),
    ("Réservation de places de crèche", {"petite-enfance"}),
    # What is none of ours only says where the work is done.
    ("Entretien des espaces verts de la station d’épuration", {"espaces-verts"}),
    (
        "Services d’insertion ayant pour support le nettoyage des locaux",
        {"prestation-insertion", "proprete"},
    ),
    # One word in two things: of waste, of a park, of a need, of a town.
    ("Collecte des ordures ménagères et tri des déchets ménagers", {"recyclage-ressourcerie"}),
    ("Réhabilitation du parc des expositions, lot enseignes", set()),
    ("Restauration de documents anciens pour les archives municipales", set()),
    ("Gardiennage de véhicules en fourrière", set()),
    ("Location d’un bus sans chauffeur", set()),
    ("Administration de la messagerie électronique", set()),
    ("Enlèvement de déchets à risques infectieux", set()),
    ("Maintenance des équipements de blanchisserie", {"reparation-electromenager-mobilier"}),
    # Goods that are bought and placed; a phrase that says what is done, whatever stands before.
    ("Fourniture, pose et installation de mobilier scolaire", {"menuiserie-bois-palettes"}),
    ("Aménagement et entretien des plages", {"proprete-urbaine"}),
    ("Accompagner les jeunes vers l’emploi", {"prestation-insertion"}),
    ("Fourniture de matériels pour l’entretien des espaces verts", set()),
    (
        "Mise à disposition de personnel d’entretien de bâtiments",
        {"proprete", "prestation-insertion"},
    ),
    ("Location de matériel de spectacle pour les fêtes", {"evenementiel-gobelets"}),
    # A study may close the title; words may be stuck together.
    ("Démolition d’immeubles - Mission d’ordonnancement, pilotage et coordination", set()),
    ("Révision de l’état des lieuxDiagnostic de la rivière", set()),
    # Buildings.
    ("Groupe scolaire Michelet : travaux de rénovation", {"second-oeuvre-batiment"}),
    ("Réhabilitation de l’hôtel du département", {"second-oeuvre-batiment"}),
    (
        "Construction d’un local commercial et médical",
        {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"},
    ),
    ("Réalisation de visites et d’ateliers pédagogiques", set()),
    ("Travaux d’aménagement des abords de l’église", set()),
    ("Création d’un parking devant la mairie", set()),
    ("Réalisation d’une cantine", {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"}),
    (
        "Construction d’un groupe scolaire",
        {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"},
    ),
    ("Rénovation de la salle des fêtes", {"second-oeuvre-batiment"}),
    ("Construction d’une école – relance du lot couverture", {"gros-oeuvre-patrimoine"}),
    ("Remplacement de la chaudière de l’école", set()),
    ("Travaux tous corps d’état", {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"}),
    # Two trades, and neighbours.
    (
        "Médiation sociale et gardiennage de nuit",
        {"services-personne-mediation", "accueil-surveillance"},
    ),
    ("Nettoiement des rues et des places", {"proprete-urbaine"}),
    ("Restauration de la ripisylve du ruisseau", {"espaces-naturels-genie-ecologique"}),
    ("Réfection de la chaussée", set()),
    ("", set()),
]


@pytest.mark.parametrize(("title", "trades"), TITLES)
def test_trades_of_a_title(title: str, trades: set[str]) -> None:
    """As the labelling guide says."""
    assert set(read_trades(of_text(title)).slugs) == trades


def test_words_that_decide_are_shown() -> None:
    """As written, with where they stand; the best first."""
    reading = read_trades(of_text("Entretien des Espaces Verts", descripteurs=["Espaces verts"]))
    (sector,) = reading.sectors
    assert sector.because[:2] == (
        Evidence("titre", "Espaces Verts"),
        Evidence("descripteur", "Espaces verts"),
    )
    assert 0.9 < sector.probability <= 1
    assert reading.why_none is None


def test_a_study_says_which_words_make_it_one() -> None:
    """The reason is shown, and nothing is even a candidate."""
    reading = read_trades(of_text("Étude de faisabilité d’une légumerie"))
    assert reading == TradesReading((), (), reading.fit, reading.why_none)
    assert reading.why_none is not None
    assert "Étude" in reading.why_none
    insured = read_trades(of_text("Assurance des bâtiments communaux"))
    assert (
        insured.why_none == "« Assurance » : ce marché n’achète le travail d’aucun de nos métiers."
    )
    assert reading.fit.value == 0


POSSIBLE = [
    ("Réhabilitation de l’espace Exemple", {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"}),
    (
        "Construction d’une école, relance du lot 4",
        {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"},
    ),
    ("Déneigement des voies", {"proprete-urbaine"}),
    (
        "Concession pour la construction et l’exploitation d’un crématorium",
        {"second-oeuvre-batiment", "gros-oeuvre-patrimoine"},
    ),
    ("Fourniture et livraison de papier", set()),
    ("Maîtrise d’œuvre pour la réhabilitation de l’espace Exemple", set()),
]


@pytest.mark.parametrize(("title", "trades"), POSSIBLE)
def test_possible_trades(title: str, trades: set[str]) -> None:
    """What nobody asserts is proposed, with a lower probability and the words that speak for it."""
    reading = read_trades(of_text(title))
    assert reading.slugs == ()
    assert {item.slug for item in reading.possible} == trades
    assert reading.fit.value == 0
    assert all(0 < item.probability < 0.5 and item.because for item in reading.possible)


def test_possible_trades_stand_beside_those_asserted() -> None:
    """Never the same twice; three at most."""
    reading = read_trades(
        of_text("Nettoyage des bureaux", "Lot : Transport\nCollecte. Tri. Bennes.")
    )
    assert reading.slugs == ("proprete",)
    assert {item.slug for item in reading.possible} & {"recyclage-ressourcerie"}
    assert len(reading.possible) <= 3


def test_probabilities_are_calibrated() -> None:
    """On the line between two knots, and never beyond the last ones."""
    model = Model({}, 0.3, calibration=((0.1, 0.2), (0.5, 0.4)))
    assert [model.calibrated(score) for score in (0.0, 0.1, 0.3, 0.5, 1.0)] == pytest.approx(
        [0.2, 0.2, 0.3, 0.4, 0.4]
    )
    pairs = [(0.1, False)] * 60 + [(0.6, True)] * 20 + [(0.7, False)] * 10 + [(0.8, True)] * 30
    shares = [share for _, share in isotonic(pairs)]
    assert shares == sorted(shares)
    assert shares[0] < 0.05 < 0.7 < shares[-1] < 1
    # Less is promised of lines that nobody had read: 0.95 becomes 0.85, and the order stays.
    unseen = [at_first_sight(share) for share in (0.3, 0.6, 0.9, 0.95, 0.99)]
    assert unseen == sorted(unseen)
    assert 0.8 < unseen[3] < 0.87 < unseen[4] < 0.96


def test_a_code_alone_is_believed_as_its_rule_says() -> None:
    """RULE-31: what was learned of words does not lower it."""
    (sector,) = read_trades(of_text("Prestations diverses", codes=["90910000"])).sectors
    assert sector.slug == "proprete"
    assert sector.probability == float(prefix_score(4))


def test_at_most_three_trades_the_largest_first() -> None:
    """Lots tell the size (GUIDELINES 19)."""
    lots = ["Peinture", "Sols souples", "Cloisons", "Maçonnerie", "Tonte", "Nettoyage des vitres"]
    text = "\n".join(f"Lot : {title}" for title in lots)
    slugs = read_trades(of_text("Entretien du patrimoine", text)).slugs
    assert len(slugs) == 3
    assert slugs[0] == "second-oeuvre-batiment"


def test_a_keyword_alone_names_its_trade() -> None:
    """GUIDELINES 19: named only in the keywords counts as named; not where the title is a study."""
    assert read_trades(of_text("Lot 4", descripteurs=["Gros oeuvre"])).slugs == (
        "gros-oeuvre-patrimoine",
    )
    assert read_trades(of_text("Mission", descripteurs=["Maîtrise d'oeuvre"])).slugs == ()


CODES = [
    ("77310000", ("espaces-verts",), "7731"),
    ("45112700", ("espaces-verts",), "451127"),
    ("45112000", (), "45112"),
    ("45214200", ("second-oeuvre-batiment", "gros-oeuvre-patrimoine"), "4521"),
    ("48000000", (), ""),
]


@pytest.mark.parametrize(("code", "trades", "prefix"), CODES)
def test_the_longest_prefix_wins(code: str, trades: tuple[str, ...], prefix: str) -> None:
    """RULE-31, our finer prefixes and those of the referential together."""
    assert trades_of_code(code) == (trades, prefix)


FITS = [
    ("Entretien des espaces verts", 2),
    ("Aménagement de la voirie et espaces verts", 1),
    ("Travaux de peinture et sols souples", 2),
    ("Travaux de plomberie", 1),
    ("Collecte des encombrants", 2),
    ("Collecte sélective des emballages", 1),
    ("Prestations de traiteur", 2),
    ("Délégation de service public de la restauration scolaire", 1),
    ("Nettoyage des trains", 1),
    ("Assurance des locaux", 0),
]


@pytest.mark.parametrize(("title", "fit"), FITS)
def test_fit(title: str, fit: int) -> None:
    """2 the whole or most of it, 1 a part, 0 none of our trades; the reason is a sentence."""
    found = read_trades(of_text(title)).fit
    assert found.value == fit
    assert found.why.endswith(".")


def test_phrases() -> None:
    """Stems, beginnings of words, gaps; the longer hides the shorter, articles do not count."""
    phrases = Phrases([("nettoyage", 1), ("nettoyage ~ vitre", 2), ("paysag*", 3), ("vitre", 4)])
    found = phrases.find(words_of("Nettoyages des grandes vitres, paysagement"))
    assert [(item.value, item.at) for item in found] == [(2, (0, 2)), (3, (3,))]
    with pytest.raises(ValueError, match="a word at both ends"):
        Phrases([("~ vitre", 1)])


def test_no_weight_has_the_wrong_sign_and_every_feature_is_known() -> None:
    """What speaks against a trade never counts for it, so that a weight can be explained."""
    weights = shipped_model().weights
    assert all((weights[name] < 0) == (name in AGAINST or name == "always") for name in weights)
    document = of_text("Construction d’une école", "Lot : Peinture", ["Gros oeuvre"], ["45214200"])
    seen = {name for row in features_of(signals_of(document)).values() for name in row}
    assert seen & weights.keys()


@pytest.mark.parametrize(
    "words",
    ["hors a, ", "logiciel nettoyage ", "cadre dans le cadre ", "creche ", "construction ecole "],
)
def test_hostile_texts_are_read_in_time(words: str) -> None:
    """200,000 letters in one sentence, as a title or as a text: within a second of work."""
    text = words * (200_000 // len(words))
    spaces = "Référence" + " " * 200_000
    began = process_time()
    read_trades(of_text(text, text))
    read_trades(of_text(spaces, spaces))
    assert process_time() - began < 2.0


@pytest.mark.shared_data
def test_training_gives_the_shipped_model_again(shared_data: Path) -> None:
    """The same labels, the same weights, to the last digit kept."""
    labels = read_learned(shared_data)
    coded = with_codes(labels, codes_by_id(shared_data / "ted/ted_export_fr.zip"))
    examples = [Example(label.document, label.sectors, label.id) for label in (*labels, *coded)]
    model = calibrate(train(examples), examples)
    shipped = shipped_model()
    assert (model.threshold, model.possible_threshold) == (
        shipped.threshold,
        shipped.possible_threshold,
    )
    for knot, own in zip(model.calibration, shipped.calibration, strict=True):
        assert knot == pytest.approx(own, abs=2e-3)
    assert model.weights.keys() == shipped.weights.keys()
    assert all(abs(model.weights[name] - shipped.weights[name]) < 2e-3 for name in model.weights)


def test_hours_of_a_clause_propose_no_contract_of_insertion() -> None:
    said = "Le titulaire réserve 450 heures à l’insertion professionnelle de publics éloignés."
    assert read_trades(of_text("Entretien des espaces verts", said)).possible == ()
