"""What who teaches types of a learner, and what she says herself."""

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import groupby
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField

from cordee.base.ui.fields import DayField, DayInput, LongTextField
from cordee.skills.field.actions import CELL, cell_name
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation
from cordee.skills.private_words import PrivateWordsForm


class LearnerForm(forms.ModelForm[Learner]):
    """A pseudonym, a day of coming, a day of leaving. Nothing else is asked."""

    class Meta:
        model = Learner
        fields = ("pseudonym", "came_on", "left_on")
        widgets = dict.fromkeys(("came_on", "left_on"), DayInput)
        help_texts = {
            "pseudonym": "Choisi avec la personne. Jamais le nom de famille.",
            "left_on": "Vide\u00a0: toujours là. Tout est effacé 24 mois après le départ.",
        }

    def clean_left_on(self) -> Any:
        came, left = self.cleaned_data.get("came_on"), self.cleaned_data["left_on"]
        if came and left and left < came:
            raise forms.ValidationError("Le départ vient avant l’arrivée. Corrigez l’un des deux.")
        return left


class ObservationForm(forms.Form):
    """What people were seen to do in one task, and the day. Each sending has its `number`.

    `newest`: the last observation that the page of a sheet knew of.
    """

    seen_on = DayField(label="Vu le")
    number = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    newest = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        task: Task,
        learners: Sequence[Learner],
        is_sheet: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cells = {
            cell_name(learner.pk, each.code): (learner, each)
            for learner in learners
            for each in task.criteria
        }
        for name, (learner, each) in self.cells.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{learner}, «\u00a0{each.sentence}\u00a0»" if is_sheet else each.sentence,
                choices=[*([("", "–")] if is_sheet else []), *Observation.Level.choices],
                widget=forms.Select if is_sheet else forms.RadioSelect,
                required=False,
            )

    def rows(self) -> Iterator[tuple[Learner, list[BoundField]]]:
        """The cells of each person, for a sheet."""
        for learner, cells in groupby(self.cells, lambda name: self.cells[name][0]):
            yield learner, [self[name] for name in cells]

    def clean(self) -> dict[str, Any]:
        """`levels`: those that were said, by person and code of the criterion."""
        cleaned = super().clean() or {}
        sent = [name for name, level in self.data.items() if level and name.startswith(CELL)]
        for code in [name.split("-", 2)[-1] for name in sent if name not in self.cells]:
            told = "ce critère n’est pas dans cette liste. Choisissez ailleurs."
            self.add_error(None, f"«\u00a0{code}\u00a0»\u00a0: {told}")
        if not sent:
            self.add_error(None, "Dites au moins un critère\u00a0: pas vu, en cours ou acquis.")
        cells = [(*self.cells[name], cleaned.get(name)) for name in sent if name in self.cells]
        said = {name: cleaned.get(name) for name in ("seen_on", "number", "newest")}
        return said | {"levels": {(who.pk, each.code): level for who, each, level in cells}}

    def knows(self, newest: int) -> None:
        """What was just told counts as known in the next sending."""
        self.data = sent = cast("dict[str, Any]", copy(self.data))
        sent["newest"] = newest


class DisagreementForm(PrivateWordsForm, forms.Form):
    free_texts = ("words",)
    words = LongTextField(label="Mes mots", max_length=1000, rows=4, required=False)
