"""What a reference or a word about hours never holds: what tells one person from others (RULE-32).

Numbers, addresses and papers of a person are refused with the reason. The pattern of a social
security number is wider than that of a card: any run of 13 to 15 digits, whatever parts them.
"""

import re

from django.core.exceptions import ValidationError

from cordee.base.search.words import fold
from cordee.skills.private_words import IDENTIFYING

KEPT_OUT = ("une adresse de courriel", "un numéro de téléphone", "un numéro de PASS IAE")
PERSONAL = {
    "un numéro de sécurité sociale": re.compile(r"(?<!\d)\d(?:[\s.\-/]?[\dab]){12,14}(?!\d)", re.I),
    **{what: IDENTIFYING[what] for what in KEPT_OUT},
    "le PASS d’une personne": re.compile(r"\bpass\b"),
    "la paie d’une personne": re.compile(r"\b(?:bulletin|fiche)s? (?:de )?(?:paie|paye|salaire)"),
    "le contrat d’une personne": re.compile(r"\bcontrats? de travail|\bcddi\b"),
}


def check_no_person(text: str, field: str, cure: str) -> None:
    """Refuse what points at one person. Raises `ValidationError` on the field, with its cure."""
    for what, pattern in PERSONAL.items():
        if found := pattern.search(text) or pattern.search(fold(text)):
            told = f"«\u00a0{found[0]}\u00a0» ressemble à {what}. Cordée n’en garde pas."
            raise ValidationError({field: f"{told} {cure}"})
