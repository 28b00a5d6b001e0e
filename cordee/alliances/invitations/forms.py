"""What is typed to bring a structure in, and to answer an invitation."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cordee.agreement import PartyRole
from cordee.base.ui.forms import ChoosingForm

ROLES = [(role.value, role.label.capitalize()) for role in PartyRole]


class PartyForm(ChoosingForm):
    """Which structure, and as what."""

    siret = forms.CharField(
        label="SIRET ou nom de la structure",
        max_length=200,
        help_text="14 chiffres, ou un morceau du nom",
    )
    role = forms.ChoiceField(label="Comme quoi", choices=ROLES, initial=PartyRole.MEMBER)
    of = forms.ChoiceField(
        label="Pour quel membre",
        required=False,
        help_text="sauf pour un membre du groupement",
    )

    def __init__(
        self,
        members: Sequence[tuple[str, str]],
        *args: Any,
        holder: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, choices={"of": [("", "à dire plus tard"), *members]}, **kwargs)
        if holder:
            # One answers alone: whoever comes works for it, or makes a group of them.
            self.initial.update(role=PartyRole.SUBCONTRACTOR.value, of=holder)
            self.fields["of"].label = "Pour qui"
            self.fields["role"].help_text = "avec un deuxième membre, ce sera un groupement"


class InvitationForm(ChoosingForm):
    """Who is asked, and a word above the invitation."""

    who = forms.MultipleChoiceField(label="Qui inviter", widget=forms.CheckboxSelectMultiple)
    word = forms.CharField(
        label="Votre mot",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="en tête de l’invitation\u202f; le même pour toutes",
    )


class AnswerForm(forms.Form):
    """Why a structure does not take part; nothing is due."""

    reason = forms.CharField(
        label="Si c’est non, pourquoi",
        required=False,
        max_length=500,
        help_text="lu par qui coordonne, et par personne d’autre",
    )
