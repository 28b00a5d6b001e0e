"""What narrows the list of practices."""

from django import forms

from cordee.members.models.capacity import TRADE_CHOICES
from cordee.practices.models.sheets import Places, SheetQuerySet, Territory
from cordee.rules.practices import PracticeStatus

ANY = ("", "tous")


class SheetFilters(forms.Form):
    """In the words of an address; each may be left out."""

    q = forms.CharField(label="Votre question", max_length=200, required=False)
    metier = forms.ChoiceField(label="Métier", choices=[ANY, *TRADE_CHOICES], required=False)
    taille = forms.ChoiceField(
        label="Taille", choices=[("", "toutes"), *Places.choices], required=False
    )
    territoire = forms.ChoiceField(
        label="Territoire", choices=[ANY, *Territory.choices], required=False
    )
    statut = forms.ChoiceField(
        label="Statut", choices=[ANY, *PracticeStatus.choices()], required=False
    )

    def narrowed(self, sheets: SheetQuerySet) -> SheetQuerySet:
        """Those that the filters let pass; one that speaks of all trades passes for each."""
        said = self.cleaned_data
        if trade := said.get("metier"):
            sheets = sheets.of_trades([trade])
        fields = {"places": "taille", "territory": "territoire", "status": "statut"}
        asked = {field: said.get(name) for field, name in fields.items()}
        return sheets.filter(**{field: value for field, value in asked.items() if value})
