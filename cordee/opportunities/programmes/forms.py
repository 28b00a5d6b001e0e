"""What is typed of a programme: itself, its promises and facts, its rules, the hand's reasons."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import french
from cordee.base.ui.fields import DayField, DayInput, FrenchDecimalField, LongTextField, TicksField
from cordee.members.models import Commune, Department, Programme, ProgrammeCommitment, ProgrammeFact
from cordee.opportunities.forms import TRADE_CHOICES, PlacesField
from cordee.opportunities.models import ProgrammeRule
from cordee.opportunities.wording import CPV_CODE


class ProgrammeForm(forms.Form):
    COLUMNS = ("name", "owner", "starts_on", "ends_on", "text")

    name = forms.CharField(label="Nom", max_length=150)
    owner = forms.CharField(
        label="Porté par", max_length=200, help_text="qui le conduit, par exemple un syndicat mixte"
    )
    starts_on = DayField(label="Premier jour")
    ends_on = DayField(
        label="Dernier jour", help_text="après ce jour, le programme reste comme mémoire"
    )
    places = PlacesField(
        label="Lieux",
        required=False,
        help_text="un département ou une commune par ligne, par exemple « Savoie (73) »",
    )
    text = LongTextField(label="En quelques phrases", required=False)

    @classmethod
    def about(cls, programme: Programme) -> "ProgrammeForm":
        places = [
            *(str(each) for each in programme.departments.all()),
            *(f"{each.name} ({each.department_id})" for each in programme.communes.all()),
        ]
        said = {name: getattr(programme, name) for name in cls.COLUMNS}
        return cls(initial={**said, "places": "\n".join(places)})

    def clean(self) -> None:
        asked = self.cleaned_data
        first, last = asked.get("starts_on"), asked.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Le programme finit avant de commencer.")

    @property
    def content(self) -> dict[str, Any]:
        """What the actions take."""
        asked = self.cleaned_data
        places = asked["places"] or []
        communes = [place["commune"] for place in places if place["commune"]]
        whole = [place["department"] for place in places if not place["commune"]]
        return {name: asked[name] for name in self.COLUMNS} | {
            "departments": Department.objects.filter(pk__in=whole),
            "communes": Commune.objects.filter(pk__in=communes),
        }


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """The part that promises and facts share; the view gives the line its programme."""

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        self.instance.confidence = "sourced" if asked.get("checked_on") else "medium"
        return asked

    def _get_validation_exclusions(self) -> set[str]:
        # The database names the line that is already there: the action asks it, with a programme.
        return {*super()._get_validation_exclusions(), "programme"}  # type: ignore[misc]


class CommitmentForm(LineForm):
    number = FrenchDecimalField(
        label="Cible",
        required=False,
        min_value=Decimal(0),
        max_value=10_000_000_000,
        help_text="pour une part, en pour cent : 10. Laissez vide ce que personne n’a écrit.",
    )

    class Meta:
        model = ProgrammeCommitment
        fields = ("label", "kind", "number", "unit", "base", "source", "url", "checked_on")
        labels = {"label": "Ce qui est promis", "base": "De quoi"}
        help_texts = {
            "unit": "pour un nombre : « contrats », « personnes »",
            "base": "par exemple : des heures travaillées sur les chantiers",
            "source": "qui l’a écrit, et quand",
            "checked_on": "le jour où vous avez lu la source",
        }
        widgets = {"checked_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.instance
        if line.pk and line.value is not None:
            shown = line.value * 100 if line.is_share else line.value
            self.initial["number"] = french.number(shown.normalize())

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        kind, number = asked.get("kind"), asked.get("number")
        shares = (ProgrammeCommitment.Kind.HOURS_SHARE, ProgrammeCommitment.Kind.AMOUNT_SHARE)
        if number is not None and kind in shares and number > 100:
            self.add_error("number", "Une part ne dépasse pas 100 %.")
        if number is not None and kind == ProgrammeCommitment.Kind.WORDS:
            self.add_error(
                "number", "Un engagement sans chiffre n’a pas de cible. Changez la sorte."
            )
        self.instance.value = number / 100 if number is not None and kind in shares else number
        return asked


class FactForm(LineForm):
    class Meta:
        model = ProgrammeFact
        fields = ("label", "text", "stated_on", "source", "url", "checked_on")
        labels = {"label": "De quoi il s’agit"}
        help_texts = {"source": "qui l’a écrit", "stated_on": "si vous le savez"}
        widgets = {
            "checked_on": DayInput(),
            "stated_on": DayInput(),
            "text": forms.Textarea(attrs={"rows": 3}),
        }


class RuleForm(forms.Form):
    """A rule, asked by GET so that its preview has an address."""

    mots = forms.CharField(
        label="Mots du titre ou de l’acheteur",
        required=False,
        max_length=300,
        help_text="un suffit : séparez-les par des virgules, par exemple « jeux, village »",
    )
    metiers = TicksField(label="Métiers", required=False, choices=TRADE_CHOICES)
    cpv = forms.CharField(
        label="Début de codes CPV",
        required=False,
        max_length=200,
        help_text="deux à huit chiffres, séparés par un espace, par exemple « 45 7731 »",
    )
    lieux = forms.BooleanField(label="Seulement dans les lieux du programme", required=False)
    periode = forms.BooleanField(label="Seulement pendant le programme", required=False)

    def clean_cpv(self) -> str:
        codes = self.cleaned_data["cpv"].replace(",", " ").split()
        for code in codes:
            if not CPV_CODE.fullmatch(code):
                raise ValidationError(
                    f"« {code} » n’est pas un code CPV. Écrivez deux à huit chiffres."
                )
        return " ".join(dict.fromkeys(code.partition("-")[0] for code in codes))

    def clean_mots(self) -> str:
        words = [word.strip() for word in self.cleaned_data["mots"].split(",") if word.strip()]
        for word in words:
            if len(word) < 3:
                raise ValidationError(f"« {word} » est trop court. Écrivez trois lettres au moins.")
        return ", ".join(dict.fromkeys(words))

    def clean(self) -> None:
        asked = self.cleaned_data
        if not self.errors and not any(
            asked.get(name) for name in ("mots", "metiers", "cpv", "lieux")
        ):
            raise ValidationError("Demandez au moins un mot, un métier, un code ou un lieu.")

    def rule(self, programme: Programme) -> ProgrammeRule:
        """The rule, not kept."""
        asked = self.cleaned_data
        return ProgrammeRule(
            programme=programme,
            words=asked["mots"],
            trades=" ".join(sorted(asked["metiers"])),
            cpv=asked["cpv"],
            in_places=asked["lieux"],
            in_period=asked["periode"],
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        max_length=300,
        help_text="une phrase, que l’équipe du programme pourra relire",
    )
