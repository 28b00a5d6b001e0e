"""What is typed when a structure leaves, from the announcement to the buyer's answer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cordee.agreement.arrangement import GROUP, Arrangement
from cordee.alliances.models import Withdrawal
from cordee.base.ui.fields import DayField, EurosFormField, LongTextField, RadioField
from cordee.base.ui.forms import ChoosingForm
from cordee.rules.group_changes import Ground


class LeaveForm(forms.Form):
    """Why a structure leaves; later, what is left of its work."""

    reason = LongTextField(
        label="Pourquoi", max_length=1000, required=False, help_text="lu par ceux qui restent"
    )
    left_cents = EurosFormField(
        label="Ce qui reste à faire de sa part, HT",
        required=False,
        help_text="vide : toute sa part",
    )

    def __init__(self, *args: Any, is_free: bool, is_signed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not is_free
        if not is_signed:
            del self.fields["left_cents"]


class ApplicationForm(forms.Form):
    """The day on which an application left ahead of the offer."""

    applied_on = DayField(
        label="Candidature partie le",
        required=False,
        help_text="vide : elle part avec l’offre",
    )


# What becomes of a share where one answers alone.
ALONE = {Withdrawal.Plan.ONE: "Le candidat le fait lui-même"}


def plan_label(arrangement: Arrangement, plan: str) -> str:
    """Who takes the share, as a choice or a sentence; empty where that is not said."""
    if not plan:
        return ""
    label = Withdrawal.Plan(plan).label.capitalize()
    return arrangement.pick(group=label, sole=ALONE.get(Withdrawal.Plan(plan), label))


class PlanForm(ChoosingForm):
    """Who takes the share."""

    plan = RadioField(label="Qui reprend le travail")
    ground = RadioField(
        label="Ce qui permet ce changement",
        required=False,
        help_text="vous le prouverez à l’acheteur",
    )
    member = forms.ChoiceField(
        label="Quel membre", required=False, help_text="si un seul membre reprend tout"
    )
    structure = forms.CharField(
        label="Quelle autre structure",
        required=False,
        max_length=200,
        help_text="son SIRET ou un morceau de son nom, si une autre vient",
    )

    def __init__(
        self,
        plans: Sequence[Withdrawal.Plan],
        members: Sequence[tuple[str, str]],
        *args: Any,
        arrangement: Arrangement = GROUP,
        grounds: Sequence[Ground] = (),
        **kwargs: Any,
    ) -> None:
        said = [(each.value, each.label.capitalize()) for each in grounds]
        choices = {
            "plan": [(plan.value, plan_label(arrangement, plan)) for plan in plans],
            "ground": [("", "Pas encore dit"), *said],
            "member": [("", "à choisir"), *members],
        }
        super().__init__(*args, choices=choices, **kwargs)
        if Ground.REVIEW_CLAUSE in grounds:
            # Once the contract is signed, only another holder needs one.
            self.fields["ground"].help_text = "si une autre structure la remplace"
        if not grounds:
            del self.fields["ground"]
        if arrangement.is_alone:
            # One answers alone: there is nobody to choose from.
            del self.fields["member"]


class SendForm(forms.Form):
    """The request, as it left."""

    request_text = LongTextField(
        label="La demande",
        max_length=6000,
        rows=16,
        help_text="relisez-la, puis envoyez-la vous-même à l’acheteur",
    )
    sent_on = DayField(label="Partie le")


class BuyerForm(forms.Form):
    """What the buyer answers."""

    is_accepted = forms.TypedChoiceField(
        label="Sa réponse",
        choices=[("oui", "L’acheteur accepte"), ("non", "L’acheteur refuse")],
        coerce=lambda typed: typed == "oui",
        widget=forms.RadioSelect,
    )
    answered_on = DayField(label="Reçue le")
    words = LongTextField(label="Ses mots", required=False, max_length=2000)
