"""What a direction says of a practice it took up: two minutes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Sum

from cordee.base.ui.fields import RadioField
from cordee.base.ui.forms import offer_choices
from cordee.members.models import Structure
from cordee.members.models.capacity import Crew
from cordee.members.private_words import PrivateWordsForm
from cordee.practices.models import Reuse
from cordee.practices.models.reuse import Outcome


class ReuseForm(PrivateWordsForm, forms.ModelForm[Reuse]):
    """`own`: the structures for which the reader may say it; one alone is not asked."""

    structure = forms.ChoiceField(label="Pour quelle structure")
    outcome = RadioField(label="Votre structure l’a…", choices=Outcome.choices)
    is_named = forms.BooleanField(
        label="Ma structure peut être nommée sur la fiche",
        required=False,
        help_text="Sans cette case, on lira «\u00a0une structure\u00a0» et son département. Vous "
        "pourrez la décocher\u00a0; les copies déjà parties ne se rappellent pas.",
    )
    free_texts = ("changed", "why")
    field_order = ("structure", "outcome", "changed", "why")

    class Meta:
        model = Reuse
        fields = ("outcome", "changed", "why", "trade", "places", "territory")
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("changed", "why")}
        labels = {"why": "Pourquoi", "changed": "Ce que vous avez changé"}
        help_texts = {
            "changed": "rien, si vous l’avez reprise telle quelle",
            "why": "ce qui vous y a amenés\u00a0; ou ce qui n’a pas marché, et pourquoi",
            "places": "d’après votre fiche\u00a0; lu en tranche jusqu’à trois réponses",
        }

    def __init__(self, *args: Any, own: Sequence[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {str(each.pk): each for each in own}
        offer_choices(self, "structure", [(pk, each.shown_name) for pk, each in self.own.items()])
        if self.instance.pk is not None:
            self.initial["is_named"] = self.instance.is_named
        elif len(own) == 1:
            self.initial |= proposed(own[0])

    def clean_structure(self) -> str:
        chosen: str = self.cleaned_data["structure"]
        self.instance.structure = self.own[chosen]
        return chosen


def proposed(structure: Structure) -> dict[str, Any]:
    """What its own sheet says already: its one trade, the places of its crews. Two queries."""
    chantiers = structure.chantiers.order_by()
    trades = set(chantiers.values_list("activities__trade", flat=True)) - {None}
    places = Crew.objects.filter(chantier__structure=structure).aggregate(all=Sum("places"))["all"]
    return {"trade": trades.pop() if len(trades) == 1 else "", "places": places}
