"""What is typed of the CQP: a group, a candidate, the minutes of a jury."""

from collections.abc import Mapping
from typing import Any

from django import forms

from cordee.base.ui.fields import DayField, is_near
from cordee.members.forms import RecordForm
from cordee.skills import models
from cordee.skills.frameworks.values import FAMILIES


class CohortForm(RecordForm):
    free_texts = ("name",)
    optional = ("jury_on", "agreed_reference", "agreed_on")
    planned = ("starts_on", "jury_on")
    learners = forms.ModelMultipleChoiceField(
        models.Learner.objects.none(),
        label="Qui s’y prépare, en plus\u202f?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = models.Cohort
        fields = ("name", "starts_on", "jury_on", "agreed", "agreed_reference", "agreed_on")
        labels = {"agreed": "Le certificateur a-t-il agréé votre structure\u202f?"}
        help_texts = {"name": "Jamais le nom d’une personne."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = models.Candidate.objects.in_force().filter(cohort=self.instance.pk or 0)
        present = self.instance.structure.learners.present()
        self.offer("learners", present.exclude(candidacies__in=inside), of="queryset")


class CandidateForm(RecordForm):
    optional = planned = ("trial_on",)

    class Meta:
        model = models.Candidate
        fields = ("knows_alphabet", "understands_french", "trial_on")


class MinutesForm(RecordForm):
    optional = tuple(FAMILIES)

    class Meta:
        model = models.JuryMinutes
        fields = ("reference", "on", *FAMILIES)
        help_texts = {"reference": "Elle est écrite sur le procès-verbal signé."}


class SessionForm(forms.Form):
    fin = DayField(label="Une session prévue finit le", validators=[is_near])


# By the word of their address.
SORTS: Mapping[str, tuple[str, type[RecordForm]]] = {
    "groupe": ("Un groupe du CQP", CohortForm),
    "candidature": ("L’épreuve, et ce qui est demandé avant", CandidateForm),
    "proces-verbal": ("Recopier un procès-verbal du jury", MinutesForm),
}
