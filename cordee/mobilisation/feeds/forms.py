"""What to follow, how, and when to be reminded."""

from typing import Any

from django import forms
from django.db.models import Model

from cordee.mobilisation.models import FeedKey

ALARMS = (("", "sans rappel"), (2, "2\u202fjours avant"), (7, "7\u202fjours avant"))


class FeedForm(forms.Form):
    """The choices are what the user may follow today, and nothing else."""

    scope = forms.ChoiceField(label="Suivre")
    kind = forms.ChoiceField(
        label="Dans",
        choices=[
            (FeedKey.Kind.CALENDAR, "mon agenda\u00a0: les dates limites"),
            (FeedKey.Kind.ATOM, "mon lecteur de flux\u00a0: les nouveautés"),
        ],
        widget=forms.RadioSelect,
    )
    alarm_days = forms.TypedChoiceField(
        label="Rappel de l’agenda",
        choices=ALARMS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text="certains agendas gardent leurs propres rappels",
    )

    def __init__(
        self, *args: Any, scopes: list[tuple[str, str, list[Model]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found = {f"{name}-{each.pk}": (name, each) for _, name, of in scopes for each in of}
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (label, [(f"{name}-{each.pk}", str(each)) for each in of])
            for label, name, of in scopes
            if of
        ]

    def chosen(self) -> dict[str, Any]:
        """What the action asks for."""
        name, scope = self.found[self.cleaned_data["scope"]]
        return {
            "scope_name": name,
            "scope": scope,
            "kind": self.cleaned_data["kind"],
            "alarm_days": self.cleaned_data["alarm_days"],
        }
