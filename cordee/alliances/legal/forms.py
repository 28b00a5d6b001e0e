"""What is typed about the law, the time and the decision of an alliance."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.agreement import Labour, Party, PartyRole, PricedBy, Reason, Side, Terms
from cordee.agreement.words import NOT_ALONE, reason_called
from cordee.alliances.models import AllianceTask
from cordee.base.ui.fields import WholeField
from cordee.rules.groups import LABELS, GroupForm
from cordee.rules.time_left import Limits

# A mistyped year, which no calendar would take.
FIRST_YEAR, LAST_YEAR = 2000, 2099
UNKNOWN, YES, NO = "inconnu", "oui", "non"
THREE = [(YES, "Oui"), (NO, "Non"), (UNKNOWN, "Je ne sais pas")]
_SAID: Mapping[bool | None, str] = {True: YES, False: NO, None: UNKNOWN}


def read_three(said: str) -> bool | None:
    """Yes, no, or nobody knows."""
    return {YES: True, NO: False}.get(said)


class ChoiceForm(forms.Form):
    """Under which form, and led by whom."""

    form = forms.ChoiceField(
        label="Forme du groupement",
        choices=[(form.value, label) for form, label in LABELS.items()],
        widget=forms.RadioSelect,
    )
    lead = forms.ChoiceField(label="Mandataire", widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, members: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead"]
        lead.choices = members

    @property
    def chosen(self) -> dict[str, Any]:
        """What `choose_form` takes."""
        return {
            "form": GroupForm(self.cleaned_data["form"]),
            "lead": self.cleaned_data["lead"],
            "base": self.cleaned_data["version"],
        }


class TogetherForm(forms.Form):
    """Who becomes a member beside who answered alone, under which form, led by whom."""

    members = forms.MultipleChoiceField(
        label="Qui devient membre du groupement",
        widget=forms.CheckboxSelectMultiple,
        help_text="les autres restent sous-traitants",
        error_messages={"required": "Cochez au moins une structure."},
    )
    form = forms.ChoiceField(
        label="Forme du groupement",
        choices=[(form.value, label) for form, label in LABELS.items()],
        widget=forms.RadioSelect,
    )
    lead = forms.ChoiceField(label="Mandataire", widget=forms.RadioSelect)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        holder: tuple[str, str],
        others: Sequence[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.holder = holder[0]
        members: Any = self.fields["members"]
        members.choices = others
        lead: Any = self.fields["lead"]
        lead.choices = [holder, *others]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        lead, members = found.get("lead"), found.get("members")
        if lead and members and lead not in {self.holder, *members}:
            self.add_error("lead", "Le mandataire est un membre : cochez-le aussi.")
        return found

    @property
    def chosen(self) -> dict[str, Any]:
        """What `answer_together` takes."""
        return {
            "members": self.cleaned_data["members"],
            "form": GroupForm(self.cleaned_data["form"]),
            "lead": self.cleaned_data["lead"],
            "base": self.cleaned_data["version"],
        }


class ReasonsForm(forms.Form):
    """Why the members answer together, or why who answers alone gives a part out."""

    reasons = forms.MultipleChoiceField(
        label="Pourquoi répondez-vous ensemble ?",
        choices=[(reason.value, reason.label.capitalize()) for reason in Reason],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une raison."},
    )
    words = forms.CharField(
        label="En quelques mots",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="des faits : équipes, métiers, distances ; pas de prix",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, terms: Terms, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if terms.holder is None:
            return
        reasons: Any = self.fields["reasons"]
        reasons.label = "Pourquoi le candidat sous-traite-t-il ?"
        reasons.choices = [
            (reason.value, reason_called(terms, reason).capitalize())
            for reason in Reason
            if reason not in NOT_ALONE
        ]


class LabourForm(forms.Form):
    """How a subcontract is worked: three questions, and nobody has to know at once."""

    priced_by = forms.ChoiceField(
        label="Que paie le client ?",
        choices=[
            (PricedBy.RESULT.value, "Un travail fini : au m², à l’unité, au forfait"),
            (PricedBy.HOUR.value, "Des heures"),
            (PricedBy.UNKNOWN.value, "Je ne sais pas"),
        ],
        widget=forms.RadioSelect,
    )
    supervision = forms.ChoiceField(
        label="Qui dirige l’équipe sur place ?",
        choices=[
            (Side.OWN.value, "L’encadrant·e du sous-traitant"),
            (Side.CLIENT.value, "Le chef de chantier du client"),
            (Side.UNKNOWN.value, "Je ne sais pas"),
        ],
        widget=forms.RadioSelect,
    )
    tools = forms.ChoiceField(
        label="À qui sont les outils ?",
        choices=[
            (Side.OWN.value, "Au sous-traitant"),
            (Side.CLIENT.value, "Au client"),
            (Side.UNKNOWN.value, "Je ne sais pas"),
        ],
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, party: Party, version: int) -> "LabourForm":
        """With what was answered so far; fields of several on one page keep apart by prefix."""
        said = party.labour
        return cls(
            prefix=party.key,
            initial={
                "priced_by": said.priced_by.value,
                "supervision": said.supervision.value,
                "tools": said.tools.value,
                "version": version,
            },
        )

    @property
    def said(self) -> Labour:
        return Labour(
            priced_by=PricedBy(self.cleaned_data["priced_by"]),
            supervision=Side(self.cleaned_data["supervision"]),
            tools=Side(self.cleaned_data["tools"]),
        )


class PlaceForm(forms.Form):
    """Another place in the team."""

    role = forms.ChoiceField(label="Sa place", widget=forms.RadioSelect)
    of = forms.ChoiceField(
        label="Pour quel membre",
        required=False,
        help_text="pour un sous-traitant ou une mise à disposition",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        roles: Sequence[PartyRole],
        members: Sequence[tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(each.value, each.label.capitalize()) for each in roles]
        of: Any = self.fields["of"]
        if len(members) == 1:
            of.label = "Pour qui"
        of.choices = [("", "personne"), *members]
        if not members:
            of.widget = forms.HiddenInput()

    @property
    def chosen(self) -> dict[str, Any]:
        """What `change_place` takes."""
        role = PartyRole(self.cleaned_data["role"])
        of = self.cleaned_data["of"] or None
        return {
            "role": role,
            "of": None if role is PartyRole.MEMBER else of,
            "base": self.cleaned_data["version"],
        }


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


class DecisionForm(forms.Form):
    """Go or no-go: two questions that only the structure can answer, and a reason."""

    new_trade = forms.ChoiceField(
        label="Ce métier est-il nouveau pour vous ?", choices=THREE, widget=forms.RadioSelect
    )
    new_partner = forms.ChoiceField(
        label="Un de ces partenaires est-il nouveau pour vous ?",
        choices=THREE,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Vos raisons",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="lues par votre structure seule ; il en faut une pour un non",
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def start(
        cls, new_trade: bool | None, new_partner: bool | None, reason: str, version: int, read: str
    ) -> "DecisionForm":
        return cls(
            initial={
                "new_trade": _SAID[new_trade],
                "new_partner": _SAID[new_partner],
                "reason": reason,
                "version": version,
                "read": read,
            }
        )

    @property
    def answered(self) -> tuple[bool | None, bool | None]:
        return (
            read_three(self.cleaned_data["new_trade"]),
            read_three(self.cleaned_data["new_partner"]),
        )
