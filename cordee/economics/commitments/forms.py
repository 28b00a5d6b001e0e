"""A contract that a director notes, or corrects: what, how much, when, how likely."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui import months
from cordee.economics.fields import CostShareField
from cordee.economics.models import Commitment, Resource
from cordee.rules.months import month_number

MONTHS_BEFORE, MONTHS_AHEAD = 24, 72
State = Commitment.State


def month_choices(row: Commitment | Resource, on: date) -> list[tuple[int | str, str]]:
    """Months to choose from around a day, those of the row among them."""
    begin, end = month_number(on) - MONTHS_BEFORE, month_number(on) + MONTHS_AHEAD
    if row.pk is not None:
        begin, end = min(begin, row.first_month), max(end, row.first_month + row.months)
    return [("", "Choisissez"), *((each, months.month(each)) for each in range(begin, end))]


class CommitmentForm(forms.ModelForm[Commitment]):
    """Of what a room above booked, name and state are not asked: they follow it."""

    first = forms.TypedChoiceField(label="Premier mois", coerce=int)
    last = forms.TypedChoiceField(label="Dernier mois", coerce=int)
    marginal_cost_share = CostShareField(help_text="Vide\u00a0: comme le dit votre exercice.")
    chance_percent = forms.IntegerField(
        label="Vos chances de gagner, sur 100",
        help_text="Pour une offre. Vide\u00a0: vous ne savez pas.",
        min_value=0,
        max_value=100,
        required=False,
    )

    class Meta:
        model = Commitment
        fields = (
            *("label", "receipts_cents", "state"),
            *("marginal_cost_share", "chance_percent", "is_in_budget"),
        )
        labels = {
            "label": "Quel marché\u202f?",
            "receipts_cents": "Montant hors taxes pour vous",
            "state": "Où en est-il\u202f?",
            "is_in_budget": "Déjà dans mon budget",
        }
        help_texts = {
            "label": "Le nom que vous lui donnez.",
            "is_in_budget": "Coché\u00a0: vos comptes le contiennent déjà.",
        }

    field_order = ("label", "receipts_cents", "first", "last", "state")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receipts_cents"].min_value = 1  # type: ignore[attr-defined]
        row, offered = self.instance, month_choices(self.instance, on)
        if row.pk is not None:
            last = row.first_month + row.months - 1
            self.initial["first"], self.initial["last"] = row.first_month, last
        for name in ("first", "last"):
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if row.source:
            del self.fields["label"], self.fields["state"]
        else:
            self.fields["state"].choices = [  # type: ignore[attr-defined]
                (each.value, each.label.capitalize())
                for each in (State.BID, State.SIGNED, State.LOST)
            ]
            self.fields["state"].widget = forms.RadioSelect(
                choices=self.fields["state"].choices  # type: ignore[attr-defined]
            )

    def clean(self) -> dict[str, Any]:
        """The months, as the row keeps them."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is not None and last is not None:
            if last < first:
                raise ValidationError({"last": "Le dernier mois vient avant le premier."})
            self.instance.first_month, self.instance.months = first, last - first + 1
        return cleaned
