"""What is typed to lend, to ask, to answer; dates default to what is useful."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui.fields import DayField, LongTextField, RadioField
from cordee.members.models import Network
from cordee.members.models.structures import StructureQuerySet
from cordee.mobilisation.models import MutualOffer, UrgentCall
from cordee.opportunities.forms import TRADE_CHOICES
from cordee.opportunities.wording import department_choices
from cordee.rules.staff_loan import Post

SHOWN_DAYS = 60
KINDS = [choice for choice in MutualOffer.Kind.choices if choice[0] != MutualOffer.Kind.STAFF]
STAFF_TERMS = [
    choice
    for choice in MutualOffer.Terms.choices
    if choice[0] in (MutualOffer.Terms.FREE, MutualOffer.Terms.AT_COST)
]


class _ForStructure(forms.Form):
    """For which of the structures that the user directs; not asked where there is one."""

    structure = forms.ModelChoiceField(
        label="Pour quelle structure", queryset=None, empty_label=None
    )

    def __init__(self, structures: StructureQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["structure"]
        field.queryset = structures
        found = list(structures[:2])
        if len(found) == 1:
            field.widget = forms.HiddenInput()
            field.initial = found[0].pk


class OfferForm(_ForStructure):
    """Equipment, premises, skills, vehicles."""

    kind = RadioField(label="De quoi s’agit-il", choices=KINDS)
    title = forms.CharField(
        label="En une ligne",
        max_length=150,
        help_text="par exemple : une tondeuse autoportée, avec sa remorque",
    )
    words = LongTextField(
        label="Précisions",
        required=False,
        max_length=2000,
        help_text="état, horaires, qui transporte… sans prix à l’heure",
    )
    department = forms.ChoiceField(label="Où", required=False, choices=())
    starts_on = DayField(label="À partir du", required=False)
    ends_on = DayField(label="Jusqu’au", required=False)
    terms = RadioField(label="À quelles conditions", choices=MutualOffer.Terms.choices)
    shown_until = DayField(
        label="Visible jusqu’au", help_text="après ce jour, plus personne ne le voit"
    )

    def __init__(self, structures: StructureQuerySet, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(structures, *args, **kwargs)
        self.on = on
        departments: Any = self.fields["department"]
        departments.choices = [("", "Peu importe"), *department_choices()]
        self.fields["shown_until"].initial = on + timedelta(days=SHOWN_DAYS)

    def clean_shown_until(self) -> date:
        until: date = self.cleaned_data["shown_until"]
        if until < self.on:
            raise ValidationError("Ce jour est passé.")
        return until

    def clean(self) -> None:
        asked = self.cleaned_data
        first, last = asked.get("starts_on"), asked.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "Le dernier jour vient avant le premier.")

    def offer(self, network: Network, way: str) -> MutualOffer:
        """The offer, not kept."""
        names = ("structure", "kind", "title", "words", "starts_on", "ends_on", "terms")
        return MutualOffer(
            network=network,
            way=way,
            department_id=self.cleaned_data["department"] or None,
            shown_until=self.cleaned_data["shown_until"],
            **{name: self.cleaned_data[name] for name in names},
        )


class StaffForm(OfferForm):
    """The loan of a permanent member of staff: who, without profit, papers in hand (RULE-40)."""

    kind = forms.CharField(widget=forms.HiddenInput(), initial=MutualOffer.Kind.STAFF.value)
    post = RadioField(
        label="Qui serait prêté",
        choices=[
            (Post.PERMANENT.value, "Un·e salarié·e permanent·e"),
            (Post.INSERTION.value, "Une personne en insertion"),
        ],
    )
    is_confirmed = forms.BooleanField(
        label="Je confirme : salarié·e permanent·e, et les papiers seront signés avant le prêt"
    )
    field_order = ("structure", "kind", "post", "title", "words")

    def __init__(self, structures: StructureQuerySet, *args: Any, **kwargs: Any) -> None:
        super().__init__(structures, *args, **kwargs)
        terms: Any = self.fields["terms"]
        terms.choices = STAFF_TERMS
        self.fields["title"].help_text = "par exemple : un encadrant espaces verts, deux jours"
        self.fields["words"].help_text = "ce que la personne ferait, sans prix à l’heure"

    def clean_kind(self) -> str:
        return MutualOffer.Kind.STAFF.value


class ReplyForm(_ForStructure):
    words = LongTextField(
        label="Votre réponse",
        max_length=2000,
        rows=4,
        help_text="ce que vous pouvez, quand, et comment vous joindre",
    )


class CallForm(_ForStructure):
    """A question of practice; what could serve a competitor is refused."""

    trade = forms.ChoiceField(label="Sur quel métier", choices=[("", "Choisissez"), *TRADE_CHOICES])
    title = forms.CharField(
        label="En une ligne",
        max_length=120,
        help_text="par exemple : tailler des fruitiers en hiver",
    )
    question = LongTextField(
        label="Votre question",
        max_length=2000,
        rows=5,
        help_text="une question de pratique. Jamais de prix, d’offre ni de partenaire.",
    )
    needed_by = DayField(label="Réponse utile jusqu’au", help_text="après, l’appel se ferme seul")
    is_practice = forms.BooleanField(
        label="Ma question ne parle ni de prix, ni d’offre, ni de partenaire pour un marché ouvert"
    )

    def call(self, network: Network) -> UrgentCall:
        """The call, not sent."""
        names = ("structure", "trade", "title", "question", "needed_by")
        return UrgentCall(network=network, **{name: self.cleaned_data[name] for name in names})


class MutualAnswerForm(_ForStructure):
    words = LongTextField(
        label="Votre réponse",
        max_length=4000,
        rows=6,
        help_text="seule la structure qui demande la lit",
    )


class ThanksForm(forms.Form):
    thanks = LongTextField(label="Un mot de merci", required=False, max_length=500)


class BoardForm(forms.Form):
    """The filters of the board; the view leaves out a value that is none of the choices."""

    q = forms.CharField(label="Mots", required=False, max_length=100)
    sorte = forms.ChoiceField(
        label="Sorte", required=False, choices=[("", "Toutes"), *MutualOffer.Kind.choices]
    )
    sens = forms.ChoiceField(
        label="Sens",
        required=False,
        choices=[("", "Offres et demandes"), ("offer", "Offres"), ("request", "Demandes")],
    )
    departement = forms.ChoiceField(
        label="Où", required=False, choices=[("", "Partout"), *department_choices()]
    )
    miens = forms.BooleanField(label="Les miens", required=False)
