"""Form fields of many forms: numbers as people write them in French, addresses, days, texts."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from cordee.base.ui import french

SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
DIGITS = re.compile(r"[+\-\u2212]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")


def read_decimal(text: str, unit: str = "") -> Decimal:
    """ "1 234,56 €" or "1234.56" -> Decimal. ValueError when it is no number.

    One comma or one point is the decimal mark. With both, the last one is, and the other must
    part thousands; a lone point before three digits stays a decimal mark: "1.234" is refused by
    nobody's guess but by the number of decimals the field allows.
    """
    plain = SPACES.sub("", text)
    plain = plain.removesuffix(unit) if unit else plain
    plain = plain.replace("\u2212", "-")
    if "," in plain and "." in plain:
        mark, other = (",", ".") if plain.rfind(",") > plain.rfind(".") else (".", ",")
        whole, _, fraction = plain.rpartition(mark)
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", whole):
            raise ValueError(text)
        plain = f"{whole.replace(other, '')}.{fraction}"
    if not DIGITS.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain.replace(",", "."))


def significant_decimals(number: Decimal) -> int:
    """How many decimals count in what `read_decimal` read.

    Three zeros do: "45.000" is forty-five to one person and as many thousands to another, so that
    a field of two decimals asks again rather than guesses.
    """
    written = -int(number.as_tuple().exponent)
    return written if written == 3 else -int(number.normalize().as_tuple().exponent)


def read_version(text: str | None) -> int:
    """The number of a version, as a form or a program sends it; 0, which none bears, otherwise."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


is_of_the_web = URLValidator(schemes=["http", "https"])
NOT_OF_THE_WEB: dict[str, Any] = {
    "invalid": "Ce n’est pas une adresse du Web. Recopiez-la depuis le navigateur\u00a0: "
    "elle commence par https://."
}


def is_near(day: date) -> None:
    """Refuse a day more than ten years away: another one was meant (year 26, 9999)."""
    year = timezone.localdate().year
    if abs(day.year - year) > 10:
        cure = f"Écrivez-en une de {year - 10} à {year + 10}."
        raise ValidationError(f"L’année {day.year:04d} est trop loin. {cure}")


class DayInput(forms.DateInput):
    """The calendar of the telephone or the browser."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, chosen in that calendar."""

    widget = DayInput


class MomentField(forms.DateTimeField):
    """A day and an hour, chosen in that calendar too."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "heure de Paris", **kwargs})


class RadioField(forms.ChoiceField):
    """One of a few answers, all in sight."""

    widget = forms.RadioSelect


class TicksField(forms.MultipleChoiceField):
    """Any of a few answers, each with its box."""

    widget = forms.CheckboxSelectMultiple


class LongTextField(forms.CharField):
    """Several lines of text; `rows`: how many a page shows at first."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class WebAddressFormField(forms.URLField):
    """An address that begins with http:// or https://; the latter is put before a bare name."""

    default_validators: ClassVar = [is_of_the_web]  # type: ignore[misc]
    default_error_messages: ClassVar = NOT_OF_THE_WEB

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", **kwargs})


class FrenchDecimalField(forms.Field):
    """A Decimal written with a comma or a point, spaces and unit allowed."""

    widget = forms.TextInput
    is_number = True
    unit = ""
    example = "12,5"

    def __init__(
        self,
        *,
        max_decimals: int = 2,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **kwargs: Any,
    ) -> None:
        self.max_decimals, self.min_value, self.max_value = max_decimals, min_value, max_value
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_decimal(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, int | Decimal):
            return Decimal(value)
        try:
            number = read_decimal(str(value), self.unit)
        except ValueError:
            raise ValidationError(
                f"« {value} » n’est pas un nombre. Écrivez seulement des chiffres, "
                f"par exemple {self.example}.",
                code="invalid",
            ) from None
        if significant_decimals(number) > self.max_decimals:
            raise ValidationError(
                f"« {value} » a trop de décimales. Gardez-en {self.max_decimals} au plus, "
                f"par exemple {self.example}.",
                code="decimals",
            )
        return number

    def to_python(self, value: Any) -> Any:
        return self.to_decimal(value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                f"« {self.written(value)} » est trop petit. Écrivez au moins "
                f"{self.written(self.min_value)}.",
                code="min_value",
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                f"« {self.written(value)} » est trop grand. Écrivez au plus "
                f"{self.written(self.max_value)}.",
                code="max_value",
            )

    def written(self, value: Any) -> str:
        return french.number(value)

    def prepare_value(self, value: Any) -> Any:
        return self.written(value) if isinstance(value, int | Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class EurosFormField(FrenchDecimalField):
    """Euros as typed, integer cents as kept. Zero or more unless `min_value` says otherwise.

    `min_value` and `max_value` are in cents.
    """

    unit = "€"
    example = f"412{french.THIN}600 ou 1{french.THIN}234,56"

    def __init__(self, *, min_value: int | None = 0, **kwargs: Any) -> None:
        super().__init__(max_decimals=2, min_value=min_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value  # already cents
        amount = self.to_decimal(value)
        if amount is None:
            return None
        if abs(amount) >= 10**13:
            raise ValidationError(
                f"« {value} » est trop grand. Vérifiez le nombre de zéros.", code="max_value"
            )
        return int(amount * 100)

    def written(self, value: Any) -> str:
        return french.euros(int(value))
