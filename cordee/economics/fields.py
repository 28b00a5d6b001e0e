"""Fields that several forms of the room ask."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from cordee.base.ui import french
from cordee.rules import parameters


def highest_rate() -> Decimal:
    """What a derogation may give at most, today."""
    return parameters.rate("ceiling.derogation_max_rate", on=timezone.localdate())


class DerogationRateField(forms.IntegerField):
    """A rate to ask, in per cent; cleaned, a share of the charges, in what the law allows."""

    def clean(self, value: object) -> Decimal:
        rate = Decimal(super().clean(value)) / 100
        lowest = parameters.rate("ceiling.standard_rate", on=timezone.localdate())
        highest = highest_rate()
        # Above, it would count as the maximum (RULE-09): said at once, it surprises nobody.
        if not lowest < rate <= highest:
            raise forms.ValidationError(
                f"{french.percent(rate, 0)}\u00a0: une dérogation va de plus de "
                f"{french.percent(lowest, 0)} à {french.percent(highest, 0)}."
            )
        return rate
