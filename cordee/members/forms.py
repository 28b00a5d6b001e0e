"""Forms validate shape; what they mean is done by actions."""

from datetime import date
from typing import Any

from django import forms
from django.db import models

from cordee.accounts.models import User
from cordee.members import actions
from cordee.members.models import Network, SharingAgreement, Structure

FigureClass = SharingAgreement.FigureClass


class SharingChoice(models.TextChoices):
    """What a director may open to a network, in her words."""

    NOTHING = "rien", "Ne rien ouvrir"
    COMPOSE = "composer", "Composer des équipes avec, sans voir les chiffres"
    SEE = "voir", "Voir les chiffres, sans composer avec"
    BOTH = "tout", "Voir les chiffres et composer avec"

    @classmethod
    def of(cls, may_see: bool, may_compose: bool) -> "SharingChoice":
        return {
            (False, False): cls.NOTHING,
            (False, True): cls.COMPOSE,
            (True, False): cls.SEE,
            (True, True): cls.BOTH,
        }[may_see, may_compose]


class SharingForm(forms.Form):
    network = forms.ModelChoiceField(Network.objects.order_by("name"))
    figure_class = forms.ChoiceField(choices=FigureClass.choices)
    choice = forms.ChoiceField(choices=SharingChoice.choices)

    def __init__(self, *args: Any, structure: Structure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure, self.on = structure, on

    def apply(self, *, by: User) -> str:
        """Do what was chosen; give the sentence that says so."""
        network = self.cleaned_data["network"]
        figure_class = FigureClass(self.cleaned_data["figure_class"])
        choice = SharingChoice(self.cleaned_data["choice"])
        if choice is SharingChoice.NOTHING:
            actions.revoke_sharing(
                structure=self.structure,
                network=network,
                figure_class=figure_class,
                by=by,
                on=self.on,
            )
            return f"{network} ne voit plus et n’utilise plus : {figure_class.label}."
        actions.grant_sharing(
            structure=self.structure,
            network=network,
            figure_class=figure_class,
            may_see=choice in (SharingChoice.SEE, SharingChoice.BOTH),
            may_compose=choice in (SharingChoice.COMPOSE, SharingChoice.BOTH),
            by=by,
            on=self.on,
        )
        return f"Ouvert à {network} : {figure_class.label}. Vous refermez quand vous voulez."
