"""What is never written of a learner, and what is warned of (RULE-32, 33).

Her name is a first name or initials: what identifies her better is refused. A free text that
speaks of health or justice is shown again with these words; sent as it stands, it is kept.
"""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.search.words import fold

WORDS = Path(__file__).with_name("private_words.toml")
# What it looks like, in the order in which it is looked for; the text has thirty letters at most.
IDENTIFYING = (
    ("une adresse de courriel", re.compile(r"@|\bwww\.|https?:")),
    ("un numéro de téléphone", re.compile(r"(?:\+33|0033|\b0)[ .-]?[1-9](?:[ .-]?\d\d){4}\b")),
    (
        "un numéro de sécurité sociale",
        re.compile(r"\b[1-478] ?\d\d ?[0-9]\d ?[\dAB ]{5,9}\d\b", re.IGNORECASE),
    ),
    ("un numéro de PASS IAE", re.compile(r"\b(?:\d{5}|[A-Z]{5}) ?\d\d ?\d{5}\b", re.IGNORECASE)),
    (
        "une adresse",
        re.compile(
            r"\b(?:\d{5}\b|(?:rue|avenue|av|bd|boulevard|allee|impasse|place|chemin|route|quai"
            r"|cours|square|lotissement|residence|batiment)\b.)"
        ),
    ),
    ("un numéro", re.compile(r"\d{3}|\d[ .-]?\d[ .-]?\d")),
)


def check_pseudonym(text: str) -> None:
    """Refuse what tells more than a first name or initials. Raises ValidationError."""
    plain = fold(text)
    for what, pattern in IDENTIFYING:
        if pattern.search(text) or pattern.search(plain):
            raise ValidationError(
                f"«\u00a0{text}\u00a0» ressemble à {what}. Cordée n’en garde pas\u00a0: "
                "écrivez un prénom ou des initiales.",
                code="identifying",
            )


def private_words(text: str) -> list[str]:
    """The words of a text that speak of health or justice, as the list has them."""
    plain = f" {fold(text)}"
    return [word for word in _words() if f" {word}" in re.sub(r"[^\w']", " ", plain)]


@cache
def _words() -> tuple[str, ...]:
    return tuple(word for words in tomllib.loads(WORDS.read_text()).values() for word in words)


class RereadForm(forms.BaseForm):
    """Before `forms.Form` or `ModelForm`: a form whose free texts are read over once more where
    they speak of health or justice."""

    free_texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Which words were told already: the same text, sent again, is kept.
        self.fields["reread"] = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}  # type: ignore[misc]
        told = set(cleaned.pop("reread", "").split(","))
        found = {name: private_words(cleaned.get(name) or "") for name in self.free_texts}
        for name, words in found.items():
            if new := [word for word in words if word not in told]:
                self.add_error(
                    name,
                    f"Ce texte parle de santé ou de justice ({', '.join(new)}). Mieux vaut ne pas "
                    "l’écrire. Pour le garder ainsi, envoyez-le encore une fois.",
                )
        self.data = self.data.copy()  # type: ignore[attr-defined]
        every = sorted({word for words in found.values() for word in words})
        self.data[self.add_prefix("reread")] = ",".join(every)
        return cleaned
