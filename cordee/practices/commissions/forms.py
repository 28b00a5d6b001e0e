"""What is typed of a commission, of its parts, of a session and of a letter."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cordee.alliances.frame.forms import KeptFileField
from cordee.alliances.structure_search import one_structure
from cordee.base.files.sorts import ACCEPTED
from cordee.base.ui import french
from cordee.base.ui.fields import DayField, FrenchDecimalField, MomentField, RadioField, is_near
from cordee.base.ui.forms import offer_choices
from cordee.members.models import Department, Structure
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.members.private_words import PrivateWordsForm
from cordee.mobilisation.campaigns.access import RelayPost
from cordee.mobilisation.campaigns.forms import HeardForm
from cordee.practices.commissions import letters
from cordee.practices.commissions.access import Inside
from cordee.practices.models import (
    Commission,
    CommissionSeat,
    GivenHours,
    Letter,
    LetterRecipient,
    Meeting,
    MeetingTask,
    Product,
    Session,
    SessionAnswer,
    Sheet,
)


class PartForm(PrivateWordsForm, forms.ModelForm[Any]):
    """A commission, a session or a part; `found`: who types it. Who directs a member writes for
    their own structures, the others for those that sit in the commission."""

    def __init__(self, *args: Any, found: Inside, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        if field := cast(Any, self.fields.get("structure")):
            seats = self.instance.commission.seats.in_force().order_by().values("structure")
            asked = seats if found.writes else [each.pk for each in found.own]
            field.queryset = Structure.objects.filter(pk__in=asked).order_by("sort_key")


class HeldForm(PartForm):
    begins_at = MomentField(label="Début", validators=[is_near])
    ends_at = MomentField(label="Fin", validators=[is_near])

    class Meta:
        help_texts = {"place": "une adresse, ou «\u00a0en ligne\u00a0»"}


class CommissionForm(PartForm):
    starts_on = DayField(label="Commence le", validators=[is_near])
    ends_on = DayField(label="Finit le", required=False, validators=[is_near])
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["named"] = self.instance.structure.shown_name

    def clean_named(self) -> str:
        """Who answers to that name among the members of the network."""
        typed: str = self.cleaned_data["named"]
        structure = one_structure(typed)
        members = Structure.objects.of_network(self.found.network, timezone.localdate())
        if not members.active().filter(pk=structure.pk).exists():
            cure = "Écrivez le nom d’un membre."
            raise ValidationError(f"«\u00a0{typed}\u00a0» n’est pas membre du réseau. {cure}")
        self.instance.structure = structure
        return typed


class MeetingForm(HeldForm):
    free_texts = ("agenda",)

    class Meta(HeldForm.Meta):
        model = Meeting
        fields = ("title", "begins_at", "ends_at", "place", "agenda")
        widgets = {"agenda": forms.Textarea(attrs={"rows": 5})}


class MinutesForm(PartForm):
    free_texts = ("decided", "learnt", "next_time")

    class Meta:
        model = Meeting
        fields = ("decided", "learnt", "next_time")
        labels = {"next_time": "La prochaine fois"}
        help_texts = {"decided": "Une décision par ligne. Ce qui est à faire s’ajoute ensuite."}
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in fields}


class TaskForm(PartForm):
    until = DayField(label="Pour quand", validators=[is_near])
    free_texts = ("what",)

    class Meta:
        model = MeetingTask
        fields = ("what", "structure", "until")


class HoursForm(PartForm):
    on = DayField(label="Quel jour", validators=[is_near])
    people = forms.IntegerField(label="Combien de personnes", min_value=1, max_value=9999)
    hours = FrenchDecimalField(
        label="Heures en tout", help_text="de toutes ces personnes ensemble", min_value=0
    )

    class Meta:
        model = GivenHours
        fields = ("structure", "on", "people", "hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = self.initial.get("on") or timezone.localdate()
        if len(self.found.own) == 1 and not self.instance.pk:
            self.initial["structure"] = self.found.own[0].pk

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Ce jour n’est pas encore venu. Notez ce qui est fait.")
        return day


class SessionForm(HeldForm):
    free_texts = ("about",)

    class Meta(HeldForm.Meta):
        model = Session
        fields = (
            *("kind", "title", "about", "begins_at", "ends_at", "place"),
            *("places", "qualification"),
        )
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}
        help_texts = HeldForm.Meta.help_texts | {
            "qualification": "pour une formation d’encadrants qui mène à un titre"
        }

    def clean_places(self) -> int:
        """No fewer than who said that they come."""
        places: int = self.cleaned_data["places"]
        coming = SessionAnswer.objects.filter(session=self.instance.pk, is_coming=True)
        taken = sum(coming.values_list("people", flat=True))
        if places < taken:
            told = french.count(taken, "personne vient", "personnes viennent")
            raise ValidationError(f"{places}\u00a0: {told} déjà. Écrivez {taken} au moins.")
        return places


class OwnForm(forms.Form):
    """Of which of the reader's structures."""

    structure = forms.ChoiceField(label="Structure")

    def __init__(self, *args: Any, own: Sequence[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "structure", [(str(each.pk), each.shown_name) for each in own])


class ComingForm(OwnForm):
    """How many come; nobody, where zero."""

    people = forms.IntegerField(
        label="Combien de personnes", min_value=0, max_value=99, help_text="zéro si personne"
    )


class SheetField(forms.CharField):
    """A published sheet, by its title or its address."""

    def clean(self, value: Any) -> Sheet | None:
        typed = super().clean(value)
        return one_sheet(typed) if typed else None


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
    sheet = SheetField(
        label="Fiche", max_length=300, help_text="son titre ou son adresse\u00a0; elle est publiée"
    )

    class Meta:
        model = Product
        fields = ("sheet",)


class OutcomeForm(OwnForm):
    """Which sheet came of a session; none, where left empty."""

    sheet = SheetField(
        label="Titre ou adresse de la fiche",
        max_length=300,
        required=False,
        help_text="vide\u00a0: aucune pour l’instant",
    )


class CommissionFileForm(forms.Form):
    file = KeptFileField("Le fichier", ACCEPTED)
    words = forms.CharField(label="Ce que c’est", max_length=200, required=False)


def _to_come(moment: datetime) -> None:
    if moment <= timezone.now():
        raise ValidationError("Cette date est passée. Choisissez-en une à venir.")


DATES = [f"date_{n}" for n in range(1, letters.MOST_DATES + 1)]


class LetterForm(PrivateWordsForm, forms.ModelForm[Letter]):
    """The words, the dates, and to whom."""

    answer_by = DayField(label="Réponse attendue avant la fin du", required=False)
    departement = forms.ModelChoiceField(
        Department.objects.none(),
        label="À qui\u00a0: département",
        required=False,
        empty_label="tous",
    )
    metier = forms.ChoiceField(
        label="Métier", choices=[("", "tous"), *TRADE_CHOICES], required=False
    )
    question = forms.ChoiceField(label="Qui a répondu à", required=False)
    field_order = (
        *("subject", "message", "departement", "metier", "question", *DATES),
        *("answer_by", "commission"),
    )
    free_texts = ("message",)

    class Meta:
        model = Letter
        fields = ("subject", "message", "commission", "answer_by")
        widgets = {"message": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"message": "Vos mots, sans bonjour\u00a0: Cordée l’écrit déjà."}

    def __init__(self, *args: Any, post: RelayPost, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        network = post.network
        where = post.members(on=timezone.localdate()).order_by().values("department")
        fields["departement"].queryset = Department.objects.filter(pk__in=where)
        fields["commission"].queryset = network.commissions.in_force()
        fields["commission"].empty_label = "aucune"
        fields["question"].choices = [("", "peu importe"), *letters.sources_of(network)]
        for n, name in enumerate(DATES, start=1):
            more = {} if n == 1 else {"help_text": ""}
            fields[name] = MomentField(label=f"Date proposée {n}", required=False, **more)
            fields[name].validators += [is_near, _to_come]
        self.order_fields(self.field_order)

    @property
    def dates(self) -> list[datetime]:
        return [day for name in DATES if (day := self.cleaned_data.get(name))]


class DatesForm(forms.Form):
    """Yes or no for each date of a letter."""

    def __init__(self, *args: Any, asked: LetterRecipient, **kwargs: Any):
        super().__init__(*args, **kwargs)
        yes = set(asked.dates.values_list("pk", flat=True))
        for each in asked.letter.dates.all():
            field = RadioField(label=str(each), choices=[("oui", "Oui"), ("non", "Non")])
            if asked.answered_at:
                field.initial = "oui" if each.pk in yes else "non"
            self.fields[str(each.pk)] = field
        self.order_fields([name for name in self.fields if name.isdigit()])

    @property
    def yes(self) -> list[int]:
        """The keys of the dates that suit."""
        said = self.cleaned_data
        return [int(name) for name in said if name.isdigit() and said[name] == "oui"]


class HeardDatesForm(DatesForm, HeardForm):
    """The same, said on the telephone."""
