"""Forms of networks: they validate shape; what they mean is done by actions."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cordee.base.ui.fields import DayField, LongTextField, RadioField
from cordee.members.claim_forms import CommuneField
from cordee.members.models import Department, Membership, Network, Region, Structure
from cordee.members.models.networks import SharingAgreement
from cordee.members.people_forms import SiretField
from cordee.rules.kinds import Kind
from cordee.rules.siret import is_valid_siret

MOST_CHARTER = 20_000
MOST_WORDS = 600


class DepartmentsField(forms.CharField):
    """Codes of departments in one line ("38, 73"), as a list of departments."""

    def to_python(self, value: Any) -> list[Department]:
        if isinstance(value, list):
            return value
        codes = [code.upper() for code in re.split(r"[\s,;]+", str(value or "").strip()) if code]
        # A code of one digit is that of a department all the same.
        codes = [code.zfill(2) for code in codes]
        found = {each.code: each for each in Department.objects.filter(code__in=codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise ValidationError(
                f"« {', '.join(unknown)} » : aucun département n’a ce code. "
                "Écrivez les codes séparés par une virgule, par exemple 38, 73."
            )
        return list(found.values())

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """What is read are rows, which have been checked."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(getattr(each, "code", str(each)) for each in value)
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


class TerritoryForm(forms.Form):
    """The name of a network, and where it works. Nothing chosen: everywhere."""

    network: Network | None = None

    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label="Régions couvertes",
        required=False,
        help_text="Rien de coché : le réseau travaille partout.",
        widget=forms.CheckboxSelectMultiple,
    )
    departments = DepartmentsField(
        label="Départements couverts, en plus des régions",
        required=False,
        help_text="Leurs codes, séparés par une virgule\u00a0: 38, 73.",
    )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = Network.objects.exclude(pk=self.network.pk if self.network else None)
        if others.filter(name__iexact=name).exists():
            raise ValidationError("Un autre réseau porte déjà ce nom. Précisez le vôtre.")
        return name


class NetworkForm(TerritoryForm):
    """What a network says of itself."""

    field_order = ("name", "charter", "regions", "departments")
    name = forms.CharField(label="Nom", max_length=150)
    charter = LongTextField(
        label="Charte",
        required=False,
        max_length=MOST_CHARTER,
        help_text="Ce que le réseau défend, ce qu’il promet à ses membres. "
        "Une ligne vide sépare deux paragraphes. Les versions passées restent lisibles.",
        rows=12,
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": network.name,
            "charter": network.charter,
            "regions": list(network.regions.all()),
            "departments": list(network.departments.all()),
        }
        super().__init__(*args, **kwargs)
        self.network = network

    def clean_charter(self) -> str:
        return str(self.cleaned_data["charter"]).replace("\r\n", "\n").strip()


class DelegationForm(TerritoryForm):
    field_order = ("name", "regions", "departments")
    name = forms.CharField(
        label="Nom de la délégation",
        max_length=150,
        help_text="Unique parmi les réseaux, par exemple « Délégation Bretagne ».",
    )


# What a person may choose: the two others are written by Cordée.
PROOF_CHOICES = [
    (proof.value, proof.label.capitalize())
    for proof in (
        Membership.Proof.SIGNED_FORM,
        Membership.Proof.LIST,
        Membership.Proof.DECLARED,
    )
]


class ProofForm(forms.Form):
    """How a membership is known."""

    proof = RadioField(label="Comment le savez-vous ?", choices=PROOF_CHOICES)
    proof_reference = forms.CharField(
        label="Référence",
        required=False,
        max_length=120,
        help_text="De quoi retrouver la preuve : numéro du bulletin, nom de la liste.",
    )
    proof_on = DayField(label="Date de la preuve", required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean_proof_on(self) -> date | None:
        return _not_later(self.cleaned_data["proof_on"], self.on)


class MembershipForm(ProofForm):
    """A membership recorded by the network's people."""

    field_order = (
        *("siret", "name", "commune", "kind", "starts_on"),
        *("proof", "proof_reference", "proof_on"),
    )
    structure: Structure | None = None
    siret = SiretField(
        label="SIRET de la structure",
        help_text="Quatorze chiffres. Absente de l’annuaire, elle y est ajoutée avec le membre.",
    )
    name = forms.CharField(label="Nom", max_length=200, required=False)
    commune = CommuneField(
        label="Commune",
        max_length=100,
        required=False,
        help_text="Son nom ou son code postal.",
    )
    kind = forms.ChoiceField(
        label="Sorte",
        required=False,
        choices=[("", "La seule de ce SIRET"), *Kind.choices()],
        help_text="À choisir si le même SIRET porte plusieurs sortes.",
    )
    starts_on = DayField(label="Membre depuis le")

    def __init__(
        self,
        *args: Any,
        network: Network,
        departments: frozenset[str] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.network, self.departments = network, departments
        siret = re.sub(r"\s", "", self.data.get("siret", ""))
        # Asked only once the directory is known not to have it.
        if not is_valid_siret(siret) or Structure.objects.listed().filter(siret=siret).exists():
            del self.fields["name"], self.fields["commune"]

    def clean_starts_on(self) -> date | None:
        return _not_later(self.cleaned_data["starts_on"], self.on)

    def clean(self) -> None:
        if not self.errors:
            self.structure = self._structure()
            if self.structure is not None:
                self._check_free()

    def _structure(self) -> Structure | None:
        """The one of the directory; None for one to add to it."""
        found = Structure.objects.listed().filter(siret=self.cleaned_data["siret"])
        if kind := self.cleaned_data["kind"]:
            found = found.filter(kind=kind)
        rows = list(found.order_by("kind")[:2])
        if not rows:
            self._check_new()
            return None
        if len(rows) > 1:
            raise ValidationError({"kind": "Ce SIRET porte plusieurs sortes. Choisissez laquelle."})
        if self.departments is not None and rows[0].department_id not in self.departments:
            raise ValidationError(
                {"siret": "Cette structure est hors de votre territoire. L’équipe peut l’ajouter."}
            )
        return rows[0]

    def _check_new(self) -> None:
        missing = {
            name: f"L’annuaire n’a pas ce SIRET\u00a0: {words} pour l’ajouter."
            for name, words in (
                *(("name", "écrivez son nom"), ("commune", "dites sa commune")),
                ("kind", "choisissez sa sorte"),
            )
            if not self.cleaned_data.get(name)
        }
        if missing:
            raise ValidationError(missing)
        if self.departments is not None and (
            self.cleaned_data["commune"].department_id not in self.departments
        ):
            raise ValidationError({"commune": "Cette commune est hors de votre territoire."})

    def _check_free(self) -> None:
        """Two memberships of one structure in one network never run at once."""
        starts_on = self.cleaned_data["starts_on"]
        known = Membership.objects.filter(structure=self.structure, network=self.network)
        other = known.filter(ends_on__isnull=True).first()
        if other is not None:
            raise ValidationError(
                f"{self.structure} est déjà membre depuis le {other.starts_on:%d/%m/%Y}."
            )
        past = known.filter(ends_on__gte=starts_on).order_by("-ends_on").first()
        if past is not None:
            raise ValidationError(
                {
                    "starts_on": f"Une adhésion a couru jusqu’au {past.ends_on:%d/%m/%Y}. "
                    "Choisissez un jour plus tardif."
                }
            )


class AskMembershipForm(forms.Form):
    structure = forms.ModelChoiceField(
        Structure.objects.none(), label="Votre structure", empty_label=None
    )
    words = LongTextField(label="Votre message au réseau", required=False, max_length=MOST_WORDS)

    def __init__(self, *args: Any, structures: list[Structure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = _offer(self, "structure", structures)
        if len(structures) == 1:
            field.initial = structures[0].pk
            field.widget = field.hidden_widget()


class AnswerForm(forms.Form):
    """What a network answers to a structure that asks to join."""

    answer = forms.ChoiceField(choices=[("oui", "oui"), ("non", "non")])
    reason = forms.CharField(label="Votre raison", required=False, max_length=300)


class AskSharingForm(forms.Form):
    figure_class = RadioField(
        label="Quels chiffres demandez-vous ?",
        choices=[(each.value, each.label.capitalize()) for each in SharingAgreement.FigureClass],
    )
    words = LongTextField(
        label="À quoi cela servira-t-il ?",
        max_length=MOST_WORDS,
        help_text="Elle lira ces mots tels quels. Dites pour quel besoin, et ce que vous en ferez.",
        rows=4,
    )


def _offer(
    form: forms.Form, name: str, rows: Sequence[Network] | Sequence[Structure]
) -> forms.ModelChoiceField[Any]:
    """Let one of these rows be chosen, and no other."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = field.queryset.model.objects.filter(pk__in=[row.pk for row in rows])
    return field


def _not_later(day: date | None, on: date) -> date | None:
    if day is not None and day > on:
        raise ValidationError("Ce jour n’est pas encore venu. Vérifiez l’année.")
    return day
