"""Forms: the filters of the list, and places, for all."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.members.models import Commune, Department
from cordee.notices.notice import Source
from cordee.opportunities.wording import department_choices
from cordee.rules.territory import fold_place_name
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
        return {"commune": commune.pk, "department": commune.department_id, "city": commune.name}
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
    departement = forms.ChoiceField(
        label="Département", required=False, choices=[("", "Tous"), *department_choices()]
    )
    autour = forms.CharField(label="Autour de", required=False, max_length=80)
    rayon = forms.ChoiceField(label="Rayon", required=False, choices=RADII)
    metier = forms.ChoiceField(
        label="Métier",
        required=False,
        choices=[("", "Tous"), ("nos", "Les 27 métiers"), *TRADE_CHOICES],
    )
    delai = forms.ChoiceField(label="Réponse", required=False, choices=DELAYS)
    source = forms.ChoiceField(
        label="Source", required=False, choices=[("", "Toutes"), *Source.choices()]
    )
    reserve = forms.BooleanField(label="Réservées", required=False)
    clause = forms.BooleanField(label="Insertion", required=False)
