"""Correcting a sheet: one crew, a size in FTE, months apart, the name in use, a paper, an annex."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import french
from cordee.base.ui.fields import (
    DayField,
    DayInput,
    FrenchDecimalField,
    TicksField,
    WebAddressFormField,
)
from cordee.members.claim_answers import MOST_PLACES, MOST_WEEKLY_MINUTES
from cordee.members.claim_forms import UNKNOWN, YesNoField
from cordee.members.models import Certification, Convention, Crew, Structure
from cordee.members.papers import USUAL
from cordee.members.phones import read_phone
from cordee.rules.months import month_number
from cordee.rules.trades import TRADES

YEARS_AHEAD = 3
OTHER = "autre"


class CrewForm(forms.Form):
    nom = forms.CharField(
        label="Nom de l’équipe",
        help_text="Celui que vous employez : « Équipe du mardi », « Cuisine ».",
        max_length=100,
    )
    places = forms.IntegerField(label="Places", min_value=1, max_value=MOST_PLACES)
    heures = FrenchDecimalField(
        label="Heures par semaine, pour une personne",
        min_value=1,
        max_value=MOST_WEEKLY_MINUTES // 60,
    )
    vehicule = YesNoField(label="A-t-elle un véhicule\u202f?")
    metiers = TicksField(
        label="Ce qu’elle fait",
        help_text="Rien de coché : tous les métiers de l’atelier.",
        required=False,
    )
    depuis = DayField(label="Depuis le", required=False)
    jusque = DayField(label="Jusqu’au", required=False)

    def __init__(
        self, *args: Any, trades: Iterable[str], crew: Crew | None = None, **kwargs: Any
    ) -> None:
        if crew is not None:
            kwargs.setdefault("initial", _crew_initial(crew))
        super().__init__(*args, **kwargs)
        offered = [*dict.fromkeys([*trades, *(crew.trades if crew else [])])]
        self.fields["metiers"].choices = [  # type: ignore[attr-defined]
            (slug, TRADES[slug].label) for slug in offered if slug in TRADES
        ]
        if len(offered) < 2:
            del self.fields["metiers"]

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["nom"],
            "places": data["places"],
            "weekly_minutes": int(data["heures"] * 60),
            "has_vehicle": data["vehicule"],
            "trades": data.get("metiers", []),
            "valid_from": data["depuis"],
            "valid_to": data["jusque"],
        }


def _crew_initial(crew: Crew) -> dict[str, Any]:
    return {
        "nom": crew.name,
        "places": crew.places,
        "heures": (Decimal(crew.weekly_minutes) / 60).quantize(Decimal("0.01")).normalize(),
        "vehicule": UNKNOWN if crew.has_vehicle is None else crew.has_vehicle,
        "metiers": crew.trades,
        "depuis": crew.valid_from,
        "jusque": crew.valid_to,
    }


class FteForm(forms.Form):
    etp = FrenchDecimalField(
        label="Votre équipe, en équivalents temps plein (ETP)",
        help_text="Seulement si vous ne connaissez pas le détail de vos équipes. "
        "Vide : nous ne savons pas.",
        min_value=Decimal("0.01"),
        max_value=1000,
        required=False,
    )

    @property
    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data["etp"]
        return {"cfte": None if typed is None else int(typed * 100)}


class ExceptionForm(forms.Form):
    """Some months apart: a closure, a reinforcement."""

    premier = forms.TypedChoiceField(label="Premier mois", coerce=int)
    dernier = forms.TypedChoiceField(label="Dernier mois", coerce=int)
    etp = FrenchDecimalField(
        label="Combien d’ETP ces mois-là ?",
        help_text="0 si vous fermez. Ce nombre remplace ce que dit votre saison.",
        min_value=Decimal("0.01"),
        max_value=1000,
    )
    raison = forms.CharField(
        label="Pourquoi ?",
        help_text="« Congés », « Renfort d’été ». Jamais de nom, ni de santé.",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = month_number(on)
        months = [
            (number, f"{french.MONTHS[number % 12].capitalize()} {number // 12}")
            for number in range(first, first + 12 * YEARS_AHEAD)
        ]
        for name in ("premier", "dernier"):
            self.fields[name].choices = months  # type: ignore[attr-defined]

    def clean(self) -> None:
        cleaned = self.cleaned_data
        first, last = cleaned.get("premier"), cleaned.get("dernier")
        if first is not None and last is not None and last < first:
            raise ValidationError({"dernier": "Le dernier mois vient avant le premier."})

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "first_month": data["premier"],
            "months": data["dernier"] - data["premier"] + 1,
            "cfte": int(data["etp"] * 100),
            "reason": data["raison"],
        }


class IdentityForm(forms.Form):
    """What a director corrects beside the legal name. `FIELDS`: ours → that of `Structure`."""

    FIELDS: ClassVar[Mapping[str, str]] = {"nom": "brand", "site": "website", "telephone": "phone"}

    nom = forms.CharField(
        label="Nom d’usage",
        help_text="Celui que les gens connaissent. Vide : votre nom officiel.",
        max_length=200,
        required=False,
    )
    site = WebAddressFormField(label="Site", max_length=200, required=False)
    telephone = forms.CharField(
        label="Téléphone de la structure",
        help_text="Celui que vous affichez, non celui d’une personne. Vos réseaux y appellent.",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def clean_telephone(self) -> str:
        typed = self.cleaned_data["telephone"]
        found = read_phone(typed) if typed else ""
        if found is None:
            raise ValidationError(
                f"« {typed} » ne se lit pas : écrivez un seul numéro, par exemple 04 65 71 20 45."
            )
        return found

    @classmethod
    def initial_of(cls, structure: Structure) -> dict[str, Any]:
        """What stands there now, by our names."""
        return {ours: getattr(structure, name) for ours, name in cls.FIELDS.items()}

    @property
    def values(self) -> dict[str, Any]:
        """By the fields of `Structure`."""
        return {"values": {name: self.cleaned_data[ours] for ours, name in self.FIELDS.items()}}


class PaperForm(forms.Form):
    papier = forms.ChoiceField(
        label="Quel papier ?",
        choices=[("", "Choisissez"), *((name, name) for name in USUAL), (OTHER, "Un autre")],
    )
    autre = forms.CharField(
        label="Son nom, si c’est un autre", max_length=120, required=False, strip=True
    )
    depuis = DayField(label="Valable depuis le", required=False)
    jusque = DayField(
        label="Valable jusqu’au",
        help_text="Cordée vous écrit 30 jours avant. Vide : vous ne savez pas.",
        required=False,
    )

    def __init__(self, *args: Any, paper: Certification | None = None, **kwargs: Any) -> None:
        if paper is not None:
            is_usual = paper.name in USUAL
            kwargs.setdefault(
                "initial",
                {
                    "papier": paper.name if is_usual else OTHER,
                    "autre": "" if is_usual else paper.name,
                    "depuis": paper.valid_from,
                    "jusque": paper.valid_until,
                },
            )
        super().__init__(*args, **kwargs)

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("papier") == OTHER and not cleaned.get("autre"):
            raise ValidationError({"autre": "Écrivez le nom de ce papier."})

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["autre"] if data["papier"] == OTHER else data["papier"],
            "valid_from": data["depuis"],
            "valid_until": data["jusque"],
        }


class AnnexForm(forms.ModelForm[Convention]):
    """A financial annex as it is written; its number of posts in full-time equivalents."""

    posts = FrenchDecimalField(
        label="Postes d’insertion, en équivalents temps plein (ETP)",
        min_value=Decimal("0.01"),
        max_value=1000,
    )

    class Meta:
        model = Convention
        fields = (
            *("number", "starts_on", "ends_on", "unit_cents"),
            *("dynamic_target", "durable_target", "state"),
        )
        labels = {
            "unit_cents": "Combien l’État donne-t-il par poste et par an\u202f?",
            "dynamic_target": "Combien de sorties dynamiques vise-t-elle, sur 100\u202f?",
            "durable_target": "Et de sorties en emploi durable, sur 100\u202f?",
            "state": "Où en est-elle\u202f?",
        }
        help_texts = {
            "unit_cents": "Le «\u00a0montant unitaire annuel\u00a0» de l’annexe. "
            "Vide\u00a0: vous ne l’avez pas.",
            "dynamic_target": "Vide\u00a0: elle ne le dit pas.",
        }
        widgets = {"starts_on": DayInput, "ends_on": DayInput}

    field_order = ("number", "starts_on", "ends_on", "posts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["posts"] = self.instance.posts_fte

    def clean_posts(self) -> Decimal:
        posts: Decimal = self.cleaned_data["posts"]
        self.instance.posts_cfte = int(posts * 100)
        return posts

    @property
    def values(self) -> dict[str, Any]:
        return {"annex": self.instance}


# Each gives in `values` what its action takes.
type SheetForm = CrewForm | FteForm | ExceptionForm | IdentityForm | PaperForm | AnnexForm
