"""What is typed about the time of an alliance: limits and tasks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.alliances.models import AllianceTask
from cordee.base.ui.fields import WholeField
from cordee.rules.time_left import Limits

# A mistyped year, which no calendar would take.
FIRST_YEAR, LAST_YEAR = 2000, 2099


class LimitsForm(forms.Form):
    """From how many days left a team of each sort may answer."""

    new_team_days = WholeField(
        label="Une équipe nouvelle, à partir de", min_value=2, max_value=365, help_text="en jours"
    )
    known_team_days = WholeField(
        label="Des partenaires qui se connaissent, à partir de",
        min_value=1,
        max_value=364,
        help_text="en jours ; en dessous, une équipe prête d’avance",
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        new, known = found.get("new_team_days"), found.get("known_team_days")
        if new is not None and known is not None and new <= known:
            self.add_error(
                "new_team_days", "Une équipe nouvelle demande plus de jours que les autres."
            )
        return found

    @property
    def limits(self) -> Limits:
        return Limits(
            new_team_days=self.cleaned_data["new_team_days"],
            known_team_days=self.cleaned_data["known_team_days"],
        )


class TaskForm(forms.Form):
    """What, by whom, before when."""

    title = forms.CharField(label="Quoi", max_length=200)
    owner = forms.ChoiceField(label="Qui s’en charge", required=False)
    due_on = forms.DateField(
        label="Avant le", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, owners: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.choices = [("", "Qui coordonne"), *owners]

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if not FIRST_YEAR <= due_on.year <= LAST_YEAR:
            raise ValidationError("Vérifiez l’année de cette date.")
        return due_on

    def fill(self, task: AllianceTask, owners: Mapping[str, Any]) -> AllianceTask:
        """The task with what was typed; `owners` by key."""
        task.title = self.cleaned_data["title"]
        task.owner = owners.get(self.cleaned_data["owner"])
        task.due_on = self.cleaned_data["due_on"]
        return task
