"""What a stranger types to begin a sheet, then to go on by the link of its mail."""

from typing import Any

from django import forms

from cordee.accounts.forms import NewPersonForm
from cordee.members.claim_forms import CommuneField, TradesForm
from cordee.members.people_forms import SiretForm
from cordee.rules.kinds import Kind


class BeginForm(TradesForm):
    """The first question of a sheet, and an address; the name where the directory has none."""

    nom = forms.CharField(label="Le nom de votre structure", max_length=200)
    commune = CommuneField(label="Sa commune", help_text="Ou son code postal.", max_length=100)
    courriel = forms.EmailField(
        label="Votre adresse électronique",
        help_text="Un lien y part\u00a0: il garde vos réponses trente jours.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, known={}, **kwargs)
        if is_known:
            del self.fields["nom"], self.fields["commune"]

    def clean(self) -> dict[str, Any]:
        """Nothing ticked: she does not know yet, which is an answer."""
        return forms.Form.clean(self) or {}


class BegunForm(SiretForm, NewPersonForm):
    """What lacks: a name and a password without an account, a SIRET where none is known."""

    kind = forms.ChoiceField(label="Sa sorte", choices=[(each.value, each.label) for each in Kind])
    field_order = ("siret", "kind", "display_name", "password")

    def __init__(self, *args: Any, has_account: bool, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ("siret", "kind") if is_known else ()
        for name in (*known, *(("display_name", "password") if has_account else ())):
            del self.fields[name]
