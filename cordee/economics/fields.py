"""Fields that several forms of the room ask."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cordee.base.ui import french
from cordee.base.ui.fields import FrenchDecimalField
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


class ShareField(FrenchDecimalField):
    """A share that is asked and shown in per cent: "45" is kept as 0.45. `max_value` is a share."""

    def __init__(
        self,
        *,
        max_decimals: int = 1,
        max_value: Decimal | int = 1,
        required: bool = False,
        **kwargs: Any,
    ) -> None:
        limits: Any = {"max_decimals": max_decimals, "min_value": 0, "max_value": max_value}
        super().__init__(required=required, **limits, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        number = self.to_decimal(value)
        return number if number is None or isinstance(value, Decimal) else number / 100

    def written(self, value: Any) -> str:
        return french.number((Decimal(value) * 100).normalize())


class CostShareField(ShareField):
    """What new sales cost, as a share of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Pour 100 € vendus de plus, combien dépensez-vous\u202f?",
            max_value=Decimal("1.2"),
            **kwargs,
        )
