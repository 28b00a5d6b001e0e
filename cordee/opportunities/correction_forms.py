"""The form that corrects one fact: the question, the value as people type it, "je ne sais pas"."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone

from cordee.base.ui.fields import DayInput, EurosFormField, FrenchDecimalField, MomentField
from cordee.notices.notice import ClauseKind, GroupingForm
from cordee.opportunities.facts import FactDefinition, FactInput
from cordee.opportunities.forms import TRADE_CHOICES, PlacesField
from cordee.opportunities.wording import FIT_LABELS, YES_NO_LABELS, place_line
from cordee.rules import crafts
from cordee.rules.reservation import Reservation

# The trade of what none of our trades does: stored as an empty list.
NOT_OURS = "aucun"
OTHER_TRADES = ("second", "third")

# Each trade, of which the words tell the crafts of finishing works; or these, as a person says.
_CRAFTS = [
    (crafts.WHOLE, "Tous corps d’état"),
    *((crafts.asked_as(crafts.TRADE, each.slug), each.label) for each in crafts.CRAFTS.values()),
]
_ASKED: Any = [*TRADE_CHOICES, ("Second œuvre, corps d’état par corps d’état", _CRAFTS)]

# What a choice sends, back to the JSON value of the fact.
_YES_NO = {"oui": True, "non": False}


def _choice(choices: Any, **common: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", "Choisissez"), *choices], **common)


def _decimal(most: int, help_text: str) -> Callable[..., forms.Field]:
    least = Decimal("0.01")
    return partial(FrenchDecimalField, min_value=least, max_value=most, help_text=help_text)


_FIELDS: Mapping[FactInput, Callable[..., forms.Field]] = {
    FactInput.MOMENT: MomentField,
    FactInput.DAY: partial(forms.DateField, widget=DayInput),
    FactInput.EUROS: partial(EurosFormField, help_text="en euros hors taxes, par exemple 412 600"),
    FactInput.FTE: _decimal(10_000, "en équivalents temps plein par mois, par exemple 3,5"),
    FactInput.PERCENT: _decimal(100, "en pour cent des heures, par exemple 7,5"),
    FactInput.WHOLE: partial(
        forms.IntegerField, min_value=1, max_value=100_000, help_text="un nombre entier"
    ),
    FactInput.TRADES: partial(_choice, [(NOT_OURS, "Aucun de ces 27 métiers"), *_ASKED]),
    FactInput.PLACES: partial(
        PlacesField, help_text="une commune par ligne, par exemple « Aubenas (07) »"
    ),
    FactInput.TEXT: partial(forms.CharField, max_length=500),
    FactInput.RESERVATION: partial(_choice, Reservation.choices()),
    FactInput.CLAUSE: partial(_choice, ClauseKind.choices()),
    FactInput.GROUPING: partial(_choice, GroupingForm.choices()),
    FactInput.FIT: partial(_choice, FIT_LABELS.items()),
    FactInput.YES_NO: partial(_choice, YES_NO_LABELS.items()),
}


class CorrectionForm(forms.Form):
    """One fact: a value, or "nobody knows", which wins over what the field still holds.

    Trades take two more fields: at most three, the most important first.
    """

    unknown = forms.BooleanField(label="Je ne sais pas, et l’avis ne le dit pas", required=False)
    quote = forms.CharField(
        label="Les mots de l’avis qui le disent",
        required=False,
        max_length=500,
        help_text="sans eux, ce qui contredit l’avis attend une autre personne",
    )

    def __init__(self, fact: FactDefinition, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fact = fact
        value = self.fields["value"] = _FIELDS[fact.shape](label=fact.question, required=False)
        if fact.shape in (FactInput.TEXT, FactInput.TRADES):
            del self.fields["unknown"]
        if fact.shape is FactInput.TRADES:
            value.help_text = "le plus important d’abord, trois au plus"
            for name, label in zip(OTHER_TRADES, ("Deuxième métier", "Troisième métier"),
                                   strict=True):  # fmt: skip
                self.fields[name] = _choice(_ASKED, label=label, required=False)
        tick = ", ou cochez «\u00a0Je ne sais pas\u00a0»" if "unknown" in self.fields else ""
        value.error_messages["required"] = f"Donnez une réponse{tick}."
        value.required = not (data and data.get("unknown"))
        self.order_fields(["value", *OTHER_TRADES, "unknown", "quote"])

    def clean(self) -> None:
        found = self.cleaned_data
        if found.get("value") == NOT_OURS and any(found.get(name) for name in OTHER_TRADES):
            self.add_error(
                "value", "Choisissez un métier, ou videz le deuxième et le troisième."
            )  # fmt: skip

    @property
    def stored_value(self) -> Any:
        """The JSON value of the correction."""
        value: Any = self.cleaned_data.get("value")
        if self.cleaned_data.get("unknown"):
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat()
        match self.fact.shape:
            case FactInput.TRADES:
                chosen = [value, *(self.cleaned_data.get(name) for name in OTHER_TRADES)]
                return [] if value == NOT_OURS else list(dict.fromkeys(s for s in chosen if s))
            case FactInput.FIT:
                return int(value)
            case FactInput.YES_NO:
                return _YES_NO[value]
        if isinstance(value, Decimal):
            return int(value * 100)
        return value.isoformat() if isinstance(value, date) else value


def initial_of(fact: FactDefinition, value: Any) -> dict[str, Any]:
    """A stored value as the fields show it, by name."""
    if value is None:
        return {}
    if fact.shape is FactInput.TRADES:
        return dict(zip(("value", *OTHER_TRADES), value or [NOT_OURS], strict=False))
    return {"value": _initial(fact.shape, value)}


def _initial(shape: FactInput, value: Any) -> Any:
    match shape:
        case FactInput.MOMENT:
            return timezone.localtime(datetime.fromisoformat(value))
        case FactInput.DAY:
            return date.fromisoformat(value)
        case FactInput.FTE | FactInput.PERCENT:
            return Decimal(value) / 100
        case FactInput.YES_NO:
            return "oui" if value else "non"
        case FactInput.PLACES:
            return "\n".join(map(place_line, value))
        case _:
            return value
