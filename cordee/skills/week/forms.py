"""The sheet to fill in: who is there and in which crew, what each crew drives, and the tasks."""

from collections.abc import Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from django import forms
from django.forms import BoundField, fields_for_model

from cordee.base.search.words import fold
from cordee.members.private_words import PrivateWordsForm
from cordee.skills.frameworks.in_use import frameworks_of
from cordee.skills.models import Attendance, BoardTask, VanRun
from cordee.skills.week.plan import UNKNOWN, Day, DayTask, Person, Plan, Run

DAY = BoardTask.When.DAY.value
# Empty lines below the tasks.
SPARE = 4


# What a line is about, and its fields.
type Line = tuple[str, list[BoundField]]


class BoardForm(PrivateWordsForm, forms.Form):
    """Lines of fields, each named by its line: `state-p12`, `vehicle-c3`, `title-t0`."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, *, day: Day) -> None:
        super().__init__(data, initial={"seen": day.plan.mark})
        plan, crews = day.plan, [("", "sans équipe"), *day.crews.items()]
        crew = forms.TypedChoiceField(label="Équipe", choices=crews, coerce=int, empty_value=None)
        person = fields_for_model(Attendance, ["state"]) | {"crew_id": crew}
        # Where nothing was sent, nobody is there by oversight.
        person["state"].empty_value = UNKNOWN
        self.people = {
            key: self._line(f"p{key}", day.learners[key], person, said)
            for key, said in plan.people.items()
        }
        run = fields_for_model(VanRun, Run._fields)
        run["led_by"].widget.attrs["list"] = "encadrement"
        run["departs_at"].widget = forms.TimeInput({"type": "time"}, "%H:%M")
        self.runs = {
            key: self._line(f"c{key}", name, run, plan.runs.get(key, Run()))
            for key, name in day.crews.items()
        }
        task = {"crew_id": crew} | fields_for_model(BoardTask, ["when", "title", "place"])
        task["when"].empty_value = DAY
        task["title"].widget.attrs["list"] = "situations"
        known = len(plan.tasks) + SPARE
        lines = next(n for n in count(known) if f"title-t{n}" not in self.data)
        empty = DayTask(None, DAY, "")
        self.tasks = [
            self._line(f"t{n}", f"Tâche {n + 1}", task, said)
            for n, said in enumerate([*plan.tasks, *[empty] * (lines - len(plan.tasks))])
        ]
        self.free_texts = tuple(
            name for name, field in self.fields.items() if type(field.widget) is forms.TextInput
        )
        self.situations = {
            fold(each.title): (each.title, framework.code, each.code)
            for framework in frameworks_of(day.structure).values()
            for each in framework.situations
        }

    def _line(self, key: str, label: str, fields: Mapping[str, Any], said: Any) -> Line:
        for name, field in deepcopy(dict(fields)).items():
            field.initial, field.required = getattr(said, name), False
            field.label = f"{label}, {str(field.label).lower()}"
            field.widget.attrs["aria-label"] = field.label
            self.fields[f"{name}-{key}"] = field
        return label, [self[f"{name}-{key}"] for name in fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for _, (_, _, title, place) in self.tasks:
            if cleaned.get(place.name) and not cleaned.get(title.name):
                self.add_error(title.name, "Dites la tâche, ou videz son lieu.")
        return cleaned

    @property
    def plan(self) -> Plan:
        """What was typed; after `is_valid`. A task named as a situation is that situation."""
        people = {key: Person(*self._said(line)) for key, line in self.people.items()}
        runs = {key: Run(*self._said(line)) for key, line in self.runs.items()}
        tasks = []
        for crew, when, typed, place in map(self._said, self.tasks):
            title, *codes = self.situations.get(fold(typed), (typed,))
            if title:
                tasks.append(DayTask(crew, when, title, place, *codes))
        return Plan(people, {key: run for key, run in runs.items() if any(run)}, tuple(tasks))

    def _said(self, line: Line) -> list[Any]:
        return [self.cleaned_data[field.name] for field in line[1]]
