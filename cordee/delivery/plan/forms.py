"""What a company is asked to have its hours planned."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from cordee.base.ui import months
from cordee.base.ui.fields import EurosFormField
from cordee.delivery.models import Delivery, HoursPlan
from cordee.delivery.plan.actions import asked_of
from cordee.delivery.standing import HOUR, standing_of
from cordee.members.claim_forms import CommuneField
from cordee.members.gazetteer import label_of
from cordee.members.models import Commune
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.rules.months import month_number


class PlanForm(forms.Form):
    trade = forms.ChoiceField(
        label="Quel métier\u202f?", choices=[("", "Choisissez"), *TRADE_CHOICES]
    )
    commune = CommuneField(
        label="Dans quelle commune\u202f?",
        help_text="Le nom de la commune, ou son code postal.",
        max_length=100,
    )
    hours = forms.IntegerField(
        label="Combien d’heures d’insertion\u202f?", min_value=1, max_value=999_999
    )
    first_month = forms.TypedChoiceField(label="À partir de quel mois\u202f?", coerce=int)
    months = forms.IntegerField(label="Pendant combien de mois\u202f?", min_value=1, max_value=60)
    hourly_cost_cents = EurosFormField(
        label="Coût d’une heure",
        help_text="En euros hors taxes. Vide\u00a0: le coût reste inconnu.",
        min_value=1,
        required=False,
    )
    most_hires = forms.IntegerField(
        label="Combien de personnes pourriez-vous embaucher\u202f?",
        help_text="À temps plein. Écrivez 0 pour aucune.",
        min_value=0,
        max_value=100,
        initial=0,
    )

    def __init__(
        self, data: QueryDict | None, *, delivery: Delivery, plan: HoursPlan | None, on: date
    ) -> None:
        super().__init__(data, initial=known(delivery, plan, on))
        now, field = month_number(on), self.fields["first_month"]
        field.choices = [  # type: ignore[attr-defined]
            (each, months.month(each)) for each in range(now, max(delivery.end_month, now + 1))
        ]


def known(delivery: Delivery, plan: HoursPlan | None, on: date) -> dict[str, Any]:
    """What was asked last; else what the contract tells: the hours that still lack, over the months
    that are left. Unknown is not nothing: it is left to be typed."""
    if plan is not None:
        asked = asked_of(plan)
        return asked | {"commune": label_of(asked["commune"]) if asked["commune"] else ""}
    lot, first = delivery.lots.first(), max(month_number(on), delivery.first_month)
    place = delivery.award and (delivery.award.commune or delivery.award.postcode)
    near = Commune.objects.filter(Q(pk=place) | Q(postcodes__contains=place)) if place else None
    commune = (near and near.first()) or delivery.structure.commune
    return {
        "trade": lot.trade if lot else "",
        "commune": label_of(commune) if commune else "",
        "hours": -(-standing_of(delivery, on=on).missing // HOUR) or None,
        "first_month": first,
        "months": max(1, delivery.end_month - first),
        "hourly_cost_cents": lot.hourly_cost_cents if lot else None,
    }
