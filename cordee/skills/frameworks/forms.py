"""A competence said anew, sentence by sentence; a framework read from a file."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from cordee.base.ui.fields import LongTextField
from cordee.members.models.capacity import TRADE_CHOICES
from cordee.skills.frameworks.tables import MOST_BYTES, read_framework
from cordee.skills.frameworks.values import (
    MOST_NAME,
    MOST_SENTENCE,
    Competence,
    Criterion,
    Framework,
    criterion_code,
)

type Reader = Callable[[IO[bytes], dict[str, Any]], Any]


class ReadForm(forms.Form):
    """`mark`: that of the row that the page was made from."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False)


class CompetenceForm(ReadForm):
    """An emptied sentence goes; two empty fields wait for others."""

    name = forms.CharField(label="Compétence", max_length=MOST_NAME)

    def __init__(self, *args: Any, competence: Competence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competence, self.initial["name"] = competence, competence.name
        self.rows = [*competence.criteria, Criterion("", ""), Criterion("", "")]
        for place, one in enumerate(self.rows):
            label = f"Critère {place + 1}" if one.code else "Un critère de plus"
            self.fields[f"criterion_{place}"] = LongTextField(
                label=label, max_length=MOST_SENTENCE, initial=one.sentence, required=False, rows=2
            )

    @property
    def competence_typed(self) -> Competence:
        # A sentence stands on one line, however it was typed; its no-break spaces stay.
        said = [self.cleaned_data[f"criterion_{place}"] for place in range(len(self.rows))]
        typed = [" ".join(words.splitlines()) for words in said]
        criteria = (
            Criterion(one.code or criterion_code(self.competence.code, words), words)
            for one, words in zip(self.rows, typed, strict=True)
            if words
        )
        return replace(self.competence, name=self.cleaned_data["name"], criteria=tuple(criteria))


class TableForm(forms.Form):
    """A file, or the `text` that the page of a preview carried. `reader`: gives what it says,
    beside what was typed, or raises ValidationError."""

    file = forms.FileField(
        label="Votre fichier",
        help_text="Excel (.xlsx) ou CSV, une ligne par phrase.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.fields["file"].required = reader, "text" not in self.data

    def clean(self) -> dict[str, Any]:
        """With `read`, what the file says, where nothing in it is wrong."""
        said = super().clean() or {}
        if not self.errors:
            file = said["file"] or BytesIO(self.data.get("text", "").encode())
            if said["file"] and said["file"].size > MOST_BYTES:
                raise ValidationError({"file": "Coupez ce fichier\u00a0: 1 Mo au plus."})
            try:
                self.read = self.reader(file, said)
            except ValidationError as refused:
                # Often many, each with its line: listed once, on top, and not at the field again.
                raise ValidationError(refused.messages) from refused
        return said


class FrameworkFileForm(TableForm, ReadForm):
    """Of a framework that a file changes, name and trade are not asked."""

    field_order = ("name", "trade", "file")
    name = forms.CharField(label="Nom du référentiel", max_length=120)
    trade = forms.ChoiceField(
        label="Métier", choices=[("", "Tous les métiers"), *TRADE_CHOICES], required=False
    )

    def __init__(self, *args: Any, framework: Framework | None, **kwargs: Any) -> None:
        super().__init__(*args, reader=self._read, **kwargs)
        self.framework = framework
        if framework is not None:
            del self.fields["name"], self.fields["trade"]

    def _read(self, file: IO[bytes], said: dict[str, Any]) -> Framework:
        about = {"code": slugify(said.get("name", ""))[:60]} | said
        return read_framework(file, self.framework.as_content() if self.framework else about)
