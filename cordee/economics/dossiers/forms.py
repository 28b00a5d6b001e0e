"""Which year a file is about, and which rate is asked."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cordee.economics.access import Chantiers
from cordee.economics.fields import DerogationRateField, highest_rate
from cordee.economics.headroom import Position


class YearForm(forms.Form):
    """The accounting year of a file; not asked where the chantier has one only, or none."""

    chantier = forms.CharField(required=False, widget=forms.HiddenInput)
    exercice = forms.TypedChoiceField(label="Exercice", coerce=int)

    def __init__(
        self,
        data: Any,
        *,
        chantiers: Chantiers,
        positions: Sequence[Position],
        auto_id: str,
        asked: str,
    ) -> None:
        initial = {"chantier": chantiers.chosen.pk, "exercice": asked}
        super().__init__(data, auto_id=auto_id, initial=initial)
        self.by_month = {each.year.first_month: each for each in positions}
        years: Any = self.fields["exercice"]
        years.choices = [(month, each.year.name) for month, each in self.by_month.items()]
        if len(positions) < 2:
            del self.fields["exercice"]

    @property
    def position(self) -> Position | None:
        """The year chosen, else the nearest; None where there is none."""
        chosen = self.by_month.get(self.cleaned_data.get("exercice", 0))
        return chosen or next(iter(self.by_month.values()), None)


class DerogationForm(YearForm):
    """And the rate to ask: above the ordinary ceiling, up to the legal maximum."""

    taux = DerogationRateField(
        label="Taux demandé, en %", initial=lambda: int(highest_rate() * 100)
    )
