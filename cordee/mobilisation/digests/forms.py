"""What one chooses of a digest."""

from collections.abc import Collection
from typing import Any

from django import forms

from cordee.mobilisation.actions.digests import CHOSEN
from cordee.mobilisation.models import DigestChoice
from cordee.rules.trades import TRADES

RADII_KM = (10, 20, 35, 50, 75, 100)
AS_DECLARED = "Comme dans la fiche"


class DigestForm(forms.Form):
    """`own` are the trades that the owner works in: they stand first, and are meant by none."""

    weekday = forms.TypedChoiceField(label="Jour", choices=DigestChoice.Weekday, coerce=int)
    band = forms.TypedChoiceField(label="Moment", choices=DigestChoice.Band, coerce=int)
    threshold = forms.ChoiceField(
        label="Quelles opportunités\u202f?",
        choices=DigestChoice.Threshold,
        widget=forms.RadioSelect,
        help_text="Métier sûr ou supposé, distance, équipes libres, marge de plafond, droit de "
        "répondre\u00a0: 80\u00a0points sur cent pour «\u00a0beaucoup\u00a0», 60 pour "
        "«\u00a0assez\u00a0».",
    )
    radius_km = forms.TypedChoiceField(
        label="Jusqu’où\u202f?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", AS_DECLARED), *((km, f"{km}\u202fkm") for km in RADII_KM)],
    )
    when_empty = forms.ChoiceField(
        label="Quand il n’y a rien",
        choices=DigestChoice.WhenEmpty,
        widget=forms.RadioSelect,
    )
    trades = forms.MultipleChoiceField(
        label="Métiers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune coche\u00a0: les métiers de la fiche.",
    )

    def __init__(self, *args: Any, own: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(slug, trade.short_label) for slug, trade in TRADES.items()]
        labels.sort(key=lambda choice: (choice[0] not in own, choice[1]))
        self.fields["trades"].choices = labels  # type: ignore[attr-defined]

    @classmethod
    def of(cls, choice: DigestChoice, own: Collection[str]) -> "DigestForm":
        return cls(initial={name: getattr(choice, name) for name in CHOSEN}, own=own)
