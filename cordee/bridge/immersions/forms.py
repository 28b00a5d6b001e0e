"""What is typed of an immersion: nothing of the person but her yes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.base.ui.fields import DayInput, is_near
from cordee.bridge.access import contracts_of, posts_for
from cordee.bridge.models import Immersion
from cordee.rules.siret import is_valid_siren
from cordee.skills.models import Learner

# All that is asked of a renewal.
OF_RENEWAL = ("said_on", "last_on", "convention")


class ImmersionForm(forms.ModelForm[Immersion]):
    """An immersion, or a renewal of one. Who directs reads no name, and chooses none."""

    siren = forms.CharField(
        label="SIREN de l’entreprise",
        help_text="Neuf chiffres. Si elle est dans Cordée, elle note aussi la fin.",
        max_length=20,
        required=False,
    )

    class Meta:
        model = Immersion
        fields = (
            *("learner", "said_on", "company", "is_apart", "siren", "purpose", "first_on"),
            *("last_on", "convention", "delivery", "opportunity"),
        )
        labels = {
            "learner": "Qui part\u202f?",
            "said_on": "Sans carte, quand a-t-elle dit oui\u202f?",
            "company": "Chez quelle entreprise\u202f?",
            "purpose": "Pour quoi\u202f?",
            "delivery": "Sur quel marché a-t-elle appris\u202f?",
            "opportunity": "Pour quel poste\u202f?",
            "is_apart": "La personne y fera autre chose que le travail du marché",
        }
        help_texts = {
            "said_on": "Avec une carte, la personne répond sur sa page.",
            "last_on": "Un mois au plus, de date à date. Elle se renouvelle une fois.",
            "convention": "Celui du service de l’État, où la convention est faite.",
        }
        widgets = dict.fromkeys(("said_on", "first_on", "last_on"), DayInput) | {
            "is_apart": forms.HiddenInput,
        }

    def __init__(self, *args: Any, user: Any, teaches: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        row, on = self.instance, timezone.localdate()
        fields["delivery"].queryset = contracts_of(row.structure)
        fields["opportunity"].queryset = posts_for(user, on=on)
        fields["learner"].queryset = row.structure.learners.present(on)
        fields["learner"].empty_label = "Une personne sans carte"
        for name in ("said_on", "first_on", "last_on"):
            fields[name].validators.append(is_near)
        for name in [name for name in fields if row.renews and name not in OF_RENEWAL]:
            del fields[name]
        if not teaches:
            fields.pop("learner", None)
        if row.learner and "learner" not in fields:
            del fields["said_on"]

    def clean_siren(self) -> str:
        siren = "".join(self.cleaned_data["siren"].split())
        if siren and not is_valid_siren(siren):
            cure = "Recopiez les neuf chiffres, ou laissez vide."
            raise ValidationError(f"«\u00a0{siren}\u00a0» n’est pas un SIREN. {cure}")
        return siren

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        learner: Learner | None = cleaned.get("learner")
        if learner:
            # Her own word, not what is typed here.
            cleaned["said_on"] = self.initial.get("said_on")
        return cleaned

    def _post_clean(self) -> None:
        """Whether the work is apart is asked where the employer works on a contract."""
        super()._post_clean()  # type: ignore[misc]
        if "is_apart" in self.fields and ("company" in self.errors or self.instance.is_apart):
            self.fields["is_apart"].widget = forms.CheckboxInput()
