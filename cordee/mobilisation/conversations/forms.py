"""What is typed in a conversation."""

from typing import Any

from django import forms
from django.http import HttpRequest

from cordee.base.ui.fields import LongTextField, RadioField
from cordee.base.ui.forms import offer_choices
from cordee.mobilisation.models.conversations import MOST_LETTERS

HELP = "Du texte seulement. N’écrivez rien sur la santé ou la vie d’une personne."


def prepared(request: HttpRequest) -> dict[str, str]:
    """What a page proposes to write, as the address of a form brings it: read before it is sent."""
    text = request.GET.get("text", "")[:MOST_LETTERS]
    return {"text": text} if text else {}


class MessageForm(forms.Form):
    text = LongTextField(label="Votre message", max_length=MOST_LETTERS, rows=5, help_text=HELP)


class AskForm(MessageForm):
    """A question of a structure to one counterpart; the choices are those that access gives."""

    structure = forms.ChoiceField(label="Pour quelle structure\u202f?")
    to = RadioField(label="À qui\u202f?")
    field_order = ("structure", "to", "text")

    def __init__(
        self,
        structures: list[tuple[str, str]],
        counterparts: list[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "Votre question"
        offer_choices(self, "structure", structures)
        self.fields["to"].choices = counterparts  # type: ignore[attr-defined]
        if len(counterparts) == 1:
            self.fields["to"].initial = counterparts[0][0]


class FirstForm(MessageForm):
    """A first message of a network; the choices are the networks that access gives."""

    network = forms.ChoiceField(label="Pour quel réseau\u202f?")
    field_order = ("network", "text")

    def __init__(self, networks: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "network", networks)


class ReportForm(forms.Form):
    words = LongTextField(
        label="Qu’est-ce qui ne va pas\u202f?",
        max_length=300,
        help_text="Un réseau lira ce message, et lui seul. Il ne lira pas le reste.",
    )


class DecisionForm(forms.Form):
    decision = RadioField(
        label="Que décidez-vous\u202f?",
        choices=[("hide", "Masquer ce message, avec une raison"), ("keep", "Laisser ce message")],
    )
    reason = forms.CharField(
        label="Raison",
        required=False,
        max_length=300,
        help_text="Les deux côtés la lisent.",
    )

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("decision") == "hide" and not (data.get("reason") or "").strip():
            self.add_error("reason", "Dites pourquoi ce message est masqué.")
