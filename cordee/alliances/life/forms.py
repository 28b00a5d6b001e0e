"""What is typed about signatories, receipts, results and withdrawals."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.alliances.actions.bids import Note
from cordee.alliances.models import AllianceParty, BidResult, Withdrawal
from cordee.base.files import MOST_BYTES
from cordee.base.ui.fields import EurosField, read_decimal

MOST_CRITERIA = 12
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
# What a browser offers, and what it says at once to be too big: the server decides all the same.
FILE_INPUT = {
    "accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx,.odt,.ods,.txt,.csv",
    "data-cordee-most": str(MOST_BYTES),
}


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)


class SignatoryForm(forms.Form):
    """Who signs for a structure, and by which act."""

    name = forms.CharField(label="Qui signe", max_length=150, help_text="prénom et nom")
    function = forms.CharField(
        label="Sa fonction", max_length=150, help_text="par exemple : présidente, directeur, maire"
    )
    power = forms.ChoiceField(
        label="De quel droit", choices=AllianceParty.Power.choices, widget=forms.RadioSelect
    )
    power_on = DayField(
        label="Date de l’acte ou du vote",
        required=False,
        help_text="sauf pour la représentante ou le représentant légal",
    )
    next_council_on = DayField(
        label="Date du prochain conseil",
        required=False,
        help_text="pour une commune ou un CCAS, si le conseil n’a pas encore voté",
    )


class ApprovalForm(forms.Form):
    """She says that she is the one who signs, and read the text."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput())
    is_signatory = forms.BooleanField(label="Je suis la personne nommée ci-dessus")
    has_read = forms.BooleanField(label="J’ai lu la convention et ses termes")

    def __init__(self, *args: Any, paper: str = "la convention", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_read"].label = f"J’ai lu {paper} et ses termes"


class ReceiptForm(forms.Form):
    """What is on the receipt that each approval got by mail."""

    sequence = forms.IntegerField(label="Ligne de la chaîne", min_value=1)
    name = forms.CharField(label="Nom", max_length=150)
    function = forms.CharField(label="Fonction", max_length=150)
    key = forms.CharField(label="Clé de preuve", max_length=80)


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
    receipt = forms.FileField(
        label="Le récépissé",
        error_messages={"empty": "Ce fichier est vide."},
        widget=forms.ClearableFileInput(attrs=FILE_INPUT),
        help_text=f"PDF ou image, {MOST_BYTES // 1_000_000} Mo au plus",
    )

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
        coerce=lambda said: said == "oui",
        widget=forms.RadioSelect,
    )
    winner_price_cents = EurosField(
        label="Prix de l’offre retenue, HT",
        required=False,
        help_text="si vous n’êtes pas retenus ; l’acheteur le donne à qui le demande",
    )
    criteria = forms.CharField(
        label="Notes par critère",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="un critère par ligne : nom ; note la plus haute ; la nôtre ; celle du gagnant. "
        "Par exemple : Prix ; 40 ; 31,5 ; 40",
    )

    class Meta:
        model = BidResult
        fields = (
            *("told_on", "reason", "words", "winner_price_cents"),
            *("rank", "bids", "to_change"),
        )
        widgets = {
            "told_on": DAY,
            "words": forms.Textarea(attrs={"rows": 3}),
            "to_change": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "reason": "d’après la lettre, si elle le dit",
            "words": "ses mots, si vous les avez",
            "to_change": "ce que vous feriez autrement, pour vous en souvenir",
        }
        labels = {"told_on": "Annoncé le"}

    field_order = (
        *("is_won", "told_on", "reason", "words", "winner_price_cents"),
        *("rank", "bids", "criteria", "to_change"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

    def clean_reason(self) -> str:
        """Who says nothing does not know: a buyer seldom tells a winner why."""
        return self.cleaned_data["reason"] or BidResult.Reason.UNKNOWN

    def clean_criteria(self) -> list[Note]:
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


def read_notes(typed: str) -> list[Note]:
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
        found.append(Note(parts[0][:120], most, ours, winners))
    if len(found) > MOST_CRITERIA:
        raise ValidationError(f"Gardez {MOST_CRITERIA} critères au plus.")
    return found


def write_notes(notes: Sequence[Any]) -> str:
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


FAULT = [
    ("", "Je ne sais pas"),
    ("non", "Non : elle ne vient pas de nous"),
    ("oui", "Oui : elle vient du groupe"),
]


class LeaveForm(forms.Form):
    """Why a structure leaves; later, what is left of its work."""

    reason = forms.CharField(
        label="Pourquoi",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="lu par ceux qui restent",
    )
    at_fault = forms.TypedChoiceField(
        label="La cause vient-elle du groupe ?",
        choices=FAULT,
        required=False,
        coerce=lambda said: said == "oui",
        empty_value=None,
        widget=forms.RadioSelect,
        help_text="l’acheteur ne peut accepter que si elle ne vient pas de vous",
    )
    left_cents = EurosField(
        label="Ce qui reste à faire de sa part, HT",
        required=False,
        help_text="vide : toute sa part",
    )

    def __init__(
        self, *args: Any, is_filed: bool, is_frozen: bool, is_signed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_filed
        if not is_frozen:
            del self.fields["at_fault"]
        if not is_signed:
            del self.fields["left_cents"]


# What becomes of a share where one answers alone.
ALONE = {Withdrawal.Plan.ONE: "Le candidat le fait lui-même"}


class PlanForm(forms.Form):
    """Who takes the share."""

    plan = forms.ChoiceField(label="Qui reprend le travail", widget=forms.RadioSelect)
    member = forms.ChoiceField(
        label="Quel membre", required=False, help_text="si un seul membre reprend tout"
    )
    structure = forms.CharField(
        label="Quelle autre structure",
        required=False,
        max_length=200,
        help_text="son SIRET ou un morceau de son nom, si une autre la remplace",
    )

    def __init__(
        self,
        plans: Sequence[Withdrawal.Plan],
        members: Sequence[tuple[str, str]],
        *args: Any,
        is_alone: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["plan"]
        chosen.choices = [
            (plan.value, ALONE[plan] if is_alone and plan in ALONE else plan.label.capitalize())
            for plan in plans
        ]
        member: Any = self.fields["member"]
        member.choices = [("", "à choisir"), *members]
        if is_alone:
            # One answers alone: there is nobody to choose from.
            del self.fields["member"]


class SendForm(forms.Form):
    """The request, as it left."""

    request_text = forms.CharField(
        label="La demande",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="relisez-la, puis envoyez-la vous-même à l’acheteur",
    )
    sent_on = DayField(label="Partie le")


class BuyerForm(forms.Form):
    """What the buyer answers."""

    is_accepted = forms.TypedChoiceField(
        label="Sa réponse",
        choices=[("oui", "L’acheteur accepte"), ("non", "L’acheteur refuse")],
        coerce=lambda said: said == "oui",
        widget=forms.RadioSelect,
    )
    answered_on = DayField(label="Reçue le")
    words = forms.CharField(
        label="Ses mots",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
