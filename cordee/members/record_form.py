"""What is typed of a thing done, for the record."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from cordee.base.ui import french
from cordee.base.ui.fields import DayInput, is_near
from cordee.members.private_words import PrivateWordsForm


class RecordForm(PrivateWordsForm, forms.ModelForm[Any]):
    """Fields of a model, all asked for but the `optional`; but for the `planned`, none of its days
    is to come."""

    optional: Sequence[str] = ()
    planned: Sequence[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._meta.fields or ():
            field = self.fields[name]
            field.required = name not in self.optional
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(is_near)
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
                if name not in (*self.planned, *self.optional):
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
            elif isinstance(day, date) and day > today and name not in self.planned:
                told = f"Le {french.day(day, today)} n’est pas encore venu."
            if told:
                self.add_error(name, f"{told} Notez ce qui est fait.")
        if not 1 <= self.cleaned_data.get("minutes", 1) <= 720:
            self.add_error("minutes", "Écrivez une durée de 1 à 720 minutes (12 heures).")
