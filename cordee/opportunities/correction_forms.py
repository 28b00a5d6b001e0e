"""The form that corrects one fact: the question, the value as people type it, "je ne sais pas"."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from cordee.base.ui.fields import EurosField, FrenchDecimalField
from cordee.opportunities.facts import Fact, Shape
from cordee.opportunities.forms import TRADE_CHOICES, PlacesField
from cordee.opportunities.models.choices import CLAUSE_CHOICES, RESERVATION_CHOICES
from cordee.opportunities.wording import FIT_LABELS, GROUPING_LABELS, YES_NO_LABELS

# The trade of what none of our trades does: stored as an empty list.
NOT_OURS = "aucun"
OTHER_TRADES = ("second", "third")

# What a choice sends, back to the JSON value of the fact.
_YES_NO = {"oui": True, "non": False}


def _choice(choices: Any, **common: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", "Choisissez"), *choices], **common)


def _field(fact: Fact) -> forms.Field:
    common: dict[str, Any] = {"label": fact.question, "required": False}
    match fact.shape:
        case Shape.MOMENT:
            widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(widget=widget, help_text="heure de Paris", **common)
        case Shape.DAY:
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=day, **common)
        case Shape.EUROS:
            return EurosField(help_text="en euros hors taxes, par exemple 412 600", **common)
        case Shape.FTE:
            return FrenchDecimalField(
                min_value=Decimal("0.01"),
                max_value=10_000,
                help_text="en équivalents temps plein par mois, par exemple 3,5",
                **common,
            )
        case Shape.PERCENT:
            return FrenchDecimalField(
                min_value=Decimal("0.01"),
                max_value=100,
                help_text="en pour cent des heures, par exemple 7,5",
                **common,
            )
        case Shape.WHOLE:
            return forms.IntegerField(
                min_value=1, max_value=100_000, help_text="un nombre entier", **common
            )
        case Shape.TRADES:
            return _choice([(NOT_OURS, "Aucun de ces 27 métiers"), *TRADE_CHOICES], **common)
        case Shape.PLACES:
            help_text = "une commune par ligne, par exemple « Aubenas (07) »"
            return PlacesField(help_text=help_text, **common)
        case Shape.TEXT:
            return forms.CharField(max_length=500, **common)
    return _choice(_CHOICES[fact.shape], **common)


_CHOICES: dict[Shape, Any] = {
    Shape.RESERVATION: RESERVATION_CHOICES,
    Shape.CLAUSE: CLAUSE_CHOICES,
    Shape.GROUPING: GROUPING_LABELS.items(),
    Shape.FIT: FIT_LABELS.items(),
    Shape.YES_NO: YES_NO_LABELS.items(),
}


class CorrectionForm(forms.Form):
    """One fact: a value, or "nobody knows", which wins over what the field still holds.

    Trades take two more fields: at most three, the most important first.
    """

    unknown = forms.BooleanField(label="Je ne sais pas, et l’avis ne le dit pas", required=False)

    def __init__(self, fact: Fact, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fact = fact
        value = self.fields["value"] = _field(fact)
        if fact.shape in (Shape.TEXT, Shape.TRADES):
            del self.fields["unknown"]
        if fact.shape is Shape.TRADES:
            value.help_text = "le plus important d’abord, trois au plus"
            for name, label in zip(OTHER_TRADES, ("Deuxième métier", "Troisième métier"),
                                   strict=True):  # fmt: skip
                self.fields[name] = _choice(TRADE_CHOICES, label=label, required=False)
        tick = ", ou cochez «\u00a0Je ne sais pas\u00a0»" if "unknown" in self.fields else ""
        value.error_messages["required"] = f"Donnez une réponse{tick}."
        value.required = not (data and data.get("unknown"))
        self.order_fields(["value", *OTHER_TRADES, "unknown"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("value") == NOT_OURS and any(found.get(name) for name in OTHER_TRADES):
            self.add_error(
                "value", "Choisissez un métier, ou videz le deuxième et le troisième."
            )  # fmt: skip
        return found

    @property
    def stored_value(self) -> Any:
        """The JSON value of the correction."""
        value: Any = self.cleaned_data.get("value")
        if self.cleaned_data.get("unknown"):
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        match self.fact.shape:
            case Shape.TRADES:
                chosen = [value, *(self.cleaned_data.get(name) for name in OTHER_TRADES)]
                return [] if value == NOT_OURS else list(dict.fromkeys(s for s in chosen if s))
            case Shape.FIT:
                return int(value)
            case Shape.YES_NO:
                return _YES_NO[value]
        if isinstance(value, Decimal):
            return int(value * 100)
        return value.isoformat() if isinstance(value, date) else value


def initial_of(fact: Fact, value: Any) -> dict[str, Any]:
    """A stored value as the fields show it, by name."""
    if value is None:
        return {}
    if fact.shape is Shape.TRADES:
        return dict(zip(("value", *OTHER_TRADES), value or [NOT_OURS], strict=False))
    return {"value": _initial(fact.shape, value)}


def _initial(shape: Shape, value: Any) -> Any:
    match shape:
        case Shape.MOMENT:
            return timezone.localtime(datetime.fromisoformat(value))
        case Shape.DAY:
            return date.fromisoformat(value)
        case Shape.FTE | Shape.PERCENT:
            return Decimal(value) / 100
        case Shape.YES_NO:
            return "oui" if value else "non"
        case Shape.PLACES:
            return "\n".join(
                f"{place['city']} ({place['department']})"
                if place.get("city")
                else str(place.get("department") or "")
                for place in value
            )
        case _:
            return value
