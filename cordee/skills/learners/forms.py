"""What who teaches types of a learner, and what she says herself."""

from typing import Any
from uuid import uuid4

from django import forms

from cordee.base.ui.fields import DayField, DayInput, LongTextField
from cordee.skills.learners.pages import Task
from cordee.skills.models import Learner, Observation
from cordee.skills.private_words import PrivateWordsForm

CRITERION = "critere-"


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
    """The criteria of one task, and the day they were seen. Each sending has its number."""

    seen_on = DayField(label="Vu le")
    number = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in task.criteria:
            self.fields[CRITERION + each.code] = forms.ChoiceField(
                label=each.sentence,
                choices=Observation.Level.choices,
                widget=forms.RadioSelect,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """`levels`: those that were said, by the code of their criterion."""
        cleaned = super().clean() or {}
        sent = [name for name, level in self.data.items() if level and name.startswith(CRITERION)]
        for code in [name.removeprefix(CRITERION) for name in sent if name not in self.fields]:
            told = "ce critère n’est pas dans cette liste. Choisissez ailleurs."
            self.add_error(None, f"«\u00a0{code}\u00a0»\u00a0: {told}")
        if not sent:
            self.add_error(None, "Dites au moins un critère\u00a0: pas vu, en cours ou acquis.")
        levels = {name.removeprefix(CRITERION): cleaned.get(name) for name in sent}
        return cleaned | {"levels": levels}


class DisagreementForm(PrivateWordsForm, forms.Form):
    free_texts = ("words",)
    words = LongTextField(label="Mes mots", max_length=1000, rows=4, required=False)
