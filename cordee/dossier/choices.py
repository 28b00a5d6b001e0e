"""What the members choose in the common paper: each question, and the option that stands.

The words of an option, and what it means, are files (`texts/choices`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cordee.agreement import CommonTerms, Terms
from cordee.base.ui import french
from cordee.dossier import texts


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of the common terms; `name`: as texts call it."""

    name: str
    subject: str
    question: str

    def words(self, value: str | int | None) -> str:
        """What was chosen, in a few words."""
        if isinstance(value, int):
            return f"au moins {french.euros(value)} par sinistre"
        return texts.options(self.name)[value or ""].partition("\u00a0:")[0]


# By the field of the common terms, in the order of the articles. Of an amount, the option
# « montant » stands where it is given.
CHOICES = {
    "study_costs": Choice("frais-etude", "Frais d’étude", "Qui paie l’étude de l’offre ?"),
    "insurance_cents": Choice(
        "assurance", "Assurance", "Quel montant d’assurance au moins, par sinistre ?"
    ),
    "notice": Choice(
        "preavis",
        "Délai avant l’exclusion",
        "Un membre averti a combien de temps pour faire son travail ?",
    ),
    "exclusion": Choice("exclusion", "Exclusion", "Comment décidez-vous d’exclure un membre ?"),
    "dispute_steps": Choice("desaccords", "Désaccords", "En cas de désaccord, que faites-vous ?"),
}


def left_to(terms: Terms, *, model: int) -> Iterator[str]:
    """The fields that the common paper of these terms leaves to its members; none without one."""
    name = terms.arrangement.pick(group="group", sole="sole")
    asked = texts.choices(name, model=model) if terms.has_paper else ()
    return (field for field, choice in CHOICES.items() if choice.name in asked)


def chosen(common: CommonTerms) -> dict[str, str]:
    """The option of each choice, by the name that texts give it."""
    held = {choice.name: getattr(common, field) for field, choice in CHOICES.items()}
    return held | {"assurance": "montant" if common.insurance_cents else ""}


def told(terms: Terms, *, model: int) -> list[tuple[str, str, bool]]:
    """What stands in the paper: the subject, a few words, whether the members chose it. What they
    wrote themselves takes the place of a choice, which is left out."""
    common = terms.common
    return [
        (choice.subject, choice.words(value), bool(value))
        for field in left_to(terms, model=model)
        for choice, value in [(CHOICES[field], getattr(common, field))]
        if not (field == "dispute_steps" and common.disputes)
    ]
