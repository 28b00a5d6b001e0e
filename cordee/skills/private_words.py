"""What is never written of a learner, and what is warned of (RULE-32, 33).

Her name is a first name or initials: what identifies her better is refused. A free text that
speaks of health or justice is shown again with these words; sent as it stands, it is kept.
"""

import re
import tomllib
from copy import copy
from pathlib import Path
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.search.words import fold

WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
PRIVATE = re.compile(rf"\b(?:{'|'.join([*WORDS['sante'], *WORDS['justice']])})\w{{0,20}}")
IDENTIFYING = {what: re.compile(p, re.IGNORECASE) for what, p in WORDS["identifying"].items()}


def check_pseudonym(text: str) -> None:
    """Refuse what tells more than a first name or initials. Raises ValidationError."""
    for what, pattern in IDENTIFYING.items():
        if pattern.search(text) or pattern.search(fold(text)):
            refusal = (
                f"«\u00a0{text}\u00a0» ressemble à {what}. Cordée n’en garde pas\u00a0: "
                "écrivez un prénom ou des initiales."
            )
            raise ValidationError({"pseudonym": refusal})


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
