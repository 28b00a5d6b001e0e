"""What is typed about who signs, and to approve or to prove an approval."""

from typing import Any

from django import forms

from cordee.alliances.models import AllianceParty
from cordee.alliances.models.parties import Signatory
from cordee.base.ui.fields import DayField, RadioField
from cordee.members.models import Organisation


class SignatoryForm(forms.Form):
    """Who signs for a structure, and by which act."""

    name = forms.CharField(label="Qui signe", max_length=150, help_text="prénom et nom")
    function = forms.CharField(
        label="Sa fonction", max_length=150, help_text="par exemple : présidente, directeur, maire"
    )
    carrier = RadioField(label="La structure est portée par", choices=Organisation.Carrier.choices)
    power = RadioField(label="De quel droit", choices=AllianceParty.Power.choices)
    power_on = DayField(
        label="Date de l’acte ou du vote",
        required=False,
        help_text="sauf pour la représentante ou le représentant légal",
    )
    next_council_on = DayField(
        label="Date du prochain conseil",
        required=False,
        help_text="pour une commune ou un CCAS, si le conseil n’a pas encore voté",
    )
    may_compete = forms.BooleanField(
        label="Intérêt public local vérifié, prix à coût complet",
        required=False,
        help_text="pour une personne publique : le prix compte tous ses coûts, sans avantage tiré "
        "de ses moyens publics",
    )

    def __init__(self, held: Signatory, data: Any = None, **initial: Any) -> None:
        names = {name: f"signatory_{name}" for name in ("name", "function")}
        said = {each: getattr(held, names.get(each, each), None) for each in self.base_fields}
        super().__init__(data, initial=said | initial)


class ApprovalForm(forms.Form):
    """The user says that they are the one who signs, and that they read the text."""

    document_sha256 = forms.CharField(widget=forms.HiddenInput())
    is_signatory = forms.BooleanField(label="Je suis la personne nommée ci-dessus")
    has_read = forms.BooleanField(label="J’ai lu la convention et ses termes")

    def __init__(self, *args: Any, paper: str = "la convention", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_read"].label = f"J’ai lu {paper} et ses termes"


class ReceiptForm(forms.Form):
    """What is on the receipt that each approval got by mail."""

    sequence = forms.IntegerField(label="Ligne de la chaîne", min_value=1)
    name = forms.CharField(label="Nom", max_length=150)
    function = forms.CharField(label="Fonction", max_length=150)
    key = forms.CharField(label="Clé de preuve", max_length=80)
