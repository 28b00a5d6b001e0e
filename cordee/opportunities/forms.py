"""Forms: what is typed in a private need and in the filters of the list; places, for all."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.base.ui.fields import EurosField, FrenchDecimalField
from cordee.members.models import Commune, Department, Network
from cordee.members.place_names import fold_place_name
from cordee.opportunities.models.opportunities import SOURCE_CHOICES
from cordee.rules.trades import TRADES

TRADE_CHOICES = sorted(
    ((slug, trade.short_label) for slug, trade in TRADES.items()), key=lambda choice: choice[1]
)


class PlacesField(forms.CharField):
    """One place a line: a commune, with its department or postcode where the name is shared."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """A list of {commune, department, city}; None where nothing is written."""
        lines = [line.strip() for line in (value or "").splitlines() if line.strip()]
        return [_place_of(line) for line in lines] or None


def _place_of(line: str) -> dict[str, str | None]:
    name, _, where = line.partition("(")
    where = where.rstrip(") ").strip().upper()
    named = Commune.objects.filter(folded_name=fold_place_name(name)).order_by("pk")
    if where:
        named = named.with_postcode(where) if len(where) == 5 else named.filter(department=where)
    found = list(named[:6])
    if len(found) == 1:
        commune = found[0]
        return {
            "commune": commune.pk,
            "department": commune.department_id,
            "city": commune.name,
        }
    if not found:
        return _department_of(line)
    departments = ", ".join(sorted({commune.department_id for commune in found}))
    raise ValidationError(
        f"«\u00a0{line}\u00a0»\u00a0: plusieurs communes portent ce nom. Ajoutez le "
        f"département entre parenthèses, par exemple "
        f"«\u00a0{name.strip()} ({found[0].department_id})\u00a0». "
        f"Départements possibles\u00a0: {departments}."
    )


def _department_of(line: str) -> dict[str, str | None]:
    folded = fold_place_name(line)
    for department in Department.objects.all():
        if folded in (fold_place_name(department.name), fold_place_name(str(department))) or (
            line.upper() == department.pk
        ):
            return {"commune": None, "department": department.pk, "city": None}
    raise ValidationError(
        f"«\u00a0{line}\u00a0» n’est ni une commune ni un département connu. "
        "Vérifiez l’orthographe, ou écrivez le département."
    )


class QuestionsForm(forms.Form):
    """The message sent to a buyer, as the person changed it."""

    text = forms.CharField(label="Message", max_length=6_000, widget=forms.Textarea)


class FilterForm(forms.Form):
    """The filters of the list; the view leaves out a value that is none of the choices."""

    RADII = (
        ("20", "20\u202fkm"),
        ("35", "35\u202fkm"),
        ("60", "60\u202fkm"),
        ("100", "100\u202fkm"),
    )
    DELAYS = (
        ("", "ouvertes"),
        ("7", "dans 7\u202fjours"),
        ("15", "dans 15\u202fjours"),
        ("30", "dans 30\u202fjours"),
        ("toutes", "closes comprises"),
    )

    q = forms.CharField(label="Mots de l’avis", required=False, max_length=100)
    departement = forms.ChoiceField(label="Département", required=False)
    autour = forms.CharField(label="Autour de", required=False, max_length=80)
    rayon = forms.ChoiceField(label="Rayon", required=False, choices=RADII)
    metier = forms.ChoiceField(
        label="Métier",
        required=False,
        choices=[("", "Tous"), ("nos", "Les 27 métiers"), *TRADE_CHOICES],
    )
    delai = forms.ChoiceField(label="Réponse", required=False, choices=DELAYS)
    source = forms.ChoiceField(
        label="Source", required=False, choices=[("", "Toutes"), *SOURCE_CHOICES]
    )
    reserve = forms.BooleanField(label="Réservées", required=False)
    clause = forms.BooleanField(label="Insertion", required=False)

    def __init__(self, departments: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Tous"), *departments]
        self.fields["departement"].choices = choices  # type: ignore[attr-defined]


class PrivateNeedForm(forms.Form):
    """A private buyer's need, in few questions; what is left empty stays unknown."""

    title = forms.CharField(label="Que faut-il faire, en une ligne\u202f?", max_length=300)
    text = forms.CharField(
        label="Description", required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    buyer = forms.CharField(label="Pour quelle entreprise\u202f?", max_length=200)
    trade = forms.ChoiceField(label="Métier", choices=[("", "Choisissez"), *TRADE_CHOICES])
    place = PlacesField(
        label="Lieu", help_text="une commune par ligne, par exemple « Aubenas (07) »"
    )
    start = forms.DateField(
        label="Premier jour",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    months = forms.IntegerField(
        label="Durée", required=False, min_value=1, max_value=120, help_text="en mois"
    )
    need_fte = FrenchDecimalField(
        label="Équipe",
        required=False,
        min_value=Decimal("0.01"),
        max_value=10_000,
        help_text="en équivalents temps plein par mois, par exemple 3,5",
    )
    amount = EurosField(label="Montant", required=False, help_text="en euros hors taxes")
    deadline = forms.DateTimeField(
        label="Réponse avant",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="heure de Paris",
    )
    network = forms.ModelChoiceField(
        label="Réseau qui verra ce besoin",
        queryset=Network.objects.none(),
        empty_label="Choisissez",
        help_text="Ses équipes et ses adhérents le voient. Personne d’autre.",
    )

    def __init__(self, networks: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = networks  # type: ignore[attr-defined]

    @property
    def content(self) -> dict[str, Any]:
        """The fields of a private-need file; empty ones are left out."""
        asked = self.cleaned_data
        need_fte, amount_cents = asked["need_fte"], asked["amount"]
        found = {
            "title": asked["title"],
            "text": asked["text"],
            "buyer": {"name": asked["buyer"]},
            "trades": [asked["trade"]],
            "places": [
                {key: value for key, value in place.items() if value} for place in asked["place"]
            ],
            "start": asked["start"].isoformat() if asked["start"] else None,
            "duration_months": asked["months"],
            "need_fte": float(need_fte) if need_fte else None,
            "amount_euros": amount_cents / 100 if amount_cents else None,
            "deadline": timezone.localtime(asked["deadline"]).strftime("%Y-%m-%dT%H:%M"),
            "published_on": timezone.localdate().isoformat(),
        }
        return {key: value for key, value in found.items() if value}
