"""What is typed of a commission and of its parts."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.structure_search import one_structure
from cordee.base.files.sorts import ACCEPTED
from cordee.base.ui.fields import DayField, FrenchDecimalField, MomentField, is_near
from cordee.base.ui.forms import offer_choices
from cordee.members.models import Structure
from cordee.members.private_words import PrivateWordsForm
from cordee.practices.commissions.access import Inside
from cordee.practices.models import (
    Commission,
    CommissionSeat,
    GivenHours,
    Meeting,
    MeetingTask,
    Product,
    Session,
    Sheet,
)


class NearForm(PrivateWordsForm, forms.ModelForm[Any]):
    """Whose days and moments are less than ten years away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(is_near)


class PartForm(NearForm):
    """A part of a commission; `found`: who types it, `commission`: of which one."""

    def __init__(self, *args: Any, found: Inside, commission: Commission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found, self.commission = found, commission

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def sitting(self) -> QuerySet[Structure]:
        """The structures that sit in the commission."""
        seats = self.commission.seats.in_force().order_by().values("structure")
        return Structure.objects.filter(pk__in=seats).order_by("sort_key")


class CommissionForm(PartForm):
    starts_on = DayField(label="Commence le")
    ends_on = DayField(label="Finit le", required=False)
    free_texts = ("mandate",)

    class Meta:
        model = Commission
        fields = ("name", "mandate", "starts_on", "ends_on")
        widgets = {"mandate": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"mandate": "ce que le réseau lui demande, en quelques phrases"}


class SeatForm(PartForm):
    named = forms.CharField(
        label="Structure", max_length=120, help_text="son nom ou son SIRET\u00a0; un membre"
    )
    field_order = ("named", "function")

    class Meta:
        model = CommissionSeat
        fields = ("function",)
        help_texts = {"function": "par exemple «\u00a0direction\u00a0»\u00a0; pas de nom"}

    def clean_named(self) -> str:
        """Who answers to that name among the members of the network."""
        typed: str = self.cleaned_data["named"]
        structure = one_structure(typed)
        if not self.found.members(timezone.localdate()).filter(pk=structure.pk).exists():
            cure = "Écrivez le nom d’un membre."
            raise ValidationError(f"«\u00a0{typed}\u00a0» n’est pas membre du réseau. {cure}")
        self.instance.structure = structure
        return typed


class MeetingForm(PartForm):
    begins_at = MomentField(label="Début")
    ends_at = MomentField(label="Fin")
    free_texts = ("agenda",)

    class Meta:
        model = Meeting
        fields = ("title", "begins_at", "ends_at", "place", "agenda")
        widgets = {"agenda": forms.Textarea(attrs={"rows": 5})}
        help_texts = {"place": "une adresse, ou «\u00a0en ligne\u00a0»"}


class MinutesForm(PartForm):
    free_texts = ("decided", "learnt", "next_time")

    class Meta:
        model = Meeting
        fields = ("decided", "learnt", "next_time")
        labels = {"next_time": "La prochaine fois"}
        help_texts = {"decided": "Une décision par ligne. Ce qui est à faire s’ajoute ensuite."}
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in fields}


class TaskForm(PartForm):
    until = DayField(label="Pour quand")
    free_texts = ("what",)

    class Meta:
        model = MeetingTask
        fields = ("what", "structure", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("structure", self.sitting())


class HoursForm(PartForm):
    on = DayField(label="Quel jour")
    hours = FrenchDecimalField(
        label="Heures en tout", help_text="de toutes ces personnes ensemble", min_value=0
    )

    class Meta:
        model = GivenHours
        fields = ("structure", "on", "people", "hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Structure.objects.filter(pk__in=[each.pk for each in self.found.own])
        self.offer("structure", self.sitting() if self.found.writes else own)
        self.initial["on"] = self.initial.get("on") or timezone.localdate()
        if len(self.found.own) == 1 and not self.instance.pk:
            self.initial["structure"] = self.found.own[0].pk

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Ce jour n’est pas encore venu. Notez ce qui est fait.")
        return day


class SessionForm(NearForm):
    begins_at = MomentField(label="Début")
    ends_at = MomentField(label="Fin")
    free_texts = ("about",)

    class Meta:
        model = Session
        fields = (
            *("kind", "title", "about", "begins_at", "ends_at", "place"),
            *("places", "qualification"),
        )
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}
        labels = {"places": "Places", "qualification": "Titre préparé"}
        help_texts = {
            "place": "une adresse, ou «\u00a0en ligne\u00a0»",
            "qualification": "pour une formation d’encadrants qui mène à un titre",
        }


class ComingForm(forms.Form):
    """How many come, of which of the reader's structures; nobody, where zero."""

    structure = forms.ChoiceField(label="Structure")
    people = forms.IntegerField(
        label="Combien de personnes", min_value=0, max_value=99, help_text="zéro si personne"
    )

    def __init__(self, *args: Any, own: Sequence[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "structure", [(str(each.pk), each.shown_name) for each in own])


def one_sheet(typed: str) -> Sheet:
    """The published sheet of that title or address. Raises ValidationError where there is none, or
    several."""
    found = re.search(r"/pratiques/(\d{1,9})/", typed)
    rows = Sheet.objects.published()
    rows = rows.filter(pk=found[1]) if found else rows.filter(title__icontains=typed.strip())
    named = list(rows[:5])
    if len(named) != 1:
        several = ", ".join(f"«\u00a0{each}\u00a0»" for each in named)
        told = f"Plusieurs fiches se nomment ainsi\u00a0: {several}. Collez l’adresse de la vôtre."
        none = f"Aucune fiche publiée ne se nomme «\u00a0{typed}\u00a0». Collez son adresse."
        raise ValidationError(told if named else none)
    return named[0]


class ProductForm(PartForm):
    named = forms.CharField(
        label="Fiche", max_length=300, help_text="son titre ou son adresse\u00a0; elle est publiée"
    )

    class Meta:
        model = Product
        fields = ()

    def clean_named(self) -> str:
        """Which sheet it is, of those that everybody reads."""
        self.instance.sheet = one_sheet(self.cleaned_data["named"])
        return str(self.instance.sheet)


class OutcomeForm(forms.Form):
    """Which sheet came of a session; none, where left empty."""

    named = forms.CharField(
        label="Titre ou adresse de la fiche",
        max_length=300,
        required=False,
        help_text="vide\u00a0: aucune pour l’instant",
    )

    def clean_named(self) -> Sheet | None:
        typed: str = self.cleaned_data["named"]
        return one_sheet(typed) if typed else None


class CommissionFileForm(forms.Form):
    file = KeptFileField("Le fichier", ACCEPTED)
    words = forms.CharField(label="Ce que c’est", max_length=200, required=False)
