"""Forms validate shape; what they mean is done by actions."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from cordee.accounts.models import User
from cordee.base import tables
from cordee.base.ui import french
from cordee.members import actions
from cordee.members.models import Network, SharingAgreement, Structure
from cordee.members.structure_list import FRENCH_COLUMNS, check_columns

FigureClass = SharingAgreement.FigureClass
MOST_BYTES = 5_000_000


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

    def apply(self, *, by: User | None) -> str:
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


class ListForm(forms.Form):
    """A list of structures; `rows` once valid."""

    file = forms.FileField(
        label="Votre liste",
        help_text="Un fichier CSV. Sa première ligne nomme les colonnes : siret, "
        f"{', '.join(FRENCH_COLUMNS)}. Les trois premières suffisent.",
    )
    are_members = forms.BooleanField(
        label="Ces structures sont membres de mon réseau", required=False, initial=True
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                f"Ce fichier pèse {french.number(file.size // 1_000_000)} Mo. "
                f"Coupez-le : {MOST_BYTES // 1_000_000} Mo au plus."
            )
        try:
            table = tables.open_csv(file)
            check_columns(table.header)
            self.rows = list(table.rows)
        except ValueError as error:
            message = str(error)
            raise ValidationError(message[:1].upper() + message[1:]) from error
        return file
