"""An exit as it is typed, without name nor text; and what the person does six months later."""

from cordee.base.ui.fields import DayField, FrenchDecimalField
from cordee.bridge.models import PersonExit
from cordee.members.forms import RecordForm
from cordee.rules.clock import long_day
from cordee.rules.exits import fixed_term_category


class ExitForm(RecordForm):
    """The days of the contract found are not kept: they tell lasting work from the rest."""

    planned = ("entered_on",)
    hours = FrenchDecimalField(label="Heures travaillées", min_value=0, max_value=30_000)
    contract_from = DayField(label="Si c’est un CDD, son premier jour", required=False)
    contract_until = DayField(label="Et son dernier jour", required=False)

    class Meta:
        model = PersonExit
        fields = ("entered_on", "left_on", "hours", "category")

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("left_on") and said["left_on"] < said.get("entered_on", said["left_on"]):
            left, entered = (long_day(said[name]) for name in ("left_on", "entered_on"))
            told = f"«\u00a0{left}\u00a0» vient avant l’entrée, le {entered}."
            self.add_error("left_on", f"{told} Corrigez l’une des deux dates.")
        first, last = said.get("contract_from"), said.get("contract_until")
        if first and last and said.get("category"):
            found = fixed_term_category(first, last, on=last)
            if said["category"] != found:
                told = f"Ce CDD donne «\u00a0{found.label}\u00a0». Corrigez, ou effacez ses jours."
                self.add_error("category", told)


class FollowUpForm(RecordForm):
    """Emptied, it is erased."""

    optional = ("agreed_on", "asked_on", "situation")

    class Meta:
        model = PersonExit
        fields = ("agreed_on", "asked_on", "situation")
        labels = {"situation": "Ce qu’elle fait alors"}
