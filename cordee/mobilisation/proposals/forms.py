"""Choosing what is proposed to whom; saying why a network does not relay."""

from typing import Any

from django import forms

from cordee.base.ui.fields import LongTextField, RadioField
from cordee.members.models import Network
from cordee.mobilisation.models import ProgrammeProposal
from cordee.opportunities.models import Opportunity


class _ByTitle(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)[:140]


class ProposalForm(forms.Form):
    """Asked by GET, so that the preview has an address; sent by POST."""

    opportunite = _ByTitle(
        label="Opportunités à proposer",
        queryset=Opportunity.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une opportunité."},
    )
    reseau = forms.ModelMultipleChoiceField(
        label="Réseaux",
        queryset=Network.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un réseau."},
    )
    message = LongTextField(
        label="Message aux équipes de réseau",
        required=False,
        max_length=2000,
        rows=4,
        help_text="chaque réseau décide s’il relaie, et avec quels mots",
    )

    def __init__(self, opportunities: Any, networks: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opportunite"].queryset = opportunities  # type: ignore[attr-defined]
        self.fields["reseau"].queryset = networks  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    reason = RadioField(
        label="Pourquoi votre réseau ne relaie pas",
        choices=ProgrammeProposal.Reason.choices,
        help_text="l’équipe du programme compte les raisons, sans voir de quel réseau",
    )
    words = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=300,
        help_text="reste dans votre réseau",
    )
