"""Sentences on groups: what is imposed on the winner, and what is forbidden to a bidder."""

import pytest

from cordee.notices.clauses import read_clauses
from cordee.notices.notice import Evidence, GroupingForm
from tests.notices.conftest import read_grouping

# text, form
FORMS = [
    ("Groupement conjoint sans mandataire solidaire.", "conjoint"),
    ("Groupement conjoint sans que le mandataire soit solidaire.", "conjoint"),
    ("Groupement conjoint, la solidarité du mandataire n’est pas exigée.", "conjoint"),
    ("En cas de groupement, la solidarité est exigée.", "solidaire"),
    ("La solidarité n’est pas exigée.", "free"),
    (
        "En cas de groupement conjoint, la solidarité du mandataire est exigée.",
        "conjoint_mandataire_solidaire",
    ),
    ("Aucune forme imposée.", "free"),
    ("Le groupement devra être solidaire.", "solidaire"),
    ("Groupement conjoint avec mandataire non solidaire.", "conjoint"),
    (
        "Les candidats peuvent se présenter seuls ou en groupement conjoint ou solidaire ; "
        "aucune forme n’est imposée.",
        "free",
    ),
    ("La forme imposée au groupement attributaire est la forme solidaire.", "solidaire"),
    (
        "En cas de groupement, l’attributaire sera un groupement conjoint dont le mandataire "
        "est solidaire.",
        "conjoint_mandataire_solidaire",
    ),
    (
        "Le marché sera attribué à une entreprise seule ou à un groupement d’entreprises "
        "solidaires.",
        "solidaire",
    ),
    ("Les groupements ne sont pas admis.", "forbidden"),
    ("La candidature en groupement n’est pas autorisée.", "forbidden"),
    ("Les groupements d’entreprises sont interdits.", "forbidden"),
    ("Seules les candidatures individuelles sont admises.", "forbidden"),
    (
        "Il est interdit de présenter plusieurs offres en qualité de membre de plusieurs "
        "groupements.",
        "free",
    ),
    ("Un même opérateur ne peut être membre de plusieurs groupements.", "free"),
    (
        "Groupement momentané d’entreprises conjointes, le mandataire étant solidaire de ses "
        "cotraitants.",
        "conjoint_mandataire_solidaire",
    ),
    ("GME solidaire ou conjoint avec mandataire solidaire.", "conjoint_mandataire_solidaire"),
    (
        "Après attribution, le pouvoir adjudicateur pourra exiger la transformation en "
        "groupement solidaire.",
        "solidaire",
    ),
    ("Le groupement peut être conjoint ; le mandataire n’a pas à être solidaire.", "conjoint"),
    ("La forme du groupement est libre.", "free"),
    (
        "Entreprise individuelle ou groupement d’entreprises solidaires ou conjointes avec "
        "mandataire solidaire.",
        "conjoint_mandataire_solidaire",
    ),
    ("Le titulaire pourra être un groupement conjoint.", "conjoint"),
    ("Forme juridique que devra revêtir le groupement attributaire : solidaire.", "solidaire"),
    ("Forme juridique : groupement conjoint.", "conjoint"),
    (
        "Le groupement conjoint est obligatoire pour les lots 1 et 2, mandataire solidaire.",
        "conjoint_mandataire_solidaire",
    ),
    (
        "Soit une entreprise générale, soit un groupement d’entreprises conjointes solidaires "
        "du mandataire.",
        "conjoint_mandataire_solidaire",
    ),
    ("Pas de groupement possible.", "forbidden"),
    (
        "Il n’est pas imposé de forme particulière de groupement, cependant le mandataire "
        "devra être solidaire.",
        "conjoint_mandataire_solidaire",
    ),
    ("La forme souhaitée est le groupement solidaire mais elle n’est pas imposée.", "free"),
    ("L’acheteur ne souhaite pas imposer de forme de groupement.", "free"),
    (
        "Le mandataire d’un groupement conjoint est solidaire, pour l’exécution du marché, de "
        "chacun des membres.",
        "conjoint_mandataire_solidaire",
    ),
    (
        "Si le groupement attributaire est conjoint, il pourra se voir contraint d’adopter la "
        "forme solidaire.",
        "solidaire",
    ),
    ("Les candidatures groupées sont acceptées quelle que soit leur forme.", "free"),
    ("Le groupement sera obligatoirement conjoint et solidaire.", "conjoint_mandataire_solidaire"),
    ("Sous forme de groupement solidaire de préférence.", "solidaire"),
    ("La cotraitance est interdite.", "forbidden"),
    ("Le nombre de membres du groupement est limité à quatre.", "free"),
]


@pytest.mark.parametrize(("text", "form"), FORMS)
def test_forms(text: str, form: str) -> None:
    """What binds most is kept; a wish that is not imposed, or a choice, leaves the form free."""
    assert read_clauses("", text).grouping is GroupingForm(form)


def test_what_may_be_required_wins_over_the_softer_words() -> None:
    """A free form for the offer, then a form asked for after the award."""
    text = (
        "Les candidats peuvent se présenter en groupement conjoint ou solidaire. "
        "Après attribution, le groupement devra revêtir la forme solidaire."
    )
    assert read_clauses("", text).grouping is GroupingForm.SOLIDAIRE


def test_one_offer_for_each_company() -> None:
    """Bidding twice is forbidden (R2142-21), leading several groups too; both are not a form."""
    text = (
        "Aucune forme de groupement n’est imposée. Il est interdit de présenter plusieurs offres "
        "en qualité de membre de plusieurs groupements. Un même opérateur ne peut être mandataire "
        "de plus d’un groupement."
    )
    found = read_grouping([Evidence("texte", text)])
    assert found is not None
    assert found.form is GroupingForm.FREE
    assert ["interdit" in item.words for item in found.one_offer] == [True]
    assert ["mandataire" in item.words for item in found.one_lead] == [True]


def test_two_offers_may_be_allowed() -> None:
    """The same words without a prohibition forbid nothing."""
    text = "Il est possible de présenter plusieurs offres dans plusieurs groupements."
    found = read_grouping([Evidence("texte", text)])
    assert found is not None
    assert found.one_offer == ()


@pytest.mark.parametrize(
    "text",
    [
        "Entretien des berges.",
        "Une caution personnelle et solidaire est demandée.",
        "Réalisation conjointe d’un site par deux chambres.",
        "Entreprise de l’économie sociale et solidaire.",
        "Groupement de commandes de trois communes.",
    ],
)
def test_silence_is_not_free(text: str) -> None:
    """Texts that never speak of groups of candidates leave the terms unknown."""
    assert read_grouping([Evidence("texte", text)]) is None
