"""What is typed about the receipt of the offer, the result and its notification."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.alliances.filing.actions import CriterionMark
from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.models import BidResult
from cordee.base.ui.fields import DayField, DayInput, EurosFormField, LongTextField, read_decimal

MOST_CRITERIA = 12


class FilingForm(forms.Form):
    """The platform's receipt."""

    number = forms.CharField(
        label="Numéro du récépissé",
        max_length=100,
        help_text="celui que donne la plateforme ; pour un envoi par courriel, son objet",
    )
    day = DayField(label="Jour du dépôt")
    time = forms.TimeField(
        label="Heure du dépôt", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    receipt = KeptFileField("Le récépissé", "PDF ou image")

    @property
    def filed_at(self) -> datetime:
        """The moment, as the clock on the wall said it."""
        at = datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
        return timezone.make_aware(at)


class ResultForm(forms.ModelForm[BidResult]):
    """What the buyer decided, and what the letter says."""

    is_won = forms.TypedChoiceField(
        label="Résultat",
        choices=[("oui", "Le marché nous est attribué"), ("non", "Notre offre n’est pas retenue")],
        coerce=lambda typed: typed == "oui",
        widget=forms.RadioSelect,
    )
    winner_price_cents = EurosFormField(
        label="Prix de l’offre retenue, HT",
        required=False,
        help_text="si vous n’êtes pas retenus ; l’acheteur le donne à qui le demande",
    )
    criteria = LongTextField(
        label="Notes par critère",
        required=False,
        rows=4,
        help_text="un critère par ligne : nom ; note la plus haute ; la nôtre ; celle du gagnant. "
        "Par exemple : Prix ; 40 ; 31,5 ; 40",
    )

    class Meta:
        model = BidResult
        fields = (
            *("announced_on", "reason", "words", "winner_price_cents"),
            *("rank", "bids", "to_change"),
        )
        widgets = {
            "announced_on": DayInput(),
            "words": forms.Textarea(attrs={"rows": 3}),
            "to_change": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "reason": "d’après la lettre, si elle le dit",
            "words": "ses mots, si vous les avez",
            "to_change": "ce que vous feriez autrement, pour vous en souvenir",
        }
        labels = {"announced_on": "Annoncé le"}

    field_order = (
        *("is_won", "announced_on", "reason", "words", "winner_price_cents"),
        *("rank", "bids", "criteria", "to_change"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

    def clean_reason(self) -> str:
        """Who says nothing does not know: a buyer seldom tells a winner why."""
        return self.cleaned_data["reason"] or BidResult.Reason.UNKNOWN

    def clean_criteria(self) -> list[CriterionMark]:
        return read_notes(self.cleaned_data["criteria"])

    @property
    def values(self) -> dict[str, Any]:
        """What `record_result` takes beside the result and the notes."""
        kept = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.cleaned_data["is_won"]:
            kept["winner_price_cents"] = None
        return kept

    def _post_clean(self) -> None:
        """The action checks the row: it knows the rest of it."""


def read_notes(typed: str) -> list[CriterionMark]:
    """Notes from lines "name; most; ours; winner's". Raises `ValidationError` with the line."""
    found = []
    for number, line in enumerate(typed.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in re.split(r"[;\t]", line)]
        if len(parts) not in (3, 4) or not parts[0]:
            raise ValidationError(
                f"Ligne {number} : écrivez le nom, la note la plus haute, la nôtre, celle du "
                "gagnant, séparés par des points-virgules."
            )
        figures = [None if part in ("", "?") else _points(part, number) for part in parts[1:]]
        most, ours, winners = (*figures, None)[:3]
        if most is None or ours is None:
            raise ValidationError(f"Ligne {number} : il manque une note.")
        if most <= 0 or max(ours, winners or 0) > most:
            raise ValidationError(f"Ligne {number} : une note dépasse la plus haute.")
        found.append(CriterionMark(parts[0][:120], most, ours, winners))
    if len(found) > MOST_CRITERIA:
        raise ValidationError(f"Gardez {MOST_CRITERIA} critères au plus.")
    return found


def write_notes(notes: Iterable[Any]) -> str:
    """The same lines, to be corrected."""
    return "\n".join(
        f"{note.label} ; {_shown(note.most)} ; {_shown(note.ours)} ; "
        f"{'?' if note.winners is None else _shown(note.winners)}"
        for note in notes
    )


def _points(typed: str, number: int) -> int:
    try:
        points = read_decimal(typed)
    except ValueError:
        raise ValidationError(f"Ligne {number} : « {typed} » n’est pas une note.") from None
    if points < 0 or points > 10_000:
        raise ValidationError(f"Ligne {number} : « {typed} » n’est pas une note.")
    return int(points * 100)


def _shown(hundredths: int) -> str:
    return f"{hundredths / 100:g}".replace(".", ",")


class SignedForm(forms.Form):
    """The day on which the contract is notified."""

    signed_on = DayField(label="Marché notifié le")
