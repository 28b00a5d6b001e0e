"""What a delegate writes: the words of a campaign, a rule, an answer the delegate heard."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui.fields import DayField, DayInput, LongTextField, RadioField
from cordee.members.models import Department
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.mobilisation.campaigns.access import RelayPost
from cordee.mobilisation.models import Answer, Campaign

LONGEST_DAYS = 120


class CampaignMessageForm(forms.ModelForm[Campaign]):
    """The words of the network, in its own name."""

    class Meta:
        model = Campaign
        fields = ("subject", "message", "answer_by")
        widgets = {"message": forms.Textarea(attrs={"rows": 7}), "answer_by": DayInput()}
        labels = {
            "subject": "Objet du courrier",
            "message": "Votre message",
            "answer_by": "Réponse attendue avant la fin du",
        }
        help_texts = {
            "message": "Vos mots, sans bonjour"
            "\u00a0: Cordée l’écrit déjà. Elle ajoute l’opportunité, pourquoi elle concerne "
            "la structure, et les boutons de réponse.",
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_answer_by(self) -> date:
        asked: date = self.cleaned_data["answer_by"]
        if asked < self.today:
            raise ValidationError("Ce jour est passé\u00a0: choisissez-en un autre.")
        return asked


class RuleForm(forms.Form):
    """ "Espaces verts, Isère, 30 prochains jours"."""

    metier = forms.ChoiceField(label="Métier", choices=[("", "Choisissez"), *TRADE_CHOICES])
    departement = forms.ModelChoiceField(
        Department.objects.none(),
        label="Département",
        required=False,
        empty_label="Tous",
    )
    jours = forms.IntegerField(
        label="Date limite dans les prochains jours",
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=30,
        help_text=f"en jours, {LONGEST_DAYS} au plus",
    )

    def __init__(self, *args: Any, post: RelayPost, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Department.objects.all()
        if not post.is_whole:
            found = found.filter(pk__in=post.departments) | found.filter(region__in=post.regions)
        self.fields["departement"].queryset = found  # type: ignore[attr-defined]


CHOICES = [(choice.value, choice.label) for choice in Answer.Choice]
REASONS = [("", "Sans raison dite"), *((r.value, r.label) for r in Answer.Reason)]


class HeardForm(forms.Form):
    """When something was heard on the telephone, and from whom."""

    heard_on = DayField(label="Entendu le")
    heard_from = forms.CharField(
        label="Fonction de qui a répondu",
        max_length=80,
        help_text="sa fonction suffit, par exemple «\u00a0directrice\u00a0» ; pas son nom",
        error_messages={"required": "Écrivez sa fonction, par exemple directrice."},
    )


class SpokenAnswerForm(HeardForm):
    """An answer heard on the telephone."""

    field_order = ("choice", "reason", "words")

    choice = RadioField(label="Ce qu’elle répond", choices=CHOICES)
    reason = forms.ChoiceField(
        label="Pourquoi non", choices=REASONS, required=False, help_text="si elle dit non"
    )
    words = LongTextField(label="En quelques mots", max_length=500, required=False, rows=2)


class CampaignAnswerForm(forms.Form):
    """What goes with an answer, once it is chosen: for a refusal, one reason."""

    reason = RadioField(
        label="Pourquoi\u202f? Une réponse suffit.",
        choices=[(r.value, r.label) for r in Answer.Reason],
        required=False,
    )
    words = LongTextField(label="En quelques mots", max_length=500, required=False, rows=2)
