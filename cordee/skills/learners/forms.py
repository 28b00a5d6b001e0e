"""What who teaches types of a learner, and what she says herself."""

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from itertools import groupby
from typing import Any, NoReturn, cast
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from cordee.base.ui import french
from cordee.base.ui.fields import DayField, DayInput, LongTextField, is_near
from cordee.members.private_words import PrivateWordsForm
from cordee.rules.months import add_months
from cordee.skills.field.actions import CELL, cell_name
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation
from cordee.skills.models.learners import KEPT_MONTHS

# Who came longer ago came another year than the one that was typed.
MOST_MONTHS = 120


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

    def clean_came_on(self) -> date | None:
        came: date | None = self.cleaned_data["came_on"]
        if came and came < add_months(timezone.localdate(), -MOST_MONTHS):
            self._refuse(came, "c’est il y a plus de dix ans. Corrigez le jour.")
        self._check("came_on", came, "seen_on__lt", "seen_on")
        return came

    def clean_left_on(self) -> date | None:
        came, left = self.cleaned_data.get("came_on"), self.cleaned_data["left_on"]
        if left and left < add_months(timezone.localdate(), -KEPT_MONTHS):
            self._refuse(
                left,
                "ce départ date de plus de 24\u202fmois, tout serait effacé cette nuit. "
                "Corrigez le jour, ou effacez cette personne depuis sa page.",
            )
        if came and left and left < came:
            raise forms.ValidationError("Le départ vient avant l’arrivée. Corrigez l’un des deux.")
        self._check("left_on", left, "seen_on__gt", "-seen_on")
        return left

    def _check(self, name: str, day: date | None, outside: str, order: str) -> None:
        """Refuse a day of another year than ours, and one that leaves out what was seen of her."""
        if day and day > add_months(timezone.localdate(), 12):
            self._refuse(day, "c’est dans plus d’un an. Corrigez le jour.")
        if day and self.instance.pk and name in self.changed_data:
            rows = self.instance.observations.in_force().filter(**{outside: day})
            if seen := rows.order_by(order).first():
                noted = french.day(seen.seen_on, timezone.localdate())
                self._refuse(day, f"une observation est du {noted}. Corrigez l’un des deux.")

    def _refuse(self, day: date, why: str) -> NoReturn:
        raise forms.ValidationError(f"{french.day(day, timezone.localdate())}\u00a0: {why}")


class ObservationForm(forms.Form):
    """What people were seen to do in one task, and the day. Each sending has its `number`.

    `newest`: the last observation that the page of a sheet knew of.
    """

    seen_on = DayField(label="Vu le", validators=[is_near])
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
                # What was seen first, as « Terrain » has them.
                choices=[*([("", "–")] if is_sheet else []), *reversed(Observation.Level.choices)],
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
            self.add_error(None, "Dites au moins un critère\u00a0: acquis, en cours ou pas vu.")
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
