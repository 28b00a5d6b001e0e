"""Forms validate shape; what they mean is done by actions."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from cordee.accounts.models import User
from cordee.base import tables
from cordee.base.ui import french
from cordee.base.ui.fields import DayInput, is_near
from cordee.base.ui.forms import offer_choices
from cordee.members import list_columns
from cordee.members.actions.sharing import grant_sharing, revoke_sharing
from cordee.members.list_columns import STRUCTURES, ListFields
from cordee.members.models import Network, SharingAgreement, Structure
from cordee.members.private_words import PrivateWordsForm

FigureClass = SharingAgreement.FigureClass
MOST_BYTES = 5_000_000
ROWS_AT_ONCE = 1_000


class SharingChoice(models.TextChoices):
    """What a director may open to a network, in their words.

    What sets them apart comes first: a phone shows the first 25 letters of a choice.
    """

    NOTHING = "rien", "Ne rien ouvrir"
    COMPOSE = "composer", "Composer, sans voir les chiffres"
    SEE = "voir", "Voir, sans composer d’équipe"
    BOTH = "tout", "Voir et composer des équipes"
    COUNT = "compter", "Compter dans les totaux du réseau"

    @classmethod
    def offered(cls, figure_class: str) -> "list[SharingChoice]":
        """Of what is learnt and of exits, a network reads totals, and composes nothing."""
        is_counted = figure_class in SharingAgreement.COUNTED
        return [each for each in cls if each is cls.NOTHING or (each is cls.COUNT) == is_counted]

    @classmethod
    def of(cls, held: SharingAgreement | None) -> "SharingChoice":
        """What an agreement opens, if there is one."""
        rights = held and {"may_see": held.may_see, "may_compose": held.may_compose}
        offered = cls.offered(held.figure_class) if held else []
        return next((each for each in offered if each.rights == rights), cls.NOTHING)

    @property
    def rights(self) -> dict[str, bool]:
        """As actions take them."""
        return {
            "may_see": self in (self.SEE, self.BOTH, self.COUNT),
            "may_compose": self in (self.COMPOSE, self.BOTH),
        }


class SharingForm(forms.Form):
    network = forms.ModelChoiceField(Network.objects.order_by("name"))
    figure_class = forms.ChoiceField(choices=FigureClass.choices)
    choice = forms.ChoiceField()

    def __init__(self, *args: Any, structure: Structure, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.structure, self.on = structure, on
        offered = SharingChoice.offered(self.data.get("figure_class", ""))
        offer_choices(self, "choice", [(each.value, each.label) for each in offered])

    def apply(self, *, by: User | None) -> str:
        """Do what was chosen; give the sentence that says so."""
        network = self.cleaned_data["network"]
        figure_class = FigureClass(self.cleaned_data["figure_class"])
        choice = SharingChoice(self.cleaned_data["choice"])
        if choice is SharingChoice.NOTHING:
            revoke_sharing(
                structure=self.structure,
                network=network,
                figure_class=figure_class,
                by=by,
                on=self.on,
            )
            return f"{network} ne voit plus et n’utilise plus : {figure_class.label}."
        grant_sharing(
            structure=self.structure,
            network=network,
            figure_class=figure_class,
            by=by,
            on=self.on,
            **choice.rights,
        )
        return f"Ouvert à {network} : {figure_class.label}. Vous refermez quand vous voulez."


class ListForm(forms.Form):
    """A list of structures; `header` and `content` once valid.

    The first rows are read here, so that what is no list is said at once; the queue reads all.
    """

    file = forms.FileField(
        label="Votre liste",
        help_text=f"Un fichier Excel (.xlsx) ou CSV, {MOST_BYTES // 1_000_000} Mo au plus. "
        "Sa première ligne nomme les colonnes. "
        "Le SIRET, la sorte (ACI, EI…) et le nom suffisent. Vos propres noms de colonnes "
        "conviennent\u00a0: vous direz lesquels, une seule fois.",
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,"
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
    sheet = forms.CharField(
        label="Feuille du classeur",
        help_text="Vide\u00a0: la première feuille.",
        max_length=60,
        required=False,
    )
    are_members = forms.BooleanField(
        label="Ces structures sont membres de mon réseau", required=False, initial=True
    )
    empty_erases = forms.BooleanField(
        label="Les cases vides effacent",
        help_text="Case non cochée\u00a0: une case vide ne change rien. "
        "Une colonne absente ne change jamais rien.",
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(
                f"Ce fichier pèse {french.number(file.size // 1_000_000)} Mo. "
                f"Coupez-le : {MOST_BYTES // 1_000_000} Mo au plus."
            )
        return file

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("file"):
            try:
                table = tables.open_table(cleaned["file"], cleaned.get("sheet") or "")
                self.header = [name for name in table.header if name]
                deque(islice(table.rows, ROWS_AT_ONCE), maxlen=0)
                cleaned["file"].seek(0)
                self.content = cleaned["file"].read()
            except tables.TableError as error:
                field = "sheet" if "Aucune feuille ne s’appelle" in str(error) else "file"
                self.add_error(field, str(error))


class ColumnsForm(forms.Form):
    """Which of our fields each column fills. `columns` once valid: their column → our field."""

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        proposed: Mapping[str, str],
        samples: Mapping[str, Sequence[str]],
        fields: ListFields = STRUCTURES,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.header, self.of = list(header), fields
        choices = [("", "Ne pas lire cette colonne")] + [
            (own, capfirst(label)) for own, label in fields.labels.items()
        ]
        for number, name in enumerate(self.header):
            shown = [value for value in samples.get(name, ()) if value][:2]
            self.fields[f"colonne-{number}"] = forms.ChoiceField(
                label=name,
                help_text="Par exemple\u00a0: " + ", ".join(shown) if shown else "Colonne vide.",
                choices=choices,
                initial=proposed.get(name, ""),
                required=False,
            )

    @property
    def columns(self) -> dict[str, str]:
        return {
            name: self.cleaned_data.get(f"colonne-{number}", "")
            for number, name in enumerate(self.header)
        }

    def clean(self) -> None:
        if self.errors:
            return
        lacking = list_columns.missing(self.columns, self.of)
        twice = list_columns.doubled(self.columns, self.of)
        if lacking:
            raise ValidationError(f"Dites quelle colonne donne\u00a0: {', '.join(lacking)}.")
        if twice:
            raise ValidationError(
                f"Deux colonnes donnent la même chose\u00a0: {', '.join(twice)}. Gardez-en une."
            )


class RecordForm(PrivateWordsForm, forms.ModelForm[Any]):
    """Fields of a model, all asked for but the `optional`; but for the `planned`, none of its days
    is to come. Those `ahead` are planned, and none is past."""

    optional: Sequence[str] = ()
    planned: Sequence[str] = ()
    ahead: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._meta.fields or ():
            field = self.fields[name]
            field.required = name not in self.optional
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(is_near)
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
                if name not in (*self.planned, *self.ahead, *self.optional):
                    self.initial[name] = self.initial.get(name) or timezone.localdate()
            elif isinstance(field, forms.DateTimeField):
                field.widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")

    def offer(self, name: str, choices: Any, *, of: str = "choices") -> None:
        setattr(self.fields[name], of, choices)

    def clean(self) -> None:
        super().clean()
        now, today = timezone.now(), timezone.localdate()
        for name in self._meta.fields or ():
            day, told = self.cleaned_data.get(name), ""
            if isinstance(day, datetime):
                end = day + timedelta(minutes=self.cleaned_data.get("minutes") or 0)
                told = f"La fin, le {french.moment(end, today)}, n’est pas encore venue."
                told = told if end > now else ""
            elif isinstance(day, date) and day < today and name in self.ahead:
                past = f"Le {french.day(day, today)} est passé."
                self.add_error(name, f"{past} Choisissez un jour à venir.")
            elif isinstance(day, date) and day > today and name not in (*self.planned, *self.ahead):
                told = f"Le {french.day(day, today)} n’est pas encore venu."
            if told:
                self.add_error(name, f"{told} Notez ce qui est fait.")
        if not 1 <= self.cleaned_data.get("minutes", 1) <= 720:
            self.add_error("minutes", "Écrivez une durée de 1 à 720 minutes (12 heures).")
