"""The sheet of one task: printed for who prefers paper, typed in later for everybody at once."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms.boundfield import BoundField

from cordee.base.ui.fields import DayField
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation


def cell_name(learner: int, criterion: str) -> str:
    return f"{learner}-{criterion}"


class SheetForm(forms.Form):
    """A cell for each person and criterion; an empty one changes nothing.

    `number`: each sending has its own. `newest`: the last observation that the page knew of.
    """

    seen_on = DayField(label="Vu le")
    number = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    newest = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, task: Task, learners: Iterable[Learner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task, self.learners = task, list(learners)
        for learner in self.learners:
            for each in task.criteria:
                self.fields[cell_name(learner.pk, each.code)] = forms.ChoiceField(
                    label=f"{learner}, «\u00a0{each.sentence}\u00a0»",
                    choices=[("", "–"), *Observation.Level.choices],
                    required=False,
                )

    def rows(self) -> Iterator[tuple[Learner, list[BoundField]]]:
        for learner in self.learners:
            yield learner, [self[cell_name(learner.pk, each.code)] for each in self.task.criteria]

    def clean(self) -> dict[str, Any]:
        """`levels`: those that were said, by person and criterion."""
        cleaned = super().clean() or {}
        levels = {
            (learner.pk, each.code): cleaned[name]
            for learner in self.learners
            for each in self.task.criteria
            if cleaned.get(name := cell_name(learner.pk, each.code))
        }
        if not levels and not self.errors:
            self.add_error(None, "Cette feuille est vide\u00a0: remplissez au moins une case.")
        return cleaned | {"levels": levels}

    def knows(self, newest: int) -> None:
        """What was just told counts as known in the next sending."""
        self.data = sent = cast("dict[str, Any]", copy(self.data))
        sent["newest"] = newest
