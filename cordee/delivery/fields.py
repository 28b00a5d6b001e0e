"""Fields that several forms of the room ask."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from cordee.base.ui import french
from cordee.base.ui.fields import FrenchDecimalField
from cordee.delivery.standing import HOUR

# A working life of a hundred people: above, it is a slip of the keyboard.
MOST_MINUTES = 9_999_999 * HOUR


class HoursField(FrenchDecimalField):
    """Hours as people write them, minutes as kept; None where nothing is written. `max_value`: in
    minutes."""

    def __init__(self, *, max_value: int = MOST_MINUTES, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=max_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value  # already minutes
        hours = self.to_decimal(value)
        if hours is not None and abs(hours) >= 10**9:
            raise ValidationError(f"«\u00a0{value}\u00a0» est trop grand. Comptez les zéros.")
        return None if hours is None else round(hours * HOUR)

    def written(self, value: Any) -> str:
        return french.number(round(Decimal(value) / HOUR, 2).normalize())
