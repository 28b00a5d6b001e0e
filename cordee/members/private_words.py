"""What is never written of a person, and what is warned of (RULE-32, 33).

The name of a learner is a first name or initials: what identifies her better is refused. A free
text that speaks of health or justice is shown again with these words; sent as it stands, it is
kept. A reference, or a word about hours or money, tells no person from others.
"""

import re
import tomllib
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.search.words import fold

WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
PRIVATE = re.compile(rf"\b(?:{'|'.join([*WORDS['sante'], *WORDS['justice']])})\w{{0,20}}")
IDENTIFYING = {what: re.compile(p, re.IGNORECASE) for what, p in WORDS["identifying"].items()}
# What a reference or a word about hours or money never holds. The pattern of a social security
# number is wider than that of a card: any run of 13 to 15 digits, whatever parts them.
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
    _refuse(PERSONAL, text, field, cure)


def check_pseudonym(text: str) -> None:
    """Refuse what tells more than a first name or initials. Raises ValidationError."""
    _refuse(IDENTIFYING, text, "pseudonym", "Écrivez un prénom ou des initiales.", text)


def _refuse(
    patterns: Mapping[str, re.Pattern[str]], text: str, field: str, cure: str, quoted: str = ""
) -> None:
    """`quoted`: in place of the words found."""
    for what, pattern in patterns.items():
        if found := pattern.search(text) or pattern.search(fold(text)):
            told = f"«\u00a0{quoted or found[0]}\u00a0» ressemble à {what}."
            raise ValidationError({field: f"{told} Cordée n’en garde pas. {cure}"})


def private_words(text: str) -> list[str]:
    """The words of a text that speak of health or justice, without their accents."""
    return sorted({found[0] for found in PRIVATE.finditer(fold(text))})


class PrivateWordsForm(forms.BaseForm):
    """Before `forms.Form` or `ModelForm`: a form whose free texts are read over once more where
    they speak of health or justice."""

    free_texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Which words were told already: the same text, sent again, is kept.
        self.fields["reread"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        told, found = set(cleaned.pop("reread", "").split(",")), set()
        for name in self.free_texts:
            words = private_words(cleaned.get(name) or "")
            found |= set(words)
            if new := [word for word in words if word not in told]:
                self.add_error(
                    name,
                    f"Ce texte parle de santé ou de justice ({', '.join(new)}). Mieux vaut ne pas "
                    "l’écrire. Pour le garder, envoyez-le encore une fois.",
                )
        # What was sent cannot be changed; a copy can.
        self.data = sent = cast("dict[str, Any]", copy(self.data))
        sent[self.add_prefix("reread")] = ",".join(sorted(found))
        return cleaned
