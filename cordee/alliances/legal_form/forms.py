"""What is typed about the form of the group, its reasons, its subcontracts and places."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cordee.agreement import Labour, Party, PartyRole, PricedBy, Reason, Side, Terms
from cordee.base.ui.fields import LongTextField, RadioField, TicksField
from cordee.base.ui.forms import ChoosingForm
from cordee.rules.groups import GroupForm


class ChoiceForm(ChoosingForm):
    """Under which form, and led by whom."""

    form = RadioField(label="Forme du groupement", choices=GroupForm.choices())
    lead = RadioField(label="Mandataire")
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def chosen(self) -> dict[str, Any]:
        """What `choose_form` takes."""
        return {
            "form": GroupForm(self.cleaned_data["form"]),
            "lead": self.cleaned_data["lead"],
            "base": self.cleaned_data["version"],
        }


class TogetherForm(ChoiceForm):
    """Who becomes a member beside who answered alone, under which form, led by whom."""

    members = TicksField(
        label="Qui devient membre du groupement",
        help_text="les autres restent sous-traitants",
        error_messages={"required": "Cochez au moins une structure."},
    )
    field_order = ("members", "form", "lead", "version")

    @property
    def chosen(self) -> dict[str, Any]:
        """What `answer_together` takes."""
        return {**super().chosen, "members": self.cleaned_data["members"]}


class ReasonsForm(forms.Form):
    """Why the members answer together, or why who answers alone gives a part out."""

    reasons = TicksField(error_messages={"required": "Cochez au moins une raison."})
    words = LongTextField(
        label="En quelques mots",
        required=False,
        max_length=1000,
        rows=4,
        help_text="des faits : équipes, métiers, distances ; pas de prix",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, terms: Terms, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arrangement = terms.arrangement
        reasons: Any = self.fields["reasons"]
        reasons.label = arrangement.pick(
            group="Pourquoi répondez-vous ensemble ?",
            sole="Pourquoi le candidat sous-traite-t-il ?",
        )
        reasons.choices = [
            (reason.value, arrangement.reason_label(reason).capitalize())
            for reason in Reason
            if arrangement.counts(reason)
        ]


class LabourForm(forms.Form):
    """How a subcontract is worked: three questions, and nobody has to know at once."""

    priced_by = RadioField(
        label="Que paie le client ?",
        choices=[
            (PricedBy.RESULT.value, "Un travail fini : au m², à l’unité, au forfait"),
            (PricedBy.HOUR.value, "Des heures"),
            (PricedBy.UNKNOWN.value, "Je ne sais pas"),
        ],
    )
    supervision = RadioField(
        label="Qui dirige l’équipe sur place ?",
        choices=[
            (Side.OWN.value, "L’encadrant·e du sous-traitant"),
            (Side.CLIENT.value, "Le chef de chantier du client"),
            (Side.UNKNOWN.value, "Je ne sais pas"),
        ],
    )
    tools = RadioField(
        label="À qui sont les outils ?",
        choices=[
            (Side.OWN.value, "Au sous-traitant"),
            (Side.CLIENT.value, "Au client"),
            (Side.UNKNOWN.value, "Je ne sais pas"),
        ],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, party: Party, version: int) -> "LabourForm":
        """With what was answered so far; fields of several on one page keep apart by prefix."""
        said = {name: getattr(party.labour, name) for name in ("priced_by", "supervision", "tools")}
        return cls(prefix=party.key, initial=said | {"version": version})

    @property
    def labour(self) -> Labour:
        said = self.cleaned_data
        sides = {name: Side(said[name]) for name in ("supervision", "tools")}
        return Labour(priced_by=PricedBy(said["priced_by"]), **sides)


class TeamPlaceForm(ChoosingForm):
    """Another place in the team."""

    role = RadioField(label="Sa place")
    of = forms.ChoiceField(
        label="Pour quel membre",
        required=False,
        help_text="pour un sous-traitant ou une mise à disposition",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        roles: Sequence[PartyRole],
        members: Sequence[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        choices = {
            "role": [(each.value, each.label.capitalize()) for each in roles],
            "of": [("", "personne"), *members],
        }
        super().__init__(*args, choices=choices, **kwargs)
        if len(members) == 1:
            self.fields["of"].label = "Pour qui"
        if not members:
            self.fields["of"].widget = forms.HiddenInput()

    @property
    def chosen(self) -> dict[str, Any]:
        """What `change_place` takes."""
        role = PartyRole(self.cleaned_data["role"])
        of = self.cleaned_data["of"] or None
        return {
            "role": role,
            "of": None if role is PartyRole.MEMBER else of,
            "base": self.cleaned_data["version"],
        }
